"""What participants see and say of an event, and what comes of its meetings."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.deps import ActorDep, UowDep
from service.api.idempotency import IdempotentRoute
from service.api.matching_deps import DeskDep
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schedules import NumberQuery
from service.api.schemas.agendas import (
    AgendaOut,
    NoShowsOut,
    OutcomeIn,
    OutcomeOut,
    OwnWishIn,
    PartnerOut,
    ResponseIn,
    ResponseOut,
    SideOutcomeIn,
    TalkOut,
)
from service.usecases.events import agendas, outcomes, own, talking

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["events"])


@router.get("/events/{event_id}/agendas/{participant_id}", responses=responses(404))
def get_agenda(
    event_id: str, participant_id: str, actor: ActorDep, uow: UowDep, number: NumberQuery = None
) -> AgendaOut:
    """Your own participant's meetings as published; for the organiser anybody's, in any version."""
    return AgendaOut.of(agendas.get_agenda(uow, actor, event_id, participant_id, number))


@router.get("/events/{event_id}/agendas/{participant_id}/partners", responses=responses(404))
def list_partners(
    event_id: str, participant_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep
) -> PageOf[PartnerOut]:
    """Who of the other side comes, to say whom you wish to meet."""
    found = own.list_partners(uow, actor, event_id, participant_id)
    return paging.part(found, lambda one: PartnerOut(participant_id=one[0], name=one[1]))


@router.put(
    "/events/{event_id}/agendas/{participant_id}/wishes", status_code=204, responses=responses(404, 409)
)
def set_own_wish(event_id: str, participant_id: str, body: OwnWishIn, actor: ActorDep, uow: UowDep) -> None:
    """Say whom you must, want to or do not want to meet; the others do not learn of it."""
    own.set_own_wish(uow, actor, event_id, participant_id, body.other_id, body.wish)


@router.get("/events/{event_id}/agendas/{participant_id}/talks", responses=responses(404))
def list_talks(
    event_id: str, participant_id: str, actor: ActorDep, desk: DeskDep, number: NumberQuery = None
) -> list[TalkOut]:
    """Why each film of a meeting is worth talking about, in the words of your side."""
    found = talking.list_talks(desk, actor, event_id, participant_id, number)
    return [TalkOut.of(one) for one in found]


@router.post(
    "/events/{event_id}/agendas/{participant_id}/responses",
    status_code=201,
    responses=responses(404, 409),
)
def respond(
    event_id: str, participant_id: str, body: ResponseIn, actor: ActorDep, uow: UowDep
) -> ResponseOut:
    """Accept a meeting, decline it with a reason, or propose another slot."""
    response = agendas.respond(
        uow,
        actor,
        event_id,
        participant_id,
        body.other_id,
        body.answer,
        reason=body.reason,
        proposed_slot_id=body.proposed_slot_id,
    )
    return ResponseOut.of(response)


@router.get("/events/{event_id}/responses", responses=responses(404))
def list_responses(event_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[ResponseOut]:
    """What everybody answered to the meetings that are published now; for the organiser."""
    return paging.part(agendas.list_responses(uow, actor, event_id), ResponseOut.of)


@router.get("/events/{event_id}/agendas/{participant_id}/outcomes", responses=responses(404))
def list_own_outcomes(
    event_id: str, participant_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep
) -> PageOf[OutcomeOut]:
    """What your side said of its meetings."""
    return paging.part(outcomes.list_outcomes(uow, actor, event_id, participant_id), OutcomeOut.of)


@router.post(
    "/events/{event_id}/agendas/{participant_id}/outcomes",
    status_code=201,
    responses=responses(404, 409),
)
def record_own_outcome(
    event_id: str, participant_id: str, body: SideOutcomeIn, actor: ActorDep, uow: UowDep
) -> OutcomeOut:
    """Say who came and what came of it; it becomes your company's feedback."""
    outcome = outcomes.record_own_outcome(
        uow,
        actor,
        event_id,
        participant_id,
        body.other_id,
        body.attendance,
        body.interest,
        body.note,
        body.film_ids,
    )
    return OutcomeOut.of(outcome)


@router.get("/events/{event_id}/outcomes", responses=responses(404))
def list_outcomes(event_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[OutcomeOut]:
    """Who came to which meeting; what came of it is each side's own."""
    return paging.part(outcomes.list_outcomes(uow, actor, event_id), OutcomeOut.of)


@router.post("/events/{event_id}/outcomes", status_code=201, responses=responses(404, 409))
def record_outcome(event_id: str, body: OutcomeIn, actor: ActorDep, uow: UowDep) -> OutcomeOut:
    """Note who came to a meeting; for the organiser."""
    return OutcomeOut.of(outcomes.record_outcome(uow, actor, event_id, body.as_outcome()))


@router.get("/events/{event_id}/no-shows", responses=responses(404))
def count_no_shows(event_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[NoShowsOut]:
    """Who was missed how often, the most often first; for the organiser."""
    return paging.part(outcomes.count_no_shows(uow, actor, event_id), NoShowsOut.of)
