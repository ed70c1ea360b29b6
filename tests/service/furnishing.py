"""Events of tests: their tables are imported once in a process, and stored as they were from then on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from recommender.meetings.domain import Slot, Values
from service.domain.events import Event, EventTable, Participant
from service.store.unit_of_work import UnitOfWorkFactory

__all__ = ["furnish"]


@dataclass(frozen=True)
class _Rows:
    participants: Sequence[Participant]
    slots: Sequence[Slot]
    tables: Sequence[EventTable]
    values: Values
    values_from: Any


_KEPT: dict[Hashable, _Rows] = {}


def furnish(uow: UnitOfWorkFactory, event: Event, kind: Hashable, load: Callable[[], None]) -> Event:
    """What `load` imports into an empty event, which takes a second: each import checks the whole event.

    kind: what else decides what is imported.
    """
    if kind not in _KEPT:
        load()
        with uow() as tx:
            stored = tx.events.get(event.event_id)
            _KEPT[kind] = _Rows(
                tx.participants.all(event.event_id),
                tx.venues.slots(event.event_id),
                tx.venues.tables(event.event_id),
                tx.wishes.values(event.event_id),
                stored.values_from,
            )
        return stored
    rows = _KEPT[kind]
    with uow() as tx:
        tx.participants.put(event.event_id, rows.participants)
        tx.venues.put_slots(event.event_id, rows.slots)
        tx.venues.put_tables(event.event_id, rows.tables)
        tx.wishes.set_values(event.event_id, rows.values)
        stored = tx.events.update(replace(tx.events.get(event.event_id), values_from=rows.values_from))
        tx.commit()
    return stored
