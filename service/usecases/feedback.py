"""Feedback: what happened between a distributor and a film, seen by the company that said so.

A distributor says what it did with a film; the film's agent keeps its own follow-up of the pair, which it alone reads.
A distributor's pass hides the film from it until the cool-down is over or the pass is taken back; an agent's note that
somebody passed hides nothing. What is addressed to the film's agent, such as an offer, reaches it as an approach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from service.clock import now
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.feedback import FeedbackEvent
from service.domain.paging import PageRequest
from service.domain.words import FeedbackKind
from service.errors import Conflict, Forbidden, Invalid
from service.security.actor import Actor
from service.security.permissions import About, Action, require, require_allowed, sight
from service.store.ids import new_id
from service.store.repositories.feedback import FeedbackFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.films import readable_film
from service.usecases.meeting_requests import file_request, withdraw_request

__all__ = [
    "NewFeedback",
    "decide",
    "give_feedback",
    "take_back",
    "undo_feedback",
]

_HISTORY: Final = PageRequest(size=200)

_CONTRARY: Final = {
    FeedbackKind.PASSED: FeedbackKind.SHORTLISTED,
    FeedbackKind.SHORTLISTED: FeedbackKind.PASSED,
    FeedbackKind.MEETING_ASKED: FeedbackKind.PASSED,
}
"""What no longer stands once somebody decides so."""


@dataclass(frozen=True, slots=True)
class NewFeedback:
    """One thing that happened. company_id: who says so, None for the distributor's or film's own company.

    message, starts_at: for the other side of a meeting that is asked for; the note stays with one's own company.
    """

    kind: FeedbackKind
    film_id: str
    distributor_id: str
    reason: str = ""
    note: str = ""
    company_id: str | None = None
    message: str = ""
    starts_at: datetime | None = None


def give_feedback(
    uow: UnitOfWorkFactory, actor: Actor, given: Sequence[NewFeedback]
) -> tuple[FeedbackEvent, ...]:
    """Record what happened, all or none of it, and take back what it contradicts: who shortlists a film no longer
    passes on it. Raises Invalid for a pass without a reason.
    """
    sight(actor, Action.WRITE, "feedback")
    with uow() as tx:
        events = tuple(_add(tx, actor, one, number, len(given)) for number, one in enumerate(given))
        tx.commit()
    return events


def decide(uow: UnitOfWorkFactory, actor: Actor, given: NewFeedback) -> FeedbackEvent:
    """`give_feedback`, but what stands already in the same words is not said twice."""
    sight(actor, Action.WRITE, "feedback")
    with uow() as tx:
        same = FeedbackFilter(distributor_id=given.distributor_id, film_id=given.film_id, kind=given.kind)
        for event in () if _is_unsaid(tx, given) else tx.feedback.current(same):
            if event.company_id in actor.companies() and (event.reason, event.note) == (
                given.reason,
                given.note,
            ):
                return event
        event = _add(tx, actor, given, 0, 1)
        tx.commit()
    return event


def undo_feedback(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> tuple[FeedbackEvent, ...]:
    """Take an event back, and with it all of the same kind that still stand for this film and distributor.

    A film comes back to the shortlist that a pass took it from. Returns the events that were added. Raises Conflict
    where nothing of that kind stands any more.
    """
    with uow() as tx:
        event = tx.feedback.get(event_id)
        require(actor, Action.WRITE, "feedback", About(company=event.company_id), event_id)
        if event.kind is FeedbackKind.UNDONE:
            raise Conflict("what was taken back cannot be taken back", "Give the feedback again")
        passes, undone = [], []
        while standing := _standing(tx, event):
            passes += [standing] if standing.kind is FeedbackKind.PASSED else []
            undone.append(take_back(tx, actor, standing, now()))
        if not undone:
            raise Conflict("this was already taken back", "Nothing is left to do")
        restored = _restored(tx, actor, passes)
        tx.commit()
    return (*undone, *restored)


def _add(tx: UnitOfWork, actor: Actor, given: NewFeedback, number: int, total: int) -> FeedbackEvent:
    where = f"events.{number}." if total > 1 else ""
    film = readable_film(tx, actor, given.film_id)
    profile = tx.distributors.get(given.distributor_id)
    company_id = _speaker(actor, given, film, profile)
    require_allowed(actor, Action.WRITE, "feedback", About(company=company_id))
    if given.kind is FeedbackKind.UNDONE:
        raise Invalid.field(f"{where}kind", "an event is taken back by its id", "Use the undo of that event")
    if given.kind is FeedbackKind.PASSED and not given.reason.strip():
        raise Invalid.field(
            f"{where}reason", "a pass needs a reason", "Say why; nobody outside of your company reads it"
        )
    said = FeedbackEvent(
        event_id=new_id("event"),
        kind=given.kind,
        film_id=given.film_id,
        distributor_id=given.distributor_id,
        company_id=company_id,
        at=now(),
        user_id=actor.user_id,
        reason=given.reason,
        note=given.note,
    )
    if given.kind is FeedbackKind.MEETING_ASKED and _standing(tx, said) is None:
        file_request(tx, actor, film, profile, company_id, given.message, given.starts_at)
    elif given.kind is FeedbackKind.MEETING_ASKED and _is_unsaid(tx, given):
        raise Invalid.field(
            f"{where}message" if given.message else f"{where}starts_at",
            "this meeting was asked for before, so that nobody would read this",
            "Answer the request that stands, or take it back and ask again",
        )
    event = tx.feedback.add(said)
    record(tx, actor, "feedback.give", "feedback", event.event_id, company_id=company_id, after=event)
    contrary = _CONTRARY.get(given.kind)
    while contrary and (standing := _standing(tx, replace(event, kind=contrary))):
        take_back(tx, actor, standing, event.at)
    return event


def _is_unsaid(tx: UnitOfWork, given: NewFeedback) -> bool:
    """Whether it has words or a time for the other side that the last request has not."""
    if not given.message and given.starts_at is None:
        return False
    last = tx.meeting_requests.latest(given.film_id, given.distributor_id)
    return last is None or (last.message, last.starts_at) != (given.message, given.starts_at)


def _speaker(actor: Actor, given: NewFeedback, film: FilmRecord, profile: DistributorProfile) -> str:
    """The company that says so: the distributor's own, else the film's agent."""
    own = actor.companies()
    concerned = [
        company_id
        for company_id in (profile.company_id, film.owner_id)
        if company_id is not None and company_id in own and given.company_id in (None, company_id)
    ]
    if not concerned:
        raise Forbidden(
            "you belong neither to this distributor nor to the film's sales agent",
            "Name a distributor of your own company, or one of your own films",
        )
    return concerned[0]


def _standing(tx: UnitOfWork, event: FeedbackEvent) -> FeedbackEvent | None:
    same = FeedbackFilter(event.company_id, event.distributor_id, event.film_id, kind=event.kind)
    return next(iter(tx.feedback.current(same)), None)


def _restored(tx: UnitOfWork, actor: Actor, passes: Sequence[FeedbackEvent]) -> list[FeedbackEvent]:
    """The shortlist entry that passes took back, said again. Both were said at the same moment."""
    if not passes:
        return []
    one, moments = passes[0], {event.at for event in passes}
    where = FeedbackFilter(one.company_id, one.distributor_id, one.film_id, kind=FeedbackKind.UNDONE)
    for undone in tx.feedback.list(_HISTORY, where).items:
        before = tx.feedback.get(undone.undoes) if undone.undoes and undone.at in moments else None
        if before is not None and before.kind is FeedbackKind.SHORTLISTED:
            again = replace(before, event_id=new_id("event"), at=now(), user_id=actor.user_id)
            event = tx.feedback.add(again)
            record(
                tx,
                actor,
                "feedback.give",
                "feedback",
                event.event_id,
                company_id=event.company_id,
                after=event,
            )
            return [event]
    return []


def take_back(tx: UnitOfWork, actor: Actor, event: FeedbackEvent, at: datetime) -> FeedbackEvent:
    """Add that an event is taken back; who may is for the caller to check."""
    undone = tx.feedback.add(
        FeedbackEvent(
            event_id=new_id("event"),
            kind=FeedbackKind.UNDONE,
            film_id=event.film_id,
            distributor_id=event.distributor_id,
            company_id=event.company_id,
            at=at,
            user_id=actor.user_id,
            undoes=event.event_id,
        )
    )
    if event.kind is FeedbackKind.MEETING_ASKED and _standing(tx, event) is None:
        withdraw_request(tx, actor, event.film_id, event.distributor_id, event.company_id)
    record(tx, actor, "feedback.undo", "feedback", event.event_id, company_id=event.company_id)
    return undone
