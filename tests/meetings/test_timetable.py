"""A timetable can be changed and put back, and counts what it holds."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.meetings.domain import Event
from recommender.meetings.problem import problem_of
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import even_worth, plain_worth
from tests.meetings.small_events import events

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
STATE = ("slot_of", "at", "count", "today", "load")


def _filled(event: Event, data: st.DataObject) -> Timetable:
    """A timetable in which pairs drawn at random are placed where the rules allow it."""
    table = Timetable(problem_of(event))
    for pair in data.draw(st.permutations(range(table.problem.pairs))):
        slot = data.draw(st.integers(0, table.problem.slots - 1))
        if table.allows(pair, slot):
            table.place(pair, slot)
    return table


@slow
@given(events(), st.data())
def test_a_roll_back_restores_everything(event: Event, data: st.DataObject) -> None:
    table = _filled(event, data)
    before = {name: getattr(table, name).copy() for name in STATE}
    mark = table.mark()
    for slot in range(table.problem.slots):
        table.empty(slot)
    again = data.draw(st.permutations(range(table.problem.pairs)))
    table.move((pair, 0) for pair in again[:1])
    table.rollback(mark)
    for name, state in before.items():
        assert np.array_equal(getattr(table, name), state)


@slow
@given(events(), st.data())
def test_counts_follow_from_who_meets_when(event: Event, data: st.DataObject) -> None:
    table = _filled(event, data)
    problem = table.problem
    placed = np.nonzero(table.placed())[0]
    for people in (problem.seller, problem.buyer):
        assert (table.at[people[placed], table.slot_of[placed]] == placed).all()
    assert np.array_equal(table.count, (table.at >= 0).sum(axis=1))
    assert (table.load <= table.capacity)[:, : problem.places.halls].all()
    assert (table.count <= problem.most).all()


@slow
@given(events(), st.data(), st.sampled_from([0.0, 0.4, 1.0]))
def test_the_worth_of_a_timetable_is_the_sum_of_its_gains(
    event: Event, data: st.DataObject, evenness: float
) -> None:
    table = Timetable(problem_of(event))
    problem = table.problem
    worth = plain_worth(problem)
    if evenness and problem.pairs and problem.value.any():
        worth = even_worth(problem, evenness, np.ones(problem.pairs, dtype=bool))
    gained = 0
    for pair in range(problem.pairs):
        slot = data.draw(st.integers(0, problem.slots - 1))
        if table.allows(pair, slot):
            gained += worth.gain(table, pair)
            table.place(pair, slot)
    assert worth.total(table.placed(), table.count) == gained
