"""What happens to an event after its schedule is published: the event as it is then, to plan again with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings.domain import Event, Lock, Values

__all__ = ["away", "dropped_out", "late", "with_lock", "without_table"]


def dropped_out(event: Event, participant_id: str) -> Event:
    """`event` without somebody, and without all that names him. Raises UnknownIdError."""
    _check("participant", participant_id, (person.participant_id for person in event.participants))
    values = event.values
    return replace(
        event,
        participants=tuple(p for p in event.participants if p.participant_id != participant_id),
        values=_rows(values, (values.seller_id != participant_id) & (values.buyer_id != participant_id)),
        absences=frozenset(key for key in event.absences if key[0] != participant_id),
        wishes=tuple(w for w in event.wishes if participant_id not in (w.participant_id, w.other_id)),
        locks=tuple(lock for lock in event.locks if participant_id not in (lock.seller_id, lock.buyer_id)),
        history=tuple(p for p in event.history if participant_id not in (p.participant_id, p.other_id)),
    )


def late(event: Event, participant_id: str, arrives_at: datetime) -> Event:
    """`event` where somebody is not there for the slots that start earlier.

    Raises UnknownIdError, and QueryError where `arrives_at` has a time zone and the slots have none, or the reverse.
    """
    if any((slot.starts_at.tzinfo is None) != (arrives_at.tzinfo is None) for slot in event.slots):
        raise QueryError("the slots and the time of arrival must both have a time zone, or none.")
    missed = [slot.slot_id for slot in event.slots if slot.starts_at < arrives_at]
    return away(event, participant_id, missed)


def away(event: Event, participant_id: str, slot_ids: Iterable[str]) -> Event:
    """`event` where somebody is absent at further slots; his locks there are released. Raises UnknownIdError."""
    missed = frozenset(slot_ids)
    _check("participant", participant_id, (person.participant_id for person in event.participants))
    for slot in sorted(missed):
        _check("slot", slot, (known.slot_id for known in event.slots))
    return replace(
        event,
        absences=event.absences | {(participant_id, slot) for slot in missed},
        locks=tuple(
            lock
            for lock in event.locks
            if lock.slot_id not in missed or participant_id not in (lock.seller_id, lock.buyer_id)
        ),
    )


def without_table(event: Event, table_id: str) -> Event:
    """`event` without a table; what was locked to it stays locked to its slot. Raises UnknownIdError."""
    _check("table", table_id, (table.table_id for table in event.tables))
    return replace(
        event,
        tables=tuple(table for table in event.tables if table.table_id != table_id),
        locks=tuple(
            replace(lock, table_id="") if lock.table_id == table_id else lock for lock in event.locks
        ),
    )


def with_lock(event: Event, lock: Lock) -> Event:
    """`event` with a lock, instead of one of the same pair. Raises UnknownIdError."""
    people = [person.participant_id for person in event.participants]
    for noun, name, known in (
        ("participant", lock.seller_id, people),
        ("participant", lock.buyer_id, people),
        ("slot", lock.slot_id, [slot.slot_id for slot in event.slots]),
        ("table", lock.table_id or "", ["", *(table.table_id for table in event.tables)]),
    ):
        _check(noun, name, known)
    pair = (lock.seller_id, lock.buyer_id)
    others = tuple(held for held in event.locks if (held.seller_id, held.buyer_id) != pair)
    return replace(event, locks=(*others, lock))


def _check(noun: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise UnknownIdError(noun, name)


def _rows(values: Values, kept: NDArray[np.bool_]) -> Values:
    return Values(
        values.seller_id[kept],
        values.buyer_id[kept],
        values.value[kept],
        values.value_seller[kept],
        values.value_buyer[kept],
        tuple(films for films, keeps in zip(values.films, kept.tolist(), strict=True) if keeps)
        if values.films
        else (),
    )
