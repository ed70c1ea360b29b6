"""The whole way from an event to its plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from recommender.meetings.allocate import allocate
from recommender.meetings.arrange import EFFORT, SMALL, arrange
from recommender.meetings.bound import bound_of, towards_minimums
from recommender.meetings.clock import Clock
from recommender.meetings.compact import compact
from recommender.meetings.difference import Difference, difference
from recommender.meetings.domain import Event, Meeting, PairValue, Plan
from recommender.meetings.exact import kept_together
from recommender.meetings.infeasible import impossible
from recommender.meetings.locked import hold_locks
from recommender.meetings.problem import Problem, problem_of
from recommender.meetings.replan import Published, keep_most, make_room, published_in
from recommender.meetings.seating import seat
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import Worth, even_worth, plain_worth

__all__ = ["meetings_of", "plan", "replan"]

PASSES = 2
"""Times that all slots are compared for comfort: a third pass finds a tenth of what the first did."""

PROVED = 1e-6
"""A gap that is left to rounding."""


def plan(
    event: Event,
    evenness: float = 0.0,
    time_limit_s: float | None = None,
    previous: Sequence[Meeting] = (),
    seed: int = 0,
) -> Plan:
    """Who of `event` meets whom, when and where.

    evenness: 0 = the highest sum of values, 1 = the most even numbers of meetings. time_limit_s: when the
    search ends with the best plan so far; None = when nothing is gained any more, and then the same seed
    gives the same plan. previous: meetings published before, of which as few as possible change.

    Raises ImpossibleError where the locks cannot all hold, QueryError or UnknownIdError where the event is
    not sound.
    """
    clock = Clock(time_limit_s)
    rng = np.random.default_rng(seed)
    problem = problem_of(event, [(meeting.seller_id, meeting.buyer_id) for meeting in previous])
    published = published_in(problem, event, previous)
    locks = _locked(event, problem, clock, published)
    start = _kept(locks, published, clock, rng)
    worth = _worth(start, evenness)
    arranged = arrange(start, worth, clock, rng)
    table = arranged.table
    most = None if evenness or previous else arranged.most
    bound = _bound(event, table, worth, most, clock.part(0.3))
    compact(table, clock.part(0.7), rng, PASSES)
    meetings = meetings_of(event, table)
    total = math.fsum(meeting.value for meeting in meetings)
    return Plan(
        meetings=meetings,
        total_value=total,
        bound=max(bound, total),
        musts_missed=_missed(event, meetings),
        changed=_changed(previous, meetings),
        seconds=clock.seconds(),
        timed_out=clock.rang,
    )


def replan(
    event: Event,
    published: Sequence[Meeting],
    evenness: float = 0.0,
    time_limit_s: float | None = 4.5,
    seed: int = 0,
) -> tuple[Plan, Difference]:
    """The plan of an event that is not as it was when `published` was made, and how it differs from that.

    As few published meetings as possible change; what became free is filled. Raises what `plan` raises.
    """
    again = plan(event, evenness, time_limit_s, published, seed)
    return again, difference(published, again.meetings)


def _locked(event: Event, problem: Problem, clock: Clock, published: Published | None = None) -> Timetable:
    """A timetable with the locked meetings, where possible at the tables they had when published."""
    had = {row[:2]: row[2] for row in zip(*published.columns(), strict=True)} if published else {}
    table, kept = hold_locks(problem, problem.locks, clock, had)
    if not all(kept):
        refused = [lock for lock, holds in zip(event.locks, kept, strict=True) if not holds]
        raise impossible(event, refused, clock)
    return table


def _kept(locks: Timetable, published: Published, clock: Clock, rng: np.random.Generator) -> Timetable:
    """`locks` and the published meetings that stay, fixed."""
    problem = locks.problem
    start = locks.copy()
    keep_most(start, published)
    in_the_way = bool((problem.must & ~start.placed()).any())
    if not len(published.pair) or (problem.places.exact and not in_the_way):
        return start
    if _is_small(problem, published):
        rows = list(zip(*published.columns(), strict=True))
        together = kept_together(problem, rows, clock.part(0.3), EFFORT)
        if together:
            return together
    if in_the_way:
        stays, musts = make_room(start, locks.fixed, published, clock.part(0.2), rng)
        start = locks.copy()
        keep_most(start, stays)
        for pair, slot in musts.items():
            start.fix(pair, slot)
    return start


def _is_small(problem: Problem, published: Published) -> bool:
    """Whether CP-SAT can be asked which published meetings stay."""
    ways = len(published.pair) + int(problem.must.sum()) * problem.slots
    return ways * len(problem.places.owners) <= SMALL


def _bound(event: Event, table: Timetable, worth: Worth, most: int | None, clock: Clock) -> float:
    """An upper bound of the value of `table`; most: of its worth, where that is a bound of every schedule's."""
    problem = table.problem
    musts = int((problem.must & table.placed()).sum())
    minimums = towards_minimums(problem, table.count)
    bound = math.inf
    if most is not None:
        bound = worth.value_of(most - worth.prices[0] * musts - worth.prices[1] * minimums)
    if most is None or bound - problem.value[table.placed()].sum() > PROVED * abs(bound):
        bound = min(bound, bound_of(_relaxed(event, problem, clock), musts, minimums, clock))
    least = problem.value[problem.value != 0].min(initial=math.inf)
    return 0.0 if 0 < bound < least else bound


