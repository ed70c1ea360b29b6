"""Participants by hand: added, changed, removed, dropping out, arriving late."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from recommender.meetings.domain import Lock, Side
from recommender.meetings.incidents import late
from service.domain.events import Event, Participant
from service.domain.letters import holds
from service.errors import Conflict, Invalid, NotFound
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import Action
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import event_to_plan, require_version
from service.usecases.events.core import core_event
from service.usecases.events.lineups import check_lineup, own_lineup
from service.usecases.events.soundness import still_sound

__all__ = [
    "Late",
    "add_participant",
    "drop_out",
    "get_participant",
    "list_absences",
    "list_participants",
    "remove_participant",
    "set_absences",
    "set_late",
    "set_lineup",
    "take_back",
    "update_participant",
]


@dataclass(frozen=True, slots=True)
class Late:
    """What a late arrival misses. released: meetings that were fixed then, and are no longer."""

    slot_ids: tuple[str, ...]
    released: tuple[Lock, ...]


def list_participants(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, side: Side | None = None, query: str = ""
) -> tuple[Participant, ...]:
    """All of an event, also who dropped out, in the order they were added. query: part of the name."""
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        people = tx.participants.all(event_id)
    return tuple(one for one in people if side in (None, one.side) and holds(one.name, query))


def get_participant(uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str) -> Participant:
    """Raises NotFound."""
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        return tx.participants.get(event_id, participant_id)


def add_participant(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant: Participant
) -> Participant:
    """Add one; a missing id is made. Raises Conflict when the id is taken, Invalid for what contradicts."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        wanted = replace(participant, participant_id=participant.participant_id or new_id(participant.side))
        if any(one.participant_id == wanted.participant_id for one in tx.participants.all(event_id)):
            raise Conflict(
                phrase("the event has a participant {id!r}", id=wanted.participant_id),
                "Use another id",
                field="participant_id",
            )
        stored = _put(tx, actor, event, wanted)
        _record(tx, actor, event, "participant.create", wanted.participant_id, after=stored)
        tx.commit()
    return stored


