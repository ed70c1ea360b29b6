"""Versions of an event's schedule and their meetings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, func, select, update

from recommender.meetings.domain import Meeting
from service.domain.schedules import Schedule
from service.domain.words import ScheduleState
from service.errors import NotFound
from service.store.repositories.bulk import copy_rows
from service.store.repositories.of_events import EventRepository
from service.store.tables.events import EVENT_PARTICIPANTS, EVENT_SLOTS, EVENT_TABLES, EVENTS
from service.store.tables.schedules import SCHEDULE_MEETINGS as MEETINGS
from service.store.tables.schedules import SCHEDULES

__all__ = ["Schedules"]

_SCHEDULES = select(SCHEDULES, EVENTS.c.event_id).select_from(
    SCHEDULES.join(EVENTS, SCHEDULES.c.event_pk == EVENTS.c.id)
)
_SELLERS = EVENT_PARTICIPANTS.alias("sellers")
_BUYERS = EVENT_PARTICIPANTS.alias("buyers")


class Schedules(EventRepository):
    """tx.schedules."""

    def add(self, schedule: Schedule, meetings: Sequence[Meeting]) -> Schedule:
        """Store a new draft with its meetings. Raises Conflict when its number is taken."""
        event = self._event(schedule.event_id)
        values = {
            "schedule_id": schedule.schedule_id,
            "event_pk": event,
            "number": schedule.number,
            "state": ScheduleState.DRAFT.value,
            "based_on": schedule.based_on,
            "made_by": schedule.made_by,
            "made_at": schedule.made_at,
            "note": schedule.note,
            "report": schedule.report,
        }
        self._insert(SCHEDULES, values)
        self._write(schedule.schedule_id, event, meetings)
        return self.get(schedule.event_id, schedule.number)

    def get(self, event_id: str, number: int) -> Schedule:
        """Raises NotFound."""
        row = self._first(self._of(event_id).where(SCHEDULES.c.number == number))
        if row is None:
            raise NotFound("schedule", str(number), "Look it up in the event's list of schedules")
        return _schedule(row)

    def all(self, event_id: str) -> tuple[Schedule, ...]:
        """The latest first."""
        rows = self._all(self._of(event_id).order_by(SCHEDULES.c.number.desc()))
        return tuple(map(_schedule, rows))

    def latest(self, event_id: str) -> Schedule | None:
        """The one with the highest number."""
        row = self._first(self._of(event_id).order_by(SCHEDULES.c.number.desc()).limit(1))
        return None if row is None else _schedule(row)

    def published(self, event_id: str) -> Schedule | None:
        """The one that is published now."""
        row = self._first(self._of(event_id).where(SCHEDULES.c.state == ScheduleState.PUBLISHED.value))
        return None if row is None else _schedule(row)

    def next_number(self, event_id: str) -> int:
        """For the next version."""
        most = select(func.coalesce(func.max(SCHEDULES.c.number), 0) + 1)
        number: int = self._connection.execute(
            most.where(SCHEDULES.c.event_pk == self._event(event_id))
        ).scalar_one()
        return number

    def meetings(self, schedule_id: str) -> tuple[Meeting, ...]:
        """By slot and table."""
        query = (
            select(
                _SELLERS.c.participant_id.label("seller_id"),
                _BUYERS.c.participant_id.label("buyer_id"),
                EVENT_SLOTS.c.slot_id,
                EVENT_TABLES.c.table_id,
                MEETINGS.c.value,
                MEETINGS.c.value_seller,
                MEETINGS.c.value_buyer,
                MEETINGS.c.film_ids,
            )
            .select_from(MEETINGS)
            .join(SCHEDULES, MEETINGS.c.schedule_pk == SCHEDULES.c.id)
            .join(_SELLERS, MEETINGS.c.seller_pk == _SELLERS.c.id)
            .join(_BUYERS, MEETINGS.c.buyer_pk == _BUYERS.c.id)
            .join(EVENT_SLOTS, MEETINGS.c.slot_pk == EVENT_SLOTS.c.id)
            .join(EVENT_TABLES, MEETINGS.c.table_pk == EVENT_TABLES.c.id)
            .where(SCHEDULES.c.schedule_id == schedule_id)
            .order_by(EVENT_SLOTS.c.starts_at, EVENT_TABLES.c.id)
        )
        return tuple(map(_meeting, self._all(query)))

    def rewrite(
        self, schedule: Schedule, meetings: Sequence[Meeting], expected: int | None = None
    ) -> Schedule:
        """Put other meetings and another report into a draft. Raises PreconditionFailed, Conflict."""
        self._update(
            SCHEDULES.c.schedule_id, schedule.schedule_id, {"report": schedule.report}, expected, "schedule"
        )
        mine = select(SCHEDULES.c.id).where(SCHEDULES.c.schedule_id == schedule.schedule_id)
        self._connection.execute(delete(MEETINGS).where(MEETINGS.c.schedule_pk.in_(mine)))
        self._write(schedule.schedule_id, self._event(schedule.event_id), meetings)
        return self.get(schedule.event_id, schedule.number)

    def publish(self, schedule: Schedule, at: Any, by: str, expected: int | None = None) -> Schedule:
        """In place of the one that was. Raises PreconditionFailed."""
        before = update(SCHEDULES).where(
            SCHEDULES.c.event_pk == self._event(schedule.event_id),
            SCHEDULES.c.state == ScheduleState.PUBLISHED.value,
        )
        self._connection.execute(before.values(state=ScheduleState.REPLACED.value))
        now_out = {"state": ScheduleState.PUBLISHED.value, "published_at": at, "published_by": by}
        self._update(SCHEDULES.c.schedule_id, schedule.schedule_id, now_out, expected, "schedule")
        return self.get(schedule.event_id, schedule.number)

    def delete(self, schedule: Schedule) -> None:
        """With its meetings."""
        self._delete(SCHEDULES.c.schedule_id, schedule.schedule_id, None, "schedule")

    def _of(self, event_id: str) -> Select[*tuple[Any, ...]]:
        return _SCHEDULES.where(SCHEDULES.c.event_pk == self._event(event_id))

    def _write(self, schedule_id: str, event: int, meetings: Sequence[Meeting]) -> None:
        people, slots, tables = self._people(event), self._slots(event), self._tables(event)
        schedule = self._pk(SCHEDULES.c.schedule_id, schedule_id, "schedule_id")
        rows = [
            {
                "schedule_pk": schedule,
                "event_pk": event,
                "seller_pk": people.pk(meeting.seller_id, "seller_id"),
                "buyer_pk": people.pk(meeting.buyer_id, "buyer_id"),
                "slot_pk": slots.pk(meeting.slot_id, "slot_id"),
                "table_pk": tables.pk(meeting.table_id, "table_id"),
                "value": meeting.value,
                "value_seller": meeting.value_seller,
                "value_buyer": meeting.value_buyer,
                "film_ids": list(meeting.films),
            }
            for meeting in meetings
        ]
        copy_rows(self._connection, MEETINGS, rows)


def _meeting(row: Any) -> Meeting:
    return Meeting(
        seller_id=row.seller_id,
        buyer_id=row.buyer_id,
        slot_id=row.slot_id,
        table_id=row.table_id,
        value=row.value,
        value_seller=row.value_seller,
        value_buyer=row.value_buyer,
        films=tuple(row.film_ids),
    )


def _schedule(row: Any) -> Schedule:
    return Schedule(
        schedule_id=row.schedule_id,
        event_id=row.event_id,
        number=row.number,
        state=ScheduleState(row.state),
        made_by=row.made_by,
        made_at=row.made_at,
        based_on=row.based_on,
        published_at=row.published_at,
        published_by=row.published_by,
        note=row.note,
        report=row.report,
        version=row.version,
    )
