"""Stand-bys: who could fill what became free, without a move and without a broken rule."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings.byhand import Cancel, changed_schedule
from recommender.meetings.domain import Event, Meeting, PairValue, Participant, Table, Values, Wish
from recommender.meetings.planner import plan
from recommender.meetings.standby import stand_bys
from tests.meetings.small_events import broken_rules, events, slots_of

EVENT = Event(
    (
        *(Participant(f"s{n}", "seller") for n in range(2)),
        *(Participant(f"b{n}", "buyer", max_meetings=2) for n in range(4)),
    ),
    slots_of(1, 2),
    (Table("p0"), Table("p1")),
    Values.of(PairValue("s0", f"b{n}", n / 4) for n in range(1, 4)),
    wishes=(Wish("b0", "s0", "must"), Wish("s1", "b3", "want")),
)


def _names(
    *, slot_id: str | None = None, participant_id: str | None = None, event: Event = EVENT
) -> list[str]:
    found = stand_bys(event, (), slot_id=slot_id, participant_id=participant_id)
    return [f"{one.meeting.seller_id}-{one.meeting.buyer_id}" for one in found]


def test_musts_come_first_then_the_highest_value_then_wants() -> None:
    assert _names(slot_id="t0") == ["s0-b0", "s0-b3", "s0-b2", "s0-b1", "s1-b3"]


def test_only_those_who_can_meet_the_participant_are_suggested() -> None:
    assert _names(participant_id="b3") == ["s0-b3", "s1-b3"]


def test_nobody_who_is_away_busy_at_a_limit_barred_or_met_is_suggested() -> None:
    event = replace(
        EVENT,
        participants=tuple(
            replace(p, max_meetings=0) if p.participant_id == "b2" else p for p in EVENT.participants
        ),
        absences=frozenset({("b0", "t0")}),
        wishes=(*EVENT.wishes, Wish("b1", "s0", "no_go")),
    )
    assert _names(slot_id="t0", event=event) == ["s0-b3", "s1-b3"]
    busy = (Meeting("s0", "b3", "t1", "p0"), Meeting("s1", "b1", "t0", "p0"))
    found = stand_bys(event, busy, slot_id="t0")
    assert [one.meeting.buyer_id for one in found] == []


def test_the_first_slot_that_suits_both_is_suggested_with_a_table() -> None:
    held = (Meeting("s0", "b1", "t0", "p0"),)
    (first, *_) = stand_bys(EVENT, held, participant_id="s0")
    assert (first.meeting.slot_id, first.meeting.table_id, first.wish) == ("t1", "p0", "must")
    assert first.reason == "a must, value 0; meetings so far: s0 has 1, b0 has 0"


def test_without_a_table_nobody_can_be_suggested() -> None:
    held = (Meeting("s0", "b1", "t0", "p0"), Meeting("s1", "b2", "t0", "p1"))
    assert stand_bys(EVENT, held, slot_id="t0") == ()


def test_no_more_are_suggested_than_asked_for() -> None:
    assert len(stand_bys(EVENT, (), slot_id="t0", most=2)) == 2


def test_a_question_about_nothing_is_refused() -> None:
    with pytest.raises(QueryError, match="name a slot, a participant or both"):
        stand_bys(EVENT, ())
    with pytest.raises(UnknownIdError):
        stand_bys(EVENT, (), slot_id="x")
    with pytest.raises(UnknownIdError):
        stand_bys(EVENT, (), participant_id="x")


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(events(), st.data())
def test_every_suggestion_can_be_added_as_it_is(event: Event, data: st.DataObject) -> None:
    meetings = tuple(plan(event).meetings)
    if not meetings:
        return
    gone = data.draw(st.sampled_from(meetings))
    rest = changed_schedule(event, meetings, Cancel(gone.seller_id, gone.buyer_id))
    event = replace(event, locks=())
    found = [one.meeting for one in stand_bys(event, rest, slot_id=gone.slot_id, most=1000)]
    for meeting in found:
        assert list(broken_rules(event, [*rest, meeting])) == []
    wanted = gone.value > 0 or any(
        {w.participant_id, w.other_id} == {gone.seller_id, gone.buyer_id} and w.kind in ("must", "want")
        for w in event.wishes
    )
    assert not wanted or (gone.seller_id, gone.buyer_id) in {(m.seller_id, m.buyer_id) for m in found}
