"""Columns that only the service's events have, and times that are meant in an event's own zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

from recommender.market.files import RawTable
from recommender.market.problems import Problem
from recommender.market.territories import TERRITORIES
from recommender.meetings.cells import days_of, instants_of
from recommender.meetings.columns import PARTICIPANTS, SLOTS, TIMES
from service.domain.events import Event
from service.phrases import phrase
from service.usecases.importing import cells
from service.usecases.importing.cells import BadCell

__all__ = [
    "EXTRA_COLUMNS",
    "PROFILES",
    "extra_problems",
    "flag_of",
    "time_of",
    "values_of",
    "with_zone",
]

PROFILES: Final = "distributor_ids"
EXTRA_COLUMNS: Final = {
    PARTICIPANTS: ("hosted", "not_before", "territories", "brief", PROFILES),
}
"""Table -> columns beside the planner's."""


def with_zone(file: RawTable, event: Event) -> RawTable:
    """A table of slots with its days and times as they are stored; times without a zone are the event's."""
    if file.name != SLOTS or not {"day", *TIMES} <= set(file.frame):
        return file
    frame, zone = file.frame.copy(), ZoneInfo(event.time_zone)
    # A day that is not named would make the others be counted, not read.
    named = file.frame[file.frame["day"] != ""]
    for column in TIMES:
        for line, moment in zip(named.index, instants_of(named, column), strict=True):
            if moment is not None:
                aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
                frame.loc[line, column] = aware.isoformat()
    frame.loc[named.index, "day"] = [str(day) for day in days_of(named)]
    return RawTable(file.name, frame, file.problems)


def extra_problems(file: RawTable, event: Event) -> Iterator[Problem]:
    """What is wrong with the cells that only the service knows of."""
    if file.name == SLOTS and "day" in file.frame:
        for line, day in file.frame["day"].items():
            if day and not event.starts_on.isoformat() <= day <= event.ends_on.isoformat():
                days = phrase(
                    "the event is held from {starts_on} to {ends_on}",
                    starts_on=event.starts_on,
                    ends_on=event.ends_on,
                )
                yield Problem(SLOTS, line, "day", day, days, "Correct the day, or change the event")
    if file.name == PARTICIPANTS:
        for column, read in _READ.items():
            for line, cell in file.frame.get(column, {}).items():
                try:
                    read(cell)
                except BadCell as error:
                    yield Problem(PARTICIPANTS, line, column, cell, error.message, error.remedy)


def flag_of(cell: str) -> bool:
    """Raises BadCell."""
    return bool(cells.flag(cell))


def time_of(cell: str) -> time | None:
    """A time of the day; None where the cell is empty. Raises BadCell."""
    if not cell:
        return None
    try:
        return time.fromisoformat(cell).replace(tzinfo=None)
    except ValueError:
        raise BadCell("this is no time of the day", "Write it as 10:00") from None


def values_of(cell: str) -> tuple[str, ...]:
    """Territories. Raises BadCell."""
    codes = tuple(dict.fromkeys(cells.values(cell)))
    for code in codes:
        if code not in TERRITORIES:
            raise BadCell(
                phrase("{code!r} is no territory", code=code[:20]),
                "Write two capital letters each, such as FR|BE",
            )
    return codes


def _brief(cell: str) -> str:
    if len(cell) > 20_000:
        raise BadCell("the text is too long", "Shorten it to 20,000 characters")
    return cell


_READ: Final = {"hosted": flag_of, "not_before": time_of, "territories": values_of, "brief": _brief}
