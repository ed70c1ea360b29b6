"""Slots and tables by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from recommender.meetings.domain import Slot
from service.domain.events import Event, EventTable
from service.errors import Conflict, Invalid, NotFound
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import Action
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import event_to_plan, event_to_read, require_version
from service.usecases.events.soundness import still_sound

__all__ = [
    "SlotPattern",
    "add_slots",
    "add_tables",
    "list_slots",
    "list_tables",
    "make_slots",
    "remove_slot",
    "remove_table",
    "update_table",
]

_MOST_SLOTS = 2_000


@dataclass(frozen=True, slots=True)
class SlotPattern:
    """Slots of the same length on several days: from one time to another, in the event's time zone.

    break_minutes: between two slots. pauses: (from, to) in which none are held, such as lunch. session: the part of
    the event that they are in, "" for none.
    """

    days: Sequence[date]
    starts: time
    ends: time
    minutes: int
    break_minutes: int = 0
    pauses: Sequence[tuple[time, time]] = ()
    session: str = ""

    def slots(self, zone: ZoneInfo) -> tuple[Slot, ...]:
        """The slots, named by day of the month and time."""
        return tuple(slot for day in sorted(set(self.days)) for slot in self._of_day(day, zone))

    def _of_day(self, day: date, zone: ZoneInfo) -> Sequence[Slot]:
        found: list[Slot] = []
        start, last = datetime.combine(day, self.starts), datetime.combine(day, self.ends)
        length, rest = timedelta(minutes=self.minutes), timedelta(minutes=self.break_minutes)
        pauses = [(datetime.combine(day, one), datetime.combine(day, other)) for one, other in self.pauses]
        while start + length <= last and len(found) < _MOST_SLOTS:
            hit = next((end for begin, end in pauses if begin < start + length and start < end), None)
            if hit is not None:
                start = hit
                continue
            begin, end = start.replace(tzinfo=zone), (start + length).replace(tzinfo=zone)
            found.append(Slot(f"{day:%m%d}-{start:%H%M}", day, begin, end, self.session))
            start += length + rest
        return found


def list_slots(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> tuple[Slot, ...]:
    """In the order of time, in the event's time zone; for attendees too."""
    with uow() as tx:
        event = event_to_read(tx, actor, event_id)
        return tuple(_local(slot, ZoneInfo(event.time_zone)) for slot in tx.venues.slots(event_id))


def add_slots(uow: UnitOfWorkFactory, actor: Actor, event_id: str, slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """Add some, all or none. Raises Conflict for one that is there or overlaps, Invalid outside of the days."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        taken = {slot.slot_id for slot in tx.venues.slots(event_id)}
        for slot in slots:
            if slot.slot_id in taken:
                raise Conflict(
                    phrase("the event has a slot {id!r}", id=slot.slot_id), "Use another id", field="slot_id"
                )
            taken.add(slot.slot_id)
            _check_day(event, slot)
        tx.venues.put_slots(event_id, slots)
        still_sound(tx, event)
        _record(tx, actor, event, "slots.add", after={"slots": [slot.slot_id for slot in slots]})
        tx.commit()
    return tuple(_local(slot, ZoneInfo(event.time_zone)) for slot in slots)


def make_slots(uow: UnitOfWorkFactory, actor: Actor, event_id: str, pattern: SlotPattern) -> tuple[Slot, ...]:
    """Add slots of one length, such as half an hour from 9:30 to 18:00 with an hour for lunch."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id)
    if pattern.minutes < 1 or pattern.break_minutes < 0:
        raise Invalid.field("minutes", "a slot lasts a minute at least", "Write a number such as 30")
    slots = pattern.slots(ZoneInfo(event.time_zone))
    if not slots:
        raise Invalid.field("ends", "no slot fits between these times", "Choose later ends or shorter slots")
    return add_slots(uow, actor, event_id, slots)


def remove_slot(uow: UnitOfWorkFactory, actor: Actor, event_id: str, slot_id: str) -> None:
    """With absences and locks in it. Raises Conflict while a schedule has meetings then."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        tx.venues.remove_slots(event_id, [slot_id])
        _record(tx, actor, event, "slots.remove", before={"slots": [slot_id]})
        tx.commit()


def list_tables(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> tuple[EventTable, ...]:
    """In the order they were added, also closed ones."""
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        return tx.venues.tables(event_id)


def add_tables(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, tables: Sequence[EventTable]
) -> tuple[EventTable, ...]:
    """Add some, all or none. Raises Conflict for one that is there."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        taken = {table.table_id for table in tx.venues.tables(event_id)}
        for table in tables:
            if table.table_id in taken:
                raise Conflict(
                    phrase("the event has a table {id!r}", id=table.table_id),
                    "Use another id",
                    field="table_id",
                )
            taken.add(table.table_id)
        tx.venues.put_tables(event_id, tables)
        still_sound(tx, event)
        _record(tx, actor, event, "tables.add", after={"tables": [table.table_id for table in tables]})
        tx.commit()
    return tuple(tables)


def update_table(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    table_id: str,
    changes: Mapping[str, Any],
    expected: int | None = None,
) -> EventTable:
    """Change hall or reservation; `closed` where it is gone: its meetings move when it is planned again.

    expected: the version that was read. Raises PreconditionFailed.
    """
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        before = _table(tx, event_id, table_id)
        require_version("table", table_id, before.version, expected)
        tx.venues.put_tables(event_id, [replace(before, **changes)])
        after = _table(tx, event_id, table_id)
        still_sound(tx, event)
        _record(tx, actor, event, "tables.update", before=before, after=after)
        tx.commit()
    return after


def remove_table(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, table_id: str, expected: int | None = None
) -> None:
    """With locks at it; expected: the version that was read.

    Raises Conflict while a schedule has meetings there: close it instead. Raises PreconditionFailed.
    """
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        require_version("table", table_id, _table(tx, event_id, table_id).version, expected)
        tx.venues.remove_tables(event_id, [table_id])
        _record(tx, actor, event, "tables.remove", before={"tables": [table_id]})
        tx.commit()


def _table(tx: UnitOfWork, event_id: str, table_id: str) -> EventTable:
    found = next((one for one in tx.venues.tables(event_id) if one.table_id == table_id), None)
    if found is None:
        raise NotFound("table", table_id)
    return found


def _local(slot: Slot, zone: ZoneInfo) -> Slot:
    return replace(slot, starts_at=slot.starts_at.astimezone(zone), ends_at=slot.ends_at.astimezone(zone))


def _check_day(event: Event, slot: Slot) -> None:
    if not event.starts_on <= slot.day <= event.ends_on:
        raise Invalid.field(
            "day",
            phrase(
                "the event is held from {starts_on} to {ends_on}",
                starts_on=event.starts_on,
                ends_on=event.ends_on,
            ),
            "Choose one of its days, or change the event",
        )


def _record(tx: UnitOfWork, actor: Actor, event: Event, action: str, **sides: Any) -> None:
    record(tx, actor, action, "event_plan", event.event_id, company_id=event.company_id, **sides)
