"""Matches for many films as a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from recommender.errors import ReelmatchError
from service.domain.jobs import JobRun
from service.domain.words import RunKind, Scope
from service.errors import NotFound, ServiceError, Unavailable
from service.matchers import InForce
from service.security.actor import Actor
from service.security.permissions import require_scope
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.jobs import start_job
from service.usecases.matching import answer_of, keep_answer, question_of, require_askable
from service.usecases.requests import MatchRequest, from_json, to_json
from service.usecases.runs import run_company

__all__ = ["MATCH_BATCH", "request_batch", "run_batch"]

MATCH_BATCH: Final = "match_batch"

Report = Callable[[int, int], None]


def request_batch(
    uow: UnitOfWorkFactory, actor: Actor, request: MatchRequest, film_ids: Sequence[str]
) -> JobRun:
    """Put it into the queue. Raises NotFound and Forbidden for a film that the actor may not ask about."""
    require_scope(actor, Scope.MATCH)
    company_id = run_company(actor, request.company_id, None)
    with uow() as tx:
        for film_id in film_ids:
            require_askable(tx, actor, tx.films.get(film_id))
        args = {"request": to_json(request.about("")), "film_ids": list(film_ids), "actor": actor.actor_id}
        job = start_job(tx, actor, MATCH_BATCH, {**args, "company_id": company_id}, company_id=company_id)
        tx.commit()
    return job


def run_batch(
    uow: UnitOfWorkFactory,
    in_force: InForce,
    settings: Settings,
    job_id: str,
    args: dict[str, Any],
    report: Report,
) -> dict[str, Any]:
    """Answer for each film in a transaction of its own, under an id that follows from the job.

    So what was answered before a crash is not answered again. Returns which run holds which film's answer.
    """
    request = from_json(args["request"], args["company_id"])
    actor = Actor.system(args["actor"])
    runs, problems = {}, {}
    for place, film_id in enumerate(args["film_ids"]):
        report(place, len(args["film_ids"]))
        try:
            runs[film_id] = _one(
                uow, in_force, settings, actor, request.about(film_id), f"run_{job_id}_{place}"
            )
        except Unavailable:
            raise
        except (ServiceError, ReelmatchError) as error:
            problems[film_id] = str(error)
    return {"bundle_version": in_force.version, "runs": runs, "problems": problems}


def _one(
    uow: UnitOfWorkFactory,
    in_force: InForce,
    settings: Settings,
    actor: Actor,
    request: MatchRequest,
    run_id: str,
) -> str:
    with uow() as tx:
        if not _is_there(tx, run_id):
            question = question_of(tx, actor, request, settings)
            keep_answer(tx, actor, in_force, question, answer_of(in_force, question), RunKind.BATCH, run_id)
            tx.commit()
    return run_id


def _is_there(tx: UnitOfWork, run_id: str) -> bool:
    try:
        tx.match_runs.get(run_id)
    except NotFound:
        return False
    return True
