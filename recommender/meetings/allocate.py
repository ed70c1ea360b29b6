"""Who meets whom: the exact best choice of pairs under everybody's limits, as one flow.

Meetings flow from slots through those who walk, along pairs, through those who sit, to tables at slots. The
flow keeps every limit, absence and number of tables, but not that both people are at one slot: so no
timetable can be worth more, and few need to be worth less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.meetings.clock import Clock
from recommender.meetings.lending import guests_of, seats_at
from recommender.meetings.network import Network
from recommender.meetings.prices import cheapest
from recommender.meetings.problem import Bools, Ints
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import SCALE, Worth

__all__ = ["Choice", "allocate", "allocate_fairly"]


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """chosen: (m,) pairs to place besides those placed already. worth: what they add, with the price of tables.

    excess: meetings for which guests bring a table, less the tables that they leave to others.
    """

    chosen: Bools
    worth: int
    excess: int


def allocate(table: Timetable, worth: Worth, price: int = 0) -> Choice:
    """The best pairs to add to what `table` holds, under all limits but that of being at one slot.

    price: paid to who brings a table that the other lacks, by who uses a table that a guest leaves; at any price
    the worth is a bound.
    """
    problem = table.problem
    network = Network()
    inner, outer = network.nodes(problem.people), network.nodes(problem.people)
    places = problem.places
    own = places.own | places.several
    pairs = np.nonzero(~table.placed())[0]
    walker, sitter = table.walker[pairs], table.sitter[pairs]
    brings = guests_of(places, own)[walker] & ~own[sitter]
    along = network.arcs(inner[walker], inner[sitter], 1, worth.joint[pairs] + price * brings)
    who, units, profit = _steps(table, worth)
    start, end = (np.where(places.sits, *ends) for ends in ((inner, outer), (outer, inner)))
    network.arcs(start[who], end[who], units, profit)
    person, slot, node = _times(network, table, outer, places.sits)
    seated = places.sits[person]
    seats = seats_at(network, table, own, np.arange(problem.slots), price)
    network.arcs(node[seated], seats.of_sitters(places, own, slot[seated], person[seated]), 1)
    network.arcs(seats.of_walkers(places, own, slot[~seated], person[~seated]), node[~seated], 1)
    flows = network.solve()
    chosen = np.zeros(problem.pairs, dtype=bool)
    chosen[pairs] = flows[along] > 0
    excess = int(flows[along][brings].sum() - flows[seats.lent].sum())
    return Choice(chosen, network.earned, excess)


def allocate_fairly(table: Timetable, worth: Worth, clock: Clock) -> Choice:
    """`allocate` at the price of tables that makes the choice the most like one that finds its tables."""
    found = {0: allocate(table, worth)}
    if found[0].excess >= 0:
        return found[0]

    def at(price: int) -> tuple[int, int]:
        found[price] = found.get(price) or allocate(table, worth, price)
        return found[price].worth, found[price].excess

    return found[cheapest(at, SCALE, clock)]


def _steps(table: Timetable, worth: Worth) -> tuple[Ints, Ints, Ints]:
    """Person, number and worth of further meetings, those worth the same taken together."""
    room = table.problem.most - table.count
    places = np.arange(max(int(room.max(initial=0)), 1))
    top = worth.step.shape[1] - 1
    profit = np.take_along_axis(worth.step, np.minimum(table.count[:, None] + places, top), axis=1)
    first = places < room[:, None]
    first[:, 1:] &= profit[:, 1:] != profit[:, :-1]
    who, place = np.nonzero(first)
    last = np.append(who[1:] != who[:-1], True)
    until = np.where(last, room[who], np.append(place[1:], 0))
    return who, until - place, profit[who, place]


def _times(network: Network, table: Timetable, outer: Ints, sits: Bools) -> tuple[Ints, Ints, Ints]:
    """Person, slot and node of every free slot; the node is a day's where a day's limit may bind."""
    problem = table.problem
    free = problem.free & (table.at < 0)
    days = np.arange(table.today.shape[1])
    at_most = problem.most_a_day[:, None] - table.today
    limited = at_most < np.stack([free[:, problem.day == day].sum(axis=1) for day in days], axis=1)
    who, day = np.nonzero(limited)
    node = np.tile(outer[:, None], len(days))
    node[who, day] = network.nodes(len(who))
    tail, head = (
        np.where(sits[who], *ends) for ends in ((outer[who], node[who, day]), (node[who, day], outer[who]))
    )
    network.arcs(tail, head, at_most[who, day])
    person, slot = np.nonzero(free)
    return person, slot, node[person, problem.day[slot]]
