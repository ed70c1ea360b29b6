"""Distributors side by side for a film, and what would change if the film did."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from service.api.schemas.films import FilmOut
from service.api.schemas.trade import Amount, LongText, Names, Territory, changes
from service.domain.catalogue import FilmRecord
from service.domain.words import MediaRight
from service.errors import Invalid
from service.usecases import films
from service.usecases.distributors import list_territories
from service.usecases.requests import MatchRequest
from service.usecases.side_by_side import side_by_side
from service.usecases.what_if import USED, WhatIf, what_if
from service.web.forms import Form, FormDep, empty_form
from service.web.page import Page, PageDep
from service.web.pages.agent.films import place_of
from service.web.pages.agent.matches import follow_up_of, read
from service.web.pages.agent.own import may_change, options

__all__ = ["router"]

router = APIRouter(prefix="/films/{film_id}")

_LISTS: Final = ("genres", "directors", "cast", "festivals")
_SHOWN: Final = 10


class Changed(BaseModel):
    """What may be changed to see what moves; all of it may be emptied."""

    synopsis: LongText = ""
    genres: Names = Field(default_factory=list)
    directors: Names = Field(default_factory=list)
    cast: Names = Field(default_factory=list)
    festivals: Names = Field(default_factory=list)
    budget_usd: Amount | None = None


class Where(BaseModel):
    """Of which territory and use."""

    territory: Territory
    right: Annotated[MediaRight, Field()] = MediaRight.THEATRICAL


@router.get("/compare")
def compare(page: PageDep, film_id: str) -> Response:
    """Those that ?d= names, side by side."""
    film = films.get_film(page.uow, page.actor, film_id)
    _, asked, status = read(page)
    try:
        found = side_by_side(
            page.desk, page.actor, asked.request(film_id), page.request.query_params.getlist("d")
        )
    except Invalid as error:
        back = f"{place_of(film)}/matches?{asked.query()}"
        return page.show("agent/compare_refused.html", 422, film=film, problem=error.problems[0], back=back)
    return page.show(
        "agent/compare.html",
        status,
        film=film,
        asked=asked,
        compared=found,
        cards=follow_up_of(page, film),
    )


@router.get("/what-if")
def ask(page: PageDep, film_id: str) -> Response:
    """The film as it is, in a form to play with."""
    film = films.get_film(page.uow, page.actor, film_id)
    asked = page.request.query_params.get("territory", "")
    values = {**FilmOut.of(film).model_dump(mode="json"), "territory": asked}
    return _shown(page, film, empty_form(values))


@router.post("/what-if")
def show(page: PageDep, film_id: str, form: FormDep) -> Response:
    """What moves; nothing is stored."""
    film = films.get_film(page.uow, page.actor, film_id)
    try:
        where = form.read(Where)
        changed = changes(form.read(Changed, lists=_LISTS, blank=True))
    except Invalid as error:
        return _shown(page, film, form.refused(error), 422)
    request = MatchRequest((where.territory,), film_id, media_right=where.right, k=_SHOWN)
    found = what_if(page.desk, page.actor, request, changed)
    return _shown(page, film, form, found=found, territory=where.territory)


def _shown(
    page: Page,
    film: FilmRecord,
    form: Form,
    status: int = 200,
    *,
    found: WhatIf | None = None,
    territory: str = "",
) -> Response:
    context: dict[str, Any] = {"found": found, "territory": territory, "form": form, "used": USED}
    if page.is_part:
        return page.show("agent/_what_if.html", status, film=film, **context)
    names = [(code, page.reader.territory(code)) for code in list_territories(page.uow, page.actor)]
    return page.show(
        "agent/what_if.html",
        status,
        film=film,
        may_change=may_change(page, film.owner_id),
        territories=sorted(names, key=lambda pair: pair[1]),
        rights=options(page, MediaRight),
        **context,
    )
