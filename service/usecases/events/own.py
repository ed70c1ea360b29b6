"""What a participant's own company does before the meetings: whom it wishes to meet, of those who come."""

from __future__ import annotations

from recommender.meetings.domain import Wish, WishKind
from service.domain.events import Event, Participant
from service.domain.words import EventStatus
from service.errors import Conflict, Invalid
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import Action
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import agenda_of
from service.usecases.events.soundness import still_sound

__all__ = ["OWN_KINDS", "list_partners", "set_own_wish"]

OWN_KINDS: tuple[WishKind, ...] = ("must", "want", "no_go")
"""What one may say of a meeting for oneself."""


def list_partners(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str
) -> tuple[tuple[str, str], ...]:
    """(id, name) of those of the other side who come, by name: nothing else of them is told."""
    with uow() as tx:
        _, own = agenda_of(tx, actor, event_id, participant_id)
        others = [one for one in tx.participants.all(event_id) if one.side != own.side and not one.withdrawn]
    others.sort(key=lambda one: one.name.casefold())
    return tuple((one.participant_id, one.name) for one in others)


def set_own_wish(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    participant_id: str,
    other_id: str,
    kind: WishKind | None,
) -> None:
    """Say of somebody what one wishes, in place of what one said before; None takes it back.

    Raises Invalid for somebody of the same side or unknown, Conflict for a closed event, and where a no-go meets a
    meeting that the organiser has fixed.
    """
    with uow() as tx:
        event, own = agenda_of(tx, actor, event_id, participant_id, Action.WRITE)
        event = tx.events.get(event_id, alone=True)
        if event.status is EventStatus.CLOSED:
            raise Conflict(
                phrase("the event {name} is closed", name=event.name), "Ask its organiser", field="status"
            )
        _check(tx, event, own, other_id)
        said = tx.wishes.all(event_id, participant_id)
        before = [wish for wish in said if wish.other_id == other_id and wish.kind in OWN_KINDS]
        tx.wishes.remove(event_id, before)
        if kind is not None:
            tx.wishes.add(event_id, [Wish(participant_id, other_id, kind)])
        if kind == "no_go":
            _require_no_lock(tx, event, own, other_id)
        still_sound(tx, event)
        record(
            tx,
            actor,
            "wish.say",
            "agenda",
            f"{event_id}/{participant_id}",
            company_id=own.company_id,
            before={"other_id": other_id, "wish": [wish.kind for wish in before]},
            after={"other_id": other_id, "wish": kind},
        )
        tx.commit()


def _check(tx: UnitOfWork, event: Event, own: Participant, other_id: str) -> None:
    sides = {one.participant_id: one.side for one in tx.participants.all(event.event_id)}
    if sides.get(other_id, own.side) == own.side:
        message = phrase("nobody of the other side has the id {id!r}", id=other_id)
        raise Invalid.field("other_id", message, "Choose from the list of those who come")


def _require_no_lock(tx: UnitOfWork, event: Event, own: Participant, other_id: str) -> None:
    pair = {own.participant_id, other_id}
    if any({lock.seller_id, lock.buyer_id} == pair for lock in tx.wishes.locks(event.event_id)):
        raise Conflict("the organiser has fixed this meeting", "Ask the organiser", field="kind")
