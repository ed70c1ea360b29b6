"""Where: a table for every meeting, with as few changes of table as possible for those who sit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from recommender.meetings.problem import Bools, Ints
from recommender.meetings.timetable import Timetable

__all__ = ["seat"]

NEVER = 1e9


def seat(table: Timetable) -> Ints:
    """(m,) the table of every placed pair, -1 for the others.

    Slot by slot; whoever sits stays where he sat last, else takes the table whose other users are the least
    in his way later on.
    """
    problem, places = table.problem, table.problem.places
    tables = np.full(problem.pairs, -1, dtype=np.int64)
    tables[list(table.table_of)] = list(table.table_of.values())
    usable = _usable(table)
    reserved = np.array([owners is not None for owners in places.owners], dtype=bool)
    busy = (table.at >= 0).astype(np.float64)
    last = np.full(problem.people, -1, dtype=np.int64)
    for slot in range(problem.slots):
        pairs = table.pairs_at(slot)
        free = np.ones(len(reserved), dtype=bool)
        free[tables[pairs[tables[pairs] >= 0]]] = False
        asked = pairs[tables[pairs] < 0]
        allowed = usable[table.sitter[asked]] | usable[table.walker[asked]]
        if problem.near is not None:
            allowed &= places.table_hall == table.hall[asked][:, None]
        before = last[table.sitter[asked]]
        stays = (before >= 0) & free[before] & allowed[np.arange(len(asked)), before]
        stays &= _counted_there(table, asked, before)
        stays &= reserved[before] | ~(allowed & reserved & free).any(axis=1)
        first = np.unique(np.where(stays, before, -1 - np.arange(len(asked))), return_index=True)[1]
        first = first[stays[first]]
        tables[asked[first]] = before[first]
        free[before[first]] = False
        rest = np.delete(np.arange(len(asked)), first)
        if len(rest):
            cost = _crowd(busy[:, slot + 1 :], table.sitter[asked[rest]], last, len(free)) - reserved
            rows, columns = linear_sum_assignment(np.where(allowed[rest] & free, cost, NEVER))
            tables[asked[rest[rows]]] = columns
        last[table.sitter[pairs]] = tables[pairs]
    return tables


def _counted_there(table: Timetable, pairs: Ints, places: Ints) -> Bools:
    """(x,) whether the timetable counted on each pair taking its table from the class of one of `places`."""
    group = table.problem.places.table_class[places]
    common = table.problem.places.common[table.group[pairs]]
    counted: Bools = (group == table.group[pairs]) | (group == common)
    return (group < 0) | (~table.own[pairs] & counted)


def _usable(table: Timetable) -> Bools:
    """(n, t) the tables that somebody may use whoever he meets."""
    places = table.problem.places
    usable = np.ones((table.problem.people, len(places.owners)), dtype=bool)
    for place, owners in enumerate(places.owners):
        if owners is not None:
            usable[:, place] = False
            usable[list(owners), place] = True
    return usable


def _crowd(later: NDArray[np.float64], sitter: Ints, last: Ints, tables: int) -> NDArray[np.float64]:
    """(x, t) how often those who sat last at a table will want it while each of `sitter` does, 0..1."""
    seated = np.nonzero(last >= 0)[0]
    coming = np.zeros((tables, later.shape[1]))
    np.add.at(coming, last[seated], later[seated])
    together: NDArray[np.float64] = later[sitter] @ coming.T
    return together / max(float(together.max(initial=0.0)), 1.0)
