"""Dates, numbers, money and names as the reader writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.reader import ZONE_COOKIE, Reader, reader_of

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def reader(language: str = "en-GB", zone: str = "") -> Reader:
    return reader_of({"accept-language": language}, {ZONE_COOKIE: zone} if zone else {})


@pytest.mark.parametrize(
    ("language", "day", "number", "money"),
    [
        ("en-GB,en;q=0.8", "28 Nov 2026", "1,234.5", "US$1,234,500"),
        ("en-US", "Nov 28, 2026", "1,234.5", "$1,234,500"),
        ("de-DE", "28.11.2026", "1.234,5", "$1.234.500"),
    ],
)
def test_formats_follow_the_browsers_language(language: str, day: str, number: str, money: str) -> None:
    one = reader(language)
    assert one.day(date(2026, 11, 28)) == day
    assert one.number(1234.5) == number
    assert one.money(Decimal(1_234_500)) == money


def test_moments_are_shown_in_the_readers_time_zone() -> None:
    assert reader(zone="Asia/Seoul").moment(NOON) == "28 Nov 2026, 21:00"
    assert reader(zone="America/Los_Angeles").day(datetime(2026, 11, 28, 3, tzinfo=UTC)) == "27 Nov 2026"


def test_where_the_zone_is_not_known_it_is_named() -> None:
    assert reader().moment(NOON).endswith("12:00 UTC")
    assert reader(zone="Nowhere/Else").moment(NOON).endswith("UTC")


def test_an_event_is_shown_in_its_own_time_zone() -> None:
    assert reader(zone="Asia/Seoul").clock(NOON, "Europe/Berlin") == "13:00"


def test_the_dearest_language_wins_whatever_its_place() -> None:
    assert reader("de;q=0.5, en-US;q=0.9").day(date(2026, 11, 28)) == "Nov 28, 2026"


def test_places_have_names_and_unknown_codes_stay() -> None:
    assert reader().territory("KR") == "South Korea"
    assert reader("fr-FR").territory("KR") == "Corée du Sud"
    assert reader().territory("QQ") == "QQ"


def test_differences_have_their_sign_and_the_readers_comma() -> None:
    assert [reader("fr-FR").signed(value) for value in (0.254, -1.2, 0.0)] == ["+0,25", "-1,20", "+0,00"]


def test_shares_are_percentages() -> None:
    assert reader().percent(0.243) == "24%"
    assert reader().percent(0.0312, 1) == "3.1%"


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_header_and_no_cookie_breaks_a_page(language: str, zone: str) -> None:
    one = reader_of({"accept-language": language}, {ZONE_COOKIE: zone})
    assert one.day(date(2026, 11, 28))
    assert one.moment(NOON)


def test_a_country_is_known_by_its_name_here_in_english_or_by_its_code() -> None:
    french = reader(language="fr-FR")
    assert [french.territory_code(name) for name in ("Allemagne", "germany", "DE", "Benelux")] == [
        "DE",
        "DE",
        "DE",
        "Benelux",
    ]
