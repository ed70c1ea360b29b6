"""Tables that guests leave to others have a price, at which the flow stays a bound and says the most."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.meetings.allocate import allocate, allocate_fairly
from recommender.meetings.clock import Clock
from recommender.meetings.domain import Event, PairValue, Participant, Table, Values
from recommender.meetings.planner import plan
from recommender.meetings.prices import cheapest
from recommender.meetings.problem import problem_of
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import plain_worth
from tests.meetings.small_events import broken_rules, events, slots_of

slow = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def _both_with_tables() -> Event:
    """One slot; s0 and b0 have tables, nobody else has: they meet at one, and the other table helps nobody."""
    people = tuple(Participant(f"{side[0]}{n}", side) for side in ("seller", "buyer") for n in range(2))
    values = Values.of([PairValue("s0", "b0", 1.0), PairValue("s1", "b1", 1.0)])
    tables = (Table("p0", "s0"), Table("p1", "b0"), Table("p2", "s0"))
    return Event(people, slots_of(1, 1), tables, values)


def test_a_table_that_a_guest_leaves_while_another_serves_him_is_dear() -> None:
    table = Timetable(problem_of(_both_with_tables()))
    worth = plain_worth(table.problem)
    cheap, fair = allocate(table, worth), allocate_fairly(table, worth, Clock())
    assert (cheap.chosen.sum(), cheap.excess) == (2, -1)
    assert worth.value_of(fair.worth) == pytest.approx(1.0, abs=1e-4)
    assert plan(_both_with_tables()).total_value == 1.0


@slow
@given(events(halls=False), st.integers(0, 3_000_000))
def test_at_any_price_no_plan_is_worth_more_than_the_flow(event: Event, price: int) -> None:
    free = replace(
        event,
        participants=tuple(replace(person, min_meetings=0) for person in event.participants),
        wishes=tuple(wish for wish in event.wishes if wish.kind != "must"),
        locks=(),
    )
    done = plan(free)
    table = Timetable(problem_of(free))
    worth = plain_worth(table.problem, wants=False)
    assert worth.value_of(allocate(table, worth, price).worth) >= done.total_value - 1e-9
    assert list(broken_rules(free, done.meetings)) == []


@pytest.mark.parametrize(("lowest", "high"), [(0, 100), (37, 100), (100, 100), (99, 100)])
def test_the_cheapest_price_is_where_a_convex_function_is_lowest(lowest: int, high: int) -> None:
    def at(price: int) -> tuple[int, int]:
        return 3 * abs(price - lowest), 3 if price > lowest else -3

    assert cheapest(at, high, Clock()) == lowest
