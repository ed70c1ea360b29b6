from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from recommender.matching.train import Fitted
from recommender.ranking.catalogue import Releases
from recommender.ranking.rerank import EPOCHS, WORLD, FirstStage, Profiles, Scorer, standardised
from tests.tastes import TERRITORIES, WORDS, taste_of

FILMS = sparse.csr_matrix(np.eye(2, dtype=np.float32))
KNOWN = np.array([1, 4, 6], dtype=np.int32)
TOPICS = np.array([[2, 0], [0, 4]], dtype=np.float32)


def scorer(biases: tuple[float, float, float] = (0, 0, 0)) -> Scorer:
    """Three distributors: 1 likes film 0, 4 likes film 1, 6 likes both a little."""
    vectors = np.array([[1, 0], [0, 1], [0.5, 0.5]], dtype=np.float32)
    return Scorer(
        np.array([0, 1], dtype=np.int32),
        np.eye(2, dtype=np.float32),
        KNOWN,
        vectors,
        np.array(biases, dtype=np.float32),
        TOPICS,
        np.array([0.5, -0.5], dtype=np.float32),
    )


def test_a_score_is_the_product_of_the_vectors_plus_the_bias_of_the_distributor() -> None:
    expected = [[1.1, 0.2, 0.8], [0.1, 1.2, 0.8]]
    np.testing.assert_allclose(scorer((0.1, 0.2, 0.3)).scores(FILMS, KNOWN), expected, rtol=1e-6)


def test_a_film_is_the_mean_of_its_known_features() -> None:
    film = sparse.csr_matrix(np.array([[3, 1, 50]], dtype=np.float32))
    np.testing.assert_allclose(scorer().scores(film, KNOWN), [[0.75, 0.25, 0.5]])


@pytest.mark.parametrize("bias", [5.0, -5.0, 0.0])
def test_a_distributor_the_model_never_met_gets_the_lowest_score(bias: float) -> None:
    asked = np.array([0, 6, 1, 9], dtype=np.int32)
    scores = scorer((bias, bias, bias)).scores(FILMS, asked)
    np.testing.assert_allclose(scores[0] - bias, [0.5, 0.5, 1.0, 0.5])
    np.testing.assert_allclose(scores[1] - bias, [0.0, 0.5, 0.0, 0.0])


def test_where_nobody_is_known_all_score_alike() -> None:
    assert scorer().scores(FILMS, np.array([0, 9], dtype=np.int32)).tolist() == [[0, 0], [0, 0]]


@settings(deadline=None)
@given(arrays(np.float32, (2, 6), elements=st.integers(-50, 50).map(float)))
def test_standardised_rows_have_mean_zero_and_spread_one(values: np.ndarray) -> None:
    result = standardised(values)
    np.testing.assert_allclose(result.mean(axis=1), 0.0, atol=1e-5)
    np.testing.assert_allclose(result.std(axis=1), (np.ptp(values, axis=1) > 0).astype(float), atol=1e-5)


@settings(deadline=None)
@given(st.floats(0.5, 20), st.floats(-20, 20))
def test_standardised_values_do_not_depend_on_scale_or_offset(scale: float, offset: float) -> None:
    values = np.array([[1.0, 2.0, 5.0, 5.0]], dtype=np.float32)
    np.testing.assert_allclose(
        standardised((values * scale + offset).astype(np.float32)), standardised(values), atol=1e-4
    )


def test_a_model_that_does_not_exist_says_nothing() -> None:
    stage = FirstStage({"FR": (scorer(),)})
    assert not stage.scores("KR", FILMS, KNOWN).any()
    assert stage.scores("FR", FILMS, KNOWN[:0]).shape == (2, 0)


def test_seeds_are_averaged_after_standardising() -> None:
    one, loud = scorer(), scorer((0, 100, 0))
    both = FirstStage({"FR": (one, loud)}).scores("FR", FILMS, KNOWN)
    each = [standardised(s.scores(FILMS, KNOWN)) for s in (one, loud)]
    np.testing.assert_allclose(both, (each[0] + each[1]) / 2, atol=1e-6)


def test_every_territory_and_the_world_have_a_model_for_each_seed(fitted: Fitted) -> None:
    scorers = fitted.model.state.first_stage.scorers
    assert set(scorers) == {*TERRITORIES, WORLD}
    assert {len(each) for each in scorers.values()} == {2}


@pytest.mark.parametrize("name", [*TERRITORIES, WORLD])
def test_the_first_stage_alone_finds_most_buyers(fitted: Fitted, name: str) -> None:
    market, state = fitted.market, fitted.model.state
    territory = "FR" if name == WORLD else name
    pool = state.taste(territory).catalogue.distributors
    new = np.flatnonzero(market.films["year"].to_numpy() == 2019)
    scores = state.first_stage.scores(name, fitted.films.features[new], pool)
    best = market.distributors["distributor_id"].to_numpy()[pool[scores.argmax(axis=1)]]
    hits = [
        taste_of(found) == genre
        for found, genre in zip(best, market.films["genres"].str[0][new], strict=True)
    ]
    assert sum(hits) >= len(WORDS) - 2


