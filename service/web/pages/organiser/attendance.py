"""Who came: the organiser notes it, slot by slot."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from recommender.meetings.domain import Meeting
from service.clock import now
from service.domain.words import Attendance, ScheduleState
from service.errors import Conflict, Invalid, NotFound
from service.usecases.events import outcomes, schedules
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import Words
from service.web.pages.organiser.desk import Desk, DeskDep

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/attendance")


@router.get("")
def show(desk: DeskDep, slot: Words = "") -> Response:
    """The meetings of a slot that has begun, the latest by default, and who was missed so far."""
    return _shown(desk, slot)


@router.post("")
def note(desk: DeskDep, form: FormDep) -> Response:
    """Note what was chosen for the meetings of a slot."""
    page, slot = desk.page, form.text("slot")
    rows = [form.column(name) for name in ("seller", "buyer", "attendance")]
    given = (page.uow, page.actor, desk.event.event_id)
    before = _said(desk)
    noted = 0
    try:
        for seller, buyer, word in _together(desk, *rows):
            if word and before.get((seller, buyer)) != word:
                attendance = _attendance(desk, word)
                outcomes.record_outcome(*given, outcomes.NewOutcome(seller, buyer, attendance))
                noted += 1
    except (Invalid, Conflict) as error:
        return _shown(desk, slot, 422, form=form.refused(error))
    except NotFound:
        said = page.say("A meeting was moved or cancelled meanwhile. Look at the list as it is now.")
        return desk.go(desk.at("attendance", slot=slot), said)
    said = page.say("%(count)s meetings are noted.", count=page.reader.number(noted))
    return desk.go(desk.at("attendance", slot=slot), said)


def _together(desk: Desk, *columns: list[str]) -> list[tuple[str, ...]]:
    """The rows of the list. Raises Invalid where a part of them was not sent."""
    if len(set(map(len, columns))) > 1:
        say = desk.page.say
        raise Invalid.field("", say("the form is incomplete"), say("Open the list again"))
    return list(zip(*columns, strict=True))


def _attendance(desk: Desk, word: str) -> Attendance:
    try:
        return Attendance(word)
    except ValueError:
        message = desk.page.say("nothing was chosen")
        raise Invalid.field("", message, desk.page.say("Choose one")) from None


def _said(desk: Desk) -> dict[tuple[str, str], str]:
    """What the organiser said of each meeting."""
    found = outcomes.list_outcomes(desk.page.uow, desk.page.actor, desk.event.event_id)
    return {(one.seller_id, one.buyer_id): one.attendance for one in found if one.said_by == "organiser"}


def _published(desk: Desk) -> tuple[Meeting, ...]:
    given = (desk.page.uow, desk.page.actor, desk.event.event_id)
    versions = schedules.list_schedules(*given)
    number = next((one.number for one in versions if one.state is ScheduleState.PUBLISHED), None)
    return () if number is None else schedules.get_schedule(*given, number).meetings


def _shown(desk: Desk, chosen: str, status: int = 200, *, form: Form | None = None) -> Response:
    page = desk.page
    meetings = _published(desk)
    held = {one.slot_id for one in meetings}
    begun = [slot for key, slot in desk.slots.items() if key in held and slot.starts_at <= now()]
    slot = next((one for one in begun if one.slot_id == chosen), begun[-1] if begun else None)
    shown: dict[str, Any] = {
        "begun": begun,
        "slot": slot,
        "meetings": [one for one in meetings if slot and one.slot_id == slot.slot_id],
        "is_published": bool(meetings),
        "said": _said(desk),
        "missed": outcomes.count_no_shows(page.uow, page.actor, desk.event.event_id)[:20],
        "form": form or empty_form(),
    }
    return desk.show("attendance.html", status, **shown)
