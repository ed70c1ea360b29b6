"""What ours is compared with keeps the same rules."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from recommender.meetings.domain import Event
from recommender.meetings.planner import meetings_of
from recommender.meetings.problem import problem_of
from recommender.meetings.timetable import Timetable
from scripts.meeting_baselines import BASELINES
from tests.meetings.small_events import broken_rules, events


@pytest.mark.parametrize("name", BASELINES)
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(event=events(halls=False, owners="sellers"))
def test_a_baseline_breaks_no_hard_rule(name: str, event: Event) -> None:
    table = Timetable(problem_of(event))
    BASELINES[name](event, table, 1.0)
    broken = broken_rules(event, meetings_of(event, table))
    assert [rule for rule in broken if "is not kept" not in rule] == []