def test_a_fit_does_not_depend_on_the_rows_of_the_distributors_and_counts_epochs(fitted: Fitted) -> None:
    market, space = fitted.market, fitted.model.state.space
    releases = Releases.before(market, date(2012, 1, 1))
    profiles = space.profiles(releases, fitted.films, fitted.model.state.briefs)
    order = np.random.default_rng(1).permutation(len(market.distributors))
    moved = Releases(
        **{
            name: getattr(releases, name)
            for name in ("films", "territories", "age", "elapsed", "outcome", "size", "deals")
        },
        distributors=np.argsort(order)[releases.distributors].astype(np.int32),
    )
    epochs: list[int] = []
    one = Scorer.fit(fitted.films.features, profiles, releases, 3, lambda: epochs.append(1))
    other = Scorer.fit(fitted.films.features, profiles[order], moved, 3)
    assert len(epochs) == EPOCHS
    asked = one.distributors
    np.testing.assert_allclose(
        one.scores(fitted.films.features, asked),
        other.scores(fitted.films.features, np.argsort(order)[asked].astype(np.int32)),
        atol=1e-5,
    )


def test_a_brief_alone_makes_a_distributor_known_to_the_model(fitted: Fitted) -> None:
    novice = fitted.market.distributor_ids.row("fr-novice")
    (scorer_of_seed, _) = fitted.model.state.first_stage.scorers["FR"]
    assert novice in scorer_of_seed.distributors


def profiles(
    rows: list[int], before: list[list[float]], now: list[list[float]], released: list[bool]
) -> Profiles:
    return Profiles(
        np.array(rows, dtype=np.int32),
        sparse.csr_matrix(np.array(before, dtype=np.float32)),
        sparse.csr_matrix(np.array(now, dtype=np.float32)),
        np.array(released),
    )


def test_a_newcomer_is_its_profile() -> None:
    changed = scorer((0.1, 0.2, 0.3)).with_profiles(
        profiles([5, 9], [[0, 0], [0, 0]], [[1, 0], [0, 1]], [False] * 2)
    )
    assert changed.distributors.tolist() == [1, 4, 5, 6, 9]
    asked = np.array([5, 9, 4], dtype=np.int32)
    np.testing.assert_allclose(changed.scores(FILMS, asked), [[2.5, -0.5, 0.2], [0.5, 3.5, 1.2]], rtol=1e-6)


def test_of_one_with_releases_what_was_learnt_stays_and_its_profile_moves_it() -> None:
    changed = scorer().with_profiles(profiles([1], [[0.5, 0]], [[0, 0.5]], [True]))
    np.testing.assert_allclose(changed.vectors[0], [1 - 1, 2])
    np.testing.assert_allclose(changed.biases[0], -0.5)
    np.testing.assert_array_equal(changed.vectors[1:], scorer().vectors[1:])


def test_the_same_profile_changes_nothing() -> None:
    same = scorer((0.1, 0.2, 0.3)).with_profiles(
        profiles([1, 6], [[0.3, 0.7]] * 2, [[0.3, 0.7]] * 2, [True, True])
    )
    for name in ("distributors", "vectors", "biases"):
        np.testing.assert_array_equal(getattr(same, name), getattr(scorer((0.1, 0.2, 0.3)), name))


def test_who_has_neither_a_release_nor_a_profile_is_unknown() -> None:
    changed = scorer().with_profiles(profiles([4, 7], [[0, 1], [0, 0]], [[0, 0], [0, 0]], [False, False]))
    assert changed.distributors.tolist() == [1, 6]


def test_a_newcomer_s_vector_is_what_the_fit_gives_a_distributor_without_releases(fitted: Fitted) -> None:
    market, state = fitted.market, fitted.model.state
    novice = market.distributor_ids.row("fr-novice")
    everybody = state.space.profiles(state.releases, fitted.films, state.briefs)
    one = np.array([novice], dtype=np.int32)
    now = Profiles(one, everybody[one] * 0, everybody[one], np.array([False]))
    changed = state.first_stage.with_profiles(now)
    for name, scorers in state.first_stage.scorers.items():
        for before, after in zip(scorers, changed.scorers[name], strict=True):
            np.testing.assert_array_equal(before.distributors, after.distributors)
            np.testing.assert_allclose(before.vectors, after.vectors, atol=1e-6)
            np.testing.assert_allclose(before.biases, after.biases, atol=1e-6)
