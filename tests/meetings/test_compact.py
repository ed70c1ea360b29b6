"""Agendas become more comfortable, and nobody meets anybody else for it."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings

from recommender.meetings.allocate import allocate
from recommender.meetings.clock import Clock
from recommender.meetings.compact import LONG_RUN, Comfort, compact
from recommender.meetings.domain import Event, PairValue, Participant, Table, Values
from recommender.meetings.problem import Problem, problem_of
from recommender.meetings.spread import spread
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import plain_worth
from tests.meetings.small_events import events, slots_of


def _one_seller(slots: int, pause_min: int = 0) -> Problem:
    """s0 may meet as many buyers as there are slots, in one day."""
    people = (Participant("s0", "seller"), *(Participant(f"b{n:03}", "buyer") for n in range(slots)))
    values = Values.of(PairValue("s0", f"b{n:03}", 1.0) for n in range(slots))
    return problem_of(Event(people, slots_of(1, slots, pause_min), (Table("p0"),), values))


def _discomfort(problem: Problem, busy: str) -> int:
    """Of s0 in a day in which # is a meeting."""
    comfort = Comfort(problem)
    bits = comfort.bits(np.array([[sign == "#" for sign in busy]]))
    people = np.array([0])
    return sum(int(comfort.discomfort(bits[:, number], people, number)[0]) for number in range(bits.shape[1]))


def _of_all(table: Timetable) -> int:
    comfort = Comfort(table.problem)
    bits, people = comfort.bits(table.at >= 0), np.arange(table.problem.people)
    return sum(
        int(comfort.discomfort(bits[:, number], people, number).sum()) for number in range(bits.shape[1])
    )


def test_free_slots_count_between_the_first_and_the_last_meeting() -> None:
    assert _discomfort(_one_seller(8), "..#..##.") == 2
    assert _discomfort(_one_seller(8), "...##...") == 0
    assert _discomfort(_one_seller(8), "........") == 0


def test_meetings_count_that_come_after_too_many_without_a_pause() -> None:
    assert _discomfort(_one_seller(10), "#" * (LONG_RUN + 2) + "..") == 2
    assert _discomfort(_one_seller(10, pause_min=10), "#" * (LONG_RUN + 2) + "..") == 0


def test_a_day_of_a_hundred_slots_is_weighed_too() -> None:
    assert _discomfort(_one_seller(100), "#" + "." * 30 + "#" + "." * 40 + "#.#" + "." * 25) == 30 + 1


def test_meetings_move_together_where_nothing_is_in_the_way() -> None:
    problem = _one_seller(6)
    table = Timetable(problem)
    for pair, slot in ((0, 0), (1, 3), (2, 5)):
        table.place(pair, slot)
    compact(table, Clock(), np.random.default_rng(0), 5)
    assert _of_all(table) == 0


def test_fixed_meetings_stay_where_they_are() -> None:
    table = Timetable(_one_seller(4))
    assert table.fix(0, 0)
    assert table.fix(1, 3)
    compact(table, Clock(), np.random.default_rng(0), 5)
    assert table.slot_of[:2].tolist() == [0, 3]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events())
def test_compacting_keeps_who_meets_and_never_makes_it_worse(event: Event) -> None:
    table = Timetable(problem_of(event))
    spread(table, allocate(table, plain_worth(table.problem)).chosen)
    placed, before = table.placed(), _of_all(table)
    compact(table, Clock(), np.random.default_rng(0), 2)
    assert np.array_equal(table.placed(), placed)
    assert _of_all(table) <= before
