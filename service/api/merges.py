"""Films and companies that may be the same, for people to decide."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from service.api.deps import ActorDep, UowDep
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.merges import MergeOut
from service.domain.words import MergeState
from service.usecases import merges

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["merges"])

Kept = Annotated[
    str | None, Query(description="Which of the two is kept; by default the one proposed.", max_length=100)
]
Noun = Annotated[Literal["film", "company"] | None, Query(description="Only films, or only companies.")]


@router.get("/merges", responses=responses())
def list_merges(
    actor: ActorDep, uow: UowDep, paging: PagingDep, noun: Noun = None, state: MergeState | None = None
) -> PageOf[MergeOut]:
    """Pairs that you may decide on; a page may be shorter than its limit."""
    found = merges.list_merges(uow, actor, paging.request, noun=noun, state=state)
    return paging.render(found, MergeOut.of)


@router.get("/merges/{proposal_id}", responses=responses(404))
def get_merge(proposal_id: str, actor: ActorDep, uow: UowDep) -> MergeOut:
    """One pair."""
    return MergeOut.of(merges.get_merge(uow, actor, proposal_id))


@router.post("/merges/{proposal_id}/accept", responses=responses(404, 409, 422))
def accept_merge(proposal_id: str, actor: ActorDep, uow: UowDep, kept_id: Kept = None) -> MergeOut:
    """They are the same: everything of the other goes to the kept one, also what only the other's fields say, and the
    other is deleted for ever."""
    return MergeOut.of(merges.accept_merge(uow, actor, proposal_id, kept_id))


@router.post("/merges/{proposal_id}/reject", responses=responses(404, 409))
def reject_merge(proposal_id: str, actor: ActorDep, uow: UowDep) -> MergeOut:
    """They are different, and are never proposed again."""
    return MergeOut.of(merges.reject_merge(uow, actor, proposal_id))
