"""One knob leads from most value to most even, and musts and minimums come before both."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.meetings.domain import Event, PairValue, Participant, Plan, Table, Values, Wish
from recommender.meetings.planner import plan
from tests.meetings.small_events import slots_of


def _event(least: int = 0, wishes: tuple[Wish, ...] = ()) -> Event:
    """Two tables, three slots; everybody's meeting with s0 is worth the most, with s2 the least."""
    people = (
        *(Participant(f"s{n}", "seller", min_meetings=least) for n in range(3)),
        *(Participant(f"b{n}", "buyer") for n in range(4)),
    )
    values = Values.of(PairValue(f"s{s}", f"b{b}", 1.0 - s / 4 + b / 100) for s in range(3) for b in range(4))
    return Event(people, slots_of(1, 3), (Table("p0"), Table("p1")), values, wishes=wishes)


def _counts(done: Plan) -> list[int]:
    return [sum(meeting.seller_id == f"s{n}" for meeting in done.meetings) for n in range(3)]


def test_at_0_the_best_sellers_get_everything() -> None:
    assert _counts(plan(_event())) == [3, 3, 0]


def test_at_1_everybody_gets_as_many_and_value_decides_among_equals() -> None:
    done = plan(_event(), evenness=1.0)
    assert _counts(done) == [2, 2, 2]
    buyers = [sum(meeting.buyer_id == f"b{n}" for meeting in done.meetings) for n in range(4)]
    assert sorted(buyers) == [1, 1, 2, 2]


def test_value_falls_and_evenness_rises_with_the_knob() -> None:
    plans = [plan(_event(), evenness=evenness) for evenness in np.linspace(0, 1, 6)]
    values = [done.total_value for done in plans]
    assert values == sorted(values, reverse=True)
    spreads = [max(_counts(done)) - min(_counts(done)) for done in plans]
    assert spreads == sorted(spreads, reverse=True)


@pytest.mark.parametrize("evenness", [0.0, 0.5, 1.0])
def test_minimums_are_kept_at_every_setting(evenness: float) -> None:
    assert min(_counts(plan(_event(least=1), evenness))) >= 1


@pytest.mark.parametrize("evenness", [0.0, 0.5, 1.0])
def test_musts_are_kept_at_every_setting(evenness: float) -> None:
    musts = tuple(Wish(f"b{n}", "s2", "must") for n in range(3))
    done = plan(_event(wishes=musts), evenness)
    assert done.musts_missed == ()
    assert _counts(done)[2] == 3


def test_a_want_wins_among_equals() -> None:
    people = (Participant("s0", "seller"), Participant("b0", "buyer"), Participant("b1", "buyer"))
    values = Values.of(PairValue("s0", f"b{n}", 0.5) for n in range(2))
    for wanted in ("b0", "b1"):
        event = Event(people, slots_of(1, 1), (Table("p"),), values, wishes=(Wish(wanted, "s0", "want"),))
        assert [meeting.buyer_id for meeting in plan(event).meetings] == [wanted]
