from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from service import clock


def test_the_time_is_aware_and_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
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
