"""Who has fewer meetings than wished for, and why."""

from __future__ import annotations

from dataclasses import replace

from recommender.meetings.domain import Event, PairValue, Participant, Table, Values
from recommender.meetings.planner import plan
from recommender.meetings.shortfalls import shortfalls
from tests.meetings.small_events import slots_of

EVENT = Event(
    (Participant("s0", "seller", min_meetings=2), Participant("b0", "buyer"), Participant("b1", "buyer")),
    slots_of(1, 2),
    (Table("p0"),),
    Values.of([PairValue("s0", "b0", 1.0), PairValue("s0", "b1", 1.0)]),
)


def _said(event: Event) -> list[str]:
    return [str(one) for one in shortfalls(event, plan(event).meetings)]


def test_a_minimum_that_is_reached_is_no_shortfall() -> None:
    assert _said(EVENT) == []


def test_too_few_who_may_be_met() -> None:
    (said,) = _said(replace(EVENT, values=Values.of([PairValue("s0", "b0", 1.0)])))
    assert said.startswith("'s0' has 1 of at least 2 meetings: only 1 may be met")


def test_too_little_time() -> None:
    (said,) = _said(replace(EVENT, absences=frozenset({("s0", "t0")})))
    assert "limits and absences leave room for 1" in said


def test_others_come_first() -> None:
    people = (*EVENT.participants, Participant("s1", "seller", min_meetings=2))
    values = Values.of(PairValue(f"s{s}", f"b{b}", 1.0) for s in range(2) for b in range(2))
    said = _said(replace(EVENT, participants=people, values=values))
    assert said
    assert all("come first" in text for text in said)
