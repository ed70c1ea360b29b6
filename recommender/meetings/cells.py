"""What the cells of an event's tables may hold beyond what any table's may: whole numbers, words, times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

import pandas as pd

from recommender.market.cells import check_column
from recommender.market.columns import Column
from recommender.market.files import RawTable
from recommender.market.problems import Problem
from recommender.meetings.columns import PAST_WORDS, SIDES, TIMES, WHOLE, WISH_WORDS

__all__ = ["check_cells", "days_of", "instants_of"]

_WORDS: Final = {
    "side": ("side", SIDES),
    "wish": ("wish", WISH_WORDS),
    "past": ("word for the past", PAST_WORDS),
}
_FIRST_DAY: Final = date(2000, 1, 1)


def check_cells(table: RawTable, columns: Iterable[Column]) -> Iterator[Problem]:
    """Problems of single cells of some columns, one a cell at most."""
    for column in columns:
        if column.name in table.frame:
            found = list(check_column(table.name, column, table.frame[column.name]))
            yield from found
            rest = table.frame.drop([problem.row for problem in found if problem.refused])
            yield from _own(table.name, column, rest)


def days_of(slots: pd.DataFrame) -> pd.Series:
    """The day of each slot as a date. Days that are not written as dates are counted from the first start."""
    named = slots["day"]
    written = {name: _date(name) for name in named.unique()}
    if all(written.values()):
        return named.map(written)
    starts = [start.date() for cell in slots["starts_at"] if (start := _moment(cell))]
    first = min(starts, default=_FIRST_DAY)
    return named.map({name: first + timedelta(days=place) for place, name in enumerate(written)})


def instants_of(slots: pd.DataFrame, column: str) -> list[datetime | None]:
    """Start or end of each slot, None where it cannot be read; a time alone is one of the slot's day."""
    return [_moment(cell, day) for cell, day in zip(slots[column], days_of(slots), strict=True)]


def _own(table: str, column: Column, frame: pd.DataFrame) -> Iterator[Problem]:
    cells = frame[column.name]
    if column.name in WHOLE:
        broken = pd.to_numeric(cells, errors="coerce").fillna(0.0) % 1 != 0
        remedy = "Write a whole number, or leave the cell empty for no limit"
        yield from _each(table, column, cells[broken], "this is not a whole number", remedy)
    elif column.name in _WORDS:
        noun, words = _WORDS[column.name]
        remedy = f"Use one of: {', '.join(words)}"
        yield from _each(table, column, cells[~cells.isin(words)], f"this is not a {noun}", remedy)
    elif column.name in TIMES and {"day", "starts_at"} <= set(frame):
        unread = [instant is None for instant in instants_of(frame, column.name)]
        remedy = "Write ISO 8601, such as 2026-05-14T09:30:00+02:00"
        yield from _each(table, column, cells[unread], "this is not a time", remedy)


def _each(table: str, column: Column, cells: pd.Series, message: str, remedy: str) -> Iterator[Problem]:
    for line, value in cells.items():
        yield Problem(table, line, column.name, value, message, remedy)


def _moment(cell: str, day: date | None = None) -> datetime | None:
    """A date with a time, or with `day` a time alone; a date alone is none: a slot has an hour."""
    if _date(cell):
        return None
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        return _at(cell, day) if day else None


def _at(cell: str, day: date) -> datetime | None:
    try:
        return datetime.combine(day, time.fromisoformat(cell))
    except ValueError:
        return None


def _date(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None
