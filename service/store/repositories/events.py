"""Events."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from service.domain.events import Event
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import EventStatus
from service.errors import NotFound
from service.store.repositories.of_events import EventRepository
from service.store.tables.accounts import COMPANIES
from service.store.tables.events import EVENT_PARTICIPANTS, EVENTS

__all__ = ["EventFilter", "Events"]

_EVENTS = select(EVENTS, COMPANIES.c.company_id, EVENTS.c.id.label("position")).select_from(
    EVENTS.join(COMPANIES, EVENTS.c.company_pk == COMPANIES.c.id)
)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Each empty field is no condition.

    seen_by: organisers, and companies that attend: events of the former, and those of the latter that were
    published; None for all.
    """

    company_id: str = ""
    status: EventStatus | None = None
    seen_by: tuple[Collection[str], Collection[str]] | None = None


class Events(EventRepository):
    """tx.events."""

    def add(self, event: Event) -> Event:
        """Store a new event; Conflict when the id is taken."""
        company = self._pk(COMPANIES.c.company_id, event.company_id, "company_id")
        self._insert(EVENTS, {"event_id": event.event_id, "company_pk": company, **_values(event)})
        return self.get(event.event_id)

    def get(self, event_id: str, *, alone: bool = False) -> Event:
        """Raises NotFound. alone: nobody else changes the event until this unit of work ends."""
        query = _EVENTS.where(EVENTS.c.event_id == event_id)
        row = self._first(query.with_for_update(of=EVENTS) if alone else query)
        if row is None:
            raise NotFound("event", event_id)
        return _event(row)

    def list(self, page: PageRequest = FIRST, where: EventFilter | None = None) -> Page[Event]:
        """The latest added first."""
        where = where or EventFilter()
        query = _EVENTS
        if where.company_id:
            query = query.where(COMPANIES.c.company_id == where.company_id)
        if where.status is not None:
            query = query.where(EVENTS.c.status == where.status.value)
        if where.seen_by is not None:
            organisers, attendees = where.seen_by
            own = select(COMPANIES.c.id).where(COMPANIES.c.company_id.in_(attendees))
            attended = select(EVENT_PARTICIPANTS.c.event_pk).where(EVENT_PARTICIPANTS.c.company_pk.in_(own))
            told = or_(EVENTS.c.status != EventStatus.PLANNING.value, EVENTS.c.invites)
            shown = EVENTS.c.id.in_(attended) & told
            query = query.where(or_(COMPANIES.c.company_id.in_(organisers), shown))
        return self._page(query, EVENTS.c.id, page, _event, newest_first=True)

    def attendees(self, event_id: str) -> frozenset[str]:
        """The companies of its participants."""
        query = (
            select(COMPANIES.c.company_id)
            .join(EVENT_PARTICIPANTS, EVENT_PARTICIPANTS.c.company_pk == COMPANIES.c.id)
            .where(EVENT_PARTICIPANTS.c.event_pk == self._event(event_id))
        )
        return frozenset(row.company_id for row in self._all(query.distinct()))

    def update(self, event: Event, expected: int | None = None) -> Event:
        """Write every field but the organiser; raises NotFound, PreconditionFailed."""
        self._update(EVENTS.c.event_id, event.event_id, _values(event), expected, "event")
        return self.get(event.event_id)

    def delete(self, event_id: str, expected: int | None = None) -> None:
        """With everything that belongs to it."""
        self._delete(EVENTS.c.event_id, event_id, expected, "event")


def _values(event: Event) -> dict[str, Any]:
    return {
        "name": event.name,
        "time_zone": event.time_zone,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "evenness": event.evenness,
        "walking_min": event.walking_min,
        "status": event.status.value,
        "values_from": event.values_from,
        "invites": event.invites,
    }


def _event(row: Any) -> Event:
    return Event(
        event_id=row.event_id,
        company_id=row.company_id,
        name=row.name,
        time_zone=row.time_zone,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        evenness=row.evenness,
        walking_min=row.walking_min,
        status=EventStatus(row.status),
        values_from=row.values_from,
        invites=row.invites,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
