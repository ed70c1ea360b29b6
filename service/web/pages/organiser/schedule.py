"""The grid by slot and table, one day and some tables at a time."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from recommender.meetings.domain import Meeting
from recommender.meetings.standby import StandBy
from service.domain.events import EventTable
from service.errors import Invalid, NotFound
from service.usecases.events import agendas, asking, places, schedules, targets, wishes
from service.usecases.events.schedules import Versioned
from service.web.forms import Form, empty_form
from service.web.lists import Words
from service.web.pages.organiser.breaches import breach_texts
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.grid import grid_of, with_targets
from service.web.pages.organiser.lists import Number

__all__ = ["router", "show_free"]

router = APIRouter(prefix="/events/{event_id}/schedule")

_BROKEN: Final = 20
"""Rules that are named at most."""


@router.get("")
def show(
    desk: DeskDep,
    day: date | None = None,
    number: Number = 1,
    q: Words = "",
    seller: Words = "",
    buyer: Words = "",
    version: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The grid. q: somebody to look for. seller, buyer: the meeting that is picked up. version: an older one."""
    page, event_id = desk.page, desk.event.event_id
    try:
        # Whoever carries a meeting about wants its places, and soon.
        is_looked_at = not (page.is_part or seller)
        found = schedules.get_schedule(page.uow, page.actor, event_id, version, checked=is_looked_at)
    except NotFound:
        if version is not None:
            raise
        return desk.show("schedule.html", found=None, grid=None)
    latest = schedules.list_schedules(page.uow, page.actor, event_id)[0].number
    form = Form(values={"q": q})
    person = _person(desk, form, q)
    picked_up = (seller, buyer) if seller and buyer and found.schedule.number == latest else None
    grid = grid_of(
        desk,
        _shown(desk, found.meetings),
        _tables(desk),
        day=day,
        number=number,
        person=person,
        picked_up=picked_up,
    )
    if picked_up and grid:
        slots = [slot.slot_id for slot, _ in grid.rows]
        tables = [one.table_id for one in grid.tables.items if not one.closed]
        try:
            places_for = targets.list_targets(page.uow, page.actor, event_id, picked_up, slots, tables)
            grid = with_targets(desk, grid, places_for)
        except Invalid as error:
            form.refused(error)
            picked_up = None
    template = "schedule_grid.html" if page.is_part else "schedule.html"
    return desk.show(
        template,
        found=found,
        broken=breach_texts(desk, found.broken[:_BROKEN]),
        latest=latest,
        grid=grid,
        q=q,
        form=form,
        picked_up=picked_up,
        locked={(one.seller_id, one.buyer_id) for one in wishes.list_locks(page.uow, page.actor, event_id)},
        answers=_answers(desk),
    )


@router.get("/meeting")
def meeting(desk: DeskDep, seller: Words, buyer: Words) -> Response:
    """One meeting, and what can be done with it."""
    page, event_id = desk.page, desk.event.event_id
    found = schedules.get_schedule(page.uow, page.actor, event_id, checked=False)
    one = _meeting(found, seller, buyer)
    locks = wishes.list_locks(page.uow, page.actor, event_id)
    said = agendas.list_responses(page.uow, page.actor, event_id)
    return desk.show(
        "meeting_part.html" if page.is_part else "meeting.html",
        one=one,
        schedule=found.schedule,
        is_locked=any((lock.seller_id, lock.buyer_id) == (seller, buyer) for lock in locks),
        responses=[each for each in said if (each.seller_id, each.buyer_id) == (seller, buyer)],
        tables=[table for table in _tables(desk) if not table.closed],
        form=empty_form({"slot": one.slot_id, "table": ""}),
    )


@router.get("/free")
def free(desk: DeskDep, slot: Words, table: Words) -> Response:
    """A free place: who could meet there, or anybody by hand."""
    return show_free(desk, slot, table, empty_form())


@router.get("/stand-bys")
def stand_bys(desk: DeskDep, slot: Words, table: Words) -> Response:
    """Who could meet at a free place: looked for once the place itself is shown."""
    return desk.show("stand_bys.html", slot=slot, table=table, suggested=_stand_bys(desk, slot))


def show_free(desk: Desk, slot: str, table: str, form: Form, status: int = 200) -> Response:
    """A free place, with a form to add a meeting."""
    is_part = desk.page.is_part
    return desk.show(
        "free_part.html" if is_part else "free.html",
        status,
        slot=slot,
        table=table,
        suggested=() if is_part else _stand_bys(desk, slot),
        form=form,
    )


def _stand_bys(desk: Desk, slot: str) -> tuple[StandBy, ...]:
    page = desk.page
    return asking.find_stand_bys(page.uow, page.actor, desk.event.event_id, slot_id=slot, most=8)


def _person(desk: Desk, form: Form, q: str) -> str:
    if not q:
        return ""
    try:
        return desk.find(q, None, "q").participant_id
    except Invalid as error:
        form.refused(error)
        return ""


def _shown(desk: Desk, meetings: tuple[Meeting, ...]) -> list[Meeting]:
    return [one for one in meetings if one.slot_id in desk.slots]


def _tables(desk: Desk) -> tuple[EventTable, ...]:
    return places.list_tables(desk.page.uow, desk.page.actor, desk.event.event_id)


def _meeting(found: Versioned, seller: str, buyer: str) -> Meeting:
    for one in found.meetings:
        if (one.seller_id, one.buyer_id) == (seller, buyer):
            return one
    raise NotFound("meeting", f"{seller} {buyer}", "It was moved or cancelled: look at the schedule again")


def _answers(desk: Desk) -> dict[tuple[str, str], set[Any]]:
    """What was answered to each published meeting."""
    found: dict[tuple[str, str], set[Any]] = {}
    for one in agendas.list_responses(desk.page.uow, desk.page.actor, desk.event.event_id):
        found.setdefault((one.seller_id, one.buyer_id), set()).add(one.answer)
    return found
