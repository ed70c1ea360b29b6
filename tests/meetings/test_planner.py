"""What holds of every plan, on random small events and beside the best found by trying all."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.meetings.domain import Event
from recommender.meetings.planner import plan
from tests.meetings.small_events import best_by_trying_all, broken_rules, events, merit

EXACT = events(sellers=2, buyers=3, slots=2, tables=2, halls=False, owners="sellers")
INEXACT = events(sellers=2, buyers=3, slots=2, tables=2)
slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(events(), st.sampled_from([0.0, 0.3, 1.0]))
def test_a_plan_breaks_no_hard_rule(event: Event, evenness: float) -> None:
    assert list(broken_rules(event, plan(event, evenness).meetings)) == []


@slow
@given(events(), st.sampled_from([0.0, 0.5]))
def test_the_bound_is_never_below_the_total(event: Event, evenness: float) -> None:
    done = plan(event, evenness)
    assert done.total_value == pytest.approx(sum(meeting.value for meeting in done.meetings))
    assert done.bound >= done.total_value
    assert 0 <= done.gap <= 1


@slow
@given(EXACT)
def test_a_small_plan_is_the_best_there_is(event: Event) -> None:
    done = plan(event)
    assert merit(event, done.meetings) == pytest.approx(best_by_trying_all(event))
    assert done.gap < 1e-5


@slow
@given(INEXACT)
def test_no_schedule_exceeds_the_bound_whatever_halls_and_reserved_tables(event: Event) -> None:
    done = plan(event)
    musts, towards, value = best_by_trying_all(event)
    if (musts, towards) == merit(event, done.meetings)[:2]:
        assert done.bound >= value - 1e-9
