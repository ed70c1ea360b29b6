from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.usecases.likeness import alike_companies, alike_films, film_keys, pairs
from tests.service import make

BASE: dict[str, Any] = {
    "title": "The Fox Who Kept the Mail",
    "year": 2016,
    "directors": ("Ryōhei Tsukigane",),
}


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"title": "Fox Who Kept the Mail"},
        {"title": "The Fox Who Kept The Mails", "year": 2017},
        {"title": "Yubin no Kitsune", "original_title": "The Fox Who Kept the Mail"},
        {"directors": ("RYOHEI TSUKIGANE",)},
        {"directors": (), "year": None},
    ],
)
def test_the_same_film_written_otherwise_is_alike(other: dict[str, Any]) -> None:
    found = alike_films(make.film("a", **BASE), make.film("b", **{**BASE, **other}))
    assert found is not None
    assert 0.85 <= found.share <= 1


@pytest.mark.parametrize(
    "other",
    [
        {"title": "A Bench in Kanazawa"},
        {"title": "The Fox Who Kept the Mail 2"},
        {"year": 2020},
        {"directors": ("Cole Vanterpool",), "year": 2017},
        {"imdb_id": "tt0000002"},
    ],
)
def test_another_film_is_not(other: dict[str, Any]) -> None:
    one = make.film("a", imdb_id="tt0000001", **BASE)
    assert alike_films(one, make.film("b", **{**BASE, **other})) is None


def test_likeness_has_no_direction() -> None:
    one, other = make.film("a", **BASE), make.film("b", **{**BASE, "title": "Fox Who Kept Mail"})
    forth, back = alike_films(one, other), alike_films(other, one)
    assert forth is not None
    assert back is not None
    assert forth.share == back.share


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nachtfalter Sales GmbH", "Nachtfalter Sales", True),
        ("Cachalot & Cie", "Cachalot et Cie", True),
        ("Pebble & Wren", "Pebble and Wren Ltd.", True),
        ("Ninth Relay Studios", "Ninth Gate Studios", False),
        ("Arrow", "Sparrow", False),
    ],
)
def test_companies_are_alike_by_their_names_without_their_forms(one: str, other: str, same: bool) -> None:
    found = alike_companies(make.company("a", name=one), make.company("b", name=other))
    assert (found is not None) is same


def test_each_pair_with_something_new_comes_once() -> None:
    keys = {"a": "xy", "b": "xy", "c": "x", "d": "z"}
    assert list(pairs("abcd", keys.__getitem__, {1})) == [("a", "b"), ("b", "c")]


@given(place=st.integers(0, len(BASE["title"]) - 1), letter=st.sampled_from("aeiounx"))
def test_a_wrong_letter_anywhere_in_a_title_leaves_the_films_a_pair(place: int, letter: str) -> None:
    title = BASE["title"]
    one = make.film("a", title=title, year=2016, directors=())
    other = make.film("b", title=title[:place] + letter + title[place + 1 :], year=2017, directors=())
    assert list(pairs([one, other], film_keys, {1})) == [(one, other)]


def test_a_key_that_everybody_has_says_nothing() -> None:
    assert list(pairs(range(1000), lambda _: ["same"], set(range(1000)))) == []
