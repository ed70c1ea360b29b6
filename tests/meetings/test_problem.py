"""An event in index form: what is refused, and which pairs may meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings.domain import Event, Lock, PairValue, Participant, Table, Values, Wish
from recommender.meetings.problem import Problem, problem_of
from tests.meetings.small_events import slots_of

EVENT = Event(
    (*(Participant(f"s{n}", "seller") for n in range(2)), *(Participant(f"b{n}", "buyer") for n in range(3))),
    slots_of(1, 2),
    (Table("p0"),),
    Values.of([PairValue("s0", "b0", 1.0), PairValue("s1", "b1", 0.0)]),
)


def _pairs(problem: Problem) -> set[tuple[str, str]]:
    both = zip(problem.seller, problem.buyer, strict=True)
    return {(problem.names[seller], problem.names[buyer]) for seller, buyer in both}


UNKNOWN = {
    "absence of nobody": replace(EVENT, absences=frozenset({("x", "t0")})),
    "absence at no slot": replace(EVENT, absences=frozenset({("s0", "x")})),
    "wish about nobody": replace(EVENT, wishes=(Wish("s0", "x", "want"),)),
    "lock at no slot": replace(EVENT, locks=(Lock("s0", "b0", "x"),)),
    "lock at no table": replace(EVENT, locks=(Lock("s0", "b0", "t0", "x"),)),
    "value of nobody": replace(EVENT, values=Values.of([PairValue("s0", "x", 1.0)])),
}


@pytest.mark.parametrize("event", UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_id_is_named(event: Event) -> None:
    with pytest.raises(UnknownIdError, match="has the id 'x'"):
        problem_of(event)


REFUSED = {
    "there is twice": replace(EVENT, participants=(*EVENT.participants, Participant("s0", "buyer"))),
    "listed twice": replace(EVENT, values=Values.of([PairValue("s0", "b0", 1.0)] * 2)),
    "not of one seller and one buyer": replace(EVENT, values=Values.of([PairValue("b0", "s0", 1.0)])),
    "not a finite number": replace(EVENT, values=Values.of([PairValue("s0", "b0", float("nan"))])),
    "on the same side": replace(EVENT, wishes=(Wish("s0", "s1", "must"),)),
    "overlap": replace(
        EVENT,
        slots=(
            EVENT.slots[0],
            replace(EVENT.slots[1], starts_at=EVENT.slots[0].ends_at - timedelta(minutes=5)),
        ),
    ),
}


@pytest.mark.parametrize(("message", "event"), REFUSED.items(), ids=REFUSED)
def test_what_is_not_sound_is_refused(message: str, event: Event) -> None:
    words = message.replace("there is twice", "is there twice")
    with pytest.raises(QueryError, match=words):
        problem_of(event)


def test_pairs_may_meet_that_have_a_value_or_are_wished_for_or_locked() -> None:
    event = replace(
        EVENT,
        wishes=(Wish("b1", "s0", "must"), Wish("s0", "b2", "want"), Wish("s1", "b0", "met_before")),
        locks=(Lock("s1", "b2", "t0"),),
    )
    assert _pairs(problem_of(event)) == {("s0", "b0"), ("s0", "b1"), ("s0", "b2"), ("s1", "b2")}


def test_pairs_never_meet_that_have_a_no_go_or_are_never_there_together() -> None:
    event = replace(
        EVENT,
        wishes=(Wish("b0", "s0", "no_go"), Wish("s0", "b1", "must")),
        absences=frozenset({("s0", "t0"), ("b1", "t1")}),
    )
    assert _pairs(problem_of(event)) == set()


def test_slots_are_numbered_by_time_and_limits_capped_by_presence() -> None:
    person = replace(EVENT.participants[0], max_meetings=9, max_per_day=1, min_meetings=4)
    event = replace(EVENT, slots=EVENT.slots[::-1], participants=(person, *EVENT.participants[1:]))
    problem = problem_of(event)
    assert [slot.slot_id for slot in problem.times] == ["t0", "t1"]
    assert np.array_equal(problem.most, [1, 2, 2, 2, 2])
    assert problem.least[0] == 1
