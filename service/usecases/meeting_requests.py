"""Requests for a meeting about a film, between its sales agent and a distributor; either may ask.

Asking is feedback of the kind `meeting_asked`, and taking it back withdraws the request. Where both companies attend
an event that they were told of and that is not over, the wish to meet goes to its organiser as well. Only the request
and its answers pass between the two companies: notes, passes and wishes stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from recommender.meetings.domain import Side
from service.clock import now
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.meeting_requests import MeetingRequest, other_side
from service.domain.paging import Page, PageRequest
from service.domain.words import Answer, RequestState
from service.errors import Conflict, Invalid
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, require, sight
from service.store.ids import new_id
from service.store.repositories.meeting_requests import RequestFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.wishes import take_back_wish, wish_to_meet
from service.usecases.films import readable_films

__all__ = [
    "SeenRequest",
    "answer_request",
    "file_request",
    "get_request",
    "list_requests",
    "show_requests",
    "withdraw_request",
]


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request with the names that it is shown with. is_offered: whether the actor may see the film itself.

    event: the name of the event at which the meeting is wished for, "" for none.
    """

    request: MeetingRequest
    title: str
    is_offered: bool
    agent: str
    distributor: str
    territory: str
    event: str


_STANDING: Final = (RequestState.OPEN, RequestState.ACCEPTED)


def list_requests(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, where: RequestFilter
) -> Page[MeetingRequest]:
    """Those of the actor's companies, asked by either side; the latest first."""
    seen = sight(actor, Action.READ, "meeting_request")
    parties = None if seen.everything else (seen.sellers, seen.buyers)
    with uow() as tx:
        return tx.meeting_requests.list(page, replace(where, parties=parties))


def get_request(uow: UnitOfWorkFactory, actor: Actor, request_id: str) -> MeetingRequest:
    """Raises NotFound."""
    with uow() as tx:
        request = tx.meeting_requests.get(request_id)
    require(actor, Action.READ, "meeting_request", _about(request), request_id)
    return request


def show_requests(uow: UnitOfWorkFactory, actor: Actor, page: PageRequest) -> Page[SeenRequest]:
    """As `list_requests`, with names. Both sides read the title of the film, be it offered to them or not."""
    found = list_requests(uow, actor, page, RequestFilter())
    with uow() as tx:
        film_ids = {one.film_id for one in found.items}
        titles = tx.films.find(film_ids)
        readable = readable_films(tx, actor, film_ids)
        profiles = tx.distributors.find({one.distributor_id for one in found.items})
        agents = tx.companies.find([one.agent_id for one in found.items if one.agent_id])
        events = {one.event_id: tx.events.get(one.event_id).name for one in found.items if one.event_id}
    shown = (
        SeenRequest(
            request=one,
            title=titles[one.film_id].film.title,
            is_offered=one.film_id in readable,
            agent=agents[one.agent_id].name if one.agent_id in agents else "",
            distributor=profiles[one.distributor_id].distributor.name,
            territory=profiles[one.distributor_id].territory,
            event=events.get(one.event_id or "", ""),
        )
        for one in found.items
    )
    return Page(tuple(shown), found.next_after)


def file_request(
    tx: UnitOfWork,
    actor: Actor,
    film: FilmRecord,
    profile: DistributorProfile,
    company_id: str,
    message: str = "",
    starts_at: datetime | None = None,
) -> MeetingRequest | None:
    """Ask for a meeting inside a unit of work, on behalf of one of the two companies.

    Who asks while the other side waits for an answer says yes, or proposes `starts_at`. None where there is nobody to
    ask: a film of reference data, or one company on both sides. Raises Invalid for a time that is over.
    """
    if film.owner_id in (None, profile.company_id):
        return None
    side: Side = "buyer" if company_id == profile.company_id else "seller"
    _check_time(starts_at)
    standing = tx.meeting_requests.latest(film.film_id, profile.distributor_id)
    if standing is not None and standing.state is RequestState.OPEN:
        if standing.waits_for != side:
            return standing
        given = Answer.PROPOSED if starts_at else Answer.ACCEPTED
        return _answered(tx, actor, standing, given, message, starts_at, company_id)
    event_id = wish_to_meet(tx, actor, film, profile, side)
    request = tx.meeting_requests.add(
        MeetingRequest(
            request_id=new_id("request"),
            film_id=film.film_id,
            distributor_id=profile.distributor_id,
            asked_by=side,
            waits_for=other_side(side),
            asked_at=now(),
            message=message,
            starts_at=starts_at,
            event_id=event_id,
        )
    )
    _record(tx, actor, "meeting_request.ask", request, company_id, after=request)
    return request


