"""My films: the list with avails at a glance, adding one, changing it, deleting it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from service.api.schemas.films import FilmChange, FilmIn, FilmOut
from service.api.schemas.trade import changes
from service.domain.catalogue import FilmRecord
from service.domain.paging import PageRequest
from service.domain.words import MediaRight, Stage
from service.errors import Conflict, Forbidden, Invalid, PreconditionFailed
from service.store.repositories.films import FilmFilter
from service.usecases import avails, films
from service.web.forms import Form, FormDep, differences, empty_form
from service.web.page import Page, PageDep
from service.web.pages.agent.own import agent_of, may_change, may_delete, options, require_writer

__all__ = ["router"]

router = APIRouter(prefix="/films")

_SIZE: Final = 50
_LISTS: Final = (
    *("genres", "countries", "languages", "directors", "cast", "production_companies"),
    "festivals",
)
_SHOWN: Final = (
    *("title", "synopsis", "logline", "original_title", "year", "synopsis_language", "stage", "budget_usd"),
    *("sales_agent", "eidr", "isan", "imdb_id", "tmdb_id", "owner_id", *_LISTS),
)


class Wanted(BaseModel):
    """Which films are shown. right: whose avails; after: a position in the list. Empty fields are no condition."""

    company: str = ""
    query: Annotated[str, Query(max_length=200)] = ""
    stage: Stage | None = None
    genre: Annotated[str, Query(max_length=300)] = ""
    right: MediaRight = MediaRight.THEATRICAL
    after: int | None = None

    def address(self, **changed: object) -> str:
        """Of the list that shows them."""
        given = {**self.model_dump(mode="json", exclude_defaults=True), **changed}
        kept = {name: value for name, value in given.items() if value not in (None, "")}
        return f"/films?{urlencode(kept)}" if kept else "/films"


@router.get("")
def show(page: PageDep) -> Response:
    """The films of the agent, the latest first."""
    agent = agent_of(page)
    asked = Form.of_query(page.request.query_params, {"company": agent.company_id})
    try:
        wanted = asked.read(Wanted)
    except Invalid as error:
        asked.refused(error)
        wanted = Wanted()
    where = FilmFilter(agent.company_id, wanted.stage, genre=wanted.genre, query=wanted.query)
    found = films.list_films(page.uow, page.actor, PageRequest(_SIZE, wanted.after), where, newest_first=True)
    glance = avails.avails_at_a_glance(page.uow, page.actor, page.settings, found.items, wanted.right)
    return page.show(
        "agent/_films.html" if page.is_part else "agent/films.html",
        agent=agent,
        form=asked,
        wanted=wanted,
        films=found.items,
        glance=glance,
        more=found.next_after and wanted.address(after=found.next_after),
        genres=films.film_genres(page.uow, page.actor, agent.company_id),
        rights=list(MediaRight),
        stages=list(Stage),
    )


@router.get("/new")
def ask_new(page: PageDep) -> Response:
    """A form with nothing but a title that must be filled."""
    agent = agent_of(page)
    require_writer(page, may=agent.may_write)
    return _form(page, empty_form({"owner_id": agent.company_id}), agent=agent)


@router.post("/new")
def create(page: PageDep, form: FormDep) -> Response:
    """Add the film, and on to it."""
    try:
        record = form.read(FilmIn, lists=_LISTS).as_record()
        stored = films.create_film(page.uow, page.actor, record)
    except (Invalid, Conflict) as error:
        return _form(page, form.refused(error), 422, agent=agent_of(page))
    return page.go(place_of(stored), page.say("%(title)s is added.", title=stored.film.title))


@router.get("/{film_id}/edit")
def ask_change(page: PageDep, film_id: str) -> Response:
    """The film as a form."""
    film = films.get_film(page.uow, page.actor, film_id)
    require_writer(page, may=may_change(page, film.owner_id))
    return _form(page, empty_form(_values(film)), film=film)


@router.post("/{film_id}/edit")
def change(page: PageDep, film_id: str, form: FormDep) -> Response:
    """Change the film; what somebody else changed meanwhile is shown first."""
    film = films.get_film(page.uow, page.actor, film_id)
    try:
        given = changes(form.read(FilmChange, lists=_LISTS, blank=True))
        films.update_film(page.uow, page.actor, film_id, given, _version(page, form))
    except (Invalid, Conflict) as error:
        return _form(page, form.refused(error), 422, film=film, version=form.text("version"))
    except PreconditionFailed:
        now = films.get_film(page.uow, page.actor, film_id)
        return _form(page, form, 412, film=now, theirs=differences(form, _values(now), _SHOWN))
    return page.go(place_of(film), page.say("The changes are saved."))


@router.get("/{film_id}/delete")
def ask_delete(page: PageDep, film_id: str) -> Response:
    """Is it meant?"""
    film = films.get_film(page.uow, page.actor, film_id)
    if not may_delete(page, film.owner_id):
        raise Forbidden(page.say("a film is deleted by an owner of its company"), page.say("Ask one of them"))
    return page.show("agent/film_delete.html", film=film, form=empty_form())


@router.post("/{film_id}/delete")
def delete(page: PageDep, film_id: str, form: FormDep) -> Response:
    """Delete the film; one with rights or deals stays, and says so."""
    film = films.get_film(page.uow, page.actor, film_id)
    try:
        films.delete_film(page.uow, page.actor, film_id, _version(page, form))
    except Conflict as error:
        return page.show("agent/film_delete.html", 409, film=film, form=form.refused(error))
    except PreconditionFailed:
        wrong = Invalid.field(
            "", page.say("somebody changed this film meanwhile"), page.say("Look at it again first")
        )
        return page.show("agent/film_delete.html", 412, film=film, form=form.refused(wrong))
    return page.go("/films", page.say("%(title)s is deleted.", title=film.film.title))


def place_of(film: FilmRecord) -> str:
    """The address of a film's page."""
    return f"/films/{quote(film.film_id, safe='')}"


def _form(
    page: Page, form: Form, status: int = 200, *, film: FilmRecord | None = None, **context: Any
) -> Response:
    return page.show(
        "agent/film_form.html",
        status,
        form=form,
        film=film,
        may_delete=film is not None and may_delete(page, film.owner_id),
        shown=_SHOWN,
        stages=options(page, Stage),
        **{"version": film and film.version, "theirs": None, "agent": None, **context},
    )


def _values(film: FilmRecord) -> Mapping[str, Any]:
    return FilmOut.of(film).model_dump(mode="json")


def _version(page: Page, form: Form) -> int:
    text = form.text("version")
    if not text.isdigit():
        raise Invalid.field("", page.say("the form is incomplete"), page.say("Open the film again"))
    return int(text)
