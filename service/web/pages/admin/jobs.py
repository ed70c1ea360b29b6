"""Background work: what waits, runs, is done or failed, and stopping it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from service.domain.words import JobState
from service.usecases import batches, imports, jobs, training
from service.usecases.events import planning
from service.web.lists import After, Words, chosen, further, request_of
from service.web.marking import _
from service.web.page import AdministratorsPageDep

__all__ = ["KINDS", "router"]

router = APIRouter(prefix="/admin/jobs")


KINDS: Final = {
    training.TRAIN: _("Training"),
    training.PROMOTE: _("Putting a bundle in force"),
    imports.JOB: _("Import of a file"),
    batches.MATCH_BATCH: _("Matches for many films"),
    planning.JOB: _("Planning of an event"),
}
"""Kinds of jobs as people read them."""


@router.get("")
def listed(page: AdministratorsPageDep, state: Words = "", kind: Words = "", after: After = None) -> Response:
    """The latest first; the table alone where it is asked for again to see how far they are."""
    found = jobs.list_jobs(
        page.uow,
        page.actor,
        request_of(after),
        kind=kind if kind in KINDS else None,
        state=chosen(JobState, state),
    )
    return page.show(
        "admin/_jobs.html" if page.is_part else "admin/jobs.html",
        jobs=found.items,
        further=further(page.request, found),
        here=f"{page.request.url.path}?{page.request.url.query}",
        is_busy=any(not job.state.is_final for job in found.items),
        state=state,
        kind=kind,
        states=list(JobState),
        kinds=KINDS,
    )


@router.post("/{job_id}/cancel")
def cancel(page: AdministratorsPageDep, job_id: str) -> Response:
    """Stop it; a final one stays as it is."""
    job = jobs.cancel_job(page.uow, page.actor, job_id)
    if job.state is JobState.CANCELLED:
        return page.go("/admin/jobs", page.say("The job is cancelled."))
    if job.state.is_final:
        return page.go("/admin/jobs", page.say("The job was over already."))
    return page.go("/admin/jobs", page.say("The job stops as soon as its worker looks."))
