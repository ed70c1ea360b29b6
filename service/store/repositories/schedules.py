"""Versions of an event's schedule and their meetings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, func, select, update

from recommender.meetings.domain import Meeting
from service.domain.schedules import Schedule
from service.domain.words import ScheduleState
from service.errors import NotFound
from service.store.repositories.bulk import copy_rows
from service.store.repositories.of_events import EventRepository
from service.store.tables.events import EVENT_SLOTS, EVENTS
from service.store.tables.schedules import SCHEDULE_MEETINGS as MEETINGS
from service.store.tables.schedules import SCHEDULES

__all__ = ["Schedules"]

_SCHEDULES = select(SCHEDULES, EVENTS.c.event_id).select_from(
    SCHEDULES.join(EVENTS, SCHEDULES.c.event_pk == EVENTS.c.id)
)
_WORTH: Final = ("value", "value_seller", "value_buyer")
_NUMBERS: Final = ("seller_pk", "buyer_pk", "slot_pk", "table_pk", *_WORTH)


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
        found = self._first(
            select(SCHEDULES.c.id, SCHEDULES.c.event_pk).where(SCHEDULES.c.schedule_id == schedule_id)
        )
        if found is None:
            return ()
        event, mine = found.event_pk, MEETINGS.c.schedule_pk == found.id
        rows = self._columns(
            select(*(MEETINGS.c[name] for name in _NUMBERS))
            .join(EVENT_SLOTS, MEETINGS.c.slot_pk == EVENT_SLOTS.c.id)
            .where(mine)
            .order_by(EVENT_SLOTS.c.starts_at, MEETINGS.c.table_pk)
        )
        people, slots, tables = self._people(event), self._slots(event), self._tables(event)
        pairs = zip(rows["seller_pk"].tolist(), rows["buyer_pk"].tolist(), strict=True)
        films = self._films(mine)
        return tuple(
            map(
                Meeting,
                people.ids(rows["seller_pk"]),
                people.ids(rows["buyer_pk"]),
                slots.ids(rows["slot_pk"]),
                tables.ids(rows["table_pk"]),
                *(rows[name].tolist() for name in _WORTH),
                (films.get(pair, ()) for pair in pairs),
            )
        )

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

    def delete(self, schedule: Schedule, expected: int | None = None) -> None:
        """With its meetings. Raises PreconditionFailed."""
        self._delete(SCHEDULES.c.schedule_id, schedule.schedule_id, expected, "schedule")

    def _of(self, event_id: str) -> Select[*tuple[Any, ...]]:
        return _SCHEDULES.where(SCHEDULES.c.event_pk == self._event(event_id))

    def _films(self, mine: ColumnElement[bool]) -> dict[tuple[int, int], tuple[str, ...]]:
        """What is talked about, by the row numbers of seller and buyer; meetings without films are left out."""
        talked = select(MEETINGS.c.seller_pk, MEETINGS.c.buyer_pk, MEETINGS.c.film_ids)
        rows = self._connection.execute(talked.where(mine, func.cardinality(MEETINGS.c.film_ids) > 0))
        return {(seller, buyer): tuple(films) for seller, buyer, films in rows}

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
