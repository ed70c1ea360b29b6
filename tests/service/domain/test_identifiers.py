"""Identifiers are written one way, and mistyped ones are found."""

from __future__ import annotations

import pytest

from service.domain.identifiers import EXAMPLES, READERS


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("eidr", "10.5240/7791-8534-2c23-9030-8610-5", "10.5240/7791-8534-2C23-9030-8610-5"),
        ("eidr", "https://doi.org/10.5240/7791-8534-2C23-9030-8610-5", "10.5240/7791-8534-2C23-9030-8610-5"),
        ("isan", "0000-0001-8947-0000", "0000-0001-8947-0000-8"),
        ("isan", "ISAN 0000-0001-8947-0000-8-0000-0000-D", "0000-0001-8947-0000-8"),
        ("isan", "0000-0001-8947-0000-0000-0000-D", "0000-0001-8947-0000-8"),
        ("isan", "0000-3bab-9352-0000-0000-0001-O", "0000-3BAB-9352-0000-G-0000-0001-O"),
        ("imdb_id", "tt00111161", "tt0111161"),
        ("imdb_id", "https://www.imdb.com/title/tt0111161/", "tt0111161"),
        ("imdb_id", "tt10954984", "tt10954984"),
        ("tmdb_id", " 603 ", "603"),
    ],
)
def test_every_spelling_becomes_the_same(name: str, typed: str, kept: str) -> None:
    assert READERS[name](typed) == kept
    assert READERS[name](kept) == kept


@pytest.mark.parametrize("name", READERS)
def test_none_stays_none_and_the_example_is_one(name: str) -> None:
    assert READERS[name](" ") == ""
    assert READERS[name](EXAMPLES[name])


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("eidr", "10.5240/7791-8534-2C23-9030-8610-6", "mistyped"),
        ("eidr", "10.1000/182", "not written"),
        ("isan", "0000-0001-8947-0000-9", "mistyped"),
        ("isan", "none", "not written"),
        ("imdb_id", "nm0000151", "not written"),
        ("tmdb_id", "0603", "not written"),
    ],
)
def test_what_is_none_is_refused(name: str, typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        READERS[name](typed)
