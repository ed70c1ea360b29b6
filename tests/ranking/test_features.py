from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recommender.market import Market
from recommender.ranking.features import (
    MAIN_TOPICS,
    NEAREST_TOPICS,
    TOPIC_WEIGHT,
    TOPICS,
    distributor_features,
    film_features,
    film_topics,
    learn_topics,
    main_topics,
)
from recommender.space.metadata import MetadataSpace
from recommender.space.vectors import FilmVectors

KINDS = np.repeat(np.eye(8, dtype=np.float32)[:6], 10, axis=0)


def test_topics_are_the_kinds_of_synopses() -> None:
    centres = learn_topics(KINDS, seed=0)
    assert len(centres) == len(KINDS)
    np.testing.assert_allclose((centres @ np.eye(8)[:6].T).max(axis=1), 1.0, atol=1e-5)


def test_there_are_at_most_a_hundred_topics_and_none_of_nothing() -> None:
    many = np.random.default_rng(0).standard_normal((300, 5)).astype(np.float32)
    assert learn_topics(many, seed=0).shape == (TOPICS, 5)
    assert learn_topics(np.zeros((3, 5), dtype=np.float32), seed=0).shape == (0, 5)
    assert film_topics(many, learn_topics(many[:0], seed=0)).shape == (300, 0)


def test_the_same_seed_gives_the_same_topics() -> None:
    many = np.random.default_rng(0).standard_normal((300, 5)).astype(np.float32)
    np.testing.assert_array_equal(learn_topics(many, seed=1), learn_topics(many, seed=1))


def test_a_film_belongs_most_to_its_nearest_topic_and_not_at_all_without_a_synopsis() -> None:
    synopses = np.vstack([np.eye(8, dtype=np.float32)[[2, 5]], np.zeros((1, 8), dtype=np.float32)])
    topics = film_topics(synopses, np.eye(8, dtype=np.float32))
    assert topics.toarray()[:2].argmax(axis=1).tolist() == [2, 5]
    np.testing.assert_array_equal(topics.getnnz(axis=1), [NEAREST_TOPICS, NEAREST_TOPICS, 0])
    np.testing.assert_allclose(topics.sum(axis=1).ravel(), [[1, 1, 0]], atol=1e-6)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=6, max_size=6), min_size=1, max_size=5))
def test_main_topics_are_the_three_heaviest_in_their_proportions(rows: list[list[int]]) -> None:
    weights = np.array(rows, dtype=np.float32)
    main = main_topics(sparse.csr_matrix(weights)).toarray()
    assert ((main > 0).sum(axis=1) <= MAIN_TOPICS).all()
    for row, kept in zip(weights, main, strict=True):
        heaviest = np.sort(row)[::-1][:MAIN_TOPICS]
        np.testing.assert_allclose(
            np.sort(kept)[::-1][:MAIN_TOPICS], heaviest / max(heaviest.sum(), 1), atol=1e-6
        )


def test_a_film_is_its_terms_by_the_root_of_their_rarity_and_its_topics(small_market: Market) -> None:
    space = MetadataSpace.learn(small_market.films)
    vectors = FilmVectors.of(small_market.films, np.zeros((12, 3), dtype=np.float32), space)
    topics = sparse.csr_matrix(np.full((12, 2), 0.5, dtype=np.float32))
    features = film_features(vectors, space, topics)
    assert features.shape == (12, sum(map(len, space.terms.values())) + 2)
    np.testing.assert_allclose(features.toarray()[:, -2:], 0.5 * TOPIC_WEIGHT)
    drama = space.terms["genres"].index("drama")
    np.testing.assert_allclose(features[0, drama], np.sqrt(space.rarity["genres"][drama]), rtol=1e-6)
    assert features[3, drama] == 0


def test_a_distributor_is_itself_and_its_profile() -> None:
    profiles = sparse.csr_matrix(np.array([[0.25, 0.75], [0, 0]], dtype=np.float32))
    assert distributor_features(profiles).toarray().tolist() == [[1, 0, 0.25, 0.75], [0, 1, 0, 0]]
