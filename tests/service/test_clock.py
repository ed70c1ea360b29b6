from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import clock


def test_the_time_is_aware_and_in_utc() -> None:
    before, a_moment = datetime.now(UTC), timedelta(milliseconds=100)
    assert before - a_moment <= clock.now() <= datetime.now(UTC) + a_moment
    assert clock.now().tzinfo is UTC


def test_time_stands_still_where_a_test_says_so_and_only_there() -> None:
    evening = datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    with clock.frozen_at(evening):
        assert clock.now() == evening
        assert clock.today() == date(2026, 11, 21)
        with clock.frozen_at(evening - timedelta(days=1)):
            assert clock.today() == date(2026, 11, 20)
        assert clock.now() == evening
    assert clock.now() != evening


def test_a_moment_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"), clock.frozen_at(datetime(2026, 11, 20)):
        pass


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    """How far the clock is ahead of the steady one; as before afterwards."""
    monkeypatch.setattr(clock, "_ahead_s", clock._ahead_s)
    monkeypatch.setattr(clock, "_agreed_s", clock._agreed_s)
    return lambda: clock._ahead_s


@given(
    believed=st.floats(0, 2e9),
    database_s=st.floats(0, 2e9),
    asked_s=st.floats(0, 1e6),
    took_s=st.floats(0, 100),
)
def test_the_clock_lies_where_the_database_says_it_may(
    believed: float, database_s: float, asked_s: float, took_s: float
) -> None:
    before, asked_before = clock._ahead_s, clock._agreed_s
    try:
        clock._ahead_s = believed
        clock.agree(database_s, asked_s, asked_s + took_s)
        least, most = database_s - (asked_s + took_s), database_s - asked_s
        assert least <= clock._ahead_s <= most
        if least <= believed <= most:
            assert clock._ahead_s == believed
    finally:
        clock._ahead_s, clock._agreed_s = before, asked_before


def test_a_slow_answer_sets_nothing_back(ahead: Callable[[], float]) -> None:
    clock.agree(1_000.0, 10.0, 10.001)
    exact = ahead()
    clock.agree(1_005.0, 14.9, 18.0)
    assert ahead() == exact
    clock.agree(905.0, 15.0, 15.001)
    assert ahead() == pytest.approx(890.0, abs=0.01)


def test_the_database_is_asked_once_in_a_second(ahead: Callable[[], float]) -> None:
    moment = time.monotonic()
    clock.agree(1_000.0, moment, moment)
    assert not clock.is_due()
    clock.agree(1_000.0, moment - 1.5, moment - 1.0)
    assert clock.is_due()
