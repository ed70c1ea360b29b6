from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.market import Market
from recommender.space.metadata import HASHED_DIMENSIONS, MetadataSpace
from recommender.space.text import film_texts
from recommender.space.vectors import SYNOPSIS_WEIGHT, FilmVectors, Similarity, taste_vectors
from tests.hash_encoder import HashEncoder


def vectors_of(market: Market) -> tuple[FilmVectors, MetadataSpace]:
    space = MetadataSpace.learn(market.films)
    return FilmVectors.of(market.films, HashEncoder().encode(film_texts(market.films)), space), space


def test_a_film_is_most_like_itself(small_market: Market) -> None:
    films, _ = vectors_of(small_market)
    near = Similarity.between(films, films)
    described = films.synopsis.any(axis=1)
    np.testing.assert_allclose(np.diag(near.mixed)[described], 1.0, atol=1e-6)
    np.testing.assert_allclose(np.diag(near.mixed)[~described], 1 - SYNOPSIS_WEIGHT, atol=1e-6)
    assert (near.mixed.argmax(axis=1) == np.arange(len(films))).all()


def test_the_mix_is_a_weighted_mean_and_never_below_zero(small_market: Market) -> None:
    films, _ = vectors_of(small_market)
    flipped = replace(films, synopsis=-films.synopsis)
    near = Similarity.between(flipped, films)
    assert not near.synopsis.any()
    np.testing.assert_allclose(near.mixed, 0.7 * near.metadata, atol=1e-6)
    assert near.mixed.min() >= 0


def test_films_by_the_same_people_are_closer_than_strangers(small_market: Market) -> None:
    films, _ = vectors_of(small_market)
    metadata = Similarity.between(films, films).metadata
    first, same_director, comedy = 0, 11, 3
    assert metadata[first, same_director] > metadata[first, comedy] + 0.2


def test_one_film_alone_is_as_similar_as_among_others(small_market: Market) -> None:
    films, _ = vectors_of(small_market)
    together = Similarity.between(films, films)
    for row in range(len(films)):
        alone = Similarity.between(films.take(np.array([row])), films)
        np.testing.assert_allclose(alone.mixed[0], together.mixed[row], atol=1e-6)
        np.testing.assert_allclose(alone.metadata[0], together.metadata[row], atol=1e-6)


def test_columns_are_those_of_the_chosen_films(small_market: Market) -> None:
    films, _ = vectors_of(small_market)
    rows = np.array([7, 2, 2])
    chosen = Similarity.between(films, films).columns(rows)
    np.testing.assert_allclose(chosen.mixed, Similarity.between(films, films.take(rows)).mixed, atol=1e-6)


def test_joint_vectors_say_nearly_the_mixed_similarity(small_market: Market) -> None:
    films, space = vectors_of(small_market)
    joint = films.joint(space)
    assert joint.shape == (len(films), 4 + HASHED_DIMENSIONS)
    assert joint.dtype == np.float32
    error = np.abs(joint @ joint.T - Similarity.between(films, films).mixed)
    # Terms that share a coordinate change a few similarities by much.
    assert np.median(error) < 1e-6
    assert error.mean() < 0.02


@settings(deadline=None)
@given(st.integers(1, 7))
def test_a_small_catalogue_is_one_taste_its_weighted_mean(count: int) -> None:
    catalogue = np.random.default_rng(count).standard_normal((count, 5)).astype(np.float32)
    weights = np.arange(1.0, count + 1)
    (taste,) = taste_vectors(catalogue, weights)
    mean = weights @ catalogue
    np.testing.assert_allclose(taste, mean / np.linalg.norm(mean), atol=1e-5)


def test_a_catalogue_of_two_kinds_has_two_tastes() -> None:
    one, other = np.eye(4, dtype=np.float32)[:2]
    noise = np.random.default_rng(0).normal(0, 0.02, (16, 4)).astype(np.float32)
    catalogue = np.vstack([np.tile(one, (8, 1)), np.tile(other, (8, 1))]) + noise
    tastes = taste_vectors(catalogue, np.ones(16))
    np.testing.assert_allclose(np.sort((tastes @ np.stack([one, other]).T).max(axis=0)), [1, 1], atol=0.01)


def test_a_large_catalogue_of_a_single_film_is_one_taste() -> None:
    tastes = taste_vectors(np.tile(np.eye(3, dtype=np.float32)[:1], (40, 1)), np.ones(40))
    np.testing.assert_allclose(tastes, [[1, 0, 0]])


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 60))
def test_tastes_are_up_to_four_directions_and_always_the_same(count: int) -> None:
    catalogue = np.random.default_rng(count).standard_normal((count, 6)).astype(np.float32)
    tastes = taste_vectors(catalogue, np.ones(count))
    assert len(tastes) == min(max(count // 8, 1), 4)
    np.testing.assert_allclose(np.linalg.norm(tastes, axis=1), 1.0, atol=1e-5)
    np.testing.assert_array_equal(tastes, taste_vectors(catalogue, np.ones(count)))
