"""Who should see a film: answers, and the runs they are kept as."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from service.api.deps import ActorDep, UowDep
from service.api.idempotency import IdempotentRoute
from service.api.matching_deps import DeskDep, sent
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses, told
from service.api.schemas.jobs import JobOut
from service.api.schemas.matches import ManyMatchesIn, MatchesOut, MatchIn
from service.api.schemas.runs import ReplayOut, RunOut
from service.security.actor import Actor
from service.usecases import batches, matching, replays, runs
from service.usecases.requests import MatchRequest

__all__ = ["NDJSON", "router"]

router = APIRouter(route_class=IdempotentRoute, tags=["matches"])

NDJSON: Final = "application/x-ndjson"

_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "One JSON object a line: the answer of one film, or `film_id` and `problem`.",
        "content": {NDJSON: {"schema": {"type": "string"}}},
    }
}


@router.post("/matches", response_model=MatchesOut, responses=responses(404))
def match(body: MatchIn, actor: ActorDep, desk: DeskDep) -> Response:
    """The likeliest distributors of each territory, for a stored film or one that is described here.

    A stored film of a sales agent is for its members; rights, passes and limits are kept.
    """
    return sent(matching.match(desk, actor, body.as_request()))


@router.post("/matches/stream", response_class=StreamingResponse, responses={**responses(), **_STREAM})
def match_each(body: ManyMatchesIn, actor: ActorDep, desk: DeskDep) -> StreamingResponse:
    """Matches of many stored films, each sent as soon as it is known; what was sent is not kept to be sent again."""
    desk.matchers.current()
    # What is wrong with the question is told before the answer begins.
    request = body.as_request()
    return StreamingResponse(_lines(desk, actor, request, body.films), media_type=NDJSON)


@router.post("/matches/batch", status_code=202, responses=responses(404, 409))
def match_batch(body: ManyMatchesIn, actor: ActorDep, uow: UowDep) -> JobOut:
    """Matches of many stored films as a job, whose result names the run of each film."""
    return JobOut.of(batches.request_batch(uow, actor, body.as_request(), body.films))


@router.get("/match-runs", responses=responses(404))
def list_runs(
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    company_id: Annotated[str | None, Query(description="Whose; yours where you have one.")] = None,
) -> PageOf[RunOut]:
    """What your company asked, without the answers, the latest first."""
    return paging.render(runs.list_runs(uow, actor, paging.request, company_id), RunOut.of)


@router.get("/match-runs/{run_id}", responses=responses(404))
def get_run(run_id: str, actor: ActorDep, uow: UowDep) -> RunOut:
    """What was asked, and the answer as it was given."""
    return RunOut.of(runs.get_run(uow, actor, run_id))


@router.post("/match-runs/{run_id}/replay", responses=responses(404))
def replay(run_id: str, actor: ActorDep, desk: DeskDep) -> ReplayOut:
    """The answer as it was given, and what the same bundle answers now; seconds where another is in force."""
    return ReplayOut.of(replays.replay(desk, actor, run_id))


def _lines(desk: matching.Desk, actor: Actor, request: MatchRequest, film_ids: list[str]) -> Iterator[str]:
    for film_id, answer in matching.match_each(desk, actor, request, film_ids):
        if isinstance(answer, Exception):
            answer = {"film_id": film_id, "problem": told(answer).problem().model_dump()}
        yield f"{json.dumps(answer, ensure_ascii=False, separators=(',', ':'))}\n"
