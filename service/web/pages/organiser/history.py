"""What was between participants before the event: entered or imported, and what the service knows besides."""

from __future__ import annotations

from typing import Any, cast, get_args

from fastapi import APIRouter
from starlette.responses import Response

from recommender.meetings.domain import Past, PastKind
from service.errors import Conflict, Invalid, NotFound
from service.usecases.events import history
from service.web.forms import FormDep, empty_form
from service.web.lists import Words
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.lists import Number, part_of

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/history")


@router.get("")
def show(desk: DeskDep, q: Words = "", number: Number = 1, besides: Number = 1) -> Response:
    """What was before, or what a search finds of it. besides: the page of what is known without being entered."""
    return _shown(desk, q=q, number=number, besides=besides)


@router.post("")
def add(desk: DeskDep, form: FormDep) -> Response:
    """Add what was between two."""
    page = desk.page
    try:
        one, other = desk.find_pair(form)
        kind = cast(PastKind, form.text("kind") if form.text("kind") in get_args(PastKind) else "met_before")
        row = Past(one.participant_id, other.participant_id, kind)
        history.add_history(page.uow, page.actor, desk.event.event_id, [row])
    except (Invalid, Conflict) as error:
        return _shown(desk, 422, form=form.refused(error))
    return desk.go(desk.at("history"), page.say("What was before is noted. It counts in the next plan."))


@router.post("/remove")
def remove(desk: DeskDep, form: FormDep) -> Response:
    """Take one out."""
    page = desk.page
    row = Past(form.text("participant"), form.text("other"), cast(PastKind, form.text("kind")))
    said = page.say("It is taken out.")
    try:
        history.remove_history(page.uow, page.actor, desk.event.event_id, row)
    except NotFound:
        said = page.say("It was taken out already.")
    return desk.go(desk.at("history"), said)


def _shown(
    desk: Desk, status: int = 200, *, q: str = "", number: int = 1, besides: int = 1, **more: Any
) -> Response:
    page = desk.page
    given = (page.uow, page.actor, desk.event.event_id)

    def found(rows: tuple[Past, ...]) -> list[Past]:
        return [row for row in rows if desk.has_name(q, row.participant_id, row.other_id)]

    shown: dict[str, Any] = {"form": empty_form({"kind": "met_before"}), **more}
    return desk.show(
        "history.html",
        status,
        part=part_of(found(history.list_history(*given)), number),
        known=part_of(found(history.list_known_history(*given)), besides),
        q=q,
        **shown,
    )
