"""What the planner says, in words that an organiser reads; parts of long lists; rows of tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Invalid
from service.web.pages.organiser.desk import address, named
from service.web.pages.organiser.lists import part_of
from service.web.pages.organiser.places import series
from service.web.reader import Reader

NAMES = {"s-1": "Alba Films", "b-2": "Lumen", "free": "Free Cinema"}
SLOTS = {"d1-0900": "Monday at 09:00"}


def told(text: str) -> str:
    return named(text, lambda key: NAMES.get(key, key), lambda key: SLOTS.get(key, key))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("'s-1' is absent in slot 'd1-0900'", "Alba Films is absent in slot Monday at 09:00"),
        (
            "in slot d1-0900 s-1 would give up b-2 (1.5)",
            "in slot Monday at 09:00 Alba Films would give up Lumen (1.5)",
        ),
        ("both and a table are free in slot d1-0900", "both and a table are free in slot Monday at 09:00"),
        ("'free' is on the other side", "Free Cinema is on the other side"),
        ("raise it from 1 to 2", "raise it from 1 to 2"),
    ],
)
def test_ids_become_names_and_words_stay_words(said: str, read: str) -> None:
    assert told(said) == read


def test_what_stands_in_an_address_cannot_lead_elsewhere() -> None:
    assert address("/events", "a/b?c", q="x&y", empty="") == "/events/a%2Fb%3Fc?q=x%26y"


@given(st.integers(0, 300), st.integers(1, 40), st.integers(1, 70))
def test_the_parts_of_a_list_are_the_list(length: int, number: int, size: int) -> None:
    everything = list(range(length))
    first = part_of(everything, 1, size)
    assert [
        one for page in range(first.pages) for one in part_of(everything, page + 1, size).items
    ] == everything
    asked = part_of(everything, number, size)
    assert 1 <= asked.number <= asked.pages
    assert asked.last <= asked.total == length


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("t01-t03", ["t01", "t02", "t03"]),
        ("t9–11", ["t9", "t10", "t11"]),
        ("Terrace", ["Terrace"]),
        ("Table 7", ["Table 7"]),
    ],
)
def test_a_row_of_tables_is_written_once(typed: str, names: list[str]) -> None:
    assert series(Reader().say, typed) == names


@pytest.mark.parametrize("typed", ["t9-t1", "t1-t9999"])
def test_a_row_that_runs_backwards_or_too_far_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="no row of tables"):
        series(Reader().say, typed)
