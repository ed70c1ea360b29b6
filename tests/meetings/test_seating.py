"""Tables: those who sit stay, reserved ones come first, halls are reached on foot."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from recommender.meetings.domain import Event, Meeting, PairValue, Participant, Table, Values
from recommender.meetings.planner import plan
from tests.meetings.small_events import broken_rules, slots_of


def _event(sellers: int, buyers: int, slots: int, tables: tuple[Table, ...], **companies: str) -> Event:
    """Everybody wants to meet everybody; companies: participant -> company."""
    names = [*(f"s{n}" for n in range(sellers)), *(f"b{n}" for n in range(buyers))]
    people = tuple(
        Participant(name, "seller" if name[0] == "s" else "buyer", name, companies.get(name, ""))
        for name in names
    )
    values = Values.of(PairValue(f"s{s}", f"b{b}", 1.0) for s in range(sellers) for b in range(buyers))
    return Event(people, slots_of(1, slots), tables, values)


def _tables_of(meetings: tuple[Meeting, ...], name: str) -> list[str]:
    return [meeting.table_id for meeting in meetings if name in (meeting.seller_id, meeting.buyer_id)]


def test_sellers_keep_their_table_where_there_are_enough() -> None:
    done = plan(_event(4, 6, 6, tuple(Table(f"p{n}") for n in range(4))))
    assert len(done.meetings) == 24
    assert all(len(set(_tables_of(done.meetings, f"s{n}"))) == 1 for n in range(4))


def test_buyers_sit_where_the_reserved_tables_are_theirs() -> None:
    done = plan(_event(3, 2, 3, (Table("p0", "b0"), Table("p1", "b1"))))
    assert len(done.meetings) == 6
    assert _tables_of(done.meetings, "b0") == ["p0"] * 3


def test_colleagues_share_the_table_of_their_company_in_turn() -> None:
    event = _event(2, 2, 4, (Table("p0", "alba"),), s0="alba", s1="alba")
    done = plan(event)
    assert len(done.meetings) == 4
    assert len({meeting.slot_id for meeting in done.meetings}) == 4


def test_a_company_whose_tables_are_full_overflows_to_common_ones() -> None:
    event = _event(3, 3, 3, (Table("p0", "alba"), Table("p1"), Table("p2")), s0="alba", s1="alba", s2="grim")
    done = plan(event)
    assert len(done.meetings) == 9
    assert list(broken_rules(event, done.meetings)) == []


def test_nobody_sits_at_a_table_that_is_reserved_for_somebody_else() -> None:
    done = plan(_event(2, 2, 2, (Table("p0", "s0"), Table("p1", "nobody"))))
    assert {(meeting.seller_id, meeting.table_id) for meeting in done.meetings} == {("s0", "p0")}


@pytest.mark.parametrize("walking_min", [0, 15])
def test_nobody_changes_halls_without_time_to_walk(walking_min: int) -> None:
    tables = (Table("n0", hall="north"), Table("n1", hall="north"), Table("z0", hall="south"))
    event = replace(_event(4, 4, 6, tables), walking_min=walking_min)
    done = plan(event)
    assert list(broken_rules(event, done.meetings)) == []
    moves = [
        earlier[0] != later[0]
        for name in ("b0", "b1", "b2", "b3")
        for earlier, later in pairwise(_tables_of(done.meetings, name))
    ]
    assert len(done.meetings) >= 14
    assert any(moves) or walking_min
