"""Films like a film."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.deps import ActorDep
from service.api.idempotency import IdempotentRoute
from service.api.matching_deps import DeskDep, sent
from service.api.problems import responses
from service.api.schemas.matches import ComparablesOut
from service.usecases.comparables import comparables

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["matches"])


@router.get("/films/{film_id}/comparables", response_model=ComparablesOut, responses=responses(404))
def find_comparables(
    film_id: str,
    actor: ActorDep,
    desk: DeskDep,
    k: Annotated[int, Query(ge=1, le=100)] = 10,
    company_id: Annotated[str | None, Query(description="On whose behalf.")] = None,
) -> Response:
    """The films nearest to one by synopsis and metadata, and who released them where."""
    return sent(comparables(desk, actor, film_id, k, company_id))
