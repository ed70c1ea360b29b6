"""Slots and tables."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from service.domain.events import EventTable
from service.errors import Conflict, Invalid, PreconditionFailed
from service.usecases.events import places
from service.web.forms import Form, FormDep, empty_form
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.forms import SlotsIn
from service.web.pages.organiser.lists import Number, part_of

__all__ = ["router", "series"]

router = APIRouter(prefix="/events/{event_id}/places")

_SERIES: Final = re.compile(r"^(.*?)(\d+)\s*[-–]\s*(?:\1)?(\d+)$")
_MOST: Final = 500


@router.get("")
def show(desk: DeskDep, number: Number = 1) -> Response:
    """Slots by day, and tables."""
    return _shown(desk, number=number)


@router.post("/slots")
def make_slots(desk: DeskDep, form: FormDep) -> Response:
    """Slots of one length on the days that are ticked."""
    page, event = desk.page, desk.event
    try:
        given = form.read(SlotsIn)
        pattern = given.pattern(event.starts_on, event.ends_on)
        chosen = set(form.texts("days"))
        days = [day for day in pattern.days if not chosen or day.isoformat() in chosen]
        made = places.make_slots(page.uow, page.actor, event.event_id, replace(pattern, days=days))
    except (Invalid, Conflict) as error:
        return _shown(desk, 422, slots_form=form.refused(error))
    said = page.say("%(count)s slots are added.", count=page.reader.number(len(made)))
    return desk.go(desk.at("places"), said)


@router.post("/slots/remove")
def remove_slot(desk: DeskDep, form: FormDep) -> Response:
    """Take out a slot that no schedule uses."""
    page = desk.page
    try:
        places.remove_slot(page.uow, page.actor, desk.event.event_id, form.text("slot_id"))
    except Conflict as error:
        return _shown(desk, 409, refusal=error)
    return desk.go(desk.at("places"), page.say("The slot is removed."))


@router.post("/tables")
def add_tables(desk: DeskDep, form: FormDep) -> Response:
    """One table, several between commas, or a row of them such as t01-t20."""
    page = desk.page
    try:
        names = [name for typed in form.texts("table_ids") for name in series(page.say, typed)]
        if not names:
            wrong = page.say("a table needs a name")
            raise Invalid.field("table_ids", wrong, page.say("Write one, or a row such as t01-t20"))
        new = [EventTable(name, form.text("reserved_for"), form.text("hall")) for name in names]
        places.add_tables(page.uow, page.actor, desk.event.event_id, new)
    except (Invalid, Conflict) as error:
        return _shown(desk, 422, tables_form=form.refused(error))
    said = page.say("%(count)s tables are added.", count=page.reader.number(len(new)))
    return desk.go(desk.at("places"), said)


@router.post("/tables/change")
def change_table(desk: DeskDep, form: FormDep) -> Response:
    """Close a table, open it again, remove it, or say for whom it is."""
    page, table_id, todo = desk.page, form.text("table_id"), form.text("todo")
    given = (page.uow, page.actor, desk.event.event_id, table_id)
    try:
        if todo == "remove":
            places.remove_table(*given, form.version())
        elif todo in ("close", "open"):
            places.update_table(*given, {"closed": todo == "close"}, form.version())
        else:
            changes = {"hall": form.text("hall"), "reserved_for": form.text("reserved_for")}
            places.update_table(*given, changes, form.version())
    except (Invalid, Conflict) as error:
        return _shown(desk, 409, refusal=error)
    except PreconditionFailed:
        wrong = page.say("somebody changed table %(table)s meanwhile", table=table_id)
        remedy = page.say("Look at what it says now, and change it again")
        return _shown(desk, 409, refusal=Conflict(wrong, remedy))
    said = {
        "remove": page.say("Table %(table)s is removed.", table=table_id),
        "close": page.say("Table %(table)s is closed. Plan again to move its meetings.", table=table_id),
        "open": page.say("Table %(table)s is open again.", table=table_id),
    }
    return desk.go(desk.at("places"), said.get(todo, page.say("Table %(table)s is changed.", table=table_id)))


def series(say: Any, typed: str) -> list[str]:
    """t01-t20 as twenty names; anything else is one."""
    found = _SERIES.match(typed)
    if found is None:
        return [typed]
    first, last, width = int(found[2]), int(found[3]), len(found[2])
    if not 0 <= last - first < _MOST:
        message = say("%(typed)s is no row of tables", typed=typed)
        raise Invalid.field("table_ids", message, say("Write the lower number first, and 500 at most"))
    return [f"{found[1]}{number:0{width}d}" for number in range(first, last + 1)]


def _shown(desk: Desk, status: int = 200, *, number: int = 1, **more: Any) -> Response:
    page = desk.page
    tables = places.list_tables(page.uow, page.actor, desk.event.event_id)
    usual = {"starts": "09:30", "ends": "18:00", "minutes": 30}
    shown: dict[str, Form | Conflict | None] = {
        "slots_form": empty_form(usual),
        "tables_form": empty_form(),
        "refusal": None,
        **more,
    }
    days = [(day, list(slots)) for day, slots in groupby(desk.slots.values(), lambda slot: slot.day)]
    pattern = SlotsIn.model_validate(usual).pattern(desk.event.starts_on, desk.event.ends_on)
    return desk.show(
        "places.html", status, days=days, event_days=pattern.days, part=part_of(tables, number, 100), **shown
    )
