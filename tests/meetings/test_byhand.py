"""Changes by hand: what each would break is said before, and what was broken already is not said again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings.breaches import HARD, Rules
from recommender.meetings.byhand import Add, Cancel, Change, Move, Swap, change_conflicts, changed_schedule
from recommender.meetings.domain import Event, Lock, Meeting, PairValue, Participant, Table, Values, Wish
from recommender.meetings.planner import plan
from tests.meetings.small_events import broken_rules, events, slots_of

PEOPLE = (
    Participant("s0", "seller", company_id="red", max_meetings=2),
    Participant("s1", "seller"),
    Participant("b0", "buyer", min_meetings=1),
    Participant("b1", "buyer", max_per_day=1),
)
EVENT = Event(
    PEOPLE,
    slots_of(1, 3),
    (Table("p0"), Table("p1", "red")),
    Values.of([PairValue("s0", "b0", 1.0, 0.5, 2.0, ("f1",)), PairValue("s1", "b1", 1.0)]),
    absences=frozenset({("b1", "t2")}),
)
HELD = (Meeting("s0", "b0", "t0", "p0", 1.0), Meeting("s1", "b1", "t1", "p0", 1.0))


def _said(change: Change, event: Event = EVENT) -> list[tuple[str, str]]:
    return [(breach.rule, str(breach)) for breach in change_conflicts(event, HELD, change)]


def test_a_change_that_breaks_nothing_has_no_conflict() -> None:
    assert _said(Add("s1", "b0", "t2")) == []


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        (Add("s1", "b0", "t0"), "busy", "'b0' meets 's0' in slot 't0' already"),
        (Add("s0", "b1", "t2"), "absent", "'b1' is absent in slot 't2'"),
        (Add("s0", "b0", "t2"), "twice", "'s0' and 'b0' meet in slot 't0' already"),
        (Add("s0", "b1", "t0", "p0"), "table", "table 'p0' is taken in slot 't0' by 's0' and 'b0'"),
        (Add("s1", "b0", "t2", "p1"), "reserved", "table 'p1' is reserved for 'red', not for 's1' or 'b0'"),
        (Add("s0", "b1", "t0"), "limit", "'b1' would have 2 meetings on 2027-02-12, max_per_day is 1"),
        (Add("b0", "s1", "t2"), "side", "'b0' is no seller"),
        (Cancel("s0", "b0"), "minimum", "'b0' would have 0 meetings, min_meetings is 1"),
        (Move("s1", "b1", "t2"), "absent", "'b1' is absent in slot 't2'"),
    ],
)
def test_a_conflict_is_said_in_words(change: Change, rule: str, words: str) -> None:
    assert (rule, words) in _said(change)


def test_a_limit_in_all_is_a_conflict() -> None:
    held = (*HELD, Meeting("s0", "b1", "t2", "p1"))
    said = change_conflicts(EVENT, held, Add("s0", "b1", "t1", "p1"))
    assert "'s0' would have 3 meetings, max_meetings is 2" in map(str, said)


def test_a_no_go_names_who_does_not_want_it() -> None:
    event = replace(EVENT, wishes=(Wish("b0", "s1", "no_go"),))
    assert ("no-go", "'s1' and 'b0' must not meet: a no-go of 'b0'") in _said(Add("s1", "b0", "t2"), event)


def test_a_must_that_is_cancelled_and_a_lock_that_is_left_are_conflicts() -> None:
    event = replace(EVENT, wishes=(Wish("b0", "s0", "must"),), locks=(Lock("s1", "b1", "t1", "p0"),))
    assert ("must", "'s0' and 'b0' would not meet: a must of 'b0'") in _said(Cancel("s0", "b0"), event)
    said = _said(Move("s1", "b1", "t0", "p1"), event)
    assert ("lock", "'s1' with 'b1' is locked to slot 't1' at table 'p0'") in said


def test_a_way_that_is_too_long_is_a_conflict() -> None:
    tables = (Table("p0", hall="north"), Table("p1", hall="south"))
    event = replace(EVENT, tables=tables, walking_min=10)
    words = "'s0' has 0 minutes from 'north' in slot 't0' to 'south' in slot 't1', the way takes 10"
    assert ("walking", words) in _said(Add("s0", "b1", "t1", "p1"), event)
    held = HELD[:1]
    assert change_conflicts(event, held, Add("s0", "b1", "t1")) == ()


def test_a_step_towards_a_minimum_or_a_limit_is_no_conflict() -> None:
    event = replace(
        EVENT,
        participants=(replace(PEOPLE[0], max_meetings=0), PEOPLE[1], replace(PEOPLE[2], min_meetings=3)),
    )
    event = replace(event, participants=(*event.participants, PEOPLE[3]))
    assert _said(Add("s1", "b0", "t2"), event) == []
    held = (*HELD, Meeting("s0", "b1", "t2", "p1"))
    assert change_conflicts(event, held, Cancel("s0", "b1")) == ()


def test_hard_conflicts_come_first() -> None:
    event = replace(EVENT, wishes=(Wish("b0", "s0", "must"),), locks=(Lock("s0", "b0", "t0"),))
    assert [rule in HARD for rule, _ in _said(Cancel("s0", "b0"), event)] == [True, False, False]


def test_without_a_table_named_the_best_free_one_is_taken() -> None:
    added = changed_schedule(EVENT, HELD, Add("s0", "b1", "t0"))
    assert Meeting("s0", "b1", "t0", "p1") in added
    moved = changed_schedule(EVENT, HELD, Move("s0", "b0", "t2"))
    assert ("t2", "p0") in [(m.slot_id, m.table_id) for m in moved]


def test_where_no_table_is_free_that_is_a_conflict() -> None:
    assert ("table", "table 'p0' is taken in slot 't0' by 's0' and 'b0'") in _said(Move("s1", "b1", "t0"))


def test_an_added_meeting_has_its_value_and_films() -> None:
    (added,) = changed_schedule(EVENT, HELD[1:], Add("s0", "b0", "t0"))[:1]
    assert (added.value, added.value_seller, added.value_buyer, added.films) == (1.0, 0.5, 2.0, ("f1",))


def test_swapped_meetings_change_their_places() -> None:
    after = changed_schedule(EVENT, HELD, Swap(("s0", "b0"), ("s1", "b1")))
    assert [(m.seller_id, m.slot_id) for m in after] == [("s1", "t0"), ("s0", "t1")]
    assert _said(Swap(("s0", "b0"), ("s1", "b1"))) == []


def test_a_cancelled_meeting_is_gone() -> None:
    assert changed_schedule(EVENT, HELD, Cancel("s0", "b0")) == HELD[1:]


@pytest.mark.parametrize("change", [Add("x", "b0", "t0"), Add("s0", "b0", "x"), Add("s0", "b0", "t0", "x")])
def test_an_unknown_id_is_an_error(change: Change) -> None:
    with pytest.raises(UnknownIdError, match="'x'"):
        change_conflicts(EVENT, HELD, change)


@pytest.mark.parametrize(
    "change", [Cancel("s0", "b1"), Move("s0", "b1", "t0"), Swap(("s0", "b0"), ("s0", "b1"))]
)
def test_a_meeting_that_is_not_there_is_an_error(change: Change) -> None:
    with pytest.raises(QueryError, match="have no meeting: add it instead"):
        change_conflicts(EVENT, HELD, change)


def test_a_meeting_cannot_be_added_where_there_is_no_table() -> None:
    with pytest.raises(QueryError, match="no table"):
        change_conflicts(replace(EVENT, tables=()), (), Add("s0", "b0", "t0"))


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(events())
def test_a_plan_breaks_no_hard_rule_in_words_either(event: Event) -> None:
    assert [breach for breach in Rules(event).broken(plan(event).meetings) if breach.hard] == []


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(events(), st.data())
def test_a_change_has_a_hard_conflict_exactly_where_the_schedule_after_it_breaks_a_rule(
    event: Event, data: st.DataObject
) -> None:
    meetings = plan(event).meetings
    if not event.tables:
        return
    change = data.draw(_changes(event, meetings))
    hard = [breach for breach in change_conflicts(event, meetings, change) if breach.hard]
    broken = list(broken_rules(event, changed_schedule(event, meetings, change)))
    assert bool(hard) == bool(broken), (hard, broken)


def _changes(event: Event, meetings: tuple[Meeting, ...]) -> st.SearchStrategy[Change]:
    sellers, buyers = (
        st.sampled_from([p.participant_id for p in event.participants if p.side == side])
        for side in ("seller", "buyer")
    )
    slots = st.sampled_from([slot.slot_id for slot in event.slots])
    tables = st.sampled_from(["", *(table.table_id for table in event.tables)])
    adds: st.SearchStrategy[Change] = st.builds(Add, sellers, buyers, slots, tables)
    if not meetings:
        return adds
    held = st.sampled_from([(m.seller_id, m.buyer_id) for m in meetings])
    return st.one_of(
        adds,
        st.builds(lambda pair, slot, table: Move(pair[0], pair[1], slot, table), held, slots, tables),
        st.builds(Swap, held, held),
        st.builds(lambda pair: Cancel(*pair), held),
    )
