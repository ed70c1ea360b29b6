"""Plans, versions of schedules, changes by hand, and questions about them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from service.api.deps import ActorDep, UowDep
from service.api.etags import IfMatch, set_etag
from service.api.idempotency import IdempotentRoute
from service.api.matching_deps import DeskDep
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.jobs import JobOut
from service.api.schemas.schedules import (
    ChangeIn,
    DifferenceOut,
    LeftOutOut,
    PlanIn,
    PreviewOut,
    ScheduleOut,
    StandByOut,
    VersionOut,
)
from service.usecases.events import asking, editing, planning, schedules

__all__ = ["Number", "NumberQuery", "router"]

router = APIRouter(route_class=IdempotentRoute, tags=["events"])

Number = Annotated[int, Path(ge=1, le=1_000_000, description="Of the version.")]
NumberQuery = Annotated[
    int | None, Query(ge=1, le=1_000_000, description="Of the version; the latest without it.")
]
IdQuery = Annotated[str, Query(max_length=200)]
Most = Annotated[int, Query(ge=1, le=1_000, description="How many at most.")]


@router.post("/events/{event_id}/plans", status_code=202, responses=responses(404, 409))
def request_plan(event_id: str, body: PlanIn, actor: ActorDep, uow: UowDep, response: Response) -> JobOut:
    """Plan who meets whom, when and where, as a job whose result is a new draft."""
    job = planning.request_plan(uow, actor, event_id, body.as_request())
    response.headers["Location"] = f"/api/v1/jobs/{job.job_id}"
    return JobOut.of(job)


@router.get("/events/{event_id}/schedules", responses=responses(404))
def list_schedules(event_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[VersionOut]:
    """All versions, the latest first."""
    return paging.part(schedules.list_schedules(uow, actor, event_id), VersionOut.of)


@router.get("/events/{event_id}/schedules/latest", responses=responses(404))
def get_latest_schedule(event_id: str, actor: ActorDep, uow: UowDep, response: Response) -> ScheduleOut:
    """The latest version, with its meetings and figures."""
    found = schedules.get_schedule(uow, actor, event_id)
    set_etag(response, found.schedule.version)
    return ScheduleOut.of_version(found)


@router.get("/events/{event_id}/schedules/{number}", responses=responses(404))
def get_schedule(
    event_id: str, number: Number, actor: ActorDep, uow: UowDep, response: Response
) -> ScheduleOut:
    """One version, with its meetings and figures."""
    found = schedules.get_schedule(uow, actor, event_id, number)
    set_etag(response, found.schedule.version)
    return ScheduleOut.of_version(found)


@router.get("/events/{event_id}/schedules/{number}/difference", responses=responses(404))
def compare_schedules(
    event_id: str,
    number: Number,
    actor: ActorDep,
    uow: UowDep,
    since: Annotated[int, Query(ge=1, le=1_000_000, description="The version before.")],
) -> DifferenceOut:
    """What changes from one version to this one."""
    return DifferenceOut.of(schedules.compare_schedules(uow, actor, event_id, since, number))


@router.post("/events/{event_id}/schedules/{number}/publish", responses=responses(404, 409, 412, 428))
def publish(
    event_id: str, number: Number, actor: ActorDep, uow: UowDep, expected: IfMatch, response: Response
) -> VersionOut:
    """Let everybody see their agendas in this version."""
    published = schedules.publish(uow, actor, event_id, number, expected)
    set_etag(response, published.version)
    return VersionOut.of(published)


@router.post(
    "/events/{event_id}/schedules/{number}/roll-back", status_code=201, responses=responses(404, 409)
)
def roll_back(event_id: str, number: Number, actor: ActorDep, uow: UowDep) -> VersionOut:
    """Make a new draft of an older version, without what can no longer be held."""
    return VersionOut.of(schedules.roll_back(uow, actor, event_id, number))


@router.delete(
    "/events/{event_id}/schedules/{number}", status_code=204, responses=responses(404, 409, 412, 428)
)
def delete_draft(event_id: str, number: Number, actor: ActorDep, uow: UowDep, expected: IfMatch) -> None:
    """Delete a draft; what was published is kept."""
    schedules.delete_draft(uow, actor, event_id, number, expected)


@router.post("/events/{event_id}/changes/preview", responses=responses(404))
def preview_change(event_id: str, body: ChangeIn, actor: ActorDep, uow: UowDep) -> PreviewOut:
    """What adding, moving, swapping or cancelling a meeting would do and break, before it happens."""
    return PreviewOut.of(editing.preview_change(uow, actor, event_id, body.as_change()))


@router.post("/events/{event_id}/changes", responses=responses(404, 409, 412, 428))
def change_schedule(
    event_id: str, body: ChangeIn, actor: ActorDep, desk: DeskDep, expected: IfMatch, response: Response
) -> VersionOut:
    """Change the latest draft, or make one from what is published; refused while it breaks anything.

    If-Match: the ETag of the latest version.
    """
    draft = editing.change_schedule(
        desk.uow,
        actor,
        event_id,
        body.as_change(),
        expected,
        desk=desk,
        despite_soft=body.despite_soft,
        lock=body.lock,
    )
    set_etag(response, draft.version)
    return VersionOut.of(draft)


@router.get("/events/{event_id}/why-not", responses=responses(404))
def why_not(
    event_id: str, seller_id: str, buyer_id: str, actor: ActorDep, uow: UowDep, number: NumberQuery = None
) -> LeftOutOut:
    """Why two do not meet, and what would have to give way."""
    return LeftOutOut.of(asking.why_not(uow, actor, event_id, seller_id, buyer_id, number))


@router.get("/events/{event_id}/left-out", responses=responses(404))
def list_left_out(
    event_id: str,
    actor: ActorDep,
    uow: UowDep,
    number: NumberQuery = None,
    participant_id: IdQuery = "",
    most: Most = 100,
) -> list[LeftOutOut]:
    """The most valuable pairs that do not meet, with reasons."""
    found = asking.list_left_out(uow, actor, event_id, number, participant_id or None, most)
    return [LeftOutOut.of(one) for one in found]


@router.get("/events/{event_id}/stand-bys", responses=responses(404))
def find_stand_bys(
    event_id: str,
    actor: ActorDep,
    uow: UowDep,
    slot_id: IdQuery = "",
    participant_id: IdQuery = "",
    number: NumberQuery = None,
    most: Most = 10,
) -> list[StandByOut]:
    """Meetings that could be added as they are, at a slot, with a participant, or both."""
    found = asking.find_stand_bys(
        uow,
        actor,
        event_id,
        slot_id=slot_id or None,
        participant_id=participant_id or None,
        number=number,
        most=most,
    )
    return [StandByOut.of(one) for one in found]
