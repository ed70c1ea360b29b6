"""Questions about a schedule: why two do not meet, who could fill a free slot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings import domain as core
from recommender.meetings.reasons import Why
from recommender.meetings.standby import StandBy, stand_bys
from recommender.meetings.why import WhyNot
from service.errors import Invalid
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events.access import event_to_plan
from service.usecases.events.core import core_event
from service.usecases.events.schedules import standing, version_of

__all__ = ["LeftOut", "find_stand_bys", "list_left_out", "why_not"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A pair with a value or a wish that does not meet, and why."""

    seller_id: str
    buyer_id: str
    value: float
    why: Why


def why_not(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    seller_id: str,
    buyer_id: str,
    number: int | None = None,
) -> LeftOut:
    """Why two do not meet in a version (None for the latest), and what would have to give way.

    Raises Invalid where they do meet, or the event has no such participant.
    """
    planned, meetings = _asked(uow, actor, event_id, number, (seller_id, buyer_id))
    try:
        why = WhyNot(planned, meetings).pair(seller_id, buyer_id)
    except (UnknownIdError, QueryError) as error:
        raise Invalid.field("", str(error).rstrip("."), "Name two who do not meet") from error
    values = planned.values
    rows = ((values.seller_id == seller_id) & (values.buyer_id == buyer_id)).nonzero()[0]
    return LeftOut(seller_id, buyer_id, float(values.value[rows[0]]) if len(rows) else 0.0, why)


def list_left_out(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    number: int | None = None,
    participant_id: str | None = None,
    most: int = 100,
) -> tuple[LeftOut, ...]:
    """The most valuable pairs that do not meet, of everybody or of one participant."""
    planned, meetings = _asked(uow, actor, event_id, number, _only(participant_id))
    try:
        left = WhyNot(planned, meetings).unscheduled(most, participant_id)
    except UnknownIdError as error:
        raise Invalid.field("", str(error).rstrip("."), "Name a participant of the event") from error
    rows = zip(left.seller_id, left.buyer_id, left.value.tolist(), left.why, strict=True)
    return tuple(LeftOut(str(seller), str(buyer), value, why) for seller, buyer, value, why in rows)


def find_stand_bys(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    *,
    slot_id: str | None = None,
    participant_id: str | None = None,
    number: int | None = None,
    most: int = 10,
) -> tuple[StandBy, ...]:
    """Meetings that could be added as they are, at a slot, with a participant, or both; the best first."""
    planned, meetings = _asked(uow, actor, event_id, number, _only(participant_id))
    try:
        return stand_bys(planned, meetings, slot_id=slot_id, participant_id=participant_id, most=most)
    except (UnknownIdError, QueryError) as error:
        raise Invalid.field(
            "", str(error).rstrip("."), "Name a slot or a participant of the event"
        ) from error


def _asked(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    number: int | None,
    worth_of: Collection[str] | None,
) -> tuple[core.Event, tuple[core.Meeting, ...]]:
    with uow(statement_timeout_s=0) as tx:
        event = event_to_plan(tx, actor, event_id)
        meetings = tx.schedules.meetings(version_of(tx, event_id, number).schedule_id)
        planned = core_event(tx, event, worth_of=worth_of)
    return planned, standing(planned, meetings)


def _only(participant_id: str | None) -> tuple[str, ...] | None:
    return None if participant_id is None else (participant_id,)
