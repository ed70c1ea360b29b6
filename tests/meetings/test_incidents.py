"""What happens after publication changes the event and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings.domain import Event, Lock, PairValue, Participant, Table, Values, Wish
from recommender.meetings.incidents import away, dropped_out, late, with_lock, without_table
from tests.meetings.small_events import slots_of

EVENT = Event(
    (Participant("s0", "seller"), Participant("b0", "buyer"), Participant("b1", "buyer")),
    slots_of(1, 3),
    (Table("p0"), Table("p1")),
    Values.of([PairValue("s0", "b0", 1.0, films=("f0",)), PairValue("s0", "b1", 2.0, films=("f1",))]),
    absences=frozenset({("b0", "t2")}),
    wishes=(Wish("b0", "s0", "must"), Wish("s0", "b1", "want")),
    locks=(Lock("s0", "b0", "t0", "p0"), Lock("s0", "b1", "t1", "p0")),
)


def test_nothing_names_who_dropped_out() -> None:
    event = dropped_out(EVENT, "b0")
    assert [person.participant_id for person in event.participants] == ["s0", "b1"]
    assert list(event.values) == [PairValue("s0", "b1", 2.0, films=("f1",))]
    assert (event.absences, event.wishes, event.locks) == (frozenset(), EVENT.wishes[1:], EVENT.locks[1:])


def test_who_arrives_late_is_absent_until_then_and_no_longer_locked_there() -> None:
    event = late(EVENT, "b0", EVENT.slots[1].starts_at)
    assert event.absences == {("b0", "t0"), ("b0", "t2")}
    assert event.locks == EVENT.locks[1:]


def test_who_arrives_during_a_slot_misses_it() -> None:
    event = late(EVENT, "b1", EVENT.slots[1].starts_at + timedelta(minutes=1))
    assert event.absences == {("b1", "t0"), ("b1", "t1"), ("b0", "t2")}


def test_a_time_without_a_zone_is_refused_where_slots_have_one() -> None:
    with pytest.raises(QueryError, match="time zone"):
        late(EVENT, "b0", EVENT.slots[1].starts_at.replace(tzinfo=None))


def test_what_was_locked_to_a_table_that_is_gone_stays_locked_to_its_slot() -> None:
    event = without_table(EVENT, "p0")
    assert event.tables == (Table("p1"),)
    assert event.locks == (Lock("s0", "b0", "t0"), Lock("s0", "b1", "t1"))


def test_a_lock_takes_the_place_of_one_of_the_same_pair() -> None:
    lock = Lock("s0", "b0", "t1", "p1")
    assert with_lock(EVENT, lock).locks == (EVENT.locks[1], lock)
    assert with_lock(replace(EVENT, locks=()), lock).locks == (lock,)


@pytest.mark.parametrize(
    "happens",
    [
        lambda: dropped_out(EVENT, "x"),
        lambda: away(EVENT, "x", ["t0"]),
        lambda: away(EVENT, "b0", ["x"]),
        lambda: without_table(EVENT, "x"),
        lambda: with_lock(EVENT, Lock("s0", "b0", "x")),
        lambda: with_lock(EVENT, Lock("s0", "b0", "t0", "x")),
    ],
)
def test_an_unknown_id_is_refused(happens: Callable[[], Event]) -> None:
    with pytest.raises(UnknownIdError, match="'x'"):
        happens()
