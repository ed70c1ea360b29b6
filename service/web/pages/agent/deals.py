"""Deals of a film: recorded with their terms against the rights held, their outcomes and terms changed."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.deals import DealRecord, DealTerms
from service.domain.paging import PageRequest
from service.domain.words import MediaRight
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed, RightsConflict
from service.store.repositories.distributors import DistributorFilter
from service.usecases import deals, distributors, films
from service.usecases.deal_sales import Sale
from service.usecases.deals import SeenDeal
from service.web.forms import Form, FormDep, empty_form
from service.web.page import Page, PageDep
from service.web.pages.agent.clashes import in_words
from service.web.pages.agent.deal_fields import (
    OF_DEAL,
    DealForm,
    TermsForm,
    deal_fields,
    deal_values,
    read_deal,
    terms_of,
    terms_values,
)
from service.web.pages.agent.films import place_of
from service.web.pages.agent.own import may_change, options, require_writer

__all__ = ["router"]

router = APIRouter()

_SUGGESTED: Final = 12
_NAMED: Final = re.compile(r"(.*?)\s*\(([A-Za-z]{2})\)")
_SHOWN: Final = ("starts_on", "ends_on", *OF_DEAL, "gross", "currency")
_OF_TERMS: Final = (
    "guarantee",
    "guarantee_currency",
    "commission",
    "expenses_cap",
    "expenses_currency",
    "terms_note",
)


@router.get("/films/{film_id}/deals/new")
def ask_deal(page: PageDep, film_id: str, distributor_id: str = "") -> Response:
    """A form; with the distributor filled in where one is named."""
    film = films.get_film(page.uow, page.actor, film_id)
    require_writer(page, may=may_change(page, film.owner_id))
    values: dict[str, Any] = {
        "media_rights": [MediaRight.THEATRICAL.value],
        "sell": "yes",
        "exclusive": "yes",
    }
    if distributor_id:
        found = distributors.get_distributor(page.uow, page.actor, distributor_id).profile
        values["distributor"] = _named(found)
    return _form(page, film, empty_form(values))


@router.post("/films/{film_id}/deals/new")
def record_deal(page: PageDep, film_id: str, form: FormDep) -> Response:
    """Record the deal, its terms and the rights sold, all or none."""
    film = films.get_film(page.uow, page.actor, film_id)
    try:
        given = read_deal(page, form, DealForm)
        profile = _profile(page, given.distributor or "")
        deal = DealRecord(
            "", film_id, profile.distributor_id, agent_id=film.owner_id, **deal_fields(page, form, given)
        )
        sale = (
            Sale(form.has("exclusive"), tuple(given.languages), given.holdback_until)
            if form.has("sell")
            else None
        )
        terms = terms_of(given)
        deals.create_deal(page.uow, page.actor, deal, None if terms == DealTerms() else terms, sale)
    except RightsConflict as error:
        return _in_the_way(page, film, form, error)
    except (Invalid, Conflict) as error:
        return _form(page, film, form.refused(error), 422)
    return _done(page, film, page.say("The deal with %(name)s is recorded.", name=profile.distributor.name))


@router.get("/films/{film_id}/deals/{deal_id:path}")
def ask_change(page: PageDep, film_id: str, deal_id: str) -> Response:
    """One deal of the agent's as forms: the deal with its outcome, and its terms."""
    film, seen = _own(page, film_id, deal_id)
    require_writer(page, may=may_change(page, film.owner_id))
    return _change_form(page, film, seen)


@router.post("/films/{film_id}/deals/{deal_id:path}/terms")
def change_terms(page: PageDep, film_id: str, deal_id: str, form: FormDep) -> Response:
    """Replace the terms."""
    film, seen = _own(page, film_id, deal_id)
    try:
        terms = terms_of(read_deal(page, form, TermsForm))
        deals.set_terms(page.uow, page.actor, deal_id, terms, form.version())
    except (Invalid, Conflict) as error:
        return _change_form(page, film, seen, 422, terms=form.refused(error), version=form.version())
    except PreconditionFailed:
        return _change_form(page, film, _own(page, film_id, deal_id)[1], 412, terms=form, is_overtaken=True)
    return _done(page, film, page.say("The terms are saved."))


