"""Planning again after publication: as few published meetings as possible change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.meetings.clock import Clock
from recommender.meetings.domain import Event, Meeting
from recommender.meetings.network import Network
from recommender.meetings.problem import Bools, Ints, Problem
from recommender.meetings.repair import repair
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import Worth

__all__ = ["Published", "keep_most", "make_room", "published_in"]

HOLD = 1000.0
"""How much harder a published meeting is to push out than another."""
KEPT = 1000
"""How much more a meeting counts than its value, 0..10, one that keeps its table than one that does not, a must
than another."""


@dataclass(frozen=True, eq=False, slots=True)
class Published:
    """Previous meetings that could still be held, as columns: pair, slot, and table (-1 = it is gone)."""

    pair: Ints
    slot: Ints
    table: Ints

    def rows(self, which: Bools) -> Published:
        """Some of the rows."""
        return Published(self.pair[which], self.slot[which], self.table[which])

    def columns(self) -> tuple[list[int], list[int], list[int]]:
        """The columns as lists."""
        return self.pair.tolist(), self.slot.tolist(), self.table.tolist()


def published_in(problem: Problem, event: Event, previous: Sequence[Meeting]) -> Published:
    """Those of `previous` whose people may still meet and are there at that slot."""
    people = {name: place for place, name in enumerate(problem.names)}
    slots = {slot.slot_id: place for place, slot in enumerate(problem.times)}
    tables = {table.table_id: place for place, table in enumerate(event.tables)}
    nobody = problem.people**2
    asked = [(people.get(m.seller_id, nobody), people.get(m.buyer_id, nobody)) for m in previous]
    keys = problem.seller * problem.people + problem.buyer
    some = np.nonzero(np.isin(keys, [seller * problem.people + buyer for seller, buyer in asked]))[0]
    pairs = dict(zip(keys[some].tolist(), some.tolist(), strict=True))
    rows: dict[int, tuple[int, int, int]] = {}
    for meeting, (seller, buyer) in zip(previous, asked, strict=True):
        pair, slot = pairs.get(seller * problem.people + buyer, -1), slots.get(meeting.slot_id, -1)
        if pair >= 0 and slot >= 0 and problem.free[seller, slot] and problem.free[buyer, slot]:
            rows.setdefault(pair, (pair, slot, tables.get(meeting.table_id, -1)))
    columns = np.array(list(rows.values()), dtype=np.int64).reshape(-1, 3).T
    return Published(columns[0], columns[1], columns[2])


def keep_most(table: Timetable, published: Published) -> None:
    """Fix in `table` the most published meetings that fit, at their tables where these are still theirs."""
    problem = table.problem
    open_ = ~table.placed()[published.pair]
    for people in (problem.seller, problem.buyer):
        open_ &= table.at[people[published.pair], published.slot] < 0
    meetings = _most_within_limits(table, published.rows(open_))
    homeless = [
        (pair, slot)
        for pair, slot, place in zip(*meetings.columns(), strict=True)
        if place < 0 or not table.fix(pair, slot, place)
    ]
    for pair, slot in homeless:
        table.fix(pair, slot)


def make_room(
    start: Timetable,
    locked: Bools,
    published: Published,
    clock: Clock,
    rng: np.random.Generator,
) -> tuple[Published, dict[int, int]]:
    """Where musts without a meeting can be held, and the published meetings that need not move for them.

    start: holds the published meetings that fit. locked: (m,) those that cannot move.
    """
    table = start.copy()
    table.loosen()
    hold = np.where(table.fixed, HOLD, 1.0)
    before = table.placed()
    table.fixed = locked.copy()
    must = table.problem.must
    steps = np.zeros((table.problem.people, 1), dtype=np.int64)
    worth = Worth((len(before) + 1) * must + before, steps, unit=1.0, prices=(0, 0))
    repair(table, worth, must, clock, rng, hold)
    stays = published.rows(table.slot_of[published.pair] == published.slot)
    musts = np.nonzero(must & table.placed() & ~before)[0]
    where = {int(pair): int(table.slot_of[pair]) for pair in musts}
    return stays, where


def _most_within_limits(table: Timetable, published: Published) -> Published:
    """The most meetings, musts and value first among equals, that leave nobody above a limit.

    Everybody's slots nest in his days and these in his whole event, so this is a flow.
    """
    problem = table.problem
    pairs, slots = published.pair, published.slot
    network = Network()
    hub = int(network.nodes(1)[0])
    value = problem.value[pairs] / max(float(np.abs(problem.value).max(initial=0.0)), 1e-12)
    at_table = [
        place >= 0 and table.lets_use(pair, slot, place)
        for pair, slot, place in zip(*published.columns(), strict=True)
    ]
    profit = KEPT * np.where(at_table, KEPT, 1) * np.where(problem.must[pairs], KEPT, 1)
    profit += np.rint(10 * value).astype(np.int64)
    tails = _agendas(network, table, hub, problem.seller[pairs], slots, out=True)
    heads = _agendas(network, table, hub, problem.buyer[pairs], slots, out=False)
    held = network.arcs(tails, heads, 1, profit)
    return published.rows(network.solve()[held] > 0)


def _agendas(network: Network, table: Timetable, hub: int, people: Ints, slots: Ints, *, out: bool) -> Ints:
    """(x,) a node for each person and slot, behind his day and his limit in all; out: from the hub to them."""
    problem = table.problem
    days = problem.day[slots]
    who, person = np.unique(people, return_inverse=True)
    dates, date = np.unique(people * problem.slots + days, return_inverse=True)
    times, time = np.unique(people * problem.slots + slots, return_inverse=True)
    persons, agendas, nodes = (network.nodes(len(keys)) for keys in (who, dates, times))
    first_date = np.unique(date, return_index=True)[1]
    first_time = np.unique(time, return_index=True)[1]
    of_day = people[first_date], days[first_date]
    room = (problem.most_a_day[of_day[0]] - table.today[of_day], problem.most[who] - table.count[who])
    for tail, head, capacity in (
        (hub, persons, room[1]),
        (persons[person[first_date]], agendas, room[0]),
        (agendas[date[first_time]], nodes, 1),
    ):
        ends = (tail, head) if out else (head, tail)
        network.arcs(ends[0], ends[1], np.maximum(capacity, 0))
    inside: Ints = nodes[time]
    return inside
