"""Participants from the companies and films of the service: whom it would add is shown first."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.domain.paging import PageRequest
from service.domain.words import CompanyKind
from service.errors import Conflict, Invalid
from service.store.repositories.companies import CompanyFilter
from service.store.repositories.distributors import DistributorFilter
from service.usecases import companies, distributors
from service.usecases.events import filling
from service.web.forms import FormDep, empty_form
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.forms import FillIn

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/fill")


@router.get("")
def ask(desk: DeskDep, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Choose sales agents and distributors, or territories whose distributors come. q: part of the name of either."""
    return _shown(desk, q=q, form=empty_form({"min_meetings": 0, "max_meetings": 20}))


@router.post("")
def fill(desk: DeskDep, form: FormDep) -> Response:
    """Show whom it would add, or add them."""
    page, is_try = desk.page, form.text("todo") != "add"
    try:
        given = form.read(FillIn, lists=("seller_ids", "distributor_ids", "territories"))
        chosen = (given.seller_ids, given.distributor_ids, given.territories, given.attending)
        if not any(chosen):
            message = page.say("nobody was chosen")
            remedy = page.say("Tick sales agents or distributors, or name territories or a market")
            raise Invalid.field("seller_ids", message, remedy)
        wanted = filling.Filling(**given.model_dump())
        new = filling.fill_participants(page.uow, page.actor, desk.event.event_id, wanted, dry_run=is_try)
    except (Invalid, Conflict) as error:
        return _shown(desk, 422, q=form.text("q"), form=form.refused(error))
    if is_try:
        return _shown(desk, q=form.text("q"), form=form, new=new)
    said = page.say("%(count)s participants are added.", count=page.reader.number(len(new)))
    return desk.go(desk.at("participants"), said)


def _shown(desk: Desk, status: int = 200, *, q: str, **more: Any) -> Response:
    page = desk.page
    where = CompanyFilter(kind=CompanyKind.SALES_AGENT, query=q)
    agents = companies.list_companies(page.uow, page.actor, PageRequest(60), where)
    found = distributors.list_distributors(page.uow, page.actor, PageRequest(60), DistributorFilter(query=q))
    profiles = [seen.profile for seen in found.items] if q else []
    return desk.show(
        "fill.html",
        status,
        profiles=[
            (one.distributor_id, f"{one.distributor.name}, {page.reader.territory(one.territory)}")
            for one in profiles
        ],
        agents=agents.items,
        more_agents=agents.next_after is not None,
        q=q,
        **{"new": None, **more},
    )
