"""Who comes: the list, with search and paging, and somebody new."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from service.errors import Conflict, Invalid
from service.usecases.events import people
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import Words
from service.web.pages.organiser.choosing import read_company
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.forms import ParticipantIn
from service.web.pages.organiser.lists import Number, part_of

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/participants")


@router.get("")
def show(
    desk: DeskDep, q: Words = "", side: Literal["", "seller", "buyer"] = "", number: Number = 1
) -> Response:
    """Participants by name, or those that a search finds."""
    words = q.casefold()
    found = [
        one
        for one in desk.people.values()
        if side in ("", one.side) and (words in one.name.casefold() or words in one.participant_id.casefold())
    ]
    found.sort(key=lambda one: (one.side == "buyer", one.name.casefold()))
    return desk.show("participants.html", part=part_of(found, number), q=q, side=side)


@router.get("/new")
def ask(desk: DeskDep, side: Literal["seller", "buyer"] = "seller") -> Response:
    """The form of somebody new."""
    return _form(desk, empty_form({"side": side, "min_meetings": 0}))


@router.post("/new")
def create(desk: DeskDep, form: FormDep) -> Response:
    """Add somebody."""
    page = desk.page
    try:
        side: Literal["seller", "buyer"] = "buyer" if form.text("side") == "buyer" else "seller"
        given = form.read(ParticipantIn, lists=("territories",))
        wanted = given.as_participant(form.text("participant_id"), side, read_company(page, form))
        one = people.add_participant(page.uow, page.actor, desk.event.event_id, wanted)
    except (Invalid, Conflict) as error:
        return _form(desk, form.refused(error), 422)
    said = page.say("%(name)s is added.", name=one.name)
    place = (
        desk.at("participant", id=one.participant_id)
        if one.company_id
        else desk.at("participants", side=side)
    )
    return desk.go(place, said)


def _form(desk: Desk, form: Form, status: int = 200) -> Response:
    return desk.show("participant_new.html", status, form=form)
