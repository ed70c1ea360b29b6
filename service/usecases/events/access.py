"""Whose an event is, and who may do what with it."""

from __future__ import annotations

from service.domain.events import Event, Participant
from service.domain.words import EventStatus
from service.errors import Conflict, PreconditionFailed
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, require
from service.store.unit_of_work import UnitOfWork

__all__ = ["agenda_of", "event_about", "event_to_plan", "event_to_read", "require_version"]


def event_about(tx: UnitOfWork, event: Event) -> About:
    """Whom an event concerns: its organiser and, once published or invited, the companies that attend."""
    is_told = event.status is not EventStatus.PLANNING or event.invites
    attendees = tx.events.attendees(event.event_id) if is_told else frozenset()
    return About(organisers=frozenset({event.company_id}), attendees=attendees)


def event_to_read(tx: UnitOfWork, actor: Actor, event_id: str) -> Event:
    """An event's facts, for its organiser and attendees. Raises NotFound."""
    event = tx.events.get(event_id)
    require(actor, Action.READ, "event", event_about(tx, event), event_id)
    return event


def event_to_plan(tx: UnitOfWork, actor: Actor, event_id: str, action: Action = Action.READ) -> Event:
    """An event with all that belongs to it, for its organiser alone.

    To be changed it is locked until the unit of work ends. Raises NotFound, Forbidden, Conflict for a closed one.
    """
    event = tx.events.get(event_id, alone=action is not Action.READ)
    about = event_about(tx, event)
    # Attendees know that it is there: they are told that they may not, others that it is not.
    require(actor, Action.READ, "event", about, event_id)
    require(actor, action, "event_plan", about, event_id)
    if action is not Action.READ and event.status is EventStatus.CLOSED:
        raise Conflict(
            phrase("the event {name} is closed", name=event.name),
            "Open it again to change it",
            field="status",
        )
    return event


def agenda_of(
    tx: UnitOfWork, actor: Actor, event_id: str, participant_id: str, action: Action = Action.READ
) -> tuple[Event, Participant]:
    """An event and the participant whose agenda is asked for, by its own company or the organiser.

    Raises NotFound, also for the agendas of others.
    """
    event = event_to_read(tx, actor, event_id)
    participant = tx.participants.get(event_id, participant_id)
    about = About(company=participant.company_id, organisers=frozenset({event.company_id}))
    require(actor, action, "agenda", about, participant_id)
    return event, participant


def require_version(noun: str, object_id: str, found: int, expected: int | None) -> None:
    """Of a part of an event that is locked. expected: as it was read, None for any. Raises PreconditionFailed."""
    if expected is not None and found != expected:
        raise PreconditionFailed(noun, object_id)
