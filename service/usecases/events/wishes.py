"""Wishes and locks by hand, and the wishes of who asks somebody for a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from recommender.meetings.domain import Lock, Side, Wish
from service.clock import today
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.events import Event, Participant
from service.domain.paging import PageRequest
from service.domain.words import EventStatus
from service.errors import NotFound
from service.security.actor import Actor
from service.security.permissions import Action
from service.store.repositories.events import EventFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import agenda_of, event_to_plan
from service.usecases.events.soundness import still_sound

__all__ = [
    "add_wishes",
    "list_locks",
    "list_wishes",
    "lock",
    "remove_wish",
    "take_back_wish",
    "unlock",
    "wish_to_meet",
]

_LOOKED_AT: Final = 50
"""Events of one company, the latest added."""


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


def wish_to_meet(
    tx: UnitOfWork, actor: Actor, film: FilmRecord, profile: DistributorProfile, side: Side
) -> str | None:
    """Wish a meeting of a film's agent with a distributor at their next event, for the side that wants it.

    Of events that the side was told of and that are not over; None where the two attend none, or the side wishes
    there not to meet the other.
    """
    own = film.owner_id if side == "seller" else profile.company_id
    told = tx.events.list(PageRequest(_LOOKED_AT), EventFilter(seen_by=((), [own or ""]))).items
    coming = [event for event in told if event.ends_on >= today() and event.status is not EventStatus.CLOSED]
    for event in sorted(coming, key=lambda event: (event.starts_on, event.event_id)):
        wish = _wish_at(tx, event, film, profile, side)
        if wish is None:
            continue
        agenda_of(tx, actor, event.event_id, wish.participant_id, Action.WRITE)
        tx.events.get(event.event_id, alone=True)
        if replace(wish, kind="must") not in tx.wishes.all(event.event_id, wish.participant_id):
            tx.wishes.add(event.event_id, [wish])
            _record_own(tx, actor, event, wish, own, after={"wish": wish.kind})
        return event.event_id
    return None


def take_back_wish(
    tx: UnitOfWork,
    actor: Actor,
    event_id: str,
    film: FilmRecord,
    profile: DistributorProfile,
    side: Side,
) -> None:
    """Take back what `wish_to_meet` wished, where it is still there and the event is not closed."""
    event = tx.events.get(event_id, alone=True)
    wish = _wish_at(tx, event, film, profile, side)
    if wish is None or event.status is EventStatus.CLOSED:
        return
    tx.wishes.remove(event_id, [wish])
    own = film.owner_id if side == "seller" else profile.company_id
    _record_own(tx, actor, event, wish, own, before={"wish": wish.kind})


def _wish_at(
    tx: UnitOfWork, event: Event, film: FilmRecord, profile: DistributorProfile, side: Side
) -> Wish | None:
    """What the side would wish at an event, None where it cannot."""
    people = [one for one in tx.participants.all(event.event_id) if not one.withdrawn]
    sellers = [one for one in people if one.side == "seller" and one.company_id == film.owner_id]
    buyers = [one for one in people if one.side == "buyer" and _stands_for(one, profile)]
    if not sellers or not buyers:
        return None
    seller = next((one for one in sellers if film.film_id in one.film_ids), sellers[0])
    pair = (seller.participant_id, buyers[0].participant_id)
    wish = Wish(*(pair if side == "seller" else pair[::-1]), "want")
    own = tx.wishes.all(event.event_id, wish.participant_id)
    # Only one's own: that the other side wishes not to meet must not show.
    return None if replace(wish, kind="no_go") in own else wish


def _stands_for(buyer: Participant, profile: DistributorProfile) -> bool:
    return (
        buyer.company_id == profile.company_id
        and (not buyer.distributor_ids or profile.distributor_id in buyer.distributor_ids)
        and (not buyer.territories or profile.territory in buyer.territories)
    )


def _record_own(
    tx: UnitOfWork, actor: Actor, event: Event, wish: Wish, company_id: str | None, **sides: Any
) -> None:
    """In the trail of the company that wishes, as when it says so at the event itself."""
    where = f"{event.event_id}/{wish.participant_id}"
    record(tx, actor, "wish.say", "agenda", where, company_id=company_id, **sides)


def _said(wish: Wish) -> str:
    return f"{wish.participant_id} {wish.kind} {wish.other_id}"


def _record(tx: UnitOfWork, actor: Actor, event: Event, action: str, **sides: Any) -> None:
    record(tx, actor, action, "event_plan", event.event_id, company_id=event.company_id, **sides)
