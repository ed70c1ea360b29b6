"""Better pairs for a timetable: every slot in turn is filled anew, exactly, while all others stay."""

from __future__ import annotations

import numpy as np

from recommender.meetings.clock import Clock
from recommender.meetings.problem import Ints
from recommender.meetings.spread import best_at
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import Worth

__all__ = ["improve", "refill"]


def improve(table: Timetable, worth: Worth, clock: Clock, slots: Ints) -> int:
    """Refill `slots` in their order; what that gained."""
    return sum(refill(table, worth, int(slot)) for slot in slots if not clock.over())


def refill(table: Timetable, worth: Worth, slot: int) -> int:
    """The best meetings at `slot` among all pairs that meet at no other; never loses worth. What it gained."""
    mark = table.mark()
    before = table.empty(slot)
    todo = np.nonzero(~table.placed())[0]
    chosen = best_at(table, slot, todo, worth.gains(table, todo))
    lost, won = (int(worth.gains(table, pairs).sum()) for pairs in (before, chosen))
    if won <= lost:
        table.rollback(mark)
        return 0
    for pair in chosen:
        table.place(int(pair), slot)
    return won - lost
