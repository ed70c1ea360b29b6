"""What the system believes about me, and how to correct it: my deals, the names I am known by."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from service.api.schemas.base import In, Text
from service.api.schemas.deals import Count
from service.api.schemas.distributors import DistributorChange
from service.api.schemas.trade import Amount, Day, changes
from service.domain.deals import DealRecord, Money
from service.domain.paging import PageRequest
from service.domain.words import Role
from service.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from service.store.repositories.films import FilmFilter
from service.usecases import deals, distributors, films
from service.usecases.beliefs import beliefs_about
from service.usecases.deals import SeenDeal
from service.web.forms import Form, FormDep, empty_form
from service.web.pages.distributor.mine import Mine, MineDep

__all__ = ["router"]

router = APIRouter(prefix="/believes")

PAGE: Final = 40
_FOUND: Final = PageRequest(size=20)
_FIELDS: Final = ("release_date", "signed_on", "sales_agent", "admissions", "screens")
_TICKED: Final = ("is_public", "outcome_public", "in_house")


class DealFields(In):
    """What a distributor says of a deal of its own."""

    release_date: Day | None = None
    signed_on: Day | None = None
    sales_agent: Text = ""
    admissions: Count | None = None
    screens: Count | None = None
    gross: Amount | None = None
    currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = ""


@router.get("")
def show(mine: MineDep, start: Annotated[int, Query(ge=0)] = 0) -> Response:
    """All of it."""
    return _shown(mine, start=start)


@router.post("/names")
def rename(mine: MineDep, form: FormDep) -> Response:
    """Change the names that the company is known by."""
    mine = mine.sent_by(form)
    page, version = mine.page, form.text("version")
    try:
        wanted = changes(form.read(DistributorChange, lists=("aliases",)))
        expected = int(version) if version.isdecimal() else None
        distributors.update_distributor(page.uow, page.actor, mine.distributor_id, wanted, expected)
    except (Invalid, Conflict) as error:
        return _shown(mine, form.refused(error), 422)
    except PreconditionFailed:
        return _shown(mine, form, 409, is_overtaken=True)
    return page.go(f"/believes?profile={mine.distributor_id}", page.say("The names are saved."))


@router.get("/deals/new")
def ask_deal(
    mine: MineDep,
    q: Annotated[str, Query(max_length=200)] = "",
    film_id: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Look for a film, then say when it was released."""
    if film_id:
        return _deal_form(mine, film_id, None, empty_form({"is_public": "yes"}))
    page = mine.page
    found = films.list_films(page.uow, page.actor, _FOUND, FilmFilter(query=q)).items if q.strip() else ()
    return mine.show("distributor/find_film.html", q=q, found=found, is_whole=len(found) < _FOUND.size)


@router.post("/deals/new")
def add_deal(mine: MineDep, form: FormDep) -> Response:
    """Record a deal that the system did not know."""
    mine = mine.sent_by(form)
    page, film_id = mine.page, form.text("film_id")
    try:
        fields = _read(mine, form)
        deal = DealRecord(deal_id="", film_id=film_id, distributor_id=mine.distributor_id, **fields)
        deals.create_deal(page.uow, page.actor, deal)
    except (Invalid, Conflict) as error:
        return _deal_form(mine, film_id, None, form.refused(error), 422)
    notice = page.say(
        "The deal is added. It counts at once for what is sold; the next training learns from it."
    )
    return page.go(f"/believes?profile={mine.distributor_id}", notice)


@router.get("/deals/{deal_id:path}")
def ask_change(mine: MineDep, deal_id: str) -> Response:
    """The form of one deal."""
    seen = _own(mine, deal_id)
    return _deal_form(mine, seen.deal.film_id, seen, _form_of(seen.deal))


@router.post("/deals/{deal_id:path}")
def change_deal(mine: MineDep, deal_id: str, form: FormDep) -> Response:
    """Correct a deal, or take it out where it never was."""
    mine = mine.sent_by(form)
    page, seen, version = mine.page, _own(mine, deal_id), form.text("version")
    expected = int(version) if version.isdecimal() else None
    try:
        if form.has("remove"):
            deals.delete_deal(page.uow, page.actor, deal_id, expected)
        else:
            deals.update_deal(page.uow, page.actor, deal_id, _read(mine, form), expected)
    except (Invalid, Conflict) as error:
        return _deal_form(mine, seen.deal.film_id, seen, form.refused(error), 422)
    except PreconditionFailed:
        return _deal_form(mine, seen.deal.film_id, _own(mine, deal_id), form, 409, is_overtaken=True)
    done = page.say("The deal is taken out.") if form.has("remove") else page.say("The deal is corrected.")
    return page.go(f"/believes?profile={mine.distributor_id}", done)


def _shown(
    mine: Mine, names: Form | None = None, status: int = 200, *, start: int = 0, is_overtaken: bool = False
) -> Response:
    page = mine.page
    beliefs = beliefs_about(page.desk, page.actor, mine.distributor_id)
    profile = beliefs.profile
    return mine.show(
        "distributor/believes.html",
        status,
        beliefs=beliefs,
        version=profile.version,
        names=names or empty_form({"name": profile.distributor.name, "aliases": profile.distributor.aliases}),
        start=start,
        page_size=PAGE,
        is_overtaken=is_overtaken,
    )


def _deal_form(
    mine: Mine,
    film_id: str,
    seen: SeenDeal | None,
    form: Form,
    status: int = 200,
    *,
    is_overtaken: bool = False,
) -> Response:
    page = mine.page
    return mine.show(
        "distributor/deal.html",
        status,
        film=films.get_film(page.uow, page.actor, film_id),
        deal=seen.deal if seen else None,
        stored=_form_of(seen.deal) if seen else None,
        form=form,
        is_overtaken=is_overtaken,
        may_remove=mine.profile.company_id in page.actor.companies(role=Role.OWNER),
    )


def _own(mine: Mine, deal_id: str) -> SeenDeal:
    """A deal of this profile: public deals of others can be read elsewhere, not here."""
    seen = deals.get_deal(mine.page.uow, mine.page.actor, deal_id)
    if seen.deal.distributor_id != mine.distributor_id:
        raise NotFound("deal", deal_id)
    return seen


def _form_of(deal: DealRecord) -> Form:
    values: dict[str, Any] = {name: getattr(deal, name) for name in _FIELDS}
    values |= {name: "yes" if getattr(deal, name) else "" for name in _TICKED}
    if deal.gross is not None:
        values |= {"gross": deal.gross.amount, "currency": deal.gross.currency}
    return empty_form(values)


def _read(mine: Mine, form: Form) -> dict[str, Any]:
    if not mine.may_write:
        raise Forbidden("you may read deals, not change them", "Ask an owner of your company")
    body, say = form.read(DealFields, blank=True), mine.page.say
    if body.gross is not None and not body.currency:
        raise Invalid.field(
            "currency", say("the currency is missing"), say("Write three letters such as EUR")
        )
    gross = None if body.gross is None else Money(body.gross, body.currency)
    plain = {name: getattr(body, name) for name in _FIELDS}
    return {**plain, "gross": gross, **{name: form.has(name) for name in _TICKED}}
