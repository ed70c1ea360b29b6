"""The follow-up: where each distributor stands with each film, moved on from card to card."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from service.api.schemas.base import Lines
from service.domain.catalogue import FilmRecord
from service.domain.words import FeedbackKind
from service.errors import Conflict, Invalid, NotFound
from service.usecases import distributors, films
from service.usecases.feedback import NewFeedback, give_feedback, undo_feedback
from service.usecases.followup import NEXT, STATES, Card, follow_up
from service.web.forms import Form, FormDep, empty_form
from service.web.page import Page, PageDep
from service.web.pages.agent.films import place_of
from service.web.pages.agent.matches import follow_up_of
from service.web.pages.agent.own import agent_of, may_change

__all__ = ["router"]

router = APIRouter()

_AT_FIRST: Final = 20
_MOST: Final = 500


class Noted(BaseModel):
    """What is noted of a distributor and a film. message: to it; back: the page to return to."""

    distributor_id: str
    kind: FeedbackKind
    note: Lines = ""
    message: Lines = ""
    back: str = ""


@router.get("/board")
def show(page: PageDep) -> Response:
    """All cards, or those of ?film=, or one column of them."""
    agent = agent_of(page)
    film_id = page.request.query_params.get("film", "")
    film = films.get_film(page.uow, page.actor, film_id) if film_id else None
    cards = follow_up(page.uow, page.actor, agent.company_id, film_id=film_id)
    column = page.request.query_params.get("state", "")
    states = [state for state in (None, *STATES) if column in ("", state.value if state else "theirs")]
    columns = [(state, [card for card in cards if card.state == state]) for state in states]
    seen = sorted({(card.title, card.film_id) for card in cards})
    return page.show(
        "agent/board.html",
        agent=agent,
        film=film,
        columns=columns,
        is_one=bool(column),
        most=_MOST if column else _AT_FIRST,
        films=[(film_id, title) for title, film_id in seen],
        count=len(cards),
        next_state=NEXT,
        states=STATES,
        form=empty_form({"film": film_id, "state": column, "company": agent.company_id}),
    )


@router.post("/films/{film_id}/follow-up")
def note(page: PageDep, film_id: str, form: FormDep) -> Response:
    """Note where a distributor stands with the film."""
    film = films.get_film(page.uow, page.actor, film_id)
    try:
        given = form.read(Noted)
        said = NewFeedback(
            given.kind,
            film_id,
            given.distributor_id,
            reason=given.note[:500] if given.kind is FeedbackKind.PASSED else "",
            note=given.note,
            company_id=film.owner_id,
            message=given.message,
            starts_at=form.moment("when", page.reader.zone),
        )
        give_feedback(page.uow, page.actor, [said])
    except Invalid as error:
        return _refused(page, film, form.refused(error))
    return _answered(page, film, given.distributor_id, form)


@router.post("/films/{film_id}/follow-up/undo")
def undo(page: PageDep, film_id: str, form: FormDep) -> Response:
    """Take the last note back; the one before stands again."""
    film = films.get_film(page.uow, page.actor, film_id)
    try:
        undo_feedback(page.uow, page.actor, form.text("event_id"))
    except (Conflict, NotFound):
        return page.go(_back(film, form), page.say("This was taken back already."))
    return _answered(page, film, form.text("distributor_id"), form)


def _answered(page: Page, film: FilmRecord, distributor_id: str, form: Form) -> Response:
    if page.is_part:
        card = follow_up_of(page, film).get(distributor_id)
        return _part(page, film, distributor_id, card, form=None)
    if form.text("kind") == FeedbackKind.MEETING_ASKED:
        return page.go(_back(film, form), page.say("Asked. The distributor answers under Meeting requests."))
    return page.go(_back(film, form), page.say("Noted."))


def _refused(page: Page, film: FilmRecord, form: Form) -> Response:
    distributor_id = form.text("distributor_id")
    card = follow_up_of(page, film).get(distributor_id)
    if page.is_part:
        return _part(page, film, distributor_id, card, form=form)
    profile = distributors.get_distributor(page.uow, page.actor, distributor_id).profile
    return page.show(
        "agent/follow_up_refused.html",
        422,
        film=film,
        distributor=profile.distributor,
        card=card,
        form=form,
        states=STATES,
        next_state=NEXT,
        may_note=may_change(page, film.owner_id),
    )


def _part(
    page: Page, film: FilmRecord, distributor_id: str, card: Card | None, form: Form | None
) -> Response:
    return page.show(
        "agent/_follow_up.html",
        422 if form else 200,
        film=film,
        distributor_id=distributor_id,
        name=distributors.get_distributor(page.uow, page.actor, distributor_id).profile.distributor.name,
        card=card,
        refused=form,
        states=STATES,
        next_state=NEXT,
        may_note=True,
    )


def _back(film: FilmRecord, form: Form) -> str:
    """To where it was noted: the board, or the matches of a territory."""
    if form.text("back") == "board":
        only = form.text("only")
        return f"/board?{urlencode({'film': only})}" if only else "/board"
    territory = form.text("territory")
    place = f"{place_of(film)}/matches"
    return f"{place}?territory={quote(territory)}" if territory else place
