"""Small events are planned exactly, whatever halls and reserved tables: beside an integer programme and trying all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from recommender.meetings.domain import Event, Lock, PairValue, Participant, Table, Values, Wish
from recommender.meetings.infeasible import ImpossibleError, conflicts
from recommender.meetings.planner import plan
from tests.meetings.exact import best_by_programme, can_hold
from tests.meetings.small_events import best_by_trying_all, broken_rules, events, merit, slots_of

slow = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


@slow
@given(events(sellers=2, buyers=3, slots=2, tables=2))
def test_the_integer_programme_finds_what_trying_all_finds(event: Event) -> None:
    assert best_by_programme(event) == pytest.approx(best_by_trying_all(event))


@slow
@given(events())
def test_no_schedule_is_better_than_the_plan_of_a_small_event(event: Event) -> None:
    done = plan(event)
    assert merit(event, done.meetings) == pytest.approx(best_by_programme(event))
    assert done.gap < 1e-9


@slow
@given(events())
def test_a_must_is_missed_only_where_the_rules_leave_no_other_way(event: Event) -> None:
    if not plan(event).musts_missed:
        return
    assert not can_hold(event)
    assert conflicts(event)


@slow
@given(events())
def test_what_can_all_hold_is_never_called_a_conflict(event: Event) -> None:
    found = [conflict for conflict in conflicts(event) if conflict.need]
    assert bool(found) <= (not can_hold(event))


def _halls(pause_min: int, walking_min: int) -> Event:
    """A seller with a table in the north, a buyer with one in the south, and one stranger to each."""
    people = (
        Participant("s0", "seller"),
        Participant("s1", "seller"),
        Participant("b0", "buyer"),
        Participant("b1", "buyer"),
    )
    tables = (Table("north", "s0", "north"), Table("south", "b0", "south"))
    values = Values.of([PairValue("s0", "b1", 1.0), PairValue("s1", "b0", 1.0), PairValue("s0", "b0", 1.0)])
    return Event(people, slots_of(1, 2, pause_min), tables, values, walking_min=walking_min)


def test_somebody_who_has_time_to_walk_sits_in_both_halls() -> None:
    assert len(plan(_halls(pause_min=20, walking_min=15)).meetings) == 3


def test_somebody_who_has_no_time_to_walk_stays_in_a_hall() -> None:
    done = plan(_halls(pause_min=0, walking_min=15))
    assert done.total_value == done.bound == 3.0 - (best_by_programme(_halls(0, 15))[2] < 3)
    assert list(broken_rules(_halls(0, 15), done.meetings)) == []


def test_locks_that_only_fit_together_at_other_tables_all_hold() -> None:
    people = (
        Participant("s0", "seller", company_id="red"),
        Participant("s1", "seller"),
        Participant("b0", "buyer", company_id="green"),
        Participant("b1", "buyer"),
    )
    tables = (Table("p0", "red"), Table("p1", "green"), Table("p2", "s0"))
    locks = (Lock("s0", "b1", "t0"), Lock("s1", "b0", "t0"))
    event = Event(people, slots_of(1, 1), tables, locks=locks)
    assert len(plan(event).meetings) == 2


def test_locks_of_one_table_at_one_time_cannot_hold() -> None:
    people = tuple(Participant(f"{side[0]}{n}", side) for side in ("seller", "buyer") for n in range(2))
    tables = (Table("p0", hall="north"), Table("p1", hall="south"))
    locks = (Lock("s0", "b0", "t0", "p0"), Lock("s1", "b1", "t0", "p0"))
    event = Event(people, slots_of(1, 1), tables, locks=locks, walking_min=30)
    with pytest.raises(ImpossibleError, match="p0"):
        plan(event)


def test_a_must_is_kept_in_the_hall_where_it_can_be_held() -> None:
    event = replace(_halls(0, 15), wishes=(Wish("b0", "s1", "must"), Wish("b1", "s0", "must")))
    assert plan(event).musts_missed == ()