def _relaxed(event: Event, problem: Problem, clock: Clock) -> Timetable:
    """The locked meetings alone, where halls are side by side and locks need no table if tables are not exact."""
    if problem.near is not None:
        problem = problem_of(replace(event, walking_min=0))
    table = _locked(event, problem, clock)
    if not problem.places.exact:
        table.load[:] = 0
        table.capacity[:] = problem.places.size
    return table


def _worth(start: Timetable, evenness: float) -> Worth:
    problem = start.problem
    plain = plain_worth(problem)
    if evenness <= 0:
        return plain
    chosen = allocate(start, plain).chosen | start.placed()
    return even_worth(problem, min(evenness, 1.0), chosen) if problem.value[chosen].sum() > 0 else plain


def meetings_of(event: Event, table: Timetable) -> tuple[Meeting, ...]:
    """The meetings of a timetable, each at a table, by slot and table."""
    problem, values = table.problem, event.values
    tables = seat(table)
    pairs = np.nonzero(table.placed())[0]
    order = np.lexsort((tables[pairs], table.slot_of[pairs]))
    meetings = []
    for pair in pairs[order].tolist():
        seller, buyer = _names(problem, pair)
        row = int(problem.row[pair])
        worth = values[row] if row >= 0 else PairValue(seller, buyer, 0.0)
        slot, place = problem.times[table.slot_of[pair]], event.tables[tables[pair]]
        meetings.append(
            Meeting(
                seller, buyer, slot.slot_id, place.table_id,
                worth.value, worth.value_seller, worth.value_buyer, worth.films,
            )
        )  # fmt: skip
    return tuple(meetings)


def _names(problem: Problem, pair: int) -> tuple[str, str]:
    return problem.names[problem.seller[pair]], problem.names[problem.buyer[pair]]


def _missed(event: Event, meetings: Sequence[Meeting]) -> tuple[tuple[str, str], ...]:
    """Musts without a meeting, the seller first."""
    sellers = {person.participant_id for person in event.participants if person.side == "seller"}
    held = {(meeting.seller_id, meeting.buyer_id) for meeting in meetings}
    musts = [(w.participant_id, w.other_id) for w in event.wishes if w.kind == "must"]
    pairs = dict.fromkeys((one, other) if one in sellers else (other, one) for one, other in musts)
    return tuple(pair for pair in pairs if pair not in held)


def _changed(previous: Sequence[Meeting], meetings: Sequence[Meeting]) -> int:
    """Previous meetings that are no longer held by the same people at the same slot and table."""
    held = {(m.seller_id, m.buyer_id, m.slot_id, m.table_id) for m in meetings}
    return sum((m.seller_id, m.buyer_id, m.slot_id, m.table_id) not in held for m in previous)
