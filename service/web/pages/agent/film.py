"""One film: its avails, the rights recorded, the deals on it, what buyers answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field, model_validator
from starlette.responses import Response

from service.api.schemas.base import Name
from service.api.schemas.rights import GrantsIn
from service.api.schemas.trade import Day
from service.domain.avails import Avail, AvailStatus
from service.domain.catalogue import FilmRecord
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind, Direction, GrantStatus, MediaRight
from service.errors import Conflict, Invalid, NotFound, RightsConflict
from service.security.permissions import About, Action, may
from service.store.repositories.companies import CompanyFilter
from service.store.repositories.deals import DealFilter
from service.usecases import avails, companies, deals, distributors, feedback, film_rights, films, rights
from service.usecases.avails import Avails, AvailsQuery
from service.web.forms import Form, FormDep, empty_form
from service.web.page import Page, PageDep
from service.web.pages.agent.films import place_of
from service.web.pages.agent.own import may_change, options
from service.web.regions import GROUP_NAMES, in_regions

__all__ = ["router"]

router = APIRouter()

_MOST_DEALS: Final = 200
_SUGGESTED: Final = 12
_LISTS: Final = ("territories", "media_rights", "languages")


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


@dataclass(frozen=True, slots=True)
class Region:
    """A fold of the avails table. rows: territory and its avails by media right, None where nothing is recorded.

    counts: by media right, how many territories stand how.
    """

    group: str
    rows: list[tuple[str, list[Avail]]]
    counts: list[list[tuple[AvailStatus, int]]]


@router.get("/films/{film_id}")
def show(page: PageDep, film_id: str) -> Response:
    """The film's page."""
    film = films.get_film(page.uow, page.actor, film_id)
    table = _avails(page, film)
    about = About(seller=film.owner_id)
    found = deals.list_deals(
        page.uow, page.actor, PageRequest(_MOST_DEALS), DealFilter(film_id=film_id)
    ).items
    said = (
        feedback.list_approaches(page.uow, page.actor, film_id)
        if may(page.actor, Action.READ, "approach", about)
        else ()
    )
    names = _names(
        page, {seen.deal.distributor_id for seen in found} | {event.distributor_id for event in said}
    )
    alike = film_rights.film_rights(page.uow, page.actor, film_id) if film.owner_id else ()
    return page.show(
        "agent/film.html",
        film=film,
        may_change=may_change(page, film.owner_id),
        avails=table,
        rights=table and _columns(table),
        regions=table and _regions(table),
        alike=alike,
        buyers=_company_names(page, {one.one.licensee_id for one in alike if one.one.licensee_id}),
        deals=found,
        said=said,
        names=names,
        group_names=GROUP_NAMES,
        statuses=list(AvailStatus),
    )


@router.get("/films/{film_id}/rights/new")
def ask_rights(page: PageDep, film_id: str) -> Response:
    """A form for rights held or sold."""
    film = films.get_film(page.uow, page.actor, film_id)
    held = page.request.query_params.get("direction") != Direction.SOLD.value
    values = {"direction": (Direction.HELD if held else Direction.SOLD).value, "exclusive": "true"}
    return _rights_form(page, film, empty_form(values))


@router.post("/films/{film_id}/rights/new")
def record_rights(page: PageDep, film_id: str, form: FormDep) -> Response:
    """Record them, all or none."""
    film = films.get_film(page.uow, page.actor, film_id)
    try:
        given = form.read(RightsForm, lists=_LISTS)
        wanted = replace(given.as_grants(), film_id=film_id, company_id=film.owner_id)
        if given.direction is Direction.SOLD:
            wanted = replace(wanted, licensee_id=_buyer(page, given.licensee or ""))
        recorded = rights.record_grants(page.uow, page.actor, wanted)
    except (Invalid, Conflict) as error:
        status = 409 if isinstance(error, RightsConflict) else 422
        return _rights_form(page, film, form.refused(error), status)
    count = page.reader.number(len(recorded))
    return page.go(f"{place_of(film)}#rights", page.say("Rights recorded: %(count)s.", count=count))


