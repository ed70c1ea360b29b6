"""A stored event as the planner takes it: without who dropped out and what is closed, with what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from recommender.meetings import domain as core
from service.domain.events import Event, Participant
from service.store.unit_of_work import UnitOfWork
from service.usecases.events.history import Known, known_history

__all__ = ["core_event", "late_absences"]


def core_event(
    tx: UnitOfWork,
    event: Event,
    *,
    values: bool = True,
    worth_of: Collection[str] | None = None,
    history: bool = False,
) -> core.Event:
    """The event to plan. values: with what meetings are worth, which may be a million rows; worth_of: only to these.

    history: with what was before the event, of which only the values of a bundle know.
    """
    key = event.event_id
    people = [one for one in tx.participants.all(key) if not one.withdrawn]
    here = {one.participant_id for one in people}
    tables = [table for table in tx.venues.tables(key) if not table.closed]
    is_open = {table.table_id for table in tables}
    slots = tx.venues.slots(key)
    said = {(person, slot) for person, slot in tx.participants.absences(key) if person in here}
    wishes = [wish for wish in tx.wishes.all(key) if {wish.participant_id, wish.other_id} <= here]
    locks = [lock for lock in tx.wishes.locks(key) if {lock.seller_id, lock.buyer_id} <= here]
    known = known_history(tx, event, people) if history else Known()
    return core.Event(
        participants=tuple(map(_core_participant, people)),
        slots=slots,
        tables=tuple(core.Table(table.table_id, table.reserved_for, table.hall) for table in tables),
        values=_known(tx.wishes.values(key, worth_of), here) if values else core.Values.of(()),
        absences=frozenset(said.union(late_absences(event, people, slots))),
        wishes=tuple(wishes),
        locks=tuple(lock if lock.table_id in is_open else replace(lock, table_id="") for lock in locks),
        walking_min=event.walking_min,
        history=known.history,
        elsewhere=known.elsewhere,
    )


def late_absences(
    event: Event, people: Sequence[Participant], slots: Sequence[core.Slot]
) -> Iterator[tuple[str, str]]:
    """The slots that are too early for those who come `not_before`."""
    zone = ZoneInfo(event.time_zone)
    starts = [(slot.slot_id, slot.starts_at.astimezone(zone).time()) for slot in slots]
    for one in people:
        if one.not_before is not None:
            yield from ((one.participant_id, slot) for slot, start in starts if start < one.not_before)


def _core_participant(one: Participant) -> core.Participant:
    return core.Participant(
        participant_id=one.participant_id,
        side=one.side,
        name=one.name,
        company_id=one.colleagues,
        max_meetings=one.max_meetings,
        min_meetings=one.min_meetings,
        max_per_day=one.max_per_day,
    )


def _known(values: core.Values, here: set[str]) -> core.Values:
    both = (np.array([key in here for key in ids], dtype=bool) for ids in (values.seller_id, values.buyer_id))
    kept = np.logical_and(*both)
    return core.Values(
        values.seller_id[kept],
        values.buyer_id[kept],
        values.value[kept],
        values.value_seller[kept],
        values.value_buyer[kept],
    )
