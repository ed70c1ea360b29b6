"""Tables in a flow: from those who sit at a slot, over the tables there, to those who walk.

Somebody who sits passes his own table, one of his company's, or a common one. Walkers with tables of their own
(guests) need none of these, which leaves one to others: their nodes can be reached from the common tables without
passing one. The flow cannot tell whose meeting left a table, so it lends one, too, where a guest meets somebody who
has a table of his own; `price` makes that dear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.meetings.network import Network
from recommender.meetings.places import Places
from recommender.meetings.problem import Bools, Ints
from recommender.meetings.timetable import Timetable

__all__ = ["Seats", "guests_of", "seats_at"]


@dataclass(frozen=True, eq=False, slots=True)
class Seats:
    """Nodes by slot and person: where a meeting comes from or goes to. lent: the arcs of tables that guests leave."""

    sitters: Ints
    own_table: Ints
    walkers: Ints
    guests: Ints
    hosts: Ints
    lent: slice

    def of_sitters(self, places: Places, own: Bools, slot: Ints, person: Ints) -> Ints:
        """(x,) nodes to which those who sit go. own: (n,) who has a table to himself."""
        nodes: Ints = np.where(own[person], self.own_table[slot], self.sitters[slot, places.group[person]])
        return nodes

    def of_walkers(self, places: Places, own: Bools, slot: Ints, person: Ints) -> Ints:
        """(x,) nodes from which those who walk come."""
        if not self.guests.size:
            return self.walkers[slot]
        group, hall = places.group[person], np.maximum(places.hall[person], 0)
        shares = np.where(group >= places.halls, self.hosts[slot, group], self.walkers[slot])
        nodes: Ints = np.where(own[person], self.guests[slot, hall], shares)
        return nodes


def guests_of(places: Places, own: Bools) -> Bools:
    """(n,) who walks and has a table to himself (`own`), or a share in one."""
    guests: Bools = ~places.sits & (own | (places.group >= places.halls))
    return guests


def seats_at(network: Network, table: Timetable, own: Bools, slots: Ints, price: int = 0) -> Seats:
    """The tables that are left at `slots`, as nodes and arcs of `network`. price: of a table that a guest leaves."""
    problem, places = table.problem, table.problem.places
    count, groups, halls = len(slots), len(places.size), places.halls
    left = np.maximum(table.capacity[slots] - table.load[slots], 0)
    sitters = network.nodes(count * groups).reshape(count, groups)
    own_table, walkers = network.nodes(count), network.nodes(count)
    reserved, common = np.arange(halls, groups), places.common[halls:]
    network.arcs(sitters[:, reserved], own_table[:, None], left[:, reserved])
    network.arcs(sitters[:, reserved], sitters[:, common], problem.people)
    network.arcs(sitters[:, :halls], walkers[:, None], left[:, :halls])
    network.arcs(own_table, walkers, problem.people)
    if not guests_of(places, own).any():
        none = np.empty((count, 0), dtype=np.int64)
        return Seats(sitters, own_table, walkers, none, none, slice(0, 0))
    guests = network.nodes(count * halls).reshape(count, halls)
    hosts = network.nodes(count * groups).reshape(count, groups)
    lent = network.arcs(sitters[:, :halls], guests, problem.people, -price)
    network.arcs(own_table[:, None], guests, problem.people)
    network.arcs(walkers[:, None], guests, problem.people)
    network.arcs(guests[:, common], hosts[:, reserved], left[:, reserved])
    network.arcs(walkers[:, None], hosts[:, reserved], problem.people)
    return Seats(sitters, own_table, walkers, guests, hosts, lent)
