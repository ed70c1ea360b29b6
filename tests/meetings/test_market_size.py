"""Plans of the size of a small market: near the bound, the same for a seed, kept to their limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.meetings.domain import Event
from recommender.meetings.figures import gini
from recommender.meetings.knob import knob
from recommender.meetings.planner import plan
from recommender.meetings.problem import problem_of
from recommender.meetings.timetable import Timetable
from scripts.meeting_baselines import BASELINES
from scripts.meeting_events import SIZES, random_event
from tests.meetings.small_events import broken_rules

SIZE = SIZES["co-production, tight"]


@pytest.fixture(scope="module")
def event() -> Event:
    """12 sellers, 90 buyers, 30 slots, a third of the people away at any time, tables for two thirds."""
    return random_event(
        replace(SIZE, sellers=12, buyers=90, slots_a_day=10, tables=7, musts=25, wants=60, no_gos=20)
    )


def test_the_plan_is_close_to_the_bound_and_keeps_all_musts(event: Event) -> None:
    done = plan(event)
    assert list(broken_rules(event, done.meetings)) == []
    assert done.musts_missed == ()
    assert done.gap < 0.003


def test_the_same_seed_gives_the_same_plan(event: Event) -> None:
    assert plan(event, seed=1).meetings == plan(event, seed=1).meetings


def test_the_order_of_the_people_gives_nobody_more(event: Event) -> None:
    turned = replace(event, participants=event.participants[::-1])
    assert plan(turned).total_value == pytest.approx(plan(event).total_value, rel=0.002)


def test_a_plan_without_time_keeps_all_rules_and_says_so(event: Event) -> None:
    done = plan(event, time_limit_s=0)
    assert done.timed_out
    assert list(broken_rules(event, done.meetings)) == []
    assert done.bound >= done.total_value


def test_a_drop_out_changes_only_his_own_meetings(event: Event) -> None:
    published = plan(event)
    gone = event.participants[0].participant_id
    away = event.absences | {(gone, slot.slot_id) for slot in event.slots}
    again = plan(replace(event, absences=away, wishes=()), previous=published.meetings)
    assert again.changed == sum(meeting.seller_id == gone for meeting in published.meetings)


@pytest.mark.parametrize("method", ["greedy by value", "round-robin by alphabet", "deferred acceptance"])
def test_some_setting_is_worth_more_than_another_method_and_as_even_on_either_side(
    event: Event, method: str
) -> None:
    problem = problem_of(event)
    table = Timetable(problem)
    BASELINES[method](event, table, 0.0)
    placed = table.placed()
    other = [gini(side) for side in np.split(table.count, [problem.sellers])]
    settings = knob(event, np.linspace(0, 1, 21).tolist())
    better = [one for one in settings if one.value > problem.value[placed].sum()]
    assert any(np.less_equal(one.gini, other).all() for one in better)
