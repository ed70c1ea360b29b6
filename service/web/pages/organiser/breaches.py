"""What stands against a change of a schedule, in the reader's own words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from recommender.meetings.breaches import Breach
from service.web.marking import _, n_
from service.web.pages.organiser.desk import Desk

__all__ = ["TEXTS", "breach_text", "breach_texts"]

TEXTS: Final[dict[str, str | tuple[str, str]]] = {
    "side": _("%(who)s is on the other side"),
    "absent": _("%(who)s is away on %(slot)s"),
    "gone": _("%(one)s and %(other)s on %(slot)s: one of them or the table is gone"),
    "no-go": _("%(one)s and %(other)s must not meet: %(of)s does not want it"),
    "reserved": _("table %(table)s is reserved for %(owner)s, not for %(one)s or %(other)s"),
    "twice": _("%(one)s and %(other)s meet already, on %(slot)s"),
    "table": _("table %(table)s is taken on %(slot)s by %(one)s and %(other)s"),
    "busy": _("%(who)s meets %(other)s already on %(slot)s"),
    "limit": n_(
        "%(who)s would have %(held)s meeting, and the limit is %(most)s",
        "%(who)s would have %(held)s meetings, and the limit is %(most)s",
    ),
    "limit_day": n_(
        "%(who)s would have %(held)s meeting on %(day)s, and the limit of a day is %(most)s",
        "%(who)s would have %(held)s meetings on %(day)s, and the limit of a day is %(most)s",
    ),
    "minimum": n_(
        "%(who)s would have %(held)s meeting, and the minimum is %(least)s",
        "%(who)s would have %(held)s meetings, and the minimum is %(least)s",
    ),
    "walking": _(
        "%(who)s has %(minutes)s minutes from %(hall)s on %(slot)s to %(next_hall)s on %(next_slot)s, and the way "
        "takes %(way)s"
    ),
    "lock": _("%(one)s with %(other)s is fixed on %(slot)s"),
    "lock_table": _("%(one)s with %(other)s is fixed on %(slot)s at table %(table)s"),
    "must": _("%(one)s and %(other)s would not meet, which is a must of %(of)s"),
}
"""By kind, see recommender/meetings/breaches.py. Two forms are those of one meeting and of many."""


def breach_text(desk: Desk, breach: Breach) -> str:
    """A breach without its full stop."""
    text = TEXTS[breach.kind or breach.rule]
    values = {name: _value(desk, name, value) for name, value in breach.facts.items()}
    if isinstance(text, str):
        return desk.page.say(text, **values)
    return desk.page.reader.say_many(*text, breach.facts["held"], **values)


def breach_texts(desk: Desk, breaches: Iterable[Breach]) -> list[str]:
    """Several of them."""
    return [breach_text(desk, breach) for breach in breaches]


def _value(desk: Desk, name: str, value: Any) -> str:
    reader = desk.page.reader
    match name:
        case "who" | "one" | "other" | "of" | "owner":
            return desk.name(value)
        case "slot" | "next_slot":
            return desk.slot_name(value)
        case "day":
            return reader.day(date.fromisoformat(value))
        case "held" | "most" | "least" | "minutes" | "way":
            return reader.number(value)
        case _:
            return str(value)
