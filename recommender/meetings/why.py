"""Why two do not meet, and what would have to give way so that they do."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings.agenda import FREE, Agenda, wished_pairs
from recommender.meetings.domain import Event, Meeting
from recommender.meetings.reasons import Block, Come, Gives, Why, WhyKind
from recommender.meetings.room import Best, Room, State

__all__ = ["Unscheduled", "WhyNot"]


@dataclass(frozen=True, eq=False)
class Unscheduled:
    """The pairs with a value or a wish that do not meet, most valuable first, as columns of equal length.

    value: float64. why: of each; in English it begins with one of the words of `WhyNot` and ends with what to relax.
    """

    seller_id: NDArray[np.object_]
    buyer_id: NDArray[np.object_]
    value: NDArray[np.float64]
    why: tuple[Why, ...]

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """The rows of unscheduled.csv."""
        values = map(repr, self.value.tolist())
        return zip(self.seller_id, self.buyer_id, values, map(str, self.why), strict=True)

    def __len__(self) -> int:
        return len(self.value)


class WhyNot:
    """Reasons for the pairs that a plan of an event leaves out.

    A reason begins with
    - no-go: one of the two wants it so;
    - absence: there is no slot in which both are there;
    - limit: somebody's number of meetings, in all or on a day, is reached;
    - no table: both are free at a time, but no table is;
    - fixed: the time or the table is held by locked meetings, musts or somebody's minimum;
    - lower value: it would displace meetings that are worth as much or more;
    - other aims: it is worth more than what it would displace; evenness, few gaps or the time limit decided;
    - room: nothing stands in the way.
    """

    def __init__(self, event: Event, meetings: Sequence[Meeting]) -> None:
        self._event = event
        self._meetings = meetings
        self._agenda = Agenda.of(event, meetings)
        self._room = Room.of(event, meetings, self._agenda)
        self._ids = [person.participant_id for person in event.participants]
        self._slot_ids = [event.slots[number].slot_id for number in self._agenda.order]
        self._no_gos = wished_pairs(event, "no_go")
        self._blocks: dict[tuple[int, int], Block | None] = {}

    def unscheduled(self, most: int | None = None, participant_id: str | None = None) -> Unscheduled:
        """Every pair with a value or a wish that does not meet, with its reason.

        most: only so many. participant_id: only pairs with this one. Raises UnknownIdError.
        """
        sellers, buyers, values = self._left_out()
        if participant_id is not None:
            if participant_id not in self._agenda.people:
                raise UnknownIdError("participant", participant_id)
            one = self._agenda.people[participant_id]
            mine = (sellers == one) | (buyers == one)
            sellers, buyers, values = sellers[mine], buyers[mine], values[mine]
        sellers, buyers, values = sellers[:most], buyers[:most], values[:most]
        columns = (column.tolist() for column in (sellers, buyers, values))
        reasons = tuple(map(self._reason, *columns, self._room.best(sellers, buyers)))
        ids = np.array(self._ids, dtype=object)
        return Unscheduled(ids[sellers], ids[buyers], values, reasons)

    def pair(self, seller_id: str, buyer_id: str) -> Why:
        """The reason for one pair of the event. Raises UnknownIdError, and QueryError where the two meet."""
        for name in (seller_id, buyer_id):
            if name not in self._agenda.people:
                raise UnknownIdError("participant", name)
        for meeting in self._meetings:
            if (meeting.seller_id, meeting.buyer_id) == (seller_id, buyer_id):
                place = f"in slot {meeting.slot_id} at table {meeting.table_id}"
                raise QueryError(f"{seller_id} and {buyer_id} do meet, {place}.")
        values = self._event.values
        rows = np.flatnonzero((values.seller_id == seller_id) & (values.buyer_id == buyer_id))
        value = float(values.value[rows[0]]) if len(rows) else 0.0
        seller, buyer = self._agenda.people[seller_id], self._agenda.people[buyer_id]
        (best,) = self._room.best(np.array([seller]), np.array([buyer]))
        return self._reason(seller, buyer, value, best)

    def _left_out(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
        """Sellers, buyers and values of the pairs that do not meet, most valuable first."""
        people, values, width = self._agenda.people, self._event.values, len(self._ids)
        listed = [_keys(people, ids) for ids in (values.seller_id, values.buyer_id)]
        keys = listed[0] * width + listed[1]
        wished = np.array(
            [people[s] * width + people[b] for s, b in wished_pairs(self._event, "must", "want")],
            dtype=np.int64,
        )
        held = self._agenda.seller.astype(np.int64) * width + self._agenda.buyer
        asked = ((values.value > 0) | np.isin(keys, wished)) & ~np.isin(keys, held)
        unlisted = np.setdiff1d(wished, np.concatenate([keys, held]))
        keys = np.concatenate([keys[asked], unlisted])
        worth = np.concatenate([values.value[asked], np.zeros(len(unlisted))])
        order = np.lexsort((keys, -worth))
        keys = keys[order]
        return (keys // width).astype(np.int32), (keys % width).astype(np.int32), worth[order]

    def _reason(self, seller: int, buyer: int, value: float, best: Best) -> Why:
        pair = (self._ids[seller], self._ids[buyer])
        if pair in self._no_gos:
            return Why("no-go", pair, value, of=self._no_gos[pair])
        if best.loss == math.inf:
            return Why("absence", pair, value, come=self._come(seller, buyer, best))
        place = self._slot_ids[best.slot]
        if not (best.busy or best.limited or best.table):
            return Why("room", pair, value, slot=place)
        blocks = [self._block(person, best.slot) for person in (seller, buyer)]
        if best.table:
            blocks.append(self._table(best.slot))
        return Why(
            self._kind(best, value),
            pair,
            value,
            slot=place,
            loss=best.loss if best.loss < self._room.fixed else None,
            blocks=tuple(block for block in blocks if block),
            come=self._come(seller, buyer, best) if best.busy else None,
        )

    def _kind(self, best: Best, value: float) -> WhyKind:
        if best.loss < value:
            return "other aims"
        if best.limited:
            return "limit"
        if not best.busy:
            return "no table"
        return "fixed" if best.loss >= self._room.fixed else "lower value"

    def _block(self, person: int, slot: int) -> Block | None:
        """What a person lacks in a slot, None where it is nothing."""
        if (person, slot) not in self._blocks:
            self._blocks[person, slot] = self._lacks(person, slot)
        return self._blocks[person, slot]

    def _lacks(self, person: int, slot: int) -> Block | None:
        room, who = self._room, self._ids[person]
        state, number = room.state[person, slot], int(room.gives[person, slot])
        if state == State.OPEN:
            return None
        gives = self._gives(person, number, room.cost[person, slot]) if number != FREE else None
        if state == State.BUSY:
            return Block("busy", who, gives=gives)
        held = int(self._agenda.count[person])
        most = held + 1 if room.full[person] else None
        if not room.full_day[person, slot]:
            return Block("limit", who, held, most, gives=gives)
        busy = self._agenda.held[person] != FREE
        today = int(busy[self._agenda.day == self._agenda.day[slot]].sum())
        return Block("limit", who, today, most, today + 1, gives)

    def _table(self, slot: int) -> Block:
        number = int(self._room.table_gives[slot])
        if number == FREE:
            return Block("table")
        seller = int(self._agenda.seller[number])
        return Block("table", gives=self._gives(seller, number, self._room.table_cost[slot]))

    def _gives(self, person: int, number: int, cost: float) -> Gives:
        fixed = bool(cost >= self._room.fixed)
        return Gives(
            self._ids[person], self._partner(person, number), float(self._agenda.value[number]), fixed
        )

    def _partner(self, person: int, number: int) -> str:
        meeting = self._meetings[number]
        return meeting.buyer_id if self._ids[person] == meeting.seller_id else meeting.seller_id

    def _come(self, seller: int, buyer: int, best: Best) -> Come | None:
        """A slot in which both would be free if one of them came."""
        if best.elsewhere == FREE:
            return None
        absent = seller if self._room.state[seller, best.elsewhere] == State.ABSENT else buyer
        return Come(self._ids[absent], self._slot_ids[best.elsewhere])


def _keys(people: Mapping[str, int], ids: NDArray[np.object_]) -> NDArray[np.int64]:
    return np.fromiter((people[name] for name in ids), dtype=np.int64, count=len(ids))
