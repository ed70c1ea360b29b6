"""Deals and their terms."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service.api.deps import ActorDep, UowDep
from service.api.etags import IfMatch, set_etag
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.deals import DealChange, DealIn, DealOut, TermsIn, TermsOut
from service.api.schemas.trade import Day, changes
from service.store.repositories.deals import DealFilter
from service.usecases import deals

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["deals"])


def _wanted(
    film_id: str = "",
    distributor_id: str = "",
    agent_id: str = "",
    territory: Annotated[str, Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")] = "",
    released_from: Annotated[Day | None, Query()] = None,
    released_to: Annotated[Day | None, Query()] = None,
) -> DealFilter:
    return DealFilter(
        film_id=film_id,
        distributor_id=distributor_id,
        agent_id=agent_id,
        territory=territory,
        released_from=released_from,
        released_to=released_to,
    )


@router.get("/deals", responses=responses())
def list_deals(
    actor: ActorDep, uow: UowDep, paging: PagingDep, where: Annotated[DealFilter, Depends(_wanted)]
) -> PageOf[DealOut]:
    """Announced deals and your own; a page may be shorter than its limit."""
    return paging.render(deals.list_deals(uow, actor, paging.request, where), DealOut.of)


@router.post("/deals", status_code=201, responses=responses(404, 409))
def create_deal(body: DealIn, actor: ActorDep, uow: UowDep, response: Response) -> DealOut:
    """Record a deal, its terms, and with `sale` the rights sold, all or none.

    For members of the sales agent, of the distributor (without an agent of this service), and for administrators
    (public reference data).
    """
    seen = deals.create_deal(
        uow,
        actor,
        body.as_deal(),
        body.terms.as_terms() if body.terms else None,
        body.sale.as_sale() if body.sale else None,
    )
    set_etag(response, seen.deal.version)
    return DealOut.of(seen)


@router.get("/deals/{deal_id}", responses=responses(404))
def get_deal(deal_id: str, actor: ActorDep, uow: UowDep, response: Response) -> DealOut:
    """One deal."""
    seen = deals.get_deal(uow, actor, deal_id)
    set_etag(response, seen.deal.version)
    return DealOut.of(seen)


@router.patch("/deals/{deal_id}", responses=responses(404, 409, 412, 428))
def update_deal(
    deal_id: str, body: DealChange, actor: ActorDep, uow: UowDep, expected: IfMatch, response: Response
) -> DealOut:
    """Change some of a deal, announce it, or add its outcome; for members of both parties.

    The rights recorded as sold in it move with its window. Only its sales agent, where it has one, changes window and
    media rights.
    """
    seen = deals.update_deal(uow, actor, deal_id, changes(body), expected)
    set_etag(response, seen.deal.version)
    return DealOut.of(seen)


@router.delete("/deals/{deal_id}", status_code=204, responses=responses(404, 409, 412, 428))
def delete_deal(deal_id: str, actor: ActorDep, uow: UowDep, expected: IfMatch) -> None:
    """Delete a deal and its terms; for owners of both parties. Delete the rights sold in it first."""
    deals.delete_deal(uow, actor, deal_id, expected)


@router.get("/deals/{deal_id}/terms", responses=responses(404))
def get_terms(deal_id: str, actor: ActorDep, uow: UowDep, response: Response) -> TermsOut:
    """The terms; for the two parties, and for nobody else."""
    seen = deals.get_terms(uow, actor, deal_id)
    set_etag(response, seen.version)
    return TermsOut.of(seen.terms)


@router.put("/deals/{deal_id}/terms", responses=responses(404, 409, 412, 428))
def set_terms(
    deal_id: str, body: TermsIn, actor: ActorDep, uow: UowDep, expected: IfMatch, response: Response
) -> TermsOut:
    """Replace the terms; for members of the two parties. The ETag is the deal's."""
    seen = deals.set_terms(uow, actor, deal_id, body.as_terms(), expected)
    set_etag(response, seen.version)
    return TermsOut.of(seen.terms)
