"""Which films are for a distributor."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from service.api.deps import ActorDep, UowDep
from service.api.idempotency import IdempotentRoute
from service.api.matching_deps import DeskDep, sent
from service.api.problems import responses
from service.api.schemas.matches import SuggestionsOut
from service.api.schemas.suggestions import LookOut
from service.domain.words import MediaRight, Stage
from service.usecases import suggestions
from service.usecases.suggestions import SuggestionRequest

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["suggestions"])


@router.get(
    "/distributors/{distributor_id}/suggestions", response_model=SuggestionsOut, responses=responses(404)
)
def suggest(
    distributor_id: str,
    actor: ActorDep,
    desk: DeskDep,
    media_right: MediaRight = MediaRight.THEATRICAL,
    k: Annotated[int, Query(ge=1, le=100)] = 20,
    new: Annotated[bool, Query(description="Only what is new since you last looked.")] = False,
    since: Annotated[
        AwareDatetime | None, Query(description="What is new, instead of your last look; with time zone.")
    ] = None,
    explain: bool = True,
    new_first: Annotated[bool, Query(description="What is new before all else.")] = False,
    start: Annotated[int, Query(ge=0, le=10_000, description="How many to leave out at the start.")] = 0,
    genre: Annotated[str, Query(max_length=300)] = "",
    country: Annotated[str, Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")] = "",
    stage: Stage | None = None,
    min_probability: Annotated[float, Query(ge=0.0, le=1.0)] = 0.0,
) -> Response:
    """The films on offer in its territory that it likeliest takes; for its own company.

    What it passed on stays hidden for a while. Asking changes nothing: `POST .../looks` says that you have looked.
    """
    request = SuggestionRequest(
        distributor_id,
        media_right,
        k,
        new,
        since,
        explain,
        new_first,
        start,
        genre,
        country,
        stage,
        min_probability,
    )
    return sent(suggestions.suggest(desk, actor, request))


@router.post("/distributors/{distributor_id}/suggestions/looks", status_code=201, responses=responses(404))
def look(distributor_id: str, actor: ActorDep, uow: UowDep) -> LookOut:
    """Note that you have looked at the suggestions: what comes later is new."""
    moment: datetime = suggestions.look(uow, actor, distributor_id)
    return LookOut(looked_at=moment)
