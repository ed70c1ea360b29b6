"""Rights of a film: recorded, changed, confirmed and deleted, those that are alike together."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field, model_validator
from starlette.responses import Response

from service.api.schemas.base import Name
from service.api.schemas.rights import GrantsIn
from service.api.schemas.trade import Day
from service.domain.catalogue import FilmRecord
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind, Direction, GrantStatus, MediaRight
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed, RightsConflict
from service.store.repositories.companies import CompanyFilter
from service.usecases import companies, film_rights, films, rights
from service.usecases.film_rights import AlikeGrants
from service.usecases.rights import NewGrants
from service.web.forms import Form, FormDep, empty_form
from service.web.page import Page, PageDep
from service.web.pages.agent.clashes import in_words
from service.web.pages.agent.films import place_of
from service.web.pages.agent.own import may_change, options, require_writer
from service.web.regions import GROUP_NAMES

__all__ = ["router"]

router = APIRouter()

_SUGGESTED: Final = 12
_LISTS: Final = ("territories", "media_rights", "languages")
_AT_FIRST: Final = (GrantStatus.ACTIVE, GrantStatus.PENDING, GrantStatus.DRAFT)
_COMMON: Final = ("starts_on", "ends_on", "exclusive", "holdback_until", "languages", "status", "note")
"""Fields whose stored values are shown where somebody else changed them meanwhile."""


class RightsForm(GrantsIn):
    """Rights as a form sends them: the window's days and the buyer's name are fields like any other."""

    starts_on: Day | None = None
    ends_on: Day | None = None
    licensee: Annotated[Name | None, Field(description="The buyer's name.")] = None

    @model_validator(mode="before")
    @classmethod
    def _window(cls, given: Any) -> Any:
        days = {name: given[name] for name in ("starts_on", "ends_on") if given.get(name)}
        return {**given, "window": days}


@router.get("/films/{film_id}/rights/new")
def ask_rights(page: PageDep, film_id: str) -> Response:
    """A form for rights held or sold."""
    film = films.get_film(page.uow, page.actor, film_id)
    require_writer(page, may=may_change(page, film.owner_id))
    held = page.request.query_params.get("direction") != Direction.SOLD.value
    values = {"direction": (Direction.HELD if held else Direction.SOLD).value, "exclusive": "true"}
    return _form(page, film, empty_form(values))


@router.post("/films/{film_id}/rights/new")
def record_rights(page: PageDep, film_id: str, form: FormDep) -> Response:
    """Record them, all or none."""
    film = films.get_film(page.uow, page.actor, film_id)
    try:
        wanted = _wanted(page, film, form)
        recorded = rights.record_grants(page.uow, page.actor, wanted)
    except RightsConflict as error:
        return _in_the_way(page, film, form, error)
    except (Invalid, Conflict) as error:
        return _form(page, film, form.refused(error), 422)
    return _done(page, film, page.say("Rights recorded: %(count)s.", count=page.reader.number(len(recorded))))


@router.post("/films/{film_id}/rights/confirm")
def confirm_all(page: PageDep, film_id: str) -> Response:
    """All of it is still true today."""
    film = films.get_film(page.uow, page.actor, film_id)
    count = rights.confirm_grants(page.uow, page.actor, film_id=film_id)
    return _done(page, film, _confirmed(page, count))


@router.get("/films/{film_id}/rights/{key}")
def ask_change(page: PageDep, film_id: str, key: str) -> Response:
    """Rights that are alike as a form."""
    film = films.get_film(page.uow, page.actor, film_id)
    require_writer(page, may=may_change(page, film.owner_id))
    alike = film_rights.found_alike(page.uow, page.actor, film_id, key)
    return _form(page, film, empty_form(_values(page, alike)), alike=alike)


@router.post("/films/{film_id}/rights/{key}")
def change(page: PageDep, film_id: str, key: str, form: FormDep) -> Response:
    """Change them together, all or none; what somebody else changed meanwhile is shown first."""
    film = films.get_film(page.uow, page.actor, film_id)
    alike = None
    try:
        alike = film_rights.found_alike(page.uow, page.actor, film_id, key)
        if form.text("version") != alike.version:
            raise PreconditionFailed("grant", key)
        changed = rights.change_grants(page.uow, page.actor, alike.versions, _wanted(page, film, form, alike))
    except RightsConflict as error:
        return _in_the_way(page, film, form, error, alike)
    except (Invalid, Conflict) as error:
        return _form(page, film, form.refused(error), 422, alike=alike)
    except PreconditionFailed:
        now = film_rights.found_alike(page.uow, page.actor, film_id, key)
        return _form(page, film, form, 412, alike=now, theirs=empty_form(_values(page, now)))
    except NotFound:
        # Others took some of them out, or made them differ: there is nothing left that this form could change.
        return _form(page, film, form, 412, alike=alike, is_gone=True)
    return _done(page, film, page.say("Rights changed: %(count)s.", count=page.reader.number(len(changed))))


@router.post("/films/{film_id}/rights/{key}/confirm")
def confirm(page: PageDep, film_id: str, key: str) -> Response:
    """These are still true today."""
    film = films.get_film(page.uow, page.actor, film_id)
    alike = film_rights.found_alike(page.uow, page.actor, film_id, key)
    count = rights.confirm_grants(page.uow, page.actor, grant_ids=alike.grant_ids)
    return _done(page, film, _confirmed(page, count))


@router.post("/films/{film_id}/rights/{key}/delete")
def delete(page: PageDep, film_id: str, key: str) -> Response:
    """These were recorded by mistake."""
    film = films.get_film(page.uow, page.actor, film_id)
    alike = film_rights.found_alike(page.uow, page.actor, film_id, key)
    try:
        count = rights.delete_grants(page.uow, page.actor, alike.grant_ids)
    except RightsConflict as error:
        form = empty_form(_values(page, alike))
        return _in_the_way(page, film, form, error, alike)
    return _done(page, film, page.say("Deleted: %(count)s rights.", count=page.reader.number(count)))


@router.get("/buyers")
def suggest_buyers(page: PageDep, licensee: str = "") -> Response:
    """Names of distributors that hold what was typed, as options."""
    found = _buyers(page, licensee) if licensee.strip() else []
    return page.show("agent/_buyers.html", names=[name for _, name in found])


def _done(page: Page, film: FilmRecord, notice: str) -> Response:
    return page.go(f"{place_of(film)}#rights", notice)


def _confirmed(page: Page, count: int) -> str:
    return page.say("Confirmed as of today: %(count)s rights.", count=page.reader.number(count))


def _wanted(page: Page, film: FilmRecord, form: Form, before: AlikeGrants | None = None) -> NewGrants:
    """What a form asks for; before: what it changes, whose direction and deal stay."""
    given = form.read(RightsForm, lists=_LISTS)
    direction = before.one.direction if before else given.direction
    wanted = replace(
        given.as_grants(),
        territories=tuple(map(page.reader.territory_code, given.territories)),
        film_id=film.film_id,
        company_id=film.owner_id,
        direction=direction,
    )
    if direction is Direction.HELD:
        return replace(wanted, licensee_id=None)
    return replace(wanted, licensee_id=_buyer(page, given.licensee or ""))


def _in_the_way(
    page: Page, film: FilmRecord, form: Form, error: RightsConflict, alike: AlikeGrants | None = None
) -> Response:
    said, place = in_words(page, film, error, alike.versions if alike else ())
    return _form(page, film, form.refused(said), 409, alike=alike, in_the_way=place)


def _form(
    page: Page,
    film: FilmRecord,
    form: Form,
    status: int = 200,
    *,
    alike: AlikeGrants | None = None,
    theirs: Form | None = None,
    in_the_way: str = "",
    is_gone: bool = False,
) -> Response:
    return page.show(
        "agent/rights_form.html",
        status,
        film=film,
        form=form,
        alike=alike,
        theirs=theirs,
        common=_COMMON,
        in_the_way=in_the_way,
        is_gone=is_gone,
        rights=options(page, MediaRight),
        directions=options(page, Direction),
        statuses=options(page, GrantStatus if alike else _AT_FIRST),
        groups=sorted(GROUP_NAMES.items()),
    )


def _values(page: Page, alike: AlikeGrants) -> dict[str, Any]:
    one = alike.one
    buyer = companies.get_company(page.uow, page.actor, one.licensee_id).name if one.licensee_id else ""
    return {
        "direction": one.direction.value,
        "licensee": buyer,
        "territories": list(map(page.reader.territory, alike.territories)),
        "media_rights": [right.value for right in alike.media_rights],
        "starts_on": one.window.starts_on,
        "ends_on": one.window.ends_on,
        "exclusive": "true" if one.exclusive else "false",
        "holdback_until": one.holdback_until,
        "languages": one.languages,
        "status": one.status.value,
        "confirmed_on": one.confirmed_on,
        "note": one.note,
    }


def _buyer(page: Page, name: str) -> str:
    """The id of the distributor with this name. Raises Invalid with those that come near."""
    if not name:
        raise Invalid.field(
            "licensee", page.say("rights are sold to somebody"), page.say("Type the buyer's name")
        )
    found = _buyers(page, name)
    same = [company_id for company_id, known in found if known.casefold() == name.casefold()]
    if len(same) == 1 or len(found) == 1:
        return (same or [found[0][0]])[0]
    near = page.reader.listed([known for _, known in found[:5]])
    raise Invalid.field(
        "licensee",
        page.say("no single distributor is called that"),
        page.say("Did you mean one of these: %(names)s", names=near)
        if found
        else page.say("Type part of the name and choose from the list"),
    )


def _buyers(page: Page, name: str) -> list[tuple[str, str]]:
    where = CompanyFilter(kind=CompanyKind.DISTRIBUTOR, query=name.strip()[:200])
    found = companies.list_companies(page.uow, page.actor, PageRequest(_SUGGESTED), where).items
    return [(company.company_id, company.name) for company in found]
