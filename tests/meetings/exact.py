"""The best schedule of an event by a plain integer programme: one unknown for each pair, slot and table.

Formulation and solver (HiGHS) are none of the planner's, so that both are wrong in the same way only by chance.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from recommender.meetings.domain import Event

__all__ = ["best_by_programme"]

Key = tuple[object, ...]


def best_by_programme(event: Event) -> tuple[int, int, float]:
    """The most musts, with them the most meetings towards minimums, with both the highest sum of values."""
    people = {person.participant_id: person for person in event.participants}
    value = {(pair.seller_id, pair.buyer_id): pair.value for pair in event.values}
    wished: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for wish in event.wishes:
        seller_first = people[wish.participant_id].side == "seller"
        pair = (wish.participant_id, wish.other_id)
        wished[wish.kind].add(pair if seller_first else pair[::-1])
    locked = {(lock.seller_id, lock.buyer_id) for lock in event.locks}
    worth_it = {pair for pair, worth in value.items() if worth > 0}
    pairs = sorted((worth_it | wished["must"] | wished["want"] | locked) - wished["no_go"])
    unknowns = [
        (pair, slot, table)
        for pair in pairs
        for slot in event.slots
        for table in event.tables
        if not any((person, slot.slot_id) in event.absences for person in pair)
        and table.reserved_for in {"", *pair, *(people[person].company_id for person in pair)}
    ]
    rows: defaultdict[Key, list[int]] = defaultdict(list)
    least: dict[Key, float] = {}
    most: dict[Key, float] = {}
    for number, (pair, slot, table) in enumerate(unknowns):
        rows["pair", pair].append(number)
        rows["table", table, slot].append(number)
        for person in pair:
            rows["busy", person, slot].append(number)
            limits = people[person].max_meetings, people[person].max_per_day
            for limit, day in zip(limits, ("", slot.day), strict=True):
                if limit is not None:
                    rows["limit", person, day].append(number)
                    most["limit", person, day] = limit
            for other in event.slots:
                pause = max(slot.starts_at, other.starts_at) - min(slot.ends_at, other.ends_at)
                if other != slot and pause < timedelta(minutes=event.walking_min):
                    for hall in {table.hall for table in event.tables} - {table.hall}:
                        key = (
                            "walk",
                            person,
                            *sorted([(slot.starts_at, table.hall), (other.starts_at, hall)]),
                        )
                        rows[key].append(number)
    for lock in event.locks:
        least["lock", lock] = 1
        rows["lock", lock] = [
            number
            for number, ((seller, buyer), slot, table) in enumerate(unknowns)
            if (seller, buyer, slot.slot_id) == (lock.seller_id, lock.buyer_id, lock.slot_id)
            and lock.table_id in ("", table.table_id)
        ]
    gain = [value.get(pair, 0.0) for pair, _, _ in unknowns]
    must = [float(pair in wished["must"]) for pair, _, _ in unknowns]
    counted = [name for name, person in people.items() if person.min_meetings]
    for place, name in enumerate(counted):
        # Meetings towards a minimum: at most the minimum (bounds below), at most the meetings.
        rows["towards", name] = [number for number, (pair, _, _) in enumerate(unknowns) if name in pair]
        rows["towards", name].append(-1 - (len(unknowns) + place))
        least["towards", name] = 0
        most["towards", name] = np.inf
    width = len(unknowns) + len(counted)
    if not unknowns:
        return 0, 0, 0.0
    line, column, entry = [], [], []
    for place, numbers in enumerate(rows.values()):
        for number in numbers:
            line.append(place)
            column.append(number if number >= 0 else -1 - number)
            entry.append(1.0 if number >= 0 else -1.0)
    matrix = coo_array((entry, (line, column)), shape=(len(rows), width)).tocsr()
    low = [least.get(key, -np.inf) for key in rows]
    high = [most.get(key, 1.0) for key in rows]
    upper = np.array([1.0] * len(unknowns) + [float(people[name].min_meetings) for name in counted])
    towards = np.array([0.0] * len(unknowns) + [1.0] * len(counted))
    second = float(sum(gain)) + 1
    first = second * (float(upper[len(unknowns) :].sum()) + 1)
    pad = [0.0] * len(counted)
    aim = first * np.array(must + pad) + second * towards + np.array(gain + pad)
    found = milp(
        -aim,
        constraints=LinearConstraint(matrix, low, high),
        integrality=np.ones(width),
        bounds=Bounds(0.0, upper),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise ValueError(f"no schedule keeps the locks: {found.message}")
    taken = np.rint(found.x)
    return (
        int(taken @ np.array(must + pad)),
        int(taken @ towards),
        float(taken @ np.array(gain + pad)),
    )
