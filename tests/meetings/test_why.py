"""Why two do not meet, by construction: each event leaves one thing in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings.domain import (
    Event,
    Lock,
    Meeting,
    PairValue,
    Participant,
    Slot,
    Table,
    Values,
    Wish,
)
from recommender.meetings.why import WhyNot

START = datetime(2026, 5, 14, 9, tzinfo=UTC)


def slots(days: int = 1, each: int = 2) -> tuple[Slot, ...]:
    """d1s1, d1s2, d2s1, ..."""
    starts = [START + timedelta(days=day, minutes=30 * place) for day in range(days) for place in range(each)]
    names = [f"d{day + 1}s{place + 1}" for day in range(days) for place in range(each)]
    return tuple(
        Slot(name, start.date(), start, start + timedelta(minutes=30))
        for name, start in zip(names, starts, strict=True)
    )


def people(*limited: Participant) -> tuple[Participant, ...]:
    """s1, s2, b1, b2, of whom those given replace their namesakes."""
    usual = {
        f"{side[0]}{n}": Participant(f"{side[0]}{n}", side) for side in ("seller", "buyer") for n in (1, 2)
    }
    return tuple((usual | {person.participant_id: person for person in limited}).values())


VALUES = Values.of(
    [
        PairValue("s1", "b1", 1.0),
        PairValue("s1", "b2", 2.0),
        PairValue("s2", "b1", 3.0),
        PairValue("s2", "b2", 4.0),
    ]
)

EVENT = Event(people(), slots(), (Table("t1"), Table("t2")), VALUES)

FULL = (
    Meeting("s1", "b2", "d1s1", "t1", 2.0),
    Meeting("s2", "b1", "d1s1", "t2", 3.0),
    Meeting("s2", "b2", "d1s2", "t2", 4.0),
)
"""s1 and b1 are left, who could meet in d1s2."""


def why(event: Event, meetings: tuple[Meeting, ...], seller: str = "s1", buyer: str = "b1") -> str:
    return str(WhyNot(event, meetings).pair(seller, buyer))


def test_where_nothing_is_in_the_way_it_says_where_to_put_the_meeting() -> None:
    assert why(EVENT, FULL) == ("room: both and a table are free in slot d1s2. To have it, add it there")


def test_a_no_go_names_who_wants_it() -> None:
    event = replace(EVENT, wishes=(Wish("b1", "s1", "no_go"),))
    assert why(event, FULL) == "no-go: b1 does not want it. To have it, withdraw the no-go"


def test_two_who_are_never_there_together_are_told_which_absence_would_help() -> None:
    event = replace(EVENT, absences=frozenset({("s1", "d1s1"), ("b1", "d1s2")}))
    assert why(event, (FULL[2],)) == (
        "absence: s1 and b1 share no slot. To have it, end the absence of s1 in slot d1s1"
    )
    blocked = why(event, (Meeting("s2", "b1", "d1s1", "t1", 3.0), Meeting("s1", "b2", "d1s2", "t1", 2.0)))
    assert blocked == "absence: s1 and b1 share no slot. To have it, bring s1 and b1 together in a slot"


def test_a_limit_names_the_least_meeting_and_the_limit_to_raise() -> None:
    event = replace(EVENT, participants=people(Participant("s1", "seller", max_meetings=1)))
    assert why(event, FULL) == (
        "limit: in slot d1s2 s1 has 1 meeting, the limit, and would give up b2 (2): 2 for a meeting worth 1. "
        "To have it, raise max_meetings of s1 to 2"
    )


def test_a_limit_of_a_day_counts_that_day_only() -> None:
    event = replace(EVENT, slots=slots(2, 2), participants=people(Participant("b1", "buyer", max_per_day=1)))
    meetings = (
        Meeting("s2", "b1", "d1s1", "t1", 3.0),
        *(Meeting("s1", "b2", name, "t2", 2.0) for name in ("d1s1", "d2s1", "d2s2")),
    )
    assert why(event, meetings) == (
        "lower value: in slot d2s1 s1 would give up b2 (2): 2 for a meeting worth 1. "
        "To have it, cancel s1 with b2"
    )
    away = frozenset({("b1", "d2s1"), ("b1", "d2s2")})
    assert why(replace(event, absences=away), meetings) == (
        "limit: in slot d1s2 b1 has 1 meeting that day, the limit, and would give up s2 (3): 3 "
        "for a meeting worth 1. To have it, raise max_per_day of b1 to 2"
    )


def test_a_limit_of_no_meetings_leaves_nothing_to_give_up() -> None:
    event = replace(EVENT, participants=people(Participant("b1", "buyer", max_meetings=0)))
    assert why(event, FULL[:1]) == (
        "limit: in slot d1s2 b1 has 0 meetings, the limit, for a meeting worth 1. "
        "To have it, raise max_meetings of b1 to 1"
    )


def test_without_a_table_it_names_who_sits_there() -> None:
    event = replace(EVENT, tables=(Table("t2"),))
    assert why(event, FULL[2:]) == ("room: both and a table are free in slot d1s1. To have it, add it there")
    assert why(replace(event, slots=slots(1, 1)), (replace(FULL[2], slot_id="d1s1"),)) == (
        "no table: in slot d1s1 no table is left unless s2 gives up b2 (4): 4 for a meeting worth 1. "
        "To have it, add a table in slot d1s1"
    )


def test_a_table_of_ones_own_is_always_left() -> None:
    event = replace(EVENT, slots=slots(1, 1), tables=(Table("t1", "b1"), Table("t2")))
    assert why(event, (replace(FULL[2], slot_id="d1s1"),)).startswith("room")
    company = people(Participant("s1", "seller", company_id="alba"))
    event = replace(event, tables=(Table("t1", "alba"), Table("t2")), participants=company)
    assert why(event, (replace(FULL[2], slot_id="d1s1"),)).startswith("room")
    assert why(
        replace(event, tables=(Table("t1", "s2"), Table("t2"))), (replace(FULL[2], slot_id="d1s1"),)
    ).startswith("no table")


def test_a_lower_value_names_what_it_would_displace_and_an_absence_that_would_help() -> None:
    event = replace(EVENT, slots=slots(1, 2), absences=frozenset({("b1", "d1s2")}))
    assert why(event, FULL[:2]) == (
        "lower value: in slot d1s1 s1 would give up b2 (2), b1 would give up s2 (3): 5 for a meeting worth 1. "
        "To have it, end the absence of b1 in slot d1s2"
    )


def test_the_cheapest_slot_is_named() -> None:
    meetings = (Meeting("s1", "b2", "d1s1", "t1", 2.0), Meeting("s2", "b1", "d1s2", "t1", 3.0))
    assert "in slot d1s1 s1 would give up b2" in why(EVENT, meetings)


def test_what_is_worth_more_than_it_would_displace_was_left_for_other_aims() -> None:
    event = replace(EVENT, slots=slots(1, 1))
    reason = why(event, (replace(FULL[0], buyer_id="b1", value=1.0),), "s1", "b2")
    assert reason.startswith("other aims: in slot d1s1 s1 would give up b1 (1): 1 for a meeting worth 2.")


@pytest.mark.parametrize(
    "change",
    [
        {"locks": (Lock("s1", "b2", "d1s1"),)},
        {"wishes": (Wish("b2", "s1", "must"),)},
        {"participants": people(Participant("b2", "buyer", min_meetings=1))},
    ],
)
def test_locks_musts_and_minimums_do_not_give_way(change: dict[str, tuple[object, ...]]) -> None:
    event = replace(EVENT, slots=slots(1, 1), **change)  # type: ignore[arg-type]
    assert why(event, FULL[:1]) == (
        "fixed: in slot d1s1 s1 would give up b2 (2, fixed), for a meeting worth 1. To have it, cancel s1 with b2"
    )


def test_every_pair_with_a_value_or_a_wish_is_listed_once_most_valuable_first() -> None:
    values = Values.of([*VALUES, PairValue("s1", "b3", 0.0), PairValue("s2", "b3", 0.5)])
    wishes = (
        Wish("b3", "s3", "want"),
        Wish("s3", "b1", "no_go"),
        Wish("s1", "b2", "want"),
        Wish("s2", "b2", "must"),
    )
    everybody = (*people(), Participant("s3", "seller"), Participant("b3", "buyer"))
    event = replace(EVENT, participants=everybody, values=values, wishes=wishes)
    left = WhyNot(event, FULL[1:2]).unscheduled()
    listed = list(zip(left.seller_id, left.buyer_id, left.value.tolist(), strict=True))
    assert listed == [
        ("s2", "b2", 4.0),
        ("s1", "b2", 2.0),
        ("s1", "b1", 1.0),
        ("s2", "b3", 0.5),
        ("s3", "b3", 0.0),
    ]
    assert next(left.rows())[:3] == ("s2", "b2", "4.0")
    assert [WhyNot(event, FULL[1:2]).pair(*pair[:2]) for pair in listed] == list(left.why)


def test_a_plan_that_leaves_nobody_out_has_no_rows() -> None:
    event = replace(EVENT, values=Values.of([PairValue("s1", "b2", 2.0)]))
    assert list(WhyNot(event, FULL[:1]).unscheduled().rows()) == []


def test_a_pair_that_meets_or_is_not_there_is_an_error() -> None:
    with pytest.raises(QueryError, match="do meet, in slot d1s1 at table t1"):
        why(EVENT, FULL, "s1", "b2")
    with pytest.raises(UnknownIdError, match="s9"):
        why(EVENT, FULL, "s9", "b2")
