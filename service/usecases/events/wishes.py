"""Wishes and locks by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recommender.meetings.domain import Lock, Wish
from service.domain.events import Event
from service.errors import NotFound
from service.security.actor import Actor
from service.security.permissions import Action
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import agenda_of, event_to_plan
from service.usecases.events.soundness import still_sound

__all__ = ["add_wishes", "list_locks", "list_wishes", "lock", "remove_wish", "unlock"]


def list_wishes(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str | None = None
) -> tuple[Wish, ...]:
    """What everybody wishes, for the organiser; what one participant wishes, for its own company too."""
    with uow() as tx:
        if participant_id is None:
            event_to_plan(tx, actor, event_id)
        else:
            agenda_of(tx, actor, event_id, participant_id)
        return tx.wishes.all(event_id, participant_id)


def add_wishes(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, wishes: Sequence[Wish]
) -> tuple[Wish, ...]:
    """Add some, all or none; those that are there already stay. By the organiser.

    Raises Invalid for what contradicts, such as a must of who does not want to meet the other.
    """
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        tx.wishes.add(event_id, wishes)
        still_sound(tx, event)
        _record(tx, actor, event, "wishes.add", after={"wishes": [_said(wish) for wish in wishes]})
        tx.commit()
    return tuple(wishes)


def remove_wish(uow: UnitOfWorkFactory, actor: Actor, event_id: str, wish: Wish) -> None:
    """Take a wish back. Raises NotFound where it is not there."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        if wish not in tx.wishes.all(event_id, wish.participant_id):
            raise NotFound("wish", _said(wish))
        tx.wishes.remove(event_id, [wish])
        _record(tx, actor, event, "wishes.remove", before={"wishes": [_said(wish)]})
        tx.commit()


def list_locks(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> tuple[Lock, ...]:
    """The meetings that the organiser has fixed."""
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        return tx.wishes.locks(event_id)


def lock(uow: UnitOfWorkFactory, actor: Actor, event_id: str, wanted: Lock) -> Lock:
    """Fix a meeting, or move a fixed one: planning keeps it. Raises Conflict and Invalid for one that cannot hold."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        tx.wishes.put_locks(event_id, [wanted])
        still_sound(tx, event)
        _record(tx, actor, event, "meeting.lock", after=wanted)
        tx.commit()
    return wanted


def unlock(uow: UnitOfWorkFactory, actor: Actor, event_id: str, seller_id: str, buyer_id: str) -> None:
    """Let planning move a meeting again. Raises NotFound where it is not locked."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        before = [
            one for one in tx.wishes.locks(event_id) if (one.seller_id, one.buyer_id) == (seller_id, buyer_id)
        ]
        if not before:
            raise NotFound("lock", f"{seller_id} {buyer_id}", "Look it up in the event's list of locks")
        tx.wishes.remove_locks(event_id, [(seller_id, buyer_id)])
        _record(tx, actor, event, "meeting.unlock", before=before[0])
        tx.commit()


def _said(wish: Wish) -> str:
    return f"{wish.participant_id} {wish.kind} {wish.other_id}"


def _record(tx: UnitOfWork, actor: Actor, event: Event, action: str, **sides: Any) -> None:
    record(tx, actor, action, "event_plan", event.event_id, company_id=event.company_id, **sides)
