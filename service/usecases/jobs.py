"""Background work as people see it: asking for it, looking at it, stopping it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.clock import now
from service.domain.jobs import JobRun
from service.domain.paging import Page, PageRequest
from service.domain.words import JobState
from service.security.actor import Actor
from service.security.permissions import About, Action, require, sight
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record

__all__ = ["cancel_job", "get_job", "list_jobs", "open_jobs", "start_job", "waiting_tasks"]


def start_job(
    tx: UnitOfWork,
    actor: Actor,
    kind: str,
    args: Mapping[str, Any],
    *,
    key: str = "",
    company_id: str | None = None,
    queue: str = "default",
) -> JobRun:
    """Put a job into the queue within this transaction: it runs if that commits, else it never was.

    kind: name of the task, which gets `args` and the job's id. key: of what may wait or run only once at a time.
    Whether the actor may is for the caller to check. Raises Conflict when an open job has the same kind and key.
    """
    job = tx.jobs.add(
        JobRun(new_id("job"), kind, JobState.QUEUED, actor.actor_id, company_id, created_at=now(), key=key)
    )
    queue_id = tx.jobs.defer(
        kind, {"job_id": job.job_id, **args}, queue=queue, lock=f"{kind}:{key}" if key else None
    )
    tx.jobs.set_queue_id(job.job_id, queue_id)
    record(tx, actor, f"{kind}.start", "job", job.job_id, company_id=company_id)
    return tx.jobs.get(job.job_id)


def list_jobs(
    uow: UnitOfWorkFactory,
    actor: Actor,
    page: PageRequest,
    *,
    kind: str | None = None,
    state: JobState | None = None,
    company_id: str | None = None,
) -> Page[JobRun]:
    """The latest first; of one company, or of all for an administrator."""
    seen = sight(actor, Action.READ, "job")
    if not seen.everything and not (actor.is_administrator or actor.is_system):
        company_id = actor.acting_for(company_id)
    with uow() as tx:
        return tx.jobs.list(page, kind, state, company_id)


def get_job(uow: UnitOfWorkFactory, actor: Actor, job_id: str) -> JobRun:
    """Raises NotFound."""
    with uow() as tx:
        job = tx.jobs.get(job_id)
    require(actor, Action.READ, "job", About(company=job.company_id), job_id)
    return job


def cancel_job(uow: UnitOfWorkFactory, actor: Actor, job_id: str) -> JobRun:
    """Stop a job: one that waits at once, one that runs as soon as its worker looks. A final one stays as it is."""
    with uow() as tx:
        job = tx.jobs.get(job_id)
        require(actor, Action.WRITE, "job", About(company=job.company_id), job_id)
        if job.state is JobState.QUEUED:
            stopped = tx.jobs.finish(job_id, JobState.CANCELLED, now(), "cancelled before it began")
        else:
            stopped = tx.jobs.request_cancel(job_id, now())
        if stopped:
            record(tx, actor, f"{job.kind}.cancel", "job", job_id, company_id=job.company_id)
        job = tx.jobs.get(job_id)
        tx.commit()
    return job


def open_jobs(uow: UnitOfWorkFactory) -> dict[str, float]:
    """How many wait and how many run."""
    with uow() as tx:
        return {state.value: float(count) for state, count in tx.jobs.count_open().items()}


def waiting_tasks(uow: UnitOfWorkFactory) -> dict[str, float]:
    """How many tasks wait for a worker, by name: jobs, and what the service asks of itself, such as embedding."""
    with uow() as tx:
        return {name: float(count) for name, count in tx.jobs.count_waiting().items()}
