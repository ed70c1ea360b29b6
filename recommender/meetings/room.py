"""What one more meeting would cost those who are in a plan: whom each person and slot would have to give up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.meetings.agenda import FREE, Agenda, wished_pairs
from recommender.meetings.domain import Event, Meeting

__all__ = ["Best", "Room", "State"]

CHUNK: Final = 20_000
"""Pairs at a time: with 80 slots, 13 MB an array."""

TIE: Final = 1e-10


class State(IntEnum):
    """A person in a slot."""

    OPEN = 0
    BUSY = 1
    LIMIT = 2
    """Free, but without a meeting left in all or on that day."""
    ABSENT = 3


class Best(NamedTuple):
    """The slot in which a pair could meet at least cost.

    loss: the value given up, inf where the two share no slot. busy, limited, table: whether one of them meets
    somebody else then, is at a limit, or a table is lacking. elsewhere: a slot in which one is absent and all
    else would be free, or FREE.
    """

    slot: int
    loss: float
    busy: bool
    limited: bool
    table: bool
    elsewhere: int


@dataclass(frozen=True, eq=False)
class Room:
    """n people, k slots.

    state: int8 (n, k). gives: int32 (n, k), the meeting that a person would give up to be free then, or FREE.
    cost: float64 (n, k), its value; from `fixed` on where it is locked, a must or somebody's minimum, or where
    there is none to give up; inf where the person is absent. brings: bool (n, k), the person has a table then.
    table_full: bool (k,), no table that anybody may use is left. table_gives: int32 (k,) and table_cost:
    float64 (k,), the meeting that would give up its table. full, full_day: bool (n,) and (n, k), whose limit
    in all, and on that day, is reached.
    """

    state: NDArray[np.int8]
    gives: NDArray[np.int32]
    cost: NDArray[np.float64]
    brings: NDArray[np.bool_]
    table_full: NDArray[np.bool_]
    table_gives: NDArray[np.int32]
    table_cost: NDArray[np.float64]
    full: NDArray[np.bool_]
    full_day: NDArray[np.bool_]
    fixed: float

    @classmethod
    def of(cls, event: Event, meetings: Sequence[Meeting], agenda: Agenda) -> Room:
        """What the plan leaves free, and at what cost the rest could be freed."""
        fixed = 10.0 * (1.0 + float(agenda.value.max(initial=0.0)))
        losses = _losses(event, meetings, agenda, fixed)
        full, full_day = _full(event, agenda)
        state = np.where(full[:, None] | full_day, State.LIMIT, State.OPEN).astype(np.int8)
        state[agenda.held != FREE] = State.BUSY
        state[~agenda.present] = State.ABSENT
        source = _cheapest(losses, agenda.day, full_day)
        source = np.where(state == State.BUSY, np.arange(len(agenda.day)), source)
        rows = np.arange(len(source))[:, None]
        taken = (state == State.BUSY) | (state == State.LIMIT)
        cost = np.where(taken, np.minimum(losses[rows, source], 2 * fixed), 0.0)
        # Between equals, what a higher limit would solve.
        cost += TIE * fixed * (state == State.BUSY)
        cost[~agenda.present] = np.inf
        gives = np.where(taken, agenda.held[rows, source], FREE)
        tables = _tables(event, meetings, agenda, losses, fixed)
        return cls(state, gives, cost, *tables, full, full_day, fixed)

    def best(self, one: NDArray[np.int32], other: NDArray[np.int32]) -> Iterator[Best]:
        """Where pairs of people, (m,) and (m,), could meet at least cost."""
        for start in range(0, len(one), CHUNK):
            chunk = slice(start, start + CHUNK)
            columns = self._best(one[chunk], other[chunk])
            yield from map(Best._make, zip(*(column.tolist() for column in columns), strict=True))

    def _best(self, one: NDArray[np.int32], other: NDArray[np.int32]) -> tuple[NDArray[Any], ...]:
        tableless = ~(self.brings[one] | self.brings[other])
        loss = self.cost[one] + self.cost[other]
        loss += np.where(tableless, self.table_cost, 0.0)
        best = loss.argmin(axis=1)
        rows = np.arange(len(one))
        least = loss[rows, best]
        table = tableless[rows, best] & self.table_full[best]
        states = self.state[one], self.state[other]
        away = (states[0] == State.ABSENT) & (states[1] == State.OPEN) & self._may_come[one]
        away |= (states[1] == State.ABSENT) & (states[0] == State.OPEN) & self._may_come[other]
        away &= ~(tableless & self.table_full)
        elsewhere = np.where(away.any(axis=1), away.argmax(axis=1), FREE)
        then = [state[rows, best] for state in states]
        busy, limited = ((then[0] == state) | (then[1] == state) for state in (State.BUSY, State.LIMIT))
        return best, least, busy, limited, table, elsewhere

    @cached_property
    def _may_come(self) -> NDArray[np.bool_]:
        """Whose limits leave room on the day of a slot."""
        return ~(self.full[:, None] | self.full_day)


def _losses(event: Event, meetings: Sequence[Meeting], agenda: Agenda, fixed: float) -> NDArray[np.float64]:
    """float64 (n, k): what each person's meeting is worth, `fixed` more where it must stay; inf without one."""
    kept = {(lock.seller_id, lock.buyer_id) for lock in event.locks} | wished_pairs(event, "must").keys()
    stays = np.array([(meeting.seller_id, meeting.buyer_id) in kept for meeting in meetings], dtype=bool)
    least = np.array([person.min_meetings for person in event.participants], dtype=np.int64)
    needed = agenda.count <= least
    losses = np.full(agenda.held.shape, np.inf)
    for person, partner in ((agenda.seller, agenda.buyer), (agenda.buyer, agenda.seller)):
        losses[person, agenda.slot] = agenda.value + fixed * (stays | needed[partner])
    return losses


