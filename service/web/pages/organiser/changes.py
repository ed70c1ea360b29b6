"""A meeting added, moved, swapped, cancelled or fixed by hand; its conflicts are shown before it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from recommender.meetings.domain import Lock
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed
from service.usecases.events import editing, schedules, wishes
from service.usecases.events.editing import Add, Cancel, Change, Move, Swap
from service.web.forms import Form, FormDep
from service.web.pages.organiser.breaches import breach_texts
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.schedule import show_free

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/schedule")

_FIELDS: Final = ("kind", "seller", "buyer", "slot", "table", "other_seller", "other_buyer", "day", "number")


@router.get("/change")
def preview(desk: DeskDep, request: Request) -> Response:
    """What a change would do and break."""
    form = Form(values=dict(request.query_params))
    try:
        return _preview(desk, form, _change(desk, form))
    except Invalid as error:
        return _refused(desk, form, error)


@router.post("/change")
def carry_out(desk: DeskDep, form: FormDep) -> Response:
    """Change the schedule, unless somebody else did meanwhile or something stands against it."""
    page = desk.page
    expected = int(form.text("version")) if form.text("version").isdecimal() else None
    try:
        change = _change(desk, form)
        editing.change_schedule(
            page.uow,
            page.actor,
            desk.event.event_id,
            change,
            expected,
            desk=page.desk,
            despite_soft=form.has("despite_soft"),
            lock=form.has("lock"),
        )
    except PreconditionFailed:
        return _preview(desk, form, change, 412, meanwhile=True)
    except Conflict:
        return _preview(desk, form, change, 409)
    except Invalid as error:
        return _refused(desk, form, error)
    return desk.go(_after(desk, form, change), _said(desk, change))


@router.post("/lock")
def lock(desk: DeskDep, form: FormDep) -> Response:
    """Fix a meeting where it is, or let planning move it again."""
    page, pair = desk.page, (form.text("seller"), form.text("buyer"))
    given = (page.uow, page.actor, desk.event.event_id)
    found = schedules.get_schedule(*given, checked=False)
    one = next((each for each in found.meetings if (each.seller_id, each.buyer_id) == pair), None)
    if one is None:
        raise NotFound("meeting", " ".join(pair), "It was moved or cancelled: look at the schedule again")
    if form.text("todo") == "unlock":
        wishes.unlock(*given, *pair)
        said = page.say("The meeting is no longer fixed: planning may move it.")
    else:
        wishes.lock(*given, Lock(*pair, one.slot_id, one.table_id))
        said = page.say("The meeting is fixed: planning keeps it where it is.")
    return desk.go(_place(desk, form, one.slot_id), said)


def _change(desk: Desk, form: Form) -> Change:
    """What the form asks for. Raises Invalid."""
    made: dict[str, Callable[[], Change]] = {
        "add": lambda: Add(*_pair(desk, form), form.text("slot"), form.text("table")),
        "move": lambda: Move(*_pair(desk, form), form.text("slot"), form.text("table")),
        "swap": lambda: Swap(_pair(desk, form), _pair(desk, form, "other_")),
        "cancel": lambda: Cancel(*_pair(desk, form)),
    }
    if form.text("kind") not in made:
        message = desk.page.say("this is no change of a schedule")
        raise Invalid.field("kind", message, desk.page.say("Go back to the schedule"))
    return made[form.text("kind")]()


def _pair(desk: Desk, form: Form, prefix: str = "") -> tuple[str, str]:
    seller, buyer = f"{prefix}seller", f"{prefix}buyer"
    one = desk.find(form.text(seller), "seller", seller)
    return one.participant_id, desk.find(form.text(buyer), "buyer", buyer).participant_id


def _preview(
    desk: Desk, form: Form, change: Change, status: int = 200, *, meanwhile: bool = False
) -> Response:
    page, event_id = desk.page, desk.event.event_id
    done = editing.preview_change(page.uow, page.actor, event_id, change)
    latest = schedules.list_schedules(page.uow, page.actor, event_id)[0]
    sent = {name: form.text(name) for name in _FIELDS}
    if isinstance(change, Swap):
        sent |= {"seller": change.one[0], "buyer": change.one[1]}
        sent |= {"other_seller": change.other[0], "other_buyer": change.other[1]}
    else:
        sent["seller"], sent["buyer"] = change.seller_id, change.buyer_id
    return desk.show(
        "change_part.html" if page.is_part else "change.html",
        status,
        done=done,
        conflicts=breach_texts(desk, done.conflicts),
        sent=sent,
        latest=latest,
        is_refused=any(breach.hard for breach in done.conflicts),
        meanwhile=meanwhile,
        back=_after(desk, form, change),
    )


def _refused(desk: Desk, form: Form, error: Invalid) -> Response:
    if form.text("kind") == "add":
        return show_free(desk, form.text("slot"), form.text("table"), form.refused(error), 422)
    raise error


def _after(desk: Desk, form: Form, change: Change) -> str:
    """Where the change is seen."""
    return _place(desk, form, change.slot_id if isinstance(change, Add | Move) else "")


def _place(desk: Desk, form: Form, slot_id: str) -> str:
    slot = desk.slots.get(slot_id)
    day = slot.day.isoformat() if slot else form.text("day")
    number = form.text("number") if day == form.text("day") else ""
    return desk.at("schedule", day=day, number=number)


def _said(desk: Desk, change: Change) -> str:
    say = desk.page.say
    if isinstance(change, Swap):
        return say("The two meetings have changed places.")
    who = {"seller": desk.name(change.seller_id), "buyer": desk.name(change.buyer_id)}
    if isinstance(change, Cancel):
        return say("The meeting of %(seller)s and %(buyer)s is cancelled.", **who)
    when = desk.slot_name(change.slot_id)
    if isinstance(change, Add):
        return say("%(seller)s and %(buyer)s meet on %(when)s.", **who, when=when)
    return say("The meeting of %(seller)s and %(buyer)s is now on %(when)s.", **who, when=when)
