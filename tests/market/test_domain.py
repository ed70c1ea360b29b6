from dataclasses import FrozenInstanceError, fields

import pytest

from recommender.market.columns import DEALS, DISTRIBUTORS, FILMS, TABLES
from recommender.market.domain import Deal, Distributor, Film


def test_a_film_needs_an_id_a_title_and_a_synopsis_only() -> None:
    film = Film("f1", "Tide", "The sea brings letters back.")
    assert film.year is None
    assert film.genres == ()


def test_a_film_cannot_change() -> None:
    film = Film("f1", "Tide", "")
    with pytest.raises(FrozenInstanceError):
        film.title = "Ebb"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("table", "kind", "left_out"),
    [(FILMS, Film, set()), (DISTRIBUTORS, Distributor, set()), (DEALS, Deal, {"source"})],
)
def test_fields_are_the_columns_of_the_table(table: str, kind: type, left_out: set[str]) -> None:
    assert {field.name for field in fields(kind)} == {column.name for column in TABLES[table]} - left_out
