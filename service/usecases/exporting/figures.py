"""The figures of a schedule as rows: what a program calls them, or what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from service.tables_io.writing import Cell
from service.usecases.exporting.contradictions import Contradiction, Naming
from service.usecases.exporting.wording import PLAIN, Wording, _

__all__ = ["figure_rows"]

_NAMES: Final = {
    "meetings": _("Meetings"),
    "total_value": _("Value of all meetings"),
    "bound": _("The most that is possible"),
    "gap": _("Share of it that is missed"),
    "evenness sellers lowest": _("Meetings of a seller, fewest"),
    "evenness sellers median": _("Meetings of a seller, median"),
    "evenness sellers highest": _("Meetings of a seller, most"),
    "evenness sellers gini": _("Unevenness among sellers (Gini)"),
    "evenness buyers lowest": _("Meetings of a buyer, fewest"),
    "evenness buyers median": _("Meetings of a buyer, median"),
    "evenness buyers highest": _("Meetings of a buyer, most"),
    "evenness buyers gini": _("Unevenness among buyers (Gini)"),
    "gaps total": _("Gaps between meetings"),
    "gaps mean": _("Gaps of a participant, mean"),
    "gaps most": _("Gaps of a participant, most"),
    "waiting mean_min": _("Minutes between meetings, mean of a participant"),
    "waiting most_min": _("Minutes between meetings, most of a participant"),
    "table_changes sellers": _("Changes of table by sellers"),
    "table_changes buyers": _("Changes of table by buyers"),
    "musts": _("Musts"),
    "musts_kept": _("Musts kept"),
    "wishes": _("Wishes"),
    "wishes_kept": _("Wishes kept"),
    "minimums_missed": _("Participants below their minimum"),
    "walking_min": _("Minutes from one hall to another"),
    "evenness_knob": _("Evenness asked for, 0 to 1"),
    "changed": _("Meetings changed since the version before"),
    "musts_missed": _("Must that is missed"),
    "conflicts": _("Contradiction"),
}
_OF_KNOB: Final = {
    "meetings": _("Meetings at an evenness of %(evenness)s"),
    "value": _("Value at an evenness of %(evenness)s"),
}


def figure_rows(
    report: Mapping[str, Any],
    wording: Wording,
    name: Callable[[str], str] = str,
    slot: Callable[[str], str] = str,
) -> Iterator[tuple[Cell, ...]]:
    """Figure and value, without what the proof of the bound rests on.

    name: what a participant is called, slot: when one is, by their ids.
    """
    conflicts = report.get("conflicts") or ()
    report = {key: value for key, value in report.items() if key != "proof"}
    if wording is PLAIN:
        yield from _plain({**report, "conflicts": [one["text"] for one in conflicts]})
        return
    naming = Naming(wording.say, name, slot)
    figures = dict[str, list[Cell]]()
    for key, value in _plain({name: value for name, value in report.items() if name not in _LISTS}):
        figures[key] = [_rounded(value)]
    figures["musts_missed"] = [" – ".join(map(name, pair)) for pair in report.get("musts_missed") or ()]
    figures["conflicts"] = [str(Contradiction.of(one, naming)) for one in conflicts]
    for key, text in _NAMES.items():
        yield from ((wording.say(text), value) for value in figures.get(key, ()) if value is not None)
    for one in report.get("knob") or ():
        for key, text in _OF_KNOB.items():
            yield wording.say(text, evenness=one["evenness"]), _rounded(one[key])


_LISTS: Final = ("knob", "musts_missed", "conflicts")


def _rounded(value: Cell) -> Cell:
    """To what a person reads of a figure."""
    return round(value, 4) if isinstance(value, float) else value


def _plain(report: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Cell]]:
    for name, value in report.items():
        if isinstance(value, Mapping):
            yield from _plain(value, f"{prefix}{name} ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, one in enumerate(value, start=1):
                yield from _plain(one, f"{prefix}{name} {number} ")
        elif isinstance(value, list):
            yield from ((f"{prefix}{name}", _text(one)) for one in value)
        else:
            yield f"{prefix}{name}", value


def _text(value: Any) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)
