from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.ranking.choice import ChoiceModel, Choices
from recommender.ranking.probability import HIGHEST, PRIOR_QUERIES, Calibration, Probability, log_odds

IDENTITY = ChoiceModel(mean=np.zeros(4), scale=np.ones(4), weights=np.array([1.0, 0.5, 0.0, 0.0]))
"""Utility = first signal + half the second, as they are."""


def stage(buyers: float, sharpness: float = 1.0) -> Probability:
    return Probability(IDENTITY, Calibration(sharpness, {"": buyers}))


def signals(seed: int, queries: int = 3, pool: int = 5, scale: float = 1.0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return generator.normal(0, scale, (queries, pool, 2)).astype(np.float32)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 1.0), st.integers(2, 9), st.floats(0.3, 2.5))
def test_probabilities_sum_to_the_number_of_buyers(
    seed: int, buyers: float, pool: int, sharpness: float
) -> None:
    probability = stage(buyers, sharpness).of("FR", signals(seed, pool=pool))
    np.testing.assert_allclose(probability.sum(axis=1), buyers, rtol=1e-6, atol=0.001)
    assert ((probability > 0) & (probability <= HIGHEST)).all()


def test_no_distributor_is_certain_however_many_buyers_a_film_finds() -> None:
    assert stage(1.4).of("FR", signals(0, pool=1)).tolist() == [[HIGHEST]] * 3


def test_a_territory_has_its_own_number_of_buyers_and_a_new_one_that_of_all() -> None:
    calibrated = Probability(IDENTITY, Calibration(1.0, {"": 0.8, "FR": 0.5}))
    asked = signals(2)
    np.testing.assert_allclose(calibrated.of("FR", asked).sum(axis=1), 0.5)
    np.testing.assert_allclose(calibrated.of("KR", asked).sum(axis=1), 0.8)


def test_a_pool_without_anybody_gets_no_probability() -> None:
    assert stage(1.0).of("FR", signals(0, pool=0)).shape == (3, 0)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.3, 2.0), st.integers(2, 9))
def test_with_one_buyer_the_base_is_an_average_distributor_against_the_same_rivals(
    seed: int, sharpness: float, pool: int
) -> None:
    one, asked = stage(1.0, sharpness), signals(seed, pool=pool)
    probability = one.of("FR", asked)
    base = log_odds(probability) - one.parts(asked).sum(axis=-1)
    power = np.exp(one.parts(asked).sum(axis=-1))
    rivals = power.sum(axis=1, keepdims=True) - power
    average = 1.0 / (1.0 + rivals)
    uncut = (probability > 1e-9) & (probability < HIGHEST)
    np.testing.assert_allclose(base[uncut], log_odds(average)[uncut], atol=1e-4)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 1.2))
def test_with_other_numbers_of_buyers_the_base_is_the_documented_one(seed: int, buyers: float) -> None:
    asked = signals(seed, pool=8, scale=0.3)
    base = log_odds(stage(buyers).of("FR", asked)) - stage(buyers).parts(asked).sum(axis=-1)
    power = np.exp(stage(buyers).parts(asked).sum(axis=-1))
    rivals = power.sum(axis=1, keepdims=True) - power
    np.testing.assert_allclose(base, np.log(buyers / (rivals + (1 - buyers) * power)), atol=1e-4)


def test_an_average_distributor_has_no_parts() -> None:
    asked = np.zeros((1, 3, 2), dtype=np.float32)
    asked[0, :, 0] = [-1.0, 0.0, 1.0]
    np.testing.assert_allclose(stage(1.0).parts(asked)[0, 1], 0.0, atol=1e-7)


@settings(deadline=None)
@given(st.floats(1e-6, 1 - 1e-6))
def test_log_odds_are_turned_back_by_the_logistic(probability: float) -> None:
    assert 1 / (1 + np.exp(-log_odds(np.array([probability]))[0])) == pytest.approx(probability)


def choices(taken: list[list[int]], territory: str = "FR", seed: int = 0) -> Choices:
    bought = np.array(taken, dtype=bool)
    return Choices(territory, signals(seed, *bought.shape), bought)


def test_buyers_are_counted_by_territory_and_held_towards_all() -> None:
    past = [choices([[1, 1], [0, 0]]), choices([[1, 0]]), choices([[1, 0]] * 3, "US")]
    everywhere = 6 / 6
    buyers = Calibration(1.0, {}).updated(past).buyers
    assert buyers[""] == everywhere
    assert buyers["FR"] == pytest.approx((3 + PRIOR_QUERIES * everywhere) / (3 + PRIOR_QUERIES))
    assert buyers["US"] == pytest.approx(1.0)


@settings(max_examples=10, deadline=None)
@given(st.sampled_from([0.5, 1.0, 2.0]), st.integers(0, 100))
def test_sharpness_finds_how_much_utilities_are_worth(truth: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    asked = generator.normal(0, 2, (4000, 6, 2)).astype(np.float32)
    utility = IDENTITY.utilities(asked) * truth + generator.gumbel(size=(4000, 6))
    held_out = [Choices("FR", asked, utility == utility.max(axis=1, keepdims=True))]
    assert Calibration.fit(IDENTITY, held_out, held_out).sharpness == pytest.approx(truth, rel=0.1)


def test_without_held_out_choices_utilities_are_taken_as_they_are() -> None:
    assert Calibration.fit(IDENTITY, [choices([[0, 0]])], [choices([[1, 0]])]).sharpness == 1.0
