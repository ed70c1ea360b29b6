"""What is added, moved and cancelled from one schedule to the next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recommender.meetings.difference import difference
from recommender.meetings.domain import Meeting

meetings = st.lists(
    st.builds(
        Meeting,
        st.sampled_from(["s0", "s1"]),
        st.sampled_from(["b0", "b1"]),
        st.sampled_from(["t0", "t1"]),
        st.sampled_from(["p0", "p1"]),
    ),
    unique_by=lambda meeting: (meeting.seller_id, meeting.buyer_id),
).map(tuple)


def test_a_meeting_at_another_time_or_table_is_moved() -> None:
    before = (
        Meeting("s0", "b0", "t0", "p0"),
        Meeting("s0", "b1", "t1", "p0"),
        Meeting("s1", "b0", "t1", "p1"),
    )
    after = (
        Meeting("s0", "b0", "t1", "p0"),
        Meeting("s0", "b1", "t1", "p1"),
        Meeting("s1", "b1", "t0", "p0"),
    )
    found = difference(before, after)
    assert [(one.before, one.after, one.only_table) for one in found.moved] == [
        (before[0], after[0], False),
        (before[1], after[1], True),
    ]
    assert (found.added, found.cancelled, found.unchanged, found.changed) == ((after[2],), (before[2],), 0, 3)


def test_what_a_meeting_is_worth_is_no_difference() -> None:
    found = difference(
        [Meeting("s0", "b0", "t0", "p0", 1.0)], [Meeting("s0", "b0", "t0", "p0", 2.0, films=("f",))]
    )
    assert (found.changed, found.added, found.unchanged) == (0, (), 1)


@given(meetings, meetings)
def test_every_meeting_is_counted_once(before: tuple[Meeting, ...], after: tuple[Meeting, ...]) -> None:
    found = difference(before, after)
    assert found.unchanged + found.changed == len(before)
    assert found.unchanged + len(found.moved) + len(found.added) == len(after)


@given(meetings, meetings)
def test_the_way_back_is_the_reverse(before: tuple[Meeting, ...], after: tuple[Meeting, ...]) -> None:
    there, back = difference(before, after), difference(after, before)
    assert (there.added, there.cancelled) == (back.cancelled, back.added)
    assert {(one.before, one.after) for one in there.moved} == {(one.after, one.before) for one in back.moved}
