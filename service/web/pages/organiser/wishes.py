"""Wishes and locks: who must, wants to or must not meet whom, and what is fixed."""

from __future__ import annotations

from typing import Any, cast, get_args

from fastapi import APIRouter
from starlette.responses import Response

from recommender.meetings.domain import Lock, Wish, WishKind
from service.errors import Conflict, Invalid, NotFound
from service.usecases.events import places, wishes
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import Words
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.lists import Number, part_of

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/wishes")


@router.get("")
def show(desk: DeskDep, q: Words = "", kind: Words = "", number: Number = 1, fixed: Number = 1) -> Response:
    """Wishes, or those that a search finds; locks. fixed: the page of the locks."""
    return _shown(desk, q=q, kind=kind, number=number, fixed=fixed)


@router.post("")
def add(desk: DeskDep, form: FormDep) -> Response:
    """Add a wish."""
    page = desk.page
    try:
        one, other = desk.find_pair(form)
        kind = cast(WishKind, form.text("kind") if form.text("kind") in get_args(WishKind) else "want")
        wish = Wish(one.participant_id, other.participant_id, kind)
        wishes.add_wishes(page.uow, page.actor, desk.event.event_id, [wish])
    except (Invalid, Conflict) as error:
        return _shown(desk, 422, wish_form=form.refused(error))
    return desk.go(desk.at("wishes"), page.say("The wish of %(name)s is noted.", name=one.name))


@router.post("/remove")
def remove(desk: DeskDep, form: FormDep) -> Response:
    """Take a wish back."""
    page = desk.page
    wish = Wish(form.text("participant"), form.text("other"), cast(WishKind, form.text("kind")))
    said = page.say("The wish is taken back.")
    try:
        wishes.remove_wish(page.uow, page.actor, desk.event.event_id, wish)
    except NotFound:
        said = page.say("The wish was taken back already.")
    return desk.go(desk.at("wishes"), said)


@router.post("/lock")
def lock(desk: DeskDep, form: FormDep) -> Response:
    """Fix a meeting at a slot, and at a table where one is named."""
    page = desk.page
    try:
        seller = desk.find(form.text("seller"), "seller", "seller")
        buyer = desk.find(form.text("buyer"), "buyer", "buyer")
        wanted = Lock(seller.participant_id, buyer.participant_id, form.text("slot"), form.text("table"))
        wishes.lock(page.uow, page.actor, desk.event.event_id, wanted)
    except (Invalid, Conflict) as error:
        return _shown(desk, 422, lock_form=form.refused(error))
    return desk.go(desk.at("wishes"), page.say("The meeting is fixed. Plan again to hold it then."))


@router.post("/unlock")
def unlock(desk: DeskDep, form: FormDep) -> Response:
    """Let planning move a meeting again."""
    page = desk.page
    said = page.say("The meeting is no longer fixed.")
    try:
        wishes.unlock(page.uow, page.actor, desk.event.event_id, form.text("seller"), form.text("buyer"))
    except NotFound:
        said = page.say("The meeting was not fixed any more.")
    return desk.go(desk.at("wishes"), said)


def _shown(
    desk: Desk,
    status: int = 200,
    *,
    q: str = "",
    kind: str = "",
    number: int = 1,
    fixed: int = 1,
    **more: Any,
) -> Response:
    page = desk.page
    given = (page.uow, page.actor, desk.event.event_id)
    found = [
        wish
        for wish in wishes.list_wishes(*given)
        if kind in ("", wish.kind) and desk.has_name(q, wish.participant_id, wish.other_id)
    ]
    forms: dict[str, Form] = {"wish_form": empty_form({"kind": "must"}), "lock_form": empty_form(), **more}
    return desk.show(
        "wishes.html",
        status,
        part=part_of(found, number),
        q=q,
        kind=kind,
        locks=part_of(wishes.list_locks(*given), fixed),
        tables=places.list_tables(*given),
        **forms,
    )
