"""Companies, profiles and films of this service, chosen by their names."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.domain.accounts import Company
from service.domain.events import Participant
from service.domain.paging import PageRequest
from service.errors import Invalid
from service.store.repositories.companies import CompanyFilter
from service.store.repositories.distributors import DistributorFilter
from service.store.repositories.films import FilmFilter
from service.usecases import companies, distributors, films
from service.usecases.events import lineups
from service.web.forms import Form
from service.web.page import Page
from service.web.pages.organiser.desk import Desk, DeskDep

__all__ = ["choices_of", "company_name", "read_company", "read_films", "router"]

router = APIRouter(prefix="/events/{event_id}/companies")

_SUGGESTED: Final = 12
_NAMED: Final = re.compile(r".*\(([^()]+)\)$")
_MOST: Final = PageRequest(200)


@router.get("")
def suggest(desk: DeskDep, company: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Companies by part of their name, as options of a list."""
    return desk.show("company_options.html", companies=_called(desk.page, company) if company else ())


def read_company(page: Page, form: Form) -> str | None:
    """The id of the company that a form names, None for none. Raises Invalid with those that are called alike."""
    typed = form.text("company")
    if not typed:
        return None
    inside = _NAMED.fullmatch(typed)
    ids = {typed, *(inside.groups() if inside else ())}
    where = CompanyFilter(company_ids=ids)
    found = list(companies.list_companies(page.uow, page.actor, PageRequest(2), where).items)
    alike = [] if found else _called(page, typed)
    found = found or [one for one in alike if one.name.casefold() == typed.casefold()]
    if len(found) == 1:
        return found[0].company_id
    message = page.say("no single company is called %(name)s", name=typed)
    remedy = page.say("Write part of its name and choose from the list")
    if alike:
        names = ", ".join(_label(one) for one in alike[:_SUGGESTED])
        remedy = page.say("Write one of these: %(names)s", names=names)
    raise Invalid.field("company", message, remedy)


def read_films(page: Page, form: Form) -> list[str]:
    """The films ticked and those named besides, the one chosen to be first first. Raises Invalid."""
    first = form.text("first_film")
    ticked = sorted(form.column("film_ids"), key=lambda film_id: film_id != first)
    return [*ticked, *(_film(page, typed) for typed in form.texts("more_films"))]


def company_name(page: Page, company_id: str | None) -> str:
    """What stands in the field of a company."""
    if company_id is None:
        return ""
    where = CompanyFilter(company_ids=(company_id,))
    found = companies.list_companies(page.uow, page.actor, PageRequest(1), where).items
    return _label(found[0]) if found else company_id


def choices_of(desk: Desk, one: Participant) -> dict[str, Any]:
    """What can be ticked for somebody: profiles and films, each (id, words), and the company's name."""
    page = desk.page
    own: list[tuple[str, str]] = []
    if one.side == "buyer" and one.company_id:
        where = DistributorFilter(company_id=one.company_id)
        found = distributors.list_distributors(page.uow, page.actor, _MOST, where)
        own = [
            (
                seen.profile.distributor_id,
                f"{seen.profile.distributor.name}, {page.reader.territory(seen.profile.territory)}",
            )
            for seen in found.items
        ]
    brought = lineups.list_choices(page.uow, page.actor, desk.event.event_id, one.participant_id)
    return {"profiles": own, "films": brought}


def _film(page: Page, typed: str) -> str:
    if typed in films.find_films(page.uow, page.actor, [typed]):
        return typed
    alike = films.list_films(page.uow, page.actor, PageRequest(_SUGGESTED), FilmFilter(query=typed)).items
    found = [one.film_id for one in alike if one.film.title.casefold() == typed.casefold()]
    if len(found) == 1:
        return found[0]
    message = page.say("no single film is called %(name)s", name=typed)
    remedy = page.say("Look it up, or leave it out")
    if alike:
        names = ", ".join(f"{one.film.title} ({one.film_id})" for one in alike)
        remedy = page.say("Write the id of one of these: %(names)s", names=names)
    raise Invalid.field("more_films", message, remedy)


def _label(company: Company) -> str:
    """A name that tells companies of the same name apart."""
    return f"{company.name} ({company.company_id})"


def _called(page: Page, words: str) -> list[Company]:
    where = CompanyFilter(query=words)
    return list(companies.list_companies(page.uow, page.actor, PageRequest(_SUGGESTED), where).items)
