"""The events of an organiser, a new one, and its facts."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.domain.events import EventTable
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind, EventStatus, Role, ScheduleState
from service.errors import Conflict, Invalid, PreconditionFailed
from service.store.repositories.events import EventFilter
from service.usecases.events import places, schedules, setup
from service.web.forms import Form, FormDep, empty_form
from service.web.page import Page, PageDep
from service.web.pages.organiser.desk import Desk, DeskDep, address
from service.web.pages.organiser.forms import EventIn, SlotsIn

__all__ = ["router"]

router = APIRouter(prefix="/events")

_USUAL = {"starts": "09:30", "ends": "18:00", "minutes": 30, "pause_from": "13:00", "pause_to": "14:00"}


@router.get("")
def show(page: PageDep, after: Annotated[int | None, Query(ge=0)] = None) -> Response:
    """The events that the actor organises, the latest added first."""
    found = setup.list_events(page.uow, page.actor, PageRequest(30, after), EventFilter())
    events = [one.event for one in found.items if one.plans]
    more = address("/events", after=found.next_after) if found.next_after is not None else ""
    may = bool(page.actor.companies(CompanyKind.ORGANISER, Role.MEMBER))
    return page.show("organiser/events.html", events=events, more=more, may=may)


@router.get("/new")
def ask(page: PageDep) -> Response:
    """The form of a new event."""
    return _form(page, empty_form({"time_zone": page.reader.zone.key, "tables": 10, **_USUAL}))


@router.post("/new")
def create(page: PageDep, form: FormDep) -> Response:
    """Make an event, with slots and tables where they are asked for."""
    try:
        given = form.read(EventIn)
        slots = form.read(SlotsIn) if form.text("with_slots") else None
        _check_days(page, given)
        if slots is not None:
            _check_slots(page, given, slots)
        event = setup.create_event(page.uow, page.actor, given.as_event())
    except (Invalid, Conflict) as error:
        return _form(page, form.refused(error), 422)
    if slots is not None:
        pattern = slots.pattern(given.starts_on, given.ends_on)
        places.make_slots(page.uow, page.actor, event.event_id, pattern)
        tables = [EventTable(f"t{number:02d}") for number in range(1, slots.tables + 1)]
        if tables:
            places.add_tables(page.uow, page.actor, event.event_id, tables)
    said = page.say("%(name)s is there. Next: who comes.", name=event.name)
    return page.go(address("/events", event.event_id, "setup"), said)


@router.get("/{event_id}/facts")
def facts(desk: DeskDep) -> Response:
    """The facts of an event, to be changed."""
    return _facts(desk, empty_form(_values(desk)))


@router.post("/{event_id}/facts")
def change(desk: DeskDep, form: FormDep) -> Response:
    """Change the facts of an event."""
    page = desk.page
    try:
        given = form.read(EventIn)
        _check_days(page, given)
        changes = given.model_dump()
        setup.update_event(page.uow, page.actor, desk.event.event_id, changes, _version(form))
    except (Invalid, Conflict) as error:
        return _facts(desk, form.refused(error), 422)
    except PreconditionFailed:
        return _facts(desk, form, 412, changed_meanwhile=True)
    return desk.go(desk.at("setup"), page.say("The event is changed."))


@router.post("/{event_id}/status")
def close(desk: DeskDep, form: FormDep) -> Response:
    """Close an event, or open it again."""
    page, event = desk.page, desk.event
    status = EventStatus(form.text("status")) if form.text("status") in set(EventStatus) else event.status
    setup.update_event(page.uow, page.actor, event.event_id, {"status": status}, None)
    closed = status is EventStatus.CLOSED
    said = page.say("The event is closed.") if closed else page.say("The event is open again.")
    return desk.go(desk.at("setup"), said)


@router.post("/{event_id}/invites")
def invite(desk: DeskDep, form: FormDep) -> Response:
    """Let participants set line-ups and wishes themselves, or no longer."""
    page, invites = desk.page, form.has("invites")
    setup.update_event(page.uow, page.actor, desk.event.event_id, {"invites": invites}, None)
    said = page.say("Participants can prepare themselves now.")
    return desk.go(desk.at("facts"), said if invites else page.say("Participants no longer see the event."))


@router.post("/{event_id}/delete")
def delete(desk: DeskDep, form: FormDep) -> Response:
    """Delete an event for good, once its name was typed."""
    page, event = desk.page, desk.event
    if form.text("name") != event.name:
        message = page.say("this is not the name of the event")
        wrong = Invalid.field("typed", message, page.say("Type the whole name to delete it"))
        return _facts(desk, empty_form(_values(desk)), 422, deleting=form.refused(wrong))
    setup.delete_event(page.uow, page.actor, event.event_id, None)
    return page.go("/events", page.say("%(name)s is deleted.", name=event.name))


def _form(page: Page, form: Form, status: int = 200) -> Response:
    may = bool(page.actor.companies(CompanyKind.ORGANISER, Role.MEMBER))
    return page.show("organiser/event_new.html", status, form=form, zones=_zones(), may=may)


def _facts(desk: Desk, form: Form, status: int = 200, **more: Any) -> Response:
    versions = schedules.list_schedules(desk.page.uow, desk.page.actor, desk.event.event_id)
    is_out = any(one.state is ScheduleState.PUBLISHED for one in versions)
    shown = {
        "changed_meanwhile": False,
        "deleting": empty_form(),
        "reopened": EventStatus.PUBLISHED if is_out else EventStatus.PLANNING,
        **more,
    }
    return desk.show("facts.html", status, form=form, zones=_zones(), **shown)


def _values(desk: Desk) -> dict[str, Any]:
    event = desk.event
    return {name: getattr(event, name) for name in EventIn.model_fields}


def _version(form: Form) -> int | None:
    return int(form.text("version")) if form.text("version").isdecimal() else None


def _zones() -> list[str]:
    return sorted(zone for zone in available_timezones() if "/" in zone)


def _check_days(page: Page, given: EventIn) -> None:
    days = (given.ends_on - given.starts_on).days
    if not 0 <= days < 100:
        message = page.say("an event ends on its first day or up to a hundred days later")
        raise Invalid.field("ends_on", message, page.say("Correct one of the two days"))


def _check_slots(page: Page, given: EventIn, slots: SlotsIn) -> None:
    if given.time_zone not in available_timezones():
        message = page.say("%(zone)s is no time zone", zone=given.time_zone)
        raise Invalid.field("time_zone", message, page.say("Choose one from the list, such as Europe/Berlin"))
    if not slots.pattern(given.starts_on, given.starts_on).slots(ZoneInfo(given.time_zone)):
        message = page.say("no slot fits between these times")
        raise Invalid.field("ends", message, page.say("Choose a later end or shorter slots"))