def _full(event: Event, agenda: Agenda) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whose limit in all is reached, (n,), and whose limit of the slot's day, (n, k)."""
    most = np.array([_limit(person.max_meetings) for person in event.participants])
    daily = np.array([_limit(person.max_per_day) for person in event.participants])
    busy = agenda.held != FREE
    on_day = np.zeros(busy.shape, dtype=np.int64)
    for day in np.unique(agenda.day):
        on_day[:, agenda.day == day] = busy[:, agenda.day == day].sum(axis=1, keepdims=True)
    return agenda.count >= most, on_day >= daily[:, None]


def _cheapest(
    losses: NDArray[np.float64], day: NDArray[np.int64], full_day: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """(n, k): the slot of the meeting that a person would give up most easily, of that day where it is full."""
    cheapest = np.broadcast_to(losses.argmin(axis=1)[:, None], losses.shape).copy()
    for number in np.unique(day):
        places = np.flatnonzero(day == number)
        of_day = places[losses[:, places].argmin(axis=1)]
        cheapest[:, places] = np.where(full_day[:, places], of_day[:, None], cheapest[:, places])
    return cheapest


def _tables(
    event: Event, meetings: Sequence[Meeting], agenda: Agenda, losses: NDArray[np.float64], fixed: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int32], NDArray[np.float64]]:
    """brings, table_full, table_gives and table_cost of Room."""
    owner = {table.table_id: table.reserved_for for table in event.tables}
    common = np.array([not owner[meeting.table_id] for meeting in meetings], dtype=bool)
    brings = _own_tables(event, meetings, agenda)
    for people in (agenda.seller, agenda.buyer):
        brings[people[common], agenda.slot[common]] = True
    left = np.full(len(agenda.day), sum(not name for name in owner.values()))
    np.subtract.at(left, agenda.slot[common], 1)
    cost = np.where(left > 0, 0.0, 2 * fixed)
    gives = np.full(len(left), FREE, dtype=np.int32)
    loss = np.maximum(losses[agenda.seller, agenda.slot], losses[agenda.buyer, agenda.slot])
    for number in np.flatnonzero(common & (left[agenda.slot] <= 0)):
        slot = agenda.slot[number]
        if loss[number] < cost[slot]:
            cost[slot], gives[slot] = loss[number], number
    return brings, left <= 0, gives, cost


def _own_tables(event: Event, meetings: Sequence[Meeting], agenda: Agenda) -> NDArray[np.bool_]:
    """bool (n, k): who has a table reserved that is free, or that an own meeting would set free."""
    owners: dict[str, list[int]] = {}
    for number, person in enumerate(event.participants):
        for name in {person.participant_id, person.company_id} - {""}:
            owners.setdefault(name, []).append(number)
    held_at: dict[str, list[int]] = {}
    for number, meeting in enumerate(meetings):
        held_at.setdefault(meeting.table_id, []).append(number)
    brings = np.zeros(agenda.held.shape, dtype=bool)
    for table in event.tables:
        if table.reserved_for:
            numbers = held_at.get(table.table_id, [])
            unused = np.ones(len(agenda.day), dtype=bool)
            unused[agenda.slot[numbers]] = False
            mine = np.zeros(len(brings), dtype=bool)
            mine[owners.get(table.reserved_for, [])] = True
            brings |= mine[:, None] & unused
            for people in (agenda.seller[numbers], agenda.buyer[numbers]):
                brings[people, agenda.slot[numbers]] |= mine[people]
    return brings


def _limit(limit: int | None) -> float:
    return np.inf if limit is None else limit
