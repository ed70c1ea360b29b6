from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommender.market import Market
from recommender.space.metadata import FIELDS, HASHED_DIMENSIONS, MetadataSpace, normalise_rows

NO_LISTS = ("genres", "countries", "languages", "directors", "cast", "production_companies")


def films(*rows: dict[str, object]) -> pd.DataFrame:
    """Rows of a films table in which only these cells are known."""
    empty: dict[str, object] = {"year": np.nan, "sales_agent": "", **dict.fromkeys(NO_LISTS, ())}
    return pd.DataFrame([empty | row for row in rows])


DRAMA, COMEDY = films({"genres": ("Drama",)}), films({"genres": ("Comedy",)})
PAST = films({"genres": ("Drama",)}, {"genres": ("drama ", "Comedy")}, {"genres": ("Drama", "DRAMA")})


def test_terms_are_counted_once_a_film_whatever_their_case_and_blanks() -> None:
    space = MetadataSpace.learn(PAST)
    assert space.terms["genres"] == ("comedy", "drama")
    assert space.frequency["genres"].tolist() == [1, 3]
    assert space.films == 3
    assert space.terms["cast"] == ()


def test_a_rarer_term_weighs_more() -> None:
    rarity = MetadataSpace.learn(PAST).rarity["genres"]
    np.testing.assert_allclose(rarity, [np.log(4 / 2) + 1, np.log(4 / 4) + 1])


def test_labels_mark_the_known_terms_of_a_film() -> None:
    space = MetadataSpace.learn(PAST)
    asked = films({"genres": ("Western", "Drama")}, {"genres": ("comedy", "DRAMA")}, {})
    assert space.labels(asked)["genres"].toarray().tolist() == [[0, 1], [1, 1], [0, 0]]


def test_the_period_of_a_film_is_five_years_long() -> None:
    space = MetadataSpace.learn(films({"year": 2010.0}, {"year": 2014.0}, {"year": 2015.0}, {}))
    assert space.terms["period"] == ("2010", "2015")
    assert space.frequency["period"].tolist() == [2, 1]


def test_weights_are_tf_idf_of_length_one_by_field() -> None:
    space = MetadataSpace.learn(films({"genres": ("a",), "languages": ("x",)}, {"genres": ("b",)}))
    asked = films({"genres": ("a",), "languages": ("x",)})
    weights = space.weights(asked, space.labels(asked)).toarray()[0]
    genre, language = np.log(3 / 2) + 1, 0.7 * (np.log(3 / 2) + 1)
    expected = np.array([genre, language]) / np.hypot(genre, language)
    np.testing.assert_allclose(weights[weights > 0], expected, rtol=1e-6)


def test_an_unknown_name_connects_with_nothing_but_makes_the_row_shorter() -> None:
    space = MetadataSpace.learn(PAST)
    asked = films({"genres": ("Drama",)}, {"genres": ("Drama",), "cast": ("Nobody",)}, {"cast": ("Nobody",)})
    length = np.linalg.norm(space.weights(asked, space.labels(asked)).toarray(), axis=1)
    rarest = np.log(4) + 1
    np.testing.assert_allclose(length, [1.0, 1 / np.hypot(1, rarest), 0.0], rtol=1e-6)


def test_what_a_film_weighs_does_not_depend_on_its_companions(small_market: Market) -> None:
    space = MetadataSpace.learn(small_market.films)
    together = space.weights(small_market.films, space.labels(small_market.films)).toarray()
    for row in range(len(small_market.films)):
        alone = small_market.films.iloc[[row]]
        np.testing.assert_array_equal(space.weights(alone, space.labels(alone)).toarray()[0], together[row])


def test_the_order_of_past_films_is_nothing_to_the_space(small_market: Market) -> None:
    one, other = MetadataSpace.learn(small_market.films), MetadataSpace.learn(small_market.films[::-1])
    assert one.terms == other.terms
    for field in FIELDS:
        np.testing.assert_array_equal(one.frequency[field], other.frequency[field])


def test_a_space_without_films_knows_nothing_and_still_answers() -> None:
    space = MetadataSpace.learn(films().reindex(columns=[*NO_LISTS, "year", "sales_agent"]))
    assert space.weights(DRAMA, space.labels(DRAMA)).shape == (1, 0)
    assert space.hashing.shape == (0, HASHED_DIMENSIONS)


def test_every_term_is_hashed_to_one_signed_coordinate_of_its_field() -> None:
    space = MetadataSpace.learn(films({"genres": ("x",), "cast": ("x",)}, {"genres": ("y",)}))
    dense = space.hashing.toarray()
    np.testing.assert_array_equal(np.abs(dense).sum(axis=1), [1, 1, 1])
    genre_x, _, cast_x = (int(np.flatnonzero(row)[0]) for row in dense)
    assert genre_x != cast_x


@pytest.mark.parametrize("field", NO_LISTS)
def test_films_that_share_a_term_are_alike_and_others_are_not(field: str) -> None:
    both = films({field: ("one",)}, {field: ("one",)}, {field: ("two",)})
    space = MetadataSpace.learn(both)
    weights = space.weights(both, space.labels(both))
    np.testing.assert_allclose((weights @ weights.T).toarray()[0], [1, 1, 0], atol=1e-6)


@settings(deadline=None)
@given(arrays(np.float32, (3, 4), elements=st.floats(-100, 100, width=16)))
def test_normalised_rows_have_length_one_or_zero(matrix: np.ndarray) -> None:
    length = np.linalg.norm(normalise_rows(matrix), axis=1)
    np.testing.assert_allclose(length, matrix.any(axis=1).astype(float), atol=1e-5)
