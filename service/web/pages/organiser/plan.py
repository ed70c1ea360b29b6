"""The plan of an event: asked for with one button, followed, told in a sentence."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.domain.jobs import JobRun
from service.domain.paging import PageRequest
from service.domain.words import JobState
from service.errors import Conflict, Invalid
from service.usecases import jobs
from service.usecases.events import planning, schedules
from service.web.forms import Form, FormDep, empty_form
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.figures import contradictions_of, knob_chart, sentence
from service.web.pages.organiser.forms import PlanIn
from service.web.pages.organiser.setup import stock_of

__all__ = ["last_job", "router"]

router = APIRouter(prefix="/events/{event_id}")


@router.get("")
def show(desk: DeskDep) -> Response:
    """What there is to plan, how far a plan is, and how good the latest is."""
    return _shown(desk)


@router.post("/plan")
def ask(desk: DeskDep, form: FormDep) -> Response:
    """Ask for a plan."""
    page = desk.page
    try:
        wanted = planning.PlanRequest(**form.read(PlanIn).model_dump())
        planning.request_plan(page.uow, page.actor, desk.event.event_id, wanted)
    except (Invalid, Conflict) as error:
        return _shown(desk, 422, form=form.refused(error))
    return desk.go(desk.at())


@router.get("/progress")
def progress(desk: DeskDep, job_id: Annotated[str, Query(alias="job", max_length=200)]) -> Response:
    """How far a plan is, asked for again and again; once it is over, on to the plan."""
    job = jobs.get_job(desk.page.uow, desk.page.actor, job_id)
    if job.state.is_final or not desk.page.is_part:
        return desk.go(desk.at(), _over(desk, job))
    return desk.show("progress.html", job=job)


@router.post("/cancel")
def cancel(desk: DeskDep, form: FormDep) -> Response:
    """Stop planning."""
    jobs.cancel_job(desk.page.uow, desk.page.actor, form.text("job"))
    return desk.go(desk.at(), desk.page.say("Planning is being stopped."))


def last_job(desk: Desk) -> JobRun | None:
    """The latest plan that was asked for, done or not."""
    page, event = desk.page, desk.event
    found = jobs.list_jobs(
        page.uow, page.actor, PageRequest(20), kind=planning.JOB, company_id=event.company_id
    )
    return next((job for job in found.items if job.key == event.event_id), None)


def _over(desk: Desk, job: JobRun) -> str:
    if job.state is not JobState.SUCCEEDED or job.result is None:
        return ""
    number = desk.page.reader.number(job.result["number"])
    return desk.page.say("Version %(number)s is planned.", number=number)


def _shown(desk: Desk, status: int = 200, *, form: Form | None = None) -> Response:
    page = desk.page
    versions = schedules.list_schedules(page.uow, page.actor, desk.event.event_id)
    latest = versions[0] if versions else None
    knob = latest.report.get("evenness_knob") if latest else None
    usual = {"evenness": f"{knob or desk.event.evenness:g}", "time_limit_s": 60}
    shown: dict[str, Any] = {
        "stock": stock_of(desk),
        "job": last_job(desk),
        "latest": latest,
        "published": next((one for one in versions if one.state == "published"), None),
        "sentence": sentence(desk, latest) if latest else "",
        "clashes": contradictions_of(desk, latest.report.get("conflicts") or ()) if latest else [],
        "chart": knob_chart(desk, latest.report) if latest else None,
        "form": form or empty_form(usual),
    }
    job = shown["job"]
    failed = job is not None and job.state is JobState.FAILED
    shown["failure"] = contradictions_of(desk, (job.result or {}).get("conflicts", ())) if failed else []
    return desk.show("plan.html", status, **shown)
