"""Why a film is not offered, in the reader's own words: of a distributor, or to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from service.domain.words import MediaRight
from service.web.marking import _
from service.web.reader import Reader
from service.web.words import label

__all__ = ["DENIALS", "denied_in_words", "left_out_in_words"]

DENIALS: Final[Mapping[str, tuple[str, str]]] = {
    "passed": (
        _("it passed on the film"),
        _("your company passed on it; take the pass back to see it again"),
    ),
    "right": (_("it does not take %(right)s rights"), _("you take no %(right)s rights")),
    "genres": (_("it never takes %(genres)s"), _("you never take %(genres)s, as your brief says")),
    "budget_below": (
        _("the budget is below %(limit)s, the least it takes"),
        _("the budget is below %(limit)s, the least that you take"),
    ),
    "budget_above": (
        _("the budget is above %(limit)s, the most it takes"),
        _("the budget is above %(limit)s, the most that you take"),
    ),
    "not_looking": (_("it does not look for such a film at the moment"),) * 2,
    "not_to_ask": (_("it is on the list of distributors not to ask"),) * 2,
    "nobody": (_("no distributor of %(territory)s is known here"),) * 2,
    "film_unavailable": (_("the film is not available in %(territory)s"),) * 2,
    "film_released": (_("the film was released in %(territory)s on %(day)s by %(buyer)s"),) * 2,
    "film_sold": (_("the film is sold in %(territory)s to %(buyer)s"),) * 2,
    "film_sold_for": (_("the film is sold in %(territory)s to %(buyer)s, to be released on %(day)s"),) * 2,
    "rights_unknown": (_("%(right)s in %(territory)s is not recorded as held"),) * 2,
    "rights_over": (
        _(
            "%(right)s in %(territory)s is not recorded as held then, and the days asked for were over on %(until)s"
        ),
    )
    * 2,
    "rights_stale": (_("%(right)s in %(territory)s is not known: the rights held were never confirmed"),) * 2,
    "rights_stale_since": (
        _("%(right)s in %(territory)s is not known: the rights held were last confirmed on %(confirmed_on)s"),
    )
    * 2,
    "rights_sold": (_("%(right)s in %(territory)s is sold"),) * 2,
    "rights_sold_until": (_("%(right)s in %(territory)s is sold until %(until)s"),) * 2,
    "rights_held_back": (_("%(right)s in %(territory)s is held back"),) * 2,
    "rights_held_back_until": (_("%(right)s in %(territory)s is held back until %(until)s"),) * 2,
}
"""By kind: about a distributor, and to it."""


def denied_in_words(reader: Reader, kind: str, facts: Mapping[str, Any], *, mine: bool = False) -> str:
    """A denial as the end of a sentence, without its full stop. mine: to the distributor that it is about."""
    return reader.say(DENIALS[kind][mine], **{name: _value(reader, name, facts[name]) for name in facts})


def left_out_in_words(reader: Reader, part: Mapping[str, Any]) -> str:
    """Why nobody is asked, or one distributor is not, as the part of an answer tells it.

    An answer that was kept before it had facts says its English text.
    """
    why = part.get("why")
    if why:
        return denied_in_words(reader, why["kind"], why["facts"])
    return str(part["unavailable"] if "unavailable" in part else part["reason"])


def _value(reader: Reader, name: str, value: Any) -> str:
    match name:
        case "right":
            return label(reader, MediaRight(value))
        case "territory":
            return reader.territory(value)
        case "until" | "confirmed_on" | "day":
            return reader.day(date.fromisoformat(value))
        case "limit":
            return reader.money(value)
        case "buyer":
            return str(value)
        case _:
            return reader.listed(value)
