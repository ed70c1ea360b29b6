"""Background work."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ActorDep, UowDep
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.jobs import JobOut
from service.domain.words import JobState
from service.usecases import jobs

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["jobs"])


@router.get("/jobs", responses=responses(404))
def list_jobs(
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    kind: Annotated[str | None, Query(max_length=100, description="Such as train or import_file.")] = None,
    state: JobState | None = None,
    company_id: Annotated[str | None, Query(description="Whose; administrators see all.")] = None,
) -> PageOf[JobOut]:
    """The jobs of your company, the latest first."""
    found = jobs.list_jobs(uow, actor, paging.request, kind=kind, state=state, company_id=company_id)
    return paging.render(found, JobOut.of)


@router.get("/jobs/{job_id}", responses=responses(404))
def get_job(job_id: str, actor: ActorDep, uow: UowDep) -> JobOut:
    """How far a job is, and what it made."""
    return JobOut.of(jobs.get_job(uow, actor, job_id))


@router.post("/jobs/{job_id}/cancel", responses=responses(404))
def cancel_job(job_id: str, actor: ActorDep, uow: UowDep) -> JobOut:
    """Stop a job; one that runs stops within seconds, one that is done stays as it is."""
    return JobOut.of(jobs.cancel_job(uow, actor, job_id))
