"""Who meets whom: the exact best choice of pairs under everybody's limits, as one flow.

Meetings flow from slots through those who walk, along pairs, through those who sit, to tables at slots. The
flow keeps every limit, absence and number of tables, but not that both people are at one slot: so no
timetable can be worth more, and few need to be worth less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.meetings.network import Network
from recommender.meetings.problem import Bools, Ints
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import Worth

__all__ = ["Choice", "allocate"]


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """chosen: (m,) pairs to place besides those placed already. worth: what they add."""

    chosen: Bools
    worth: int


def allocate(table: Timetable, worth: Worth) -> Choice:
    """The best pairs to add to what `table` holds, under all limits but that of being at one slot."""
    problem = table.problem
    network = Network()
    hub = int(network.nodes(1)[0])
    inner, outer = network.nodes(problem.people), network.nodes(problem.people)
    sits = problem.places.sits
    pairs = np.nonzero(~table.placed())[0]
    along = network.arcs(inner[table.walker[pairs]], inner[table.sitter[pairs]], 1, worth.joint[pairs])
    who, units, profit = _steps(table, worth)
    start, end = (np.where(sits, *ends) for ends in ((inner, outer), (outer, inner)))
    network.arcs(start[who], end[who], units, profit)
    person, slot, node = _times(network, table, outer, sits)
    seated = sits[person]
    seats, tables = _seats(network, table, hub)
    places = problem.places
    sitter = person[seated]
    at_table = np.where(places.own[sitter], hub, seats[slot[seated], places.group[sitter]])
    network.arcs(node[seated], at_table, 1)
    network.arcs(tables[slot[~seated]], node[~seated], 1)
    flows = network.solve()
    chosen = np.zeros(problem.pairs, dtype=bool)
    chosen[pairs] = flows[along] > 0
    return Choice(chosen, network.earned)


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


def _seats(network: Network, table: Timetable, hub: int) -> tuple[Ints, Ints]:
    """(k, c) nodes of the tables of a class at a slot, (k,) nodes of all tables at a slot for those who walk.

    A full class overflows to the common tables. Guests' tables are counted as common ones.
    """
    problem, places = table.problem, table.problem.places
    free = problem.free & (table.at < 0)
    slots, groups = table.capacity.shape
    left = np.maximum(table.capacity - table.load, 0)
    for hall in range(places.halls):
        left[:, hall] += free[places.guests & (places.hall == hall)].sum(axis=0)
    nodes = network.nodes(slots * groups).reshape(slots, groups)
    reserved = np.arange(places.halls, groups)
    network.arcs(nodes[:, reserved].ravel(), nodes[:, places.common[reserved]].ravel(), problem.people)
    network.arcs(nodes.ravel(), hub, left.ravel())
    tables = network.nodes(slots)
    network.arcs(hub, tables, left.sum(axis=1) + free[places.sits & places.own].sum(axis=0))
    return nodes, tables
