"""The best schedule of an event by a plain integer programme: one unknown for each pair, slot and table.

Formulation and solver (HiGHS) are none of the planner's, so that both are wrong in the same way only by chance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from recommender.meetings.domain import Event, Meeting, Slot, Table

__all__ = ["best_by_programme", "can_hold", "most_kept_by_programme"]

Pair = tuple[str, str]
Floats = NDArray[np.float64]


def best_by_programme(event: Event) -> tuple[int, int, float]:
    """The most musts, with them the most meetings towards minimums, with both the highest sum of values."""
    programme = _Programme(event)
    musts, towards, value = programme.musts(), programme.towards(), programme.values()
    taken = programme.best(musts, towards, value)
    return int(taken @ musts + 0.5), int(taken @ towards + 0.5), float(taken @ value)


def most_kept_by_programme(event: Event, previous: Sequence[Meeting]) -> tuple[int, int]:
    """The most musts, with them the most of `previous` that are held as before."""
    programme = _Programme(event, previous)
    musts, kept = programme.musts(), programme.kept(previous)
    taken = programme.best(musts, kept)
    return int(taken @ musts + 0.5), int(taken @ kept + 0.5)


def can_hold(event: Event) -> bool:
    """Whether all locks and musts can hold."""
    programme = _Programme(event)
    musts = programme.musts()
    asked = {(w.participant_id, w.other_id) for w in event.wishes if w.kind == "must"}
    try:
        taken = programme.best(musts)
    except ValueError:
        return False
    return int(taken @ musts + 0.5) == len({frozenset(pair) for pair in asked})


class _Programme:
    """unknowns: what is taken, 0 or 1, and for each in `counted` the meetings towards his minimum."""

    def __init__(self, event: Event, previous: Sequence[Meeting] = ()) -> None:
        self._event = event
        self._people = {person.participant_id: person for person in event.participants}
        self._value = {(pair.seller_id, pair.buyer_id): pair.value for pair in event.values}
        before = {(meeting.seller_id, meeting.buyer_id) for meeting in previous}
        named = before | {(lock.seller_id, lock.buyer_id) for lock in event.locks}
        named |= {pair for pair, worth in self._value.items() if worth > 0}
        named |= self._wished("must") | self._wished("want")
        pairs = sorted(pair for pair in named - self._wished("no_go") if self._people.keys() >= set(pair))
        self.unknowns = [
            (pair, slot, table)
            for pair in pairs
            for slot in event.slots
            for table in event.tables
            if self._possible(pair, slot, table)
        ]
        self.counted = [person for person in event.participants if person.min_meetings]
        self._rows: list[tuple[dict[int, float], float, float]] = []
        self._once()
        self._limits()
        self._walks()
        self._promised()

    def musts(self) -> Floats:
        """Weights: 1 for each must."""
        return self._weights(float(pair in self._wished("must")) for pair, _, _ in self.unknowns)

    def values(self) -> Floats:
        """Weights: the value of each meeting."""
        return self._weights(self._value.get(pair, 0.0) for pair, _, _ in self.unknowns)

    def kept(self, previous: Sequence[Meeting]) -> Floats:
        """Weights: 1 for each meeting that was held before."""
        before = {(m.seller_id, m.buyer_id, m.slot_id, m.table_id) for m in previous}
        return self._weights(
            float((*pair, slot.slot_id, table.table_id) in before) for pair, slot, table in self.unknowns
        )

    def towards(self) -> Floats:
        """Weights: 1 for each meeting towards a minimum."""
        return np.array([0.0] * len(self.unknowns) + [1.0] * len(self.counted))

    def best(self, *aims: Floats) -> Floats:
        """What is taken when the first aim comes before all, and so on. ValueError: nothing keeps the locks."""
        upper = np.array([1.0] * len(self.unknowns) + [float(p.min_meetings) for p in self.counted])
        if not len(upper):
            if self._event.locks:
                raise ValueError("nothing can be held")
            return upper
        total = np.zeros(len(upper))
        for aim in aims:
            total = total * (float(np.abs(aims[-1]) @ upper) + float(aim @ upper) + 1) + aim
        rows = [(place, *entry) for place, (row, _, _) in enumerate(self._rows) for entry in row.items()]
        lines, columns, entries = zip(*rows, strict=True) if rows else ((), (), ())
        matrix = coo_array((entries, (lines, columns)), shape=(len(self._rows), len(upper))).tocsr()
        low, high = ([row[side] for row in self._rows] for side in (1, 2))
        found = milp(
            -total,
            constraints=LinearConstraint(matrix, low, high) if self._rows else (),
            integrality=np.ones(len(upper)),
            bounds=Bounds(0.0, upper),
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            raise ValueError(found.message)
        taken: Floats = np.rint(found.x)
        return taken

    def _weights(self, weights: Iterable[float]) -> Floats:
        return np.array([*weights, *([0.0] * len(self.counted))])

    def _wished(self, kind: str) -> set[Pair]:
        pairs = [(w.participant_id, w.other_id) for w in self._event.wishes if w.kind == kind]
        return {pair if self._people[pair[0]].side == "seller" else pair[::-1] for pair in pairs}

    def _possible(self, pair: Pair, slot: Slot, table: Table) -> bool:
        there = all((person, slot.slot_id) not in self._event.absences for person in pair)
        return there and table.reserved_for in {"", *pair, *(self._people[p].company_id for p in pair)}

    def _at_most(self, groups: dict[object, list[int]], most: dict[object, int] | None = None) -> None:
        for key, numbers in groups.items():
            self._rows.append((dict.fromkeys(numbers, 1.0), -np.inf, most[key] if most else 1))

    def _once(self) -> None:
        groups: defaultdict[object, list[int]] = defaultdict(list)
        for number, (pair, slot, table) in enumerate(self.unknowns):
            for key in (pair, (table, slot), (pair[0], slot), (pair[1], slot)):
                groups[key].append(number)
        self._at_most(groups)

    def _limits(self) -> None:
        groups: defaultdict[object, list[int]] = defaultdict(list)
        most: dict[object, int] = {}
        for number, (pair, slot, _) in enumerate(self.unknowns):
            for person in map(self._people.__getitem__, pair):
                for limit, day in ((person.max_meetings, None), (person.max_per_day, slot.day)):
                    if limit is not None:
                        groups[person, day].append(number)
                        most[person, day] = limit
        self._at_most(groups, most)
        for place, person in enumerate(self.counted, start=len(self.unknowns)):
            mine = [n for n, (pair, _, _) in enumerate(self.unknowns) if person.participant_id in pair]
            self._rows.append((dict.fromkeys(mine, 1.0) | {place: -1.0}, 0.0, np.inf))

    def _walks(self) -> None:
        walk = timedelta(minutes=self._event.walking_min)
        halls = {table.hall for table in self._event.tables}
        groups: defaultdict[object, list[int]] = defaultdict(list)
        for number, (pair, slot, table) in enumerate(self.unknowns):
            for other in self._event.slots:
                pause = max(slot.starts_at, other.starts_at) - min(slot.ends_at, other.ends_at)
                for hall in halls - {table.hall} if other != slot and pause < walk else ():
                    ends = sorted([(slot.starts_at, table.hall), (other.starts_at, hall)])
                    groups[pair[0], *ends].append(number)
                    groups[pair[1], *ends].append(number)
        self._at_most(groups)

    def _promised(self) -> None:
        for lock in self._event.locks:
            mine = [
                number
                for number, (pair, slot, table) in enumerate(self.unknowns)
                if (*pair, slot.slot_id) == (lock.seller_id, lock.buyer_id, lock.slot_id)
                and lock.table_id in ("", table.table_id)
            ]
            if not mine:
                raise ValueError(f"{lock} cannot hold")
            self._rows.append((dict.fromkeys(mine, 1.0), 1.0, 1.0))
