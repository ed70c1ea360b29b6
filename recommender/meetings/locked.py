"""Locked meetings in an empty timetable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recommender.meetings.clock import Clock
from recommender.meetings.exact import held_together
from recommender.meetings.problem import Problem
from recommender.meetings.timetable import Timetable

__all__ = ["hold_locks"]

Lock = tuple[int, int, int]
"""Pair, slot and table (-1 = any)."""


def hold_locks(
    problem: Problem,
    locks: Sequence[Lock],
    clock: Clock,
    before: Mapping[tuple[int, int], int] | None = None,
) -> tuple[Timetable, list[bool]]:
    """A timetable in which the locked meetings are fixed, and for each lock whether it is: the first go first.

    before: pair and slot -> the table that a meeting had when it was published, kept where it can be.
    """
    table = Timetable(problem)
    kept = [False] * len(locks)
    had = [before.get(lock[:2], -1) if before and lock[2] < 0 else -1 for lock in locks]
    for number in sorted(range(len(locks)), key=lambda number: (locks[number][2] < 0, had[number] < 0)):
        pair, slot, place = locks[number]
        if pair < 0:
            continue
        kept[number] = (had[number] >= 0 and table.fix(pair, slot, had[number])) or table.fix(
            pair, slot, place
        )
        if not kept[number] and not problem.places.exact:
            sure = [lock for lock, holds in zip(locks, kept, strict=True) if holds]
            wanted = {held: (at, table_) for held, at, table_ in [*sure, locks[number]]}
            together = held_together(problem, wanted, clock) if len(wanted) > len(sure) else None
            table, kept[number] = together or table, together is not None
    return table, kept
