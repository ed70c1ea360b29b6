"""Where a meeting could go: what each of some places would break, known before it is put down."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings import domain as core
from recommender.meetings.breaches import Breach
from recommender.meetings.byhand import Change, Move, Swap
from service.errors import Invalid
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events.access import event_to_plan
from service.usecases.events.byhand import ByHand
from service.usecases.events.core import core_event

__all__ = ["Target", "list_targets"]


@dataclass(frozen=True, slots=True)
class Target:
    """A place, and what it would take to hold the meeting there: a move, or a swap where the place is taken."""

    slot_id: str
    table_id: str
    change: Change
    conflicts: tuple[Breach, ...]


def list_targets(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    pair: tuple[str, str],
    slot_ids: Collection[str],
    table_ids: Collection[str],
) -> tuple[Target, ...]:
    """Every other place at these slots and tables, for the meeting of (seller_id, buyer_id) in the latest version.

    A meeting at a table that is closed changes places with no other. Raises Invalid where the two do not meet, or the
    event has no such slot or table.
    """
    with uow() as tx:
        planned = core_event(tx, event_to_plan(tx, actor, event_id), values=False)
        latest = tx.schedules.latest(event_id)
        held = tx.schedules.meetings(latest.schedule_id) if latest else ()
    mine = next((one for one in held if (one.seller_id, one.buyer_id) == pair), None)
    if mine is None:
        raise Invalid.field("", "the two have no meeting that can be moved", "Add it instead")
    try:
        return tuple(_targets(ByHand(planned, held), mine, slot_ids, table_ids))
    except (UnknownIdError, QueryError) as error:
        raise Invalid.field("", str(error).rstrip("."), "Look them up in the event's lists") from error


def _targets(
    held: ByHand, mine: core.Meeting, slot_ids: Collection[str], table_ids: Collection[str]
) -> Iterator[Target]:
    pair = (mine.seller_id, mine.buyer_id)
    taken = {(one.slot_id, one.table_id): (one.seller_id, one.buyer_id) for one in held.held}
    for slot_id in slot_ids:
        for table_id in table_ids:
            other = taken.get((slot_id, table_id))
            if other == pair or (other and mine in held.left):
                continue
            change = Swap(pair, other) if other else Move(*pair, slot_id, table_id)
            yield Target(slot_id, table_id, change, held.conflicts(change))
