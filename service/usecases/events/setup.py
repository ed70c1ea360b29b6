"""Events themselves: made, changed, listed, deleted by their organisers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.domain.events import Event
from service.domain.paging import Page, PageRequest
from service.domain.words import CompanyKind, EventStatus
from service.errors import Conflict, Forbidden, Invalid
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, may, require, require_allowed, sight
from service.store.ids import new_id
from service.store.repositories.events import EventFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import event_about, event_to_read

__all__ = [
    "SeenEvent",
    "attends_event",
    "create_event",
    "delete_event",
    "get_event",
    "list_events",
    "update_event",
]


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event as the actor may see it; plans: whether all of it is theirs to see, or only their agendas."""

    event: Event
    plans: bool


def list_events(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, where: EventFilter
) -> Page[SeenEvent]:
    """Those that the actor organises, and published ones that its companies attend; the latest added first."""
    seen = sight(actor, Action.READ, "event")
    if not seen.everything:
        where = replace(where, seen_by=(seen.organisers, seen.attendees))
    with uow() as tx:
        found = tx.events.list(page, where)
    return Page(tuple(_seen(actor, event) for event in found.items), found.next_after)


def attends_event(uow: UnitOfWorkFactory, actor: Actor) -> bool:
    """Whether one of the actor's companies attends an event that participants see."""
    own = actor.companies()
    if not own:
        return False
    with uow() as tx:
        return bool(tx.events.list(PageRequest(size=1), EventFilter(seen_by=((), own))).items)


def get_event(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> SeenEvent:
    """Raises NotFound."""
    with uow() as tx:
        return _seen(actor, event_to_read(tx, actor, event_id))


def create_event(uow: UnitOfWorkFactory, actor: Actor, event: Event) -> Event:
    """Add an event of the organiser `company_id`, of the actor's only one where it is "".

    A missing event_id is made. Raises Invalid for a time zone that is none.
    """
    sight(actor, Action.WRITE, "event")
    company_id = actor.acting_for(event.company_id or None, CompanyKind.ORGANISER)
    require_allowed(actor, Action.WRITE, "event", About(organisers=frozenset({company_id})))
    _check_zone(event.time_zone)
    with uow() as tx:
        if CompanyKind.ORGANISER not in tx.companies.get(company_id).kinds:
            raise Forbidden("events are made by organisers", "Let an owner add `organiser` to its kinds")
        wanted = replace(
            event,
            event_id=event.event_id or new_id("event"),
            company_id=company_id,
            status=EventStatus.PLANNING,
            values_from="",
        )
        stored = tx.events.add(wanted)
        record(tx, actor, "event.create", "event", stored.event_id, company_id=company_id, after=stored)
        tx.commit()
    return stored


def update_event(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, changes: Mapping[str, Any], expected: int | None
) -> Event:
    """Change some fields; expected: the version that was read.

    Raises Conflict where slots would lie outside of its days, and for a status it cannot have.
    """
    with uow() as tx:
        before = tx.events.get(event_id, alone=True)
        require(actor, Action.WRITE, "event", event_about(tx, before), event_id)
        wanted = replace(before, **changes)
        _check_zone(wanted.time_zone)
        _check_status(tx, before, wanted)
        outside = [
            slot.slot_id
            for slot in tx.venues.slots(event_id)
            if not wanted.starts_on <= slot.day <= wanted.ends_on
        ]
        if outside:
            raise Conflict(
                phrase(
                    "{count} slots lie outside of these days, such as {slot}",
                    count=len(outside),
                    slot=outside[0],
                ),
                "Remove those slots first",
                field="starts_on",
            )
        after = tx.events.update(wanted, expected)
        record(
            tx,
            actor,
            "event.update",
            "event",
            event_id,
            company_id=before.company_id,
            before=before,
            after=after,
        )
        tx.commit()
    return after


def delete_event(uow: UnitOfWorkFactory, actor: Actor, event_id: str, expected: int | None) -> None:
    """With participants, schedules and everything that was said."""
    with uow() as tx:
        before = tx.events.get(event_id, alone=True)
        require(actor, Action.DELETE, "event", event_about(tx, before), event_id)
        tx.events.delete(event_id, expected)
        record(tx, actor, "event.delete", "event", event_id, company_id=before.company_id, before=before)
        tx.commit()


def _seen(actor: Actor, event: Event) -> SeenEvent:
    plans = may(actor, Action.READ, "event_plan", About(organisers=frozenset({event.company_id})))
    return SeenEvent(event if plans else replace(event, evenness=0.0, values_from=""), plans)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid.field(
            "time_zone",
            phrase("{name!r} is no time zone", name=name),
            "Name one such as Europe/Berlin or America/Toronto",
        ) from None


def _check_status(tx: UnitOfWork, before: Event, wanted: Event) -> None:
    if wanted.status is before.status or wanted.status is EventStatus.CLOSED:
        return
    fitting = EventStatus.PUBLISHED if tx.schedules.published(before.event_id) else EventStatus.PLANNING
    if wanted.status is not fitting:
        raise Conflict(
            phrase(
                "the event is {status}: that follows from whether a schedule is published", status=fitting
            ),
            phrase("Write {status} to open it again, or publish a schedule", status=fitting),
            field="status",
        )