@router.post("/films/{film_id}/rights/confirm")
def confirm_all(page: PageDep, film_id: str) -> Response:
    """All of it is still true today."""
    film = films.get_film(page.uow, page.actor, film_id)
    count = rights.confirm_grants(page.uow, page.actor, film_id=film_id)
    return page.go(
        f"{place_of(film)}#rights",
        page.say("Confirmed as of today: %(count)s rights.", count=page.reader.number(count)),
    )


@router.post("/films/{film_id}/rights/{key}/confirm")
def confirm(page: PageDep, film_id: str, key: str) -> Response:
    """These are still true today."""
    film = films.get_film(page.uow, page.actor, film_id)
    alike = film_rights.found_alike(page.uow, page.actor, film_id, key)
    count = rights.confirm_grants(page.uow, page.actor, grant_ids=alike.grant_ids)
    return page.go(
        f"{place_of(film)}#rights",
        page.say("Confirmed as of today: %(count)s rights.", count=page.reader.number(count)),
    )


@router.post("/films/{film_id}/rights/{key}/delete")
def delete(page: PageDep, film_id: str, key: str) -> Response:
    """These were recorded by mistake."""
    film = films.get_film(page.uow, page.actor, film_id)
    alike = film_rights.found_alike(page.uow, page.actor, film_id, key)
    count = rights.delete_grants(page.uow, page.actor, alike.grant_ids)
    return page.go(
        f"{place_of(film)}#rights",
        page.say("Deleted: %(count)s rights.", count=page.reader.number(count)),
    )


@router.get("/buyers")
def suggest_buyers(page: PageDep, licensee: str = "") -> Response:
    """Names of distributors that hold what was typed, as options."""
    found = _buyers(page, licensee) if licensee.strip() else []
    return page.show("agent/_buyers.html", names=[name for _, name in found])


def _avails(page: Page, film: FilmRecord) -> Avails | None:
    if film.owner_id is None:
        return None
    return avails.film_avails(page.uow, page.actor, page.settings, film.film_id, AvailsQuery())


def _columns(table: Avails) -> list[MediaRight]:
    used = {row.media_right for row in table.rows}
    return [right for right in MediaRight if right in used]


def _regions(table: Avails) -> list[Region]:
    cells = {(row.territory, row.media_right): row.avail for row in table.rows}
    columns = _columns(table)
    regions = []
    for group, territories in in_regions(territory for territory, _ in cells):
        rows = [(territory, [cells[territory, right] for right in columns]) for territory in territories]
        statuses = [[own[place].status for _, own in rows] for place in range(len(columns))]
        counts = [
            [(status, some.count(status)) for status in AvailStatus if status in some] for some in statuses
        ]
        regions.append(Region(group, rows, counts))
    return regions


def _rights_form(page: Page, film: FilmRecord, form: Form, status: int = 200) -> Response:
    return page.show(
        "agent/rights_form.html",
        status,
        film=film,
        form=form,
        rights=options(page, MediaRight),
        directions=options(page, Direction),
        statuses=options(page, (GrantStatus.ACTIVE, GrantStatus.PENDING, GrantStatus.DRAFT)),
        groups=sorted(GROUP_NAMES.items()),
    )


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


def _names(page: Page, distributor_ids: set[str]) -> dict[str, str]:
    found = {}
    for distributor_id in distributor_ids:
        try:
            profile = distributors.get_distributor(page.uow, page.actor, distributor_id).profile
        except NotFound:
            continue
        found[distributor_id] = profile.distributor.name
    return found


def _company_names(page: Page, company_ids: set[str]) -> dict[str, str]:
    return {one: companies.get_company(page.uow, page.actor, one).name for one in company_ids}
