"""Planning again changes as few published meetings as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from recommender.meetings.domain import Event, Lock, Meeting, PairValue, Participant, Table, Values, Wish
from recommender.meetings.incidents import dropped_out, late, with_lock, without_table
from recommender.meetings.infeasible import ImpossibleError
from recommender.meetings.planner import plan, replan
from tests.meetings.exact import most_kept_by_programme
from tests.meetings.small_events import broken_rules, events, merit, slots_of

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def _changed(draw: st.DrawFn, event: Event) -> Event:
    """`event` after somebody turned out to be away, may hold fewer meetings, or a table broke."""
    away = {(person.participant_id, slot.slot_id) for person in event.participants for slot in event.slots}
    more = draw(st.sets(st.sampled_from(sorted(away)), max_size=3))
    lowered = draw(st.sampled_from(event.participants))
    people = tuple(
        replace(person, max_meetings=1, min_meetings=0) if person is lowered else person
        for person in event.participants
    )
    tables = event.tables[draw(st.integers(0, 1)) :]
    return replace(event, participants=people, tables=tables, absences=event.absences | more)


def _most_kept(event: Event, previous: Sequence[Meeting]) -> int:
    """The largest part of `previous` that breaks no rule of `event`."""
    tables = {table.table_id for table in event.tables}
    there = [meeting for meeting in previous if meeting.table_id in tables]
    return next(
        number
        for number in range(len(there), -1, -1)
        if any(not list(broken_rules(event, part)) for part in combinations(there, number))
    )


@slow
@given(events())
def test_nothing_changes_where_nothing_has_to(event: Event) -> None:
    published = plan(event)
    assume(not published.musts_missed)
    again = plan(event, previous=published.meetings)
    assert again.changed == 0
    assert set(published.meetings) <= set(again.meetings)


@slow
@given(events(), st.data())
def test_only_the_meetings_of_who_drops_out_change(event: Event, data: st.DataObject) -> None:
    event = replace(event, wishes=tuple(wish for wish in event.wishes if wish.kind != "must"))
    published = plan(event)
    name = data.draw(st.sampled_from(event.participants)).participant_id
    again = plan(dropped_out(event, name), previous=published.meetings)
    assert again.changed == sum(name in (m.seller_id, m.buyer_id) for m in published.meetings)


@slow
@given(events(sellers=3, buyers=3), st.data())
def test_no_plan_changes_fewer_meetings(event: Event, data: st.DataObject) -> None:
    event = replace(event, locks=(), wishes=tuple(wish for wish in event.wishes if wish.kind != "must"))
    published = plan(event)
    changed = data.draw(_changed(event))
    again = plan(changed, previous=published.meetings)
    assert list(broken_rules(changed, again.meetings)) == []
    assert len(published.meetings) - again.changed == _most_kept(changed, published.meetings)


@st.composite
def _incidents(draw: st.DrawFn, event: Event) -> Event:
    """`event` after somebody dropped out or comes late, a table is gone, a meeting is locked, or all of it."""
    people, tables = event.participants, event.tables
    sides = [[p.participant_id for p in people if p.side == side] for side in ("seller", "buyer")]
    slot = draw(st.sampled_from(event.slots))
    kinds = draw(st.sampled_from([["table"], ["late"], ["lock"], ["drop"], ["table", "late", "lock"]]))
    for kind in kinds:
        if kind == "drop":
            event = dropped_out(event, draw(st.sampled_from(people)).participant_id)
        elif kind == "late":
            event = late(event, draw(st.sampled_from(people)).participant_id, slot.starts_at)
        elif kind == "table" and tables:
            event = without_table(event, draw(st.sampled_from(tables)).table_id)
        elif kind == "lock":
            place = draw(st.sampled_from(["", *(table.table_id for table in event.tables)]))
            seller, buyer = (draw(st.sampled_from(side)) for side in sides)
            event = with_lock(event, Lock(seller, buyer, draw(st.sampled_from(event.slots)).slot_id, place))
    return event


@settings(slow, max_examples=50)
@given(events(), st.data())
def test_whatever_happens_no_plan_keeps_as_many_musts_and_changes_fewer_meetings(
    event: Event, data: st.DataObject
) -> None:
    published = plan(event).meetings
    now = data.draw(_incidents(event))
    try:
        musts, kept = most_kept_by_programme(now, published)
    except ValueError:
        with pytest.raises(ImpossibleError):
            replan(now, published, time_limit_s=None)
        return
    again, change = replan(now, published, time_limit_s=None)
    assert list(broken_rules(now, again.meetings)) == []
    assert (merit(now, again.meetings)[0], len(published) - change.changed) == (musts, kept)
    assert again.changed == change.changed


def test_a_new_must_moves_one_published_meeting_where_it_has_to() -> None:
    people = (
        Participant("s1", "seller"),
        *(Participant(f"b{n}", "buyer", max_meetings=1) for n in range(3)),
    )
    values = Values.of(PairValue("s1", f"b{n}", 1.0) for n in range(2))
    event = Event(people, slots_of(1, 2), (Table("p0"),), values)
    published = plan(event)
    assert len(published.meetings) == 2
    again = plan(replace(event, wishes=(Wish("b2", "s1", "must"),)), previous=published.meetings)
    assert again.changed == 1
    assert again.musts_missed == ()


def test_a_published_meeting_keeps_its_slot_when_its_table_is_gone() -> None:
    people = (Participant("s1", "seller"), Participant("b1", "buyer"))
    event = Event(people, slots_of(1, 3), (Table("p0"), Table("p1")), Values.of([PairValue("s1", "b1", 1.0)]))
    published = Meeting("s1", "b1", "t1", "p0")
    again = plan(replace(event, tables=(Table("p1"),)), previous=[published])
    assert [(meeting.slot_id, meeting.table_id) for meeting in again.meetings] == [("t1", "p1")]
    assert again.changed == 1


def test_a_published_meeting_without_value_stays() -> None:
    people = (Participant("s1", "seller"), Participant("b1", "buyer"))
    event = Event(people, slots_of(1, 1), (Table("p0"),))
    again = plan(event, previous=[Meeting("s1", "b1", "t0", "p0")])
    assert again.changed == 0
