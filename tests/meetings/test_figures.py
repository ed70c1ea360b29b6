from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.meetings.domain import Event, Meeting, Participant, Plan, Slot, Table, Wish
from recommender.meetings.figures import gini, report_of

START = datetime(2026, 5, 14, 9, tzinfo=UTC)


def slot(name: str, day: int, place: int) -> Slot:
    start = START + timedelta(days=day, minutes=40 * place)
    return Slot(name, start.date(), start, start + timedelta(minutes=30))


SLOTS = (slot("b4", 1, 0), *(slot(f"a{place}", 0, place) for place in range(4)))
"""Four slots with breaks of ten minutes and one on the next day, not in the order of time."""

PEOPLE = (
    Participant("s1", "seller"),
    Participant("s2", "seller", min_meetings=3),
    Participant("b1", "buyer"),
    Participant("b2", "buyer"),
    Participant("b3", "buyer"),
)

WISHES = (
    Wish("s1", "b1", "must"),
    Wish("b1", "s1", "must"),
    Wish("b3", "s2", "must"),
    Wish("s1", "b2", "want"),
    Wish("b2", "s2", "want"),
    Wish("s1", "b3", "no_go"),
)

MEETINGS = (
    Meeting("s1", "b1", "a0", "t1", 1.0),
    Meeting("s1", "b2", "a3", "t2", 2.0),
    Meeting("s2", "b1", "a3", "t1", 0.5),
    Meeting("s2", "b1", "b4", "t1", 0.5),
)


def event(absences: frozenset[tuple[str, str]] = frozenset()) -> Event:
    return Event(PEOPLE, SLOTS, (Table("t1"), Table("t2")), absences=absences, wishes=WISHES)


def plan(meetings: tuple[Meeting, ...]) -> Plan:
    return Plan(meetings, sum(meeting.value for meeting in meetings), 5.0, seconds=0.12345)


def test_the_figures_of_a_plan_are_as_counted_by_hand() -> None:
    assert report_of(event(), plan(MEETINGS)) == {
        "meetings": 4,
        "total_value": 4.0,
        "bound": 5.0,
        "gap": pytest.approx(0.2),
        "evenness": {
            "sellers": {"lowest": 2, "median": 2.0, "highest": 2, "gini": 0.0},
            "buyers": {"lowest": 0, "median": 1.0, "highest": 3, "gini": pytest.approx(0.5)},
        },
        "gaps": {"total": 4, "mean": 1.0, "most": 2},
        "waiting": {"mean_min": pytest.approx(2 * 90 / 4), "most_min": 90.0},
        "table_changes": {"sellers": 1, "buyers": 0},
        "musts": 2,
        "musts_kept": 1,
        "wishes": 2,
        "wishes_kept": 1,
        "minimums_missed": 1,
        "walking_min": 0,
        "sessions": {},
        "seconds": 0.123,
        "timed_out": False,
    }


def test_an_absence_between_two_meetings_is_no_gap() -> None:
    away = frozenset({("s1", "a1"), ("s1", "a2"), ("b1", "a1")})
    assert report_of(event(away), plan(MEETINGS))["gaps"] == {"total": 1, "mean": 0.25, "most": 1}


def test_a_plan_without_meetings_has_figures_too() -> None:
    report = report_of(event(), Plan((), 0.0, 0.0))
    assert (report["meetings"], report["gap"], report["musts_kept"]) == (0, 0.0, 0)
    assert report["gaps"] == {"total": 0, "mean": 0.0, "most": 0}


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_gini_is_half_the_relative_mean_difference(counts: list[int]) -> None:
    numbers = np.array(counts)
    differences = np.abs(numbers[:, None] - numbers[None, :]).mean()
    expected = differences / (2 * numbers.mean()) if numbers.sum() else 0.0
    assert gini(numbers) == pytest.approx(expected, abs=1e-12)
