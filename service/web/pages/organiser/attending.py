"""Before the meetings: who attends sets the own line-up of films and says whom to meet."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from service.domain.events import Participant
from service.domain.paging import PageRequest
from service.domain.words import EventStatus, Role
from service.errors import Conflict, Invalid, NotFound
from service.store.repositories.films import FilmFilter
from service.usecases import films
from service.usecases.events import own, people, wishes
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import Words
from service.web.page import Page, PageDep
from service.web.pages.organiser.desk import address, attended

__all__ = ["router"]

router = APIRouter(prefix="/attending")

_OFFERED: Final = 60
"""Films beside the line-up; others are looked for by their title."""

_TITLE: Final = 200


@router.get("")
def show(page: PageDep, event: Words = "", who: Words = "") -> Response:
    """One's own line-up and wishes at an event that is being prepared; ?title= looks for films to bring."""
    return _shown(page, event, who)


@router.post("/films")
def set_films(page: PageDep, form: FormDep) -> Response:
    """The line-up: films ticked, those named first first."""
    event_id, who = form.text("event"), form.text("who")
    ticked = form.column("films")
    first = form.text("first")
    ordered = sorted(ticked, key=lambda film_id: film_id != first)
    try:
        people.set_lineup(page.uow, page.actor, event_id, who, ordered)
    except (Invalid, Conflict) as error:
        return _shown(page, event_id, who, 422, form=form.refused(error))
    return page.go(_place(event_id, who), page.say("Your line-up is kept."))


@router.post("/wish")
def set_wish(page: PageDep, form: FormDep) -> Response:
    """Say whom one must, wants to or does not want to meet, or take it back."""
    event_id, who = form.text("event"), form.text("who")
    given = (page.uow, page.actor, event_id, who)
    typed, kind = form.text("other"), form.text("kind")
    try:
        if kind and kind not in own.OWN_KINDS:
            raise Invalid.field("kind", page.say("nothing was chosen"), page.say("Choose one"))
        found = [key for key, name in own.list_partners(*given) if typed in (key, name)]
        if len(found) > 1:
            message = page.say("several are called %(name)s", name=typed)
            ids = ", ".join(found)
            raise Invalid.field("other", message, page.say("Write one of these ids: %(ids)s", ids=ids))
        own.set_own_wish(*given, found[0] if found else typed, kind or None)
    except (Invalid, Conflict) as error:
        return _shown(page, event_id, who, 422, form=form.refused(error))
    said = page.say("Your wish is noted.") if kind else page.say("The wish is taken back.")
    return page.go(_place(event_id, who), said)


def _place(event_id: str, who: str) -> str:
    return address("/attending", event=event_id, who=who)


def _shown(page: Page, event_id: str, who: str, status: int = 200, *, form: Form | None = None) -> Response:
    mine = attended(page, EventStatus.PLANNING, EventStatus.PUBLISHED)
    fitting = [
        each for each in mine if event_id in ("", each[0].event_id) and who in ("", each[1].participant_id)
    ]
    if not fitting:
        if event_id:
            raise NotFound("event", event_id, "Look at your own events")
        return page.show("organiser/attending.html", status, mine=(), event=None, form=empty_form())
    event, one = fitting[0]
    given = (page.uow, page.actor, event.event_id, one.participant_id)
    partners = own.list_partners(*given)
    title = page.request.query_params.get("title", "")[:_TITLE]
    offered, has_more = _films(page, one, title) if one.side == "seller" else ([], False)
    shown: dict[str, Any] = {
        "mine": mine,
        "event": event,
        "one": one,
        "films": offered,
        "has_more": has_more,
        "title": title,
        "partners": partners,
        "names": dict(partners),
        "wishes": [wish for wish in wishes.list_wishes(*given) if wish.kind in own.OWN_KINDS],
        "form": form or empty_form({"kind": "want"}),
    }
    writes = one.company_id in page.actor.companies(role=Role.MEMBER)
    return page.show("organiser/attending.html", status, is_read_only=not writes, **shown)


def _films(page: Page, one: Participant, title: str) -> tuple[list[tuple[str, str]], bool]:
    """(id, title) of what can be brought, the line-up in its order, then the latest others; whether there are more."""
    where = FilmFilter(owner_id=one.company_id or "", query=title)
    found = films.list_films(page.uow, page.actor, PageRequest(_OFFERED), where, newest_first=True)
    brought = films.find_films(page.uow, page.actor, one.film_ids)
    others = [film for film in found.items if film.film_id not in one.film_ids]
    lineup = [brought[film_id] for film_id in one.film_ids if film_id in brought]
    return [(film.film_id, film.film.title) for film in (*lineup, *others)], found.next_after is not None
