"""Events of market organisers, their slots and tables."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.deps import ActorDep, UowDep
from service.api.etags import IfMatch, set_etag
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.events import (
    EventChange,
    EventIn,
    EventOut,
    SlotOut,
    SlotPatternIn,
    SlotsIn,
    TableChange,
    TableOut,
    TablesIn,
)
from service.api.schemas.trade import changes
from service.domain.words import EventStatus
from service.store.repositories.events import EventFilter
from service.usecases.events import places, setup

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["events"])


@router.get("/events", responses=responses())
def list_events(
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    company_id: Annotated[str, Query(max_length=200, description="The organiser.")] = "",
    status: EventStatus | None = None,
) -> PageOf[EventOut]:
    """The events you organise, and published ones that your companies attend; the latest added first."""
    where = EventFilter(company_id=company_id, status=status)
    return paging.render(setup.list_events(uow, actor, paging.request, where), EventOut.of)


@router.post("/events", status_code=201, responses=responses(404, 409))
def create_event(body: EventIn, actor: ActorDep, uow: UowDep, response: Response) -> EventOut:
    """A new event; for members of an organiser."""
    event = setup.create_event(uow, actor, body.as_event())
    set_etag(response, event.version)
    response.headers["Location"] = f"/api/v1/events/{event.event_id}"
    return EventOut.of(setup.SeenEvent(event, plans=True))


@router.get("/events/{event_id}", responses=responses(404))
def get_event(event_id: str, actor: ActorDep, uow: UowDep, response: Response) -> EventOut:
    """An event; for its organiser and, once a schedule is published, for the companies that attend."""
    seen = setup.get_event(uow, actor, event_id)
    set_etag(response, seen.event.version)
    return EventOut.of(seen)


@router.patch("/events/{event_id}", responses=responses(404, 409, 412, 428))
def update_event(
    event_id: str, body: EventChange, actor: ActorDep, uow: UowDep, expected: IfMatch, response: Response
) -> EventOut:
    """Change some of an event, or close it."""
    event = setup.update_event(uow, actor, event_id, changes(body), expected)
    set_etag(response, event.version)
    return EventOut.of(setup.SeenEvent(event, plans=True))


@router.delete("/events/{event_id}", status_code=204, responses=responses(404, 409, 412, 428))
def delete_event(event_id: str, actor: ActorDep, uow: UowDep, expected: IfMatch) -> None:
    """Delete an event with participants, schedules and everything that was said; for owners."""
    setup.delete_event(uow, actor, event_id, expected)


@router.get("/events/{event_id}/slots", responses=responses(404))
def list_slots(event_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[SlotOut]:
    """When meetings are held, in the event's time zone."""
    return paging.part(places.list_slots(uow, actor, event_id), SlotOut.of)


@router.post("/events/{event_id}/slots", status_code=201, responses=responses(404, 409))
def add_slots(event_id: str, body: SlotsIn, actor: ActorDep, uow: UowDep) -> list[SlotOut]:
    """Add slots, all or none; they must not overlap."""
    slots = [slot.as_slot() for slot in body.slots]
    return [SlotOut.of(slot) for slot in places.add_slots(uow, actor, event_id, slots)]


@router.post("/events/{event_id}/slot-patterns", status_code=201, responses=responses(404, 409))
def make_slots(event_id: str, body: SlotPatternIn, actor: ActorDep, uow: UowDep) -> list[SlotOut]:
    """Add slots of one length on several days, with pauses."""
    return [SlotOut.of(slot) for slot in places.make_slots(uow, actor, event_id, body.as_pattern())]


@router.delete("/events/{event_id}/slots/{slot_id}", status_code=204, responses=responses(404, 409))
def remove_slot(event_id: str, slot_id: str, actor: ActorDep, uow: UowDep) -> None:
    """Remove a slot in which no schedule has meetings."""
    places.remove_slot(uow, actor, event_id, slot_id)


@router.get("/events/{event_id}/tables", responses=responses(404))
def list_tables(event_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[TableOut]:
    """Where meetings are held; for the organiser."""
    return paging.part(places.list_tables(uow, actor, event_id), TableOut.of)


@router.post("/events/{event_id}/tables", status_code=201, responses=responses(404, 409))
def add_tables(event_id: str, body: TablesIn, actor: ActorDep, uow: UowDep) -> list[TableOut]:
    """Add tables, all or none."""
    tables = [table.as_table() for table in body.tables]
    return [TableOut.of(table) for table in places.add_tables(uow, actor, event_id, tables)]


@router.patch("/events/{event_id}/tables/{table_id}", responses=responses(404, 409, 412, 428))
def update_table(
    event_id: str,
    table_id: str,
    body: TableChange,
    actor: ActorDep,
    uow: UowDep,
    expected: IfMatch,
    response: Response,
) -> TableOut:
    """Change a table, or close it: then its meetings move when the event is planned again.

    If-Match: `version` of the list, as "3".
    """
    changed = places.update_table(uow, actor, event_id, table_id, changes(body), expected)
    set_etag(response, changed.version)
    return TableOut.of(changed)


@router.delete(
    "/events/{event_id}/tables/{table_id}", status_code=204, responses=responses(404, 409, 412, 428)
)
def remove_table(event_id: str, table_id: str, actor: ActorDep, uow: UowDep, expected: IfMatch) -> None:
    """Remove a table at which no schedule has meetings."""
    places.remove_table(uow, actor, event_id, table_id, expected)