@router.post("/films/{film_id}/deals/{deal_id:path}")
def change_deal(page: PageDep, film_id: str, deal_id: str, form: FormDep) -> Response:
    """Correct the deal, or say how the release went."""
    film, seen = _own(page, film_id, deal_id)
    try:
        fields = deal_fields(page, form, read_deal(page, form, DealForm))
        deals.update_deal(page.uow, page.actor, deal_id, fields, form.version())
    except RightsConflict as error:
        said, place = in_words(page, film, error)
        form.refused(said)
        return _change_form(page, film, seen, 409, form=form, version=form.version(), in_the_way=place)
    except (Invalid, Conflict) as error:
        return _change_form(page, film, seen, 422, form=form.refused(error), version=form.version())
    except PreconditionFailed:
        return _change_form(page, film, _own(page, film_id, deal_id)[1], 412, form=form, is_overtaken=True)
    return _done(page, film, page.say("The deal is saved."))


@router.get("/profiles")
def suggest_profiles(page: PageDep, distributor: str = "") -> Response:
    """Distributors that hold what was typed, as options."""
    found = _profiles(page, distributor) if distributor.strip() else []
    return page.show("agent/_buyers.html", names=[_named(profile) for profile in found])


def _done(page: Page, film: FilmRecord, notice: str) -> Response:
    return page.go(f"{place_of(film)}#deals", notice)


def _own(page: Page, film_id: str, deal_id: str) -> tuple[FilmRecord, SeenDeal]:
    """Raises NotFound for a deal that the film's agent did not make."""
    film = films.get_film(page.uow, page.actor, film_id)
    seen = deals.get_deal(page.uow, page.actor, deal_id)
    if seen.deal.film_id != film_id or not seen.is_party or seen.deal.agent_id != film.owner_id:
        raise NotFound("deal", deal_id)
    return film, seen


def _profile(page: Page, name: str) -> DistributorProfile:
    """The distributor with this name. Raises Invalid with those that come near."""
    found = _profiles(page, name) if name else []
    same = [
        one for one in found if name.casefold() in (_named(one).casefold(), one.distributor.name.casefold())
    ]
    if len(same) == 1 or len(found) == 1:
        return (same or found)[0]
    near = page.reader.listed([_named(one) for one in (same or found)[:5]])
    raise Invalid.field(
        "distributor",
        page.say("no single distributor is called that")
        if name
        else page.say("a deal is made with somebody"),
        page.say("Did you mean one of these: %(names)s", names=near)
        if found
        else page.say("Type part of the name and choose from the list"),
    )


def _profiles(page: Page, name: str) -> list[DistributorProfile]:
    whole = _NAMED.fullmatch(name.strip())
    query, territory = (whole[1], whole[2].upper()) if whole else (name.strip(), "")
    where = DistributorFilter(query=query[:200], territory=territory)
    found = distributors.list_distributors(page.uow, page.actor, PageRequest(_SUGGESTED), where).items
    return [seen.profile for seen in found]


def _named(profile: DistributorProfile) -> str:
    return f"{profile.distributor.name} ({profile.territory})"


def _in_the_way(page: Page, film: FilmRecord, form: Form, error: RightsConflict) -> Response:
    said, place = in_words(page, film, error)
    return _form(page, film, form.refused(said), 409, in_the_way=place)


def _form(page: Page, film: FilmRecord, form: Form, status: int = 200, *, in_the_way: str = "") -> Response:
    return page.show(
        "agent/deal_new.html",
        status,
        film=film,
        form=form,
        in_the_way=in_the_way,
        rights=options(page, MediaRight),
    )


def _change_form(
    page: Page,
    film: FilmRecord,
    seen: SeenDeal,
    status: int = 200,
    *,
    form: Form | None = None,
    terms: Form | None = None,
    version: int | None = None,
    is_overtaken: bool = False,
    in_the_way: str = "",
) -> Response:
    """form, terms: what was sent of either and refused. version: that was read; by default the one stored now."""
    deal = seen.deal
    stored = empty_form(deal_values(deal))
    stored_terms = empty_form(terms_values(deals.get_terms(page.uow, page.actor, deal.deal_id).terms))
    buyer = distributors.get_distributor(page.uow, page.actor, deal.distributor_id).profile
    return page.show(
        "agent/deal.html",
        status,
        film=film,
        deal=deal,
        buyer=buyer,
        form=form or stored,
        terms=terms or stored_terms,
        differs=[
            (name, mine.text(name), now.text(name))
            for mine, now, names in ((form, stored, _SHOWN), (terms, stored_terms, _OF_TERMS))
            if is_overtaken and mine is not None
            for name in names
            if mine.text(name) != now.text(name)
        ],
        is_overtaken=is_overtaken,
        in_the_way=in_the_way,
        version=deal.version if version is None else version,
        rights=options(page, MediaRight),
    )
