from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import TooManyRequests
from service.security.throttle import Guesses, LockOut, Rates

FIVE = Guesses(free=5, longest=timedelta(minutes=15))


def wait_s(guesses: Guesses, failures: int) -> float:
    return guesses.wait(failures).total_seconds()


def test_the_first_guesses_are_free_and_then_the_wait_doubles() -> None:
    assert [wait_s(FIVE, failures) for failures in range(10)] == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16]


@given(st.integers(0, 10_000))
def test_nobody_is_locked_out_for_longer_than_the_longest_wait(failures: int) -> None:
    assert wait_s(FIVE, failures) <= 900
    assert wait_s(FIVE, failures) <= wait_s(FIVE, failures + 1)


def test_guesses_are_counted_by_account_by_address_and_by_both() -> None:
    lock = LockOut.after(5, timedelta(minutes=15))
    here = set(lock.subjects("Ines@example.org", "192.0.2.1"))
    assert here == set(lock.subjects(" ines@EXAMPLE.org", "192.0.2.1"))
    assert len(here & set(lock.subjects("ines@example.org", "192.0.2.2"))) == 1
    assert len(here & set(lock.subjects("luc@example.org", "192.0.2.1"))) == 1
    assert not here & set(lock.subjects("luc@example.org", "192.0.2.2"))


def test_strangers_can_delay_the_owner_of_an_account_by_a_minute_at_most() -> None:
    lock = LockOut.after(5, timedelta(minutes=15))
    assert wait_s(lock.account, 10_000) == 60


def test_what_is_counted_names_neither_the_account_nor_the_address() -> None:
    subjects = " ".join(LockOut.after(5, timedelta(minutes=15)).subjects("ines@example.org", "192.0.2.1"))
    assert "ines" not in subjects
    assert "192.0" not in subjects


def test_a_key_that_asks_too_fast_is_told_when_to_come_back() -> None:
    rates = Rates(signed_in=3, anonymous=1)
    for _ in range(3):
        rates.count_credential("one")
    with pytest.raises(TooManyRequests, match="more than 3 requests a minute") as caught:
        rates.count_credential("one")
    assert 1 <= caught.value.retry_after_s <= 60
    rates.count_credential("another")


def test_an_address_has_a_limit_of_its_own() -> None:
    rates = Rates(signed_in=3, anonymous=1)
    rates.count_address("192.0.2.1")
    with pytest.raises(TooManyRequests, match="without signing in"):
        rates.count_address("192.0.2.1")
    rates.count_address("192.0.2.2")


def test_of_an_ipv6_address_only_the_network_counts() -> None:
    rates = Rates(signed_in=3, anonymous=1)
    rates.count_address("2001:db8:0:1::1")
    with pytest.raises(TooManyRequests):
        rates.count_address("2001:db8:0:1:ffff::2")
    rates.count_address("2001:db8:0:2::1")
    rates.count_address("192.0.2.1")
    with pytest.raises(TooManyRequests):
        rates.count_address("::ffff:192.0.2.1")