def withdraw_request(
    tx: UnitOfWork, actor: Actor, film_id: str, distributor_id: str, company_id: str
) -> None:
    """Take a request back, inside a unit of work, where the company asked and it still stands."""
    standing = tx.meeting_requests.latest(film_id, distributor_id)
    if standing is None or standing.state not in _STANDING:
        return
    asker = standing.company_id if standing.asked_by == "buyer" else standing.agent_id
    if asker != company_id:
        return
    withdrawn = tx.meeting_requests.update(replace(standing, state=RequestState.WITHDRAWN, answered_at=now()))
    if standing.event_id:
        film = tx.films.get(film_id)
        take_back_wish(
            tx, actor, standing.event_id, film, tx.distributors.get(distributor_id), standing.asked_by
        )
    _record(tx, actor, "meeting_request.withdraw", withdrawn, company_id, before=standing, after=withdrawn)


def answer_request(
    uow: UnitOfWorkFactory,
    actor: Actor,
    request_id: str,
    answer: Answer,
    expected: int | None,
    *,
    message: str = "",
    starts_at: datetime | None = None,
) -> MeetingRequest:
    """Accept, decline with a reason, or propose another time, which the other side then answers.

    Raises NotFound, Conflict where it is not the actor's turn, PreconditionFailed where it was answered meanwhile.
    """
    with uow() as tx:
        request = tx.meeting_requests.get(request_id, alone=True)
        require(actor, Action.WRITE, "meeting_request", _about(request), request_id)
        if request.state is not RequestState.OPEN:
            raise Conflict(
                phrase("this request is {state}", state=request.state),
                "Ask for a meeting again",
                field="state",
            )
        company_id = request.company_id if request.waits_for == "buyer" else request.agent_id
        if company_id not in actor.companies() and not actor.is_system:
            raise Conflict("the other side has not answered yet", "Wait for its answer", field="state")
        answered = _answered(tx, actor, request, answer, message, starts_at, company_id, expected)
        tx.commit()
    return answered


def _answered(
    tx: UnitOfWork,
    actor: Actor,
    request: MeetingRequest,
    answer: Answer,
    message: str,
    starts_at: datetime | None,
    company_id: str | None,
    expected: int | None = None,
) -> MeetingRequest:
    if answer is Answer.DECLINED and not message.strip():
        raise Invalid.field("message", "a decline needs a reason", "Say why; the other side reads it")
    if (answer is Answer.PROPOSED) != (starts_at is not None):
        raise Invalid.field(
            "starts_at", "a proposal names another time, and nothing else does", "Give it, or leave it out"
        )
    _check_time(starts_at)
    said = replace(request, reply=message, answered_at=now())
    match answer:
        case Answer.ACCEPTED:
            said = replace(said, state=RequestState.ACCEPTED)
        case Answer.DECLINED:
            said = replace(said, state=RequestState.DECLINED)
        case Answer.PROPOSED:
            said = replace(said, starts_at=starts_at, waits_for=other_side(request.waits_for))
    stored = tx.meeting_requests.update(said, expected)
    _record(tx, actor, "meeting_request.answer", stored, company_id, before=request, after=stored)
    return stored


def _check_time(starts_at: datetime | None) -> None:
    if starts_at is None:
        return
    if starts_at.tzinfo is None:
        raise Invalid.field("starts_at", "the time has no zone", "Write it such as 2026-05-14T11:00:00+02:00")
    if starts_at < now():
        raise Invalid.field("starts_at", "this time is over", "Propose one that is to come")


def _about(request: MeetingRequest) -> About:
    return About(seller=request.agent_id, buyers=frozenset({request.company_id}))


def _record(
    tx: UnitOfWork,
    actor: Actor,
    action: str,
    request: MeetingRequest,
    company_id: str | None,
    *,
    before: MeetingRequest | None = None,
    after: MeetingRequest | None = None,
) -> None:
    record(
        tx,
        actor,
        action,
        "meeting_request",
        request.request_id,
        company_id=company_id,
        before=before,
        after=after,
    )
