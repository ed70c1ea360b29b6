"""What happens between publication and the event: noted, and planned again with as few changes as possible."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from service.errors import Conflict, Invalid, NotFound
from service.usecases.events import people, places, planning, schedules
from service.web.forms import Form, FormDep, empty_form
from service.web.pages.organiser.breaches import breach_texts
from service.web.pages.organiser.desk import Desk, DeskDep

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/incidents")


@router.get("")
def show(desk: DeskDep) -> Response:
    """What can be noted, and what stands in the latest version that can no longer be held."""
    return _shown(desk)


@router.post("")
def note(desk: DeskDep, form: FormDep) -> Response:
    """Note what happened, and ask for a plan that changes as little as possible."""
    page = desk.page
    given = (page.uow, page.actor, desk.event.event_id)
    try:
        said = _note(desk, form)
    except (Invalid, Conflict) as error:
        return _shown(desk, 422, form=form.refused(error))
    try:
        base = schedules.base_of(*given)
        wanted = planning.PlanRequest(
            evenness=base.report.get("evenness_knob"), based_on=base.number, plan_the_rest=True, note=said
        )
        planning.request_plan(*given, wanted)
    except (Invalid, Conflict) as error:
        why = error.problems[0].message if isinstance(error, Invalid) else error.message
        noted = page.say(
            "%(what)s. It is noted, but not planned again yet: %(why)s.", what=said, why=page.say(why)
        )
        return desk.go(desk.at("incidents"), noted)
    planning_again = page.say(
        "%(what)s. Planning again with as few changes to version %(number)s as possible.",
        what=said,
        number=page.reader.number(base.number),
    )
    return desk.go(desk.at(), planning_again)


def _note(desk: Desk, form: Form) -> str:
    """Store what happened; returns it as a text for the version's note."""
    page = desk.page
    say, given = page.say, (page.uow, page.actor, desk.event.event_id)
    kind = form.text("kind")
    if kind == "table":
        table_id = form.text("table")
        try:
            places.update_table(*given, table_id, {"closed": True})
        except NotFound as error:
            raise Invalid.field("table", error.message, say("Choose one of the tables")) from None
        return say("Table %(table)s is gone", table=table_id)
    if kind == "again":
        return say("Planned again")
    one = desk.find(form.text("who"), None, "who")
    if kind == "late":
        until = _moment(desk, form.text("until"))
        released = people.set_late(*given, one.participant_id, until).released
        when = page.reader.clock(until, desk.event.time_zone)
        if not released:
            return say("%(name)s arrives at %(time)s", name=one.name, time=when)
        others = {lock.seller_id if one.side == "buyer" else lock.buyer_id for lock in released}
        names = ", ".join(sorted(map(desk.name, others)))
        return say(
            "%(name)s arrives at %(time)s; no longer fixed: the meetings with %(others)s",
            name=one.name,
            time=when,
            others=names,
        )
    people.drop_out(*given, one.participant_id)
    return say("%(name)s has dropped out", name=one.name)


def _moment(desk: Desk, typed: str) -> datetime:
    """A local time of the form, in the event's zone. Raises Invalid."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(desk.event.time_zone))
    except ValueError:
        say = desk.page.say
        raise Invalid.field("until", say("this is no time"), say("Choose a day and a time")) from None


def _shown(desk: Desk, status: int = 200, *, form: Form | None = None) -> Response:
    page = desk.page
    given = (page.uow, page.actor, desk.event.event_id)
    try:
        found = schedules.get_schedule(*given, schedules.base_of(*given).number)
        latest = schedules.list_schedules(*given)[0].number
    except NotFound:
        found, latest = None, 0
    tables = [table for table in places.list_tables(*given) if not table.closed]
    shown: dict[str, Any] = {"broken": breach_texts(desk, found.broken) if found else []}
    first = next(iter(desk.slots.values()), None)
    here = ZoneInfo(desk.event.time_zone)
    until = first.starts_at.astimezone(here).strftime("%Y-%m-%dT%H:%M") if first else ""
    return desk.show(
        "incidents.html",
        status,
        found=found,
        latest=latest,
        tables=tables,
        form=form or empty_form({"kind": "drop_out", "until": until}),
        **shown,
    )
