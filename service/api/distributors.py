"""Distributor profiles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.deps import ActorDep, UowDep
from service.api.etags import IfMatch, set_etag
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.distributors import DistributorChange, DistributorIn, DistributorOut, Kind
from service.api.schemas.trade import changes
from service.domain.words import MediaRight
from service.store.repositories.distributors import DistributorFilter
from service.usecases import distributors

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["distributors"])


@router.get("/distributors", responses=responses())
def list_distributors(
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    company_id: str = "",
    territory: Annotated[str, Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")] = "",
    kind: Kind | None = None,
    media_right: Annotated[MediaRight | None, Query(description="It says that it takes this.")] = None,
    query: Annotated[str, Query(max_length=200, description="Part of the name.")] = "",
) -> PageOf[DistributorOut]:
    """All distributors; briefs and limits of your own."""
    where = DistributorFilter(company_id, territory, kind or "", media_right, query=query)
    return paging.render(distributors.list_distributors(uow, actor, paging.request, where), DistributorOut.of)


@router.post("/distributors", status_code=201, responses=responses(404, 409))
def create_distributor(
    body: DistributorIn, actor: ActorDep, uow: UowDep, response: Response
) -> DistributorOut:
    """Add your company in a territory; for members of the distributor and for administrators."""
    seen = distributors.create_distributor(uow, actor, body.as_profile())
    set_etag(response, seen.profile.version)
    return DistributorOut.of(seen)


@router.get("/distributors/{distributor_id}", responses=responses(404))
def get_distributor(distributor_id: str, actor: ActorDep, uow: UowDep, response: Response) -> DistributorOut:
    """One distributor."""
    seen = distributors.get_distributor(uow, actor, distributor_id)
    set_etag(response, seen.profile.version)
    return DistributorOut.of(seen)


@router.patch("/distributors/{distributor_id}", responses=responses(404, 409, 412, 428))
def update_distributor(
    distributor_id: str,
    body: DistributorChange,
    actor: ActorDep,
    uow: UowDep,
    expected: IfMatch,
    response: Response,
) -> DistributorOut:
    """Change some of a distributor; for its members and for administrators."""
    seen = distributors.update_distributor(uow, actor, distributor_id, changes(body), expected)
    set_etag(response, seen.profile.version)
    return DistributorOut.of(seen)


@router.delete("/distributors/{distributor_id}", status_code=204, responses=responses(404, 409, 412, 428))
def delete_distributor(distributor_id: str, actor: ActorDep, uow: UowDep, expected: IfMatch) -> None:
    """Delete a distributor that has no deals, with its feedback; for administrators."""
    distributors.delete_distributor(uow, actor, distributor_id, expected)
