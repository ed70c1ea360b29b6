"""What cannot all hold in an event, in words: the rows that contradict each other, and what would help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.usecases.exporting.wording import _

__all__ = ["Contradiction", "Naming"]

_LIMITS: Final = {
    "max_meetings": (
        _("Limit of meetings of %(who)s"),
        _("Raise the limit of meetings of %(who)s from %(before)s to %(after)s"),
    ),
    "max_per_day": (
        _("Limit of meetings a day of %(who)s"),
        _("Raise the limit of meetings a day of %(who)s from %(before)s to %(after)s"),
    ),
    "min_meetings": (
        _("Minimum of meetings of %(who)s"),
        _("Lower the minimum of meetings of %(who)s from %(before)s to %(after)s"),
    ),
}
_WISHES: Final = {
    "must": (
        _("Wish: %(one)s must meet %(other)s"),
        _("Take back the wish that %(one)s must meet %(other)s"),
    ),
    "no_go": (
        _("No-go: %(one)s does not want to meet %(other)s"),
        _("Take back the no-go of %(one)s about %(other)s"),
    ),
}
_ABSENCE: Final = (_("Absence: %(who)s, %(when)s"), _("Let %(who)s come on %(when)s"))
_LOCK: Final = (
    _("Fixed meeting: %(one)s and %(other)s, %(when)s"),
    _("Remove the fixed meeting of %(one)s and %(other)s, %(when)s"),
)
_TABLE: Final = (_("Table: %(table)s is kept for somebody"), _("Open table %(table)s to others"))
_NOT_FOUND: Final = _("No place was found for it in the time there was")


@dataclass(frozen=True, slots=True)
class Naming:
    """say: a text with its %(name)s filled in. name: of a participant, and slot: when one is, by their ids."""

    say: Callable[..., str]
    name: Callable[[str], str]
    slot: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Rows that cannot all hold, none of them needless, and the smallest change that helps. Without full stops."""

    rows: tuple[str, ...]
    remedy: str

    @classmethod
    def of(cls, facts: Mapping[str, Any], naming: Naming) -> Contradiction:
        """facts: as events/contradictions.py stores them."""
        rows = tuple(_row(row, naming) for row in facts["rows"])
        remedy = _remedy(facts["remedy"], naming)
        return cls(rows if facts["proved"] else (*rows, naming.say(_NOT_FOUND)), remedy)

    def __str__(self) -> str:
        return "; ".join((*self.rows, self.remedy))


def _row(row: Mapping[str, Any], naming: Naming) -> str:
    if not row["key"]:
        whole = {"slots": _("The number of slots"), "tables": _("The number of tables")}
        return naming.say(whole[row["table"]])
    text, names = _texts(row)[0], _names(row, naming)
    return naming.say(text, **names)


def _remedy(remedy: Mapping[str, Any], naming: Naming) -> str:
    row, after = remedy["row"], remedy["after"]
    if not row["key"]:
        return (
            naming.say(_("Add a table")) if after == 1 else naming.say(_("Add %(count)s tables"), count=after)
        )
    return naming.say(_texts(row)[1], **_names(row, naming), before=remedy["before"], after=after)


def _texts(row: Mapping[str, Any]) -> tuple[str, str]:
    """What the row is called, and how its change is."""
    if row["table"] == "participants":
        return _LIMITS[row["column"]]
    if row["table"] == "wishes":
        return _WISHES[row["key"][2]]
    return {"absences": _ABSENCE, "locks": _LOCK, "tables": _TABLE}[row["table"]]


def _names(row: Mapping[str, Any], naming: Naming) -> dict[str, str]:
    table, key = row["table"], row["key"]
    if table == "tables":
        return {"table": key[0]}
    if table == "participants":
        return {"who": naming.name(key[0])}
    if table == "absences":
        return {"who": naming.name(key[0]), "when": naming.slot(key[1])}
    both = {"one": naming.name(key[0]), "other": naming.name(key[1])}
    return {**both, "when": naming.slot(key[2])} if table == "locks" else both
