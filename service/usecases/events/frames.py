"""An event as the tables of the planner's own files, to check it, to import into it and to export it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from recommender.market.files import RawTable
from recommender.meetings.columns import (
    ABSENCES,
    EVENT_TABLES,
    HISTORY,
    LINEUPS,
    LOCKS,
    PARTICIPANTS,
    SLOTS,
    TABLES,
    VALUES,
    WISHES,
)
from recommender.meetings.domain import Slot, Values
from service.domain.events import Event, Participant
from service.store.unit_of_work import UnitOfWork

__all__ = ["FIRST_STORED", "KEPT_TABLES", "empty_table", "stored_table", "stored_tables", "with_every_day"]

FIRST_STORED: Final = -1
"""Rows that are stored already count down from here, those of a file up from 2."""

_FIRST_MADE: Final = -1_000_000
_HOURS: Final = 23


def stored_tables(tx: UnitOfWork, event: Event, *, leaving_out: Sequence[str] = ()) -> dict[str, RawTable]:
    """All tables of an event, but for some."""
    return {name: stored_table(tx, event, name) for name in KEPT_TABLES if name not in leaving_out}


def stored_table(tx: UnitOfWork, event: Event, name: str) -> RawTable:
    """One table of an event, its rows numbered down from FIRST_STORED."""
    return _raw(name, _READERS[name](tx, event))


def with_every_day(tables: Mapping[str, RawTable], event: Event) -> dict[str, RawTable]:
    """The tables with hourly slots on each day of the event that has none yet, to check what is there so far."""
    frame, zone = tables[SLOTS].frame, ZoneInfo(event.time_zone)
    days = (
        event.starts_on + timedelta(days=number)
        for number in range((event.ends_on - event.starts_on).days + 1)
    )
    rows = []
    for day in days:
        if day.isoformat() not in set(frame["day"]):
            for hour in range(_HOURS):
                start = datetime.combine(day, time(hour), zone)
                rows.append(_slot(Slot(f"({day} {hour})", day, start, start + timedelta(minutes=30)), zone))
    if not rows:
        return dict(tables)
    lines = range(_FIRST_MADE, _FIRST_MADE - len(rows), -1)
    made = pd.DataFrame(rows, columns=_columns(SLOTS), index=lines, dtype="str")
    return {**tables, SLOTS: RawTable(SLOTS, pd.concat([frame, made]).fillna(""))}


def empty_table(name: str) -> RawTable:
    """A table without rows."""
    return _raw(name, ())


def _raw(name: str, rows: Iterable[tuple[str, ...]]) -> RawTable:
    cells = list(rows)
    index = pd.Index(range(FIRST_STORED, FIRST_STORED - len(cells), -1), dtype="int64", name="line")
    return RawTable(name, pd.DataFrame(cells, columns=_columns(name), index=index, dtype="str"))


def _columns(name: str) -> list[str]:
    return [column.name for column in EVENT_TABLES[name]]


def _slots(tx: UnitOfWork, event: Event) -> Iterable[tuple[str, ...]]:
    zone = ZoneInfo(event.time_zone)
    return (_slot(slot, zone) for slot in tx.venues.slots(event.event_id))


def _tables(tx: UnitOfWork, event: Event) -> Iterable[tuple[str, ...]]:
    return ((one.table_id, one.reserved_for, one.hall) for one in tx.venues.tables(event.event_id))


def _wishes(tx: UnitOfWork, event: Event) -> Iterable[tuple[str, ...]]:
    return ((wish.participant_id, wish.other_id, wish.kind) for wish in tx.wishes.all(event.event_id))


def _locks(tx: UnitOfWork, event: Event) -> Iterable[tuple[str, ...]]:
    locks = tx.wishes.locks(event.event_id)
    return ((lock.seller_id, lock.buyer_id, lock.slot_id, lock.table_id) for lock in locks)


def _lineups(tx: UnitOfWork, event: Event) -> Iterable[tuple[str, ...]]:
    people = tx.participants.all(event.event_id)
    return ((one.participant_id, film) for one in people for film in one.film_ids)


def _participant(one: Participant) -> tuple[str, ...]:
    least = str(one.min_meetings) if one.min_meetings else ""
    return (
        one.participant_id,
        one.side,
        one.name,
        one.colleagues,
        _limit(one.max_meetings),
        least,
        _limit(one.max_per_day),
    )


def _slot(slot: Slot, zone: ZoneInfo) -> tuple[str, ...]:
    times = (moment.astimezone(zone).isoformat() for moment in (slot.starts_at, slot.ends_at))
    return (slot.slot_id, slot.day.isoformat(), *times, slot.session)


def _values(values: Values) -> Iterable[tuple[str, ...]]:
    numbers = (values.value, values.value_seller, values.value_buyer)
    texts = ([repr(float(number)) for number in column] for column in numbers)
    return zip(values.seller_id, values.buyer_id, *texts, strict=True)


def _limit(number: int | None) -> str:
    return "" if number is None else str(number)


_READERS: Final[dict[str, Callable[[UnitOfWork, Event], Iterable[tuple[str, ...]]]]] = {
    PARTICIPANTS: lambda tx, event: map(_participant, tx.participants.all(event.event_id)),
    SLOTS: _slots,
    TABLES: _tables,
    ABSENCES: lambda tx, event: sorted(tx.participants.absences(event.event_id)),
    WISHES: _wishes,
    LOCKS: _locks,
    VALUES: lambda tx, event: _values(tx.wishes.values(event.event_id)),
    LINEUPS: _lineups,
    HISTORY: lambda tx, event: (
        (row.participant_id, row.other_id, row.kind) for row in tx.history.all(event.event_id)
    ),
}

KEPT_TABLES: Final = tuple(_READERS)
"""The tables of an event that are kept here, each after those that it refers to."""
