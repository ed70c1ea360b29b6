"""The effect of the knob between value and evenness, before anything is planned at its settings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from recommender.meetings.domain import Event, PairValue, Participant, Table, Values
from recommender.meetings.knob import SETTINGS, knob
from recommender.meetings.planner import plan
from recommender.meetings.problem import problem_of
from tests.meetings.small_events import events, slots_of

slow = settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))


def _star_and_newcomer() -> Event:
    """Both buyers can meet once: two times the star is worth 2.0, one meeting each 1.6, and nobody is left out."""
    people = (
        Participant("star", "seller"),
        Participant("newcomer", "seller"),
        Participant("b0", "buyer", max_meetings=1),
        Participant("b1", "buyer", max_meetings=1),
    )
    values = Values.of(
        [
            PairValue("star", "b0", 1.0),
            PairValue("star", "b1", 1.0),
            PairValue("newcomer", "b0", 0.6),
            PairValue("newcomer", "b1", 0.6),
        ]
    )
    return Event(people, slots_of(1, 2), (Table("t0"), Table("t1")), values)


def test_more_evenness_costs_value_and_nobody_is_left_out() -> None:
    shown = knob(_star_and_newcomer())
    assert [one.evenness for one in shown] == list(SETTINGS)
    first, last = shown[0], shown[-1]
    assert (first.value, first.lowest[0]) == (2.0, 0)
    assert (last.value, last.lowest[0]) == (1.6, 1)
    assert first.gini[0] == pytest.approx(0.5)
    assert last.gini[0] == 0.0


@slow
@given(events(halls=False, owners="seller"))
def test_no_plan_is_worth_more_than_the_knob_shows_at_0(event: Event) -> None:
    free = replace(
        event,
        participants=tuple(replace(person, min_meetings=0) for person in event.participants),
        wishes=tuple(wish for wish in event.wishes if wish.kind != "must"),
    )
    if problem_of(free).places.exact:
        (shown,) = knob(free, settings=(0.0,))
        assert shown.value >= plan(free).total_value - 1e-9


def test_no_setting_is_begun_when_the_time_is_over() -> None:
    assert knob(_star_and_newcomer(), time_limit_s=0.0) == ()
