"""What the rows of each table of an event become, once they are known to be sound."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from recommender.market.files import RawTable
from recommender.meetings import domain as core
from recommender.meetings.columns import (
    ABSENCES,
    HISTORY,
    LINEUPS,
    LOCKS,
    PARTICIPANTS,
    SLOTS,
    TABLES,
    VALUES,
    WISHES,
)
from recommender.meetings.files import event_of
from service.domain.events import Event, EventTable, Participant
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork
from service.usecases.events.frames import empty_table
from service.usecases.events.listed_people import lineups, participants
from service.usecases.events.merging import Target

__all__ = ["LISTS"]


def _core(rows: RawTable) -> core.Event:
    needed = {name: empty_table(name) for name in (PARTICIPANTS, SLOTS, TABLES)}
    return event_of({**needed, rows.name: rows})


def _participants(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[str, Participant]:
    return participants(tx, event, rows, _core(rows).participants)


def _slots(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[str, core.Slot]:
    key = event.event_id
    return Target(
        {slot.slot_id: slot for slot in tx.venues.slots(key)},
        {slot.slot_id: slot for slot in _core(rows).slots},
        lambda some: tx.venues.put_slots(key, some),
        lambda ids: tx.venues.remove_slots(key, ids),
    )


def _tables(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[str, EventTable]:
    key = event.event_id
    stored = {table.table_id: table for table in tx.venues.tables(key)}
    after = {}
    for one in _core(rows).tables:
        before = stored.get(one.table_id, EventTable(one.table_id))
        after[one.table_id] = replace(before, reserved_for=one.reserved_for, hall=one.hall)
    return Target(
        stored,
        after,
        lambda some: tx.venues.put_tables(key, some),
        lambda ids: tx.venues.remove_tables(key, ids),
    )


def _absences(
    tx: UnitOfWork, _: Actor, event: Event, rows: RawTable
) -> Target[tuple[str, str], tuple[str, str]]:
    key = event.event_id
    return Target.of_rows(
        tx.participants.absences(key),
        _core(rows).absences,
        lambda some: tx.participants.add_absences(key, some),
        lambda some: tx.participants.remove_absences(key, some),
    )


def _wishes(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[core.Wish, core.Wish]:
    key = event.event_id
    return Target.of_rows(
        tx.wishes.all(key),
        _core(rows).wishes,
        lambda some: tx.wishes.add(key, some),
        lambda some: tx.wishes.remove(key, some),
    )


def _history(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[core.Past, core.Past]:
    key = event.event_id
    return Target.of_rows(
        tx.history.all(key),
        _core(rows).history,
        lambda some: tx.history.add(key, some),
        lambda some: tx.history.remove(key, some),
    )


def _locks(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[tuple[str, str], core.Lock]:
    key = event.event_id
    return Target(
        {(lock.seller_id, lock.buyer_id): lock for lock in tx.wishes.locks(key)},
        {(lock.seller_id, lock.buyer_id): lock for lock in _core(rows).locks},
        lambda some: tx.wishes.put_locks(key, some),
        lambda pairs: tx.wishes.remove_locks(key, pairs),
    )


def _values(
    tx: UnitOfWork, _: Actor, event: Event, rows: RawTable
) -> Target[tuple[str, str], core.PairValue]:
    """Values of a bundle are not mixed with those of a file: a first file takes their place."""
    key = event.event_id
    stored = tx.wishes.values(key) if event.values_from == "file" else core.Values.of(())
    kept = {(one.seller_id, one.buyer_id): one for one in stored}

    def remove(pairs: Collection[tuple[str, str]]) -> None:
        for pair in pairs:
            del kept[pair]
        put(())

    def put(some: Sequence[core.PairValue]) -> None:
        kept.update({(one.seller_id, one.buyer_id): one for one in some})
        tx.wishes.set_values(key, core.Values.of(kept.values()))
        tx.events.update(replace(tx.events.get(key), values_from="file"))

    after = {(one.seller_id, one.buyer_id): one for one in _core(rows).values}
    return Target(dict(kept), after, put, remove)


LISTS: Final[dict[str, Callable[[UnitOfWork, Actor, Event, RawTable], Target[Any, Any]]]] = {
    PARTICIPANTS: _participants,
    SLOTS: _slots,
    TABLES: _tables,
    ABSENCES: _absences,
    WISHES: _wishes,
    LOCKS: _locks,
    VALUES: _values,
    LINEUPS: lineups,
    HISTORY: _history,
}