def update_participant(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    participant_id: str,
    changes: Mapping[str, Any],
    expected: int | None,
) -> Participant:
    """Change some fields, never the side; expected: the version that was read."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        before = tx.participants.get(event_id, participant_id)
        require_version("participant", participant_id, before.version, expected)
        after = _put(tx, actor, event, replace(before, **changes))
        _record(tx, actor, event, "participant.update", participant_id, before=before, after=after)
        tx.commit()
    return after


def remove_participant(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str, expected: int | None = None
) -> None:
    """With absences, wishes and locks; expected: the version that was read.

    Raises Conflict for who has meetings in a schedule: let them drop out. Raises PreconditionFailed.
    """
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        before = tx.participants.get(event_id, participant_id)
        require_version("participant", participant_id, before.version, expected)
        tx.participants.remove(event_id, [participant_id])
        _record(tx, actor, event, "participant.delete", participant_id, before=before)
        tx.commit()


def drop_out(uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str) -> Participant:
    """Somebody does not come (any more). Their meetings stay in schedules until it is planned again."""
    return update_participant(uow, actor, event_id, participant_id, {"withdrawn": True}, None)


def take_back(uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str) -> Participant:
    """Who dropped out comes after all."""
    return update_participant(uow, actor, event_id, participant_id, {"withdrawn": False}, None)


def list_absences(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str | None = None
) -> tuple[tuple[str, str], ...]:
    """(participant_id, slot_id) of everybody or of one, as it was said."""
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        away = sorted(tx.participants.absences(event_id))
    return tuple(one for one in away if participant_id in (None, one[0]))


def set_absences(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    participant_id: str,
    slot_ids: Collection[str],
    expected: int | None = None,
) -> Participant:
    """The slots in which somebody cannot meet, in place of those before; they count as a change of the participant.

    expected: the participant's version that was read. Raises PreconditionFailed.
    """
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        one = tx.participants.get(event_id, participant_id)
        require_version("participant", participant_id, one.version, expected)
        before = {slot for person, slot in tx.participants.absences(event_id) if person == participant_id}
        _set_absences(tx, event_id, participant_id, before, set(slot_ids))
        tx.participants.put(event_id, [one])
        still_sound(tx, event)
        _record(
            tx,
            actor,
            event,
            "participant.absences",
            participant_id,
            before={"absences": before},
            after={"absences": set(slot_ids)},
        )
        after = tx.participants.get(event_id, participant_id)
        tx.commit()
    return after


def set_late(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str, until: datetime
) -> Late:
    """Somebody arrives at `until`: absent in every slot that begins earlier, and no longer locked to any of these.

    Raises Invalid for a time without a zone, Conflict for who dropped out.
    """
    if until.tzinfo is None:
        raise Invalid.field("until", "the time has no zone", "Write it such as 2026-05-14T11:00:00+02:00")
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        one = tx.participants.get(event_id, participant_id)
        if one.withdrawn:
            raise Conflict(phrase("{name} dropped out", name=one.called), "Take that back first")
        planned = core_event(tx, event, values=False)
        after = late(planned, participant_id, until)
        missed = {slot.slot_id for slot in planned.slots if slot.starts_at < until}
        released = tuple(lock for lock in planned.locks if lock not in after.locks)
        tx.participants.add_absences(event_id, {(participant_id, slot) for slot in missed})
        tx.participants.put(event_id, [one])
        pairs = {(lock.seller_id, lock.buyer_id) for lock in released}
        tx.wishes.remove_locks(event_id, pairs)
        still_sound(tx, event)
        told = {"until": until.isoformat(), "released": sorted(" ".join(pair) for pair in pairs)}
        _record(tx, actor, event, "participant.late", participant_id, after=told)
        tx.commit()
    return Late(tuple(sorted(missed)), released)


def set_lineup(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    participant_id: str,
    film_ids: Sequence[str],
    expected: int | None = None,
) -> Participant:
    """The films of a seller, in their order; by the organiser, or by the seller's own company.

    Its own company may bring any film of its own, the organiser what is on offer. expected: the participant's version
    that was read.
    """
    with uow() as tx:
        event = tx.events.get(event_id, alone=True)
        before = own_lineup(tx, actor, event, participant_id)
        require_version("participant", participant_id, before.version, expected)
        wanted = replace(before, film_ids=tuple(dict.fromkeys(film_ids)))
        check_lineup(tx, actor, wanted, before.film_ids)
        tx.participants.put(event_id, [wanted])
        _record(tx, actor, event, "participant.lineup", participant_id, before=before, after=wanted)
        after = tx.participants.get(event_id, participant_id)
        tx.commit()
    return after


def _put(tx: UnitOfWork, actor: Actor, event: Event, wanted: Participant) -> Participant:
    known = {one.participant_id: one for one in tx.participants.all(event.event_id)}
    before = known.get(wanted.participant_id)
    _check_profiles(tx, wanted)
    check_lineup(tx, actor, wanted, before.film_ids if before else ())
    tx.participants.put(event.event_id, [wanted])
    still_sound(tx, event)
    return tx.participants.get(event.event_id, wanted.participant_id)


def _check_profiles(tx: UnitOfWork, wanted: Participant) -> None:
    found = tx.distributors.find(wanted.distributor_ids)
    for distributor_id in wanted.distributor_ids:
        profile = found.get(distributor_id)
        if profile is None or wanted.company_id not in (None, profile.company_id):
            problem = NotFound("distributor", distributor_id)
            raise Invalid.field(
                "distributor_ids", problem.message, "Name profiles of the participant's company"
            )


def _set_absences(
    tx: UnitOfWork, event_id: str, participant_id: str, before: set[str], after: set[str]
) -> None:
    tx.participants.remove_absences(event_id, {(participant_id, slot) for slot in before - after})
    tx.participants.add_absences(event_id, {(participant_id, slot) for slot in after - before})


def _record(
    tx: UnitOfWork, actor: Actor, event: Event, action: str, participant_id: str, **sides: Any
) -> None:
    # The trail of the organiser's event: what is said of participants is the event's business.
    where = f"{event.event_id}/{participant_id}"
    record(tx, actor, action, "event_plan", where, company_id=event.company_id, **sides)
