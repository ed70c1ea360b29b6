"""Conflicts name rows of which none is needless, and a change that helps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from recommender.meetings.clock import Clock
from recommender.meetings.domain import Event, Lock, Participant, Table, Values, Wish, WishKind
from recommender.meetings.explained import plan_explained
from recommender.meetings.infeasible import Conflict, ImpossibleError, conflicts, without
from recommender.meetings.planner import plan
from recommender.meetings.rows import ALL_TABLES, Row
from scripts.meeting_events import SIZES, random_event
from tests.meetings.small_events import best_by_trying_all, events, slots_of

MAX = "max_meetings"


def _event(*wishes: Wish, locks: tuple[Lock, ...] = (), tables: int = 2, **limits: int) -> Event:
    """s1, s2, b1, b2, b3 on three slots; limits: participant -> max_meetings."""
    people = tuple(
        Participant(name, "seller" if name[0] == "s" else "buyer", max_meetings=limits.get(name))
        for name in ("s1", "s2", "b1", "b2", "b3")
    )
    return Event(
        people, slots_of(1, 3), tuple(Table(f"p{n}") for n in range(tables)), wishes=wishes, locks=locks
    )


def _wish(one: str, other: str, kind: WishKind = "must") -> Wish:
    return Wish(one, other, kind)


def _must(one: str, other: str) -> Row:
    return Row("wishes", (one, other, "must"))


def _only(event: Event) -> Conflict:
    found = conflicts(event)
    assert len(found) == 1
    return found[0]


def test_more_musts_than_a_limit_allows_name_the_limit_and_how_far_to_raise_it() -> None:
    conflict = _only(_event(_wish("s1", "b1"), _wish("b2", "s1"), _wish("s2", "b3"), s1=1, s2=3))
    assert set(conflict.rows) == {_must("s1", "b1"), _must("b2", "s1"), Row("participants", ("s1",), MAX)}
    assert str(conflict.remedy) == "Raise max_meetings of 's1' from 1 to 2"


def test_a_must_of_two_who_are_never_there_together_names_the_absences_that_matter() -> None:
    event = replace(
        _event(_wish("s1", "b1")),
        absences=frozenset({("s1", "t0"), ("b1", "t1"), ("b1", "t2"), ("b2", "t0"), ("s2", "t1")}),
    )
    conflict = _only(event)
    away = {Row("absences", key) for key in (("s1", "t0"), ("b1", "t1"), ("b1", "t2"))}
    assert set(conflict.rows) == {_must("s1", "b1"), *away}
    assert str(conflict.remedy).startswith("Let ")


def test_too_few_tables_for_musts_of_different_people_are_named() -> None:
    pairs = (("s1", "b1"), ("s2", "b2"))
    event = replace(
        _event(*(_wish(*pair) for pair in pairs), tables=1),
        absences=frozenset((name, slot) for pair in pairs for name in pair for slot in ("t0", "t2")),
    )
    conflict = _only(event)
    assert ALL_TABLES in conflict.rows
    assert str(conflict.remedy) == "Add 1 table"


def test_a_must_against_a_no_go_names_both() -> None:
    conflict = _only(_event(_wish("s1", "b1"), _wish("b1", "s1", "no_go")))
    assert set(conflict.rows) == {_must("s1", "b1"), Row("wishes", ("b1", "s1", "no_go"))}


LOCKS = {
    "two for one person at one slot": (Lock("s1", "b1", "t0"), Lock("s1", "b2", "t0")),
    "two for one pair": (Lock("s1", "b1", "t0"), Lock("s1", "b1", "t1")),
    "two at one table": (Lock("s1", "b1", "t0", "p0"), Lock("s2", "b2", "t0", "p0")),
}


@pytest.mark.parametrize("locks", LOCKS.values(), ids=LOCKS)
def test_locks_that_exclude_each_other_are_refused_and_named(locks: tuple[Lock, ...]) -> None:
    event = _event(locks=locks)
    with pytest.raises(
        ImpossibleError, match=r"these cannot all hold: locks .*; locks .*\. Remove the lock"
    ) as caught:
        plan(event)
    assert len(caught.value.conflicts[0].rows) == 2
    rest = plan(without(event, caught.value.conflicts))
    assert [(m.seller_id, m.buyer_id, m.slot_id) for m in rest.meetings] == [("s1", "b1", "t0")]


def test_a_lock_at_a_time_of_absence_is_refused() -> None:
    event = replace(_event(locks=(Lock("s1", "b1", "t0"),)), absences=frozenset({("b1", "t0"), ("b1", "t1")}))
    with pytest.raises(ImpossibleError, match="absences 'b1' 't0'"):
        plan(event)


def test_a_lock_at_somebody_elses_table_is_refused() -> None:
    event = replace(_event(locks=(Lock("s1", "b1", "t0", "p0"),)), tables=(Table("p0", "s2"), Table("p1")))
    with pytest.raises(ImpossibleError, match="tables 'p0' reserved_for"):
        plan(event)


def test_a_lock_of_a_no_go_is_refused() -> None:
    with pytest.raises(ImpossibleError, match="no_go"):
        plan(_event(_wish("b1", "s1", "no_go"), locks=(Lock("s1", "b1", "t0"),)))


def test_a_minimum_above_the_limit_says_what_is_possible() -> None:
    people = (Participant("s1", "seller", min_meetings=3, max_per_day=2), Participant("b1", "buyer"))
    conflict = _only(replace(_event(), participants=people))
    assert [row.column for row in conflict.rows] == ["min_meetings", "max_per_day"]
    assert str(conflict.remedy) == "Lower min_meetings of 's1' from 3 to 2"


def test_a_plan_of_the_rest_keeps_the_musts_that_can_hold_and_names_the_others() -> None:
    done = plan(_event(_wish("s1", "b1"), _wish("s1", "b2"), _wish("s2", "b3"), s1=1))
    assert len(done.meetings) == 2
    assert len(done.musts_missed) == 1


def test_what_is_advised_lets_a_must_be_kept_beside_all_others_and_not_only_those_it_conflicts_with() -> None:
    event = _event(_wish("s1", "b1"), _wish("s1", "b2"), _wish("s2", "b3"), tables=1, s1=1)
    assert str(_only(event).remedy) == "Raise max_meetings of 's1' from 1 to 2"
    no_table_for_a_third = replace(event, slots=slots_of(1, 2))
    assert str(_only(no_table_for_a_third).remedy).startswith("Take back the must of 's1'")


def test_every_must_that_a_plan_does_not_keep_is_explained() -> None:
    musts = (("s0", "b0"), ("s0", "b2"), ("s3", "b0"), ("s3", "b1"), ("s4", "b1"), ("s4", "b2"))
    people = ("s0", "s1", "s2", "s3", "s4", "b0", "b1", "b2")
    away = (("s4", "t1"), ("s3", "t1"), ("s2", "t1"), ("b2", "t0"))
    event = Event(
        tuple(Participant(name, "seller" if name[0] == "s" else "buyer") for name in people),
        slots_of(1, 3),
        (Table("p0"), Table("p1")),
        absences=frozenset(away),
        wishes=tuple(_wish(*pair) for pair in musts),
        locks=(Lock("s2", "b1", "t0", "p0"),),
    )
    explained = plan_explained(event)
    assert explained.plan.musts_missed
    missed = {frozenset(pair) for pair in explained.plan.musts_missed}
    assert {frozenset(conflict.need.key[:2]) for conflict in explained.missed if conflict.need} == missed


def test_many_times_more_musts_than_tables_are_explained_in_the_time_there_is() -> None:
    size = replace(SIZES["co-production, tight"], sellers=20, buyers=150, slots_a_day=10, tables=4)
    event = random_event(replace(size, musts=400, wants=0, no_gos=0))
    clock = Clock()
    conflicts(event, time_limit_s=0.5)
    assert clock.seconds() < 3.5


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events(sellers=2, buyers=3, slots=2, tables=2, halls=False, owners="sellers"))
def test_there_is_a_conflict_exactly_where_not_all_musts_can_be_kept(event: Event) -> None:
    event = replace(event, values=Values.of(()))
    musts = {frozenset((wish.participant_id, wish.other_id)) for wish in event.wishes if wish.kind == "must"}
    possible = best_by_trying_all(event)[0] == len(musts)
    assert possible == all(conflict.need is None for conflict in conflicts(event))
