"""Rights held and sold."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service.api.deps import ActorDep, UowDep
from service.api.etags import IfMatch, set_etag
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.rights import (
    ConfirmationIn,
    ConfirmationOut,
    GrantChange,
    GrantOut,
    GrantsIn,
    GrantsOut,
)
from service.api.schemas.trade import Day, changes
from service.clock import today
from service.domain.rights import Window
from service.domain.words import Direction, GrantStatus, MediaRight
from service.store.repositories.rights import GrantFilter
from service.usecases import rights

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["rights"])


def _wanted(
    film_id: str = "",
    company_id: Annotated[str, Query(description="The sales agent.")] = "",
    licensee_id: Annotated[str, Query(description="Who bought.")] = "",
    deal_id: str = "",
    direction: Direction | None = None,
    territory: Annotated[str, Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")] = "",
    media_right: MediaRight | None = None,
    status: GrantStatus | None = None,
    starts_on: Annotated[Day | None, Query(description="Those that last until then or longer.")] = None,
    ends_on: Annotated[Day | None, Query(description="Those that begin by then.")] = None,
    unconfirmed_since: Annotated[Day | None, Query(description="Last confirmed before, or never.")] = None,
) -> GrantFilter:
    return GrantFilter(
        film_id=film_id,
        company_id=company_id,
        licensee_id=licensee_id,
        deal_id=deal_id,
        direction=direction,
        territory=territory,
        media_right=media_right,
        status=status,
        overlaps=Window(starts_on, ends_on) if starts_on or ends_on else None,
        unconfirmed_since=unconfirmed_since,
    )


@router.get("/rights", responses=responses())
def list_grants(
    actor: ActorDep, uow: UowDep, paging: PagingDep, where: Annotated[GrantFilter, Depends(_wanted)]
) -> PageOf[GrantOut]:
    """The rights your companies hold, sold or bought; a page may be shorter than its limit."""
    return paging.render(rights.list_grants(uow, actor, paging.request, where), GrantOut.of)


@router.post("/rights", status_code=201, responses=responses(404, 409))
def record_grants(body: GrantsIn, actor: ActorDep, uow: UowDep) -> GrantsOut:
    """Record rights held or sold, all or none; for members of the film's sales agent.

    What contradicts a grant is refused with its id and what to change.
    """
    return GrantsOut(
        items=[GrantOut.of(grant) for grant in rights.record_grants(uow, actor, body.as_grants())]
    )


@router.post("/rights/confirmations", responses=responses(404))
def confirm_grants(body: ConfirmationIn, actor: ActorDep, uow: UowDep) -> ConfirmationOut:
    """Say that rights are still so today; what nobody confirms becomes stale."""
    count = rights.confirm_grants(uow, actor, grant_ids=body.grant_ids, film_id=body.film_id)
    return ConfirmationOut(confirmed=count, confirmed_on=today())


@router.get("/rights/{grant_id}", responses=responses(404))
def get_grant(grant_id: str, actor: ActorDep, uow: UowDep, response: Response) -> GrantOut:
    """One grant; for its agent and, once it is no draft, for who bought it."""
    grant = rights.get_grant(uow, actor, grant_id)
    set_etag(response, grant.version)
    return GrantOut.of(grant)


@router.patch("/rights/{grant_id}", responses=responses(404, 409, 412, 428))
def update_grant(
    grant_id: str, body: GrantChange, actor: ActorDep, uow: UowDep, expected: IfMatch, response: Response
) -> GrantOut:
    """Change some of a grant; for members of its agent. Withdraw one with the status inactive."""
    grant = rights.update_grant(uow, actor, grant_id, changes(body), expected)
    set_etag(response, grant.version)
    return GrantOut.of(grant)


@router.delete("/rights/{grant_id}", status_code=204, responses=responses(404, 409, 412, 428))
def delete_grant(grant_id: str, actor: ActorDep, uow: UowDep, expected: IfMatch) -> None:
    """Delete a grant that was recorded by mistake and that no sale and no deal relies on."""
    rights.delete_grant(uow, actor, grant_id, expected)
