from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.ranking.likelihood import Declined, Taken

QUERIES, POOL, WEIGHTS = 5, 6, 4


def inputs(seed: int, spread: float = 1.0) -> NDArray[np.float32]:
    values = np.random.default_rng(seed).standard_normal((QUERIES, POOL, WEIGHTS))
    return (spread * values).astype(np.float32)


def taken(seed: int) -> Taken:
    buyers = np.random.default_rng(seed).integers(POOL, size=QUERIES)
    return Taken(inputs(seed), np.eye(POOL)[buyers], 1.0)


def declined(seed: int, spread: float = 1.0) -> Declined:
    pairs = np.random.default_rng(seed).random((QUERIES, POOL)) < 0.5
    pairs[0, 0] = True
    films, places = np.nonzero(pairs)
    return Declined(inputs(seed, spread), films, places, 1.0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([taken, declined]))
def test_the_slope_is_what_small_steps_of_the_weights_show(
    seed: int, block_of: Callable[[int], Taken | Declined]
) -> None:
    block = block_of(seed)
    weights = np.random.default_rng(seed + 1).standard_normal(WEIGHTS)
    step = 2e-2
    shown = [
        (block.likelihood(weights - step * unit) - block.likelihood(weights + step * unit)) / (2 * step)
        for unit in np.eye(WEIGHTS)
    ]
    np.testing.assert_allclose(block.derivatives(weights)[0], shown, atol=5e-3)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_curve_of_passes_never_bends_down(seed: int) -> None:
    curve = declined(seed).derivatives(np.random.default_rng(seed + 1).standard_normal(WEIGHTS))[1]
    np.testing.assert_allclose(curve, curve.T)
    assert np.linalg.eigvalsh(curve).min() > -1e-9


def test_a_pass_is_the_likelier_the_less_the_film_was_for_who_passed() -> None:
    signals = np.zeros((1, 3, 1), dtype=np.float32)
    signals[0, 0] = 1.0
    fits, does_not = (Declined(signals, np.array([0]), np.array([place]), 1.0) for place in (0, 1))
    weights = np.array([2.0])
    assert does_not.likelihood(weights) > fits.likelihood(weights)
    # Who would take it for sure passes half of the time, whoever would never takes it always.
    assert fits.likelihood(np.array([40.0])) == pytest.approx(np.log(0.5), abs=1e-6)
    assert does_not.likelihood(np.array([40.0])) == pytest.approx(0.0, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.floats(-60, 60), st.integers(0, 10_000))
def test_a_pass_pulls_no_harder_than_a_purchase_can(size: float, seed: int) -> None:
    signals = inputs(seed)[:1]
    block = Declined(signals, np.array([0]), np.array([0]), 1.0)
    weights = size * np.random.default_rng(seed + 1).standard_normal(WEIGHTS)
    slope = block.derivatives(weights)[0]
    assert np.isfinite(slope).all()
    # A purchase pulls by the inputs of the buyer less the mean of the pool's under the shares.
    assert np.linalg.norm(slope) <= np.linalg.norm(signals[0, 0] - signals[0], axis=-1).max() + 1e-6


def test_every_distributor_can_pass_on_a_film() -> None:
    everybody = Declined(
        inputs(3), np.repeat(np.arange(QUERIES), POOL), np.tile(np.arange(POOL), QUERIES), 1.0
    )
    weights = np.full(WEIGHTS, 30.0)
    assert np.isfinite(everybody.likelihood(weights))
    assert np.isfinite(everybody.derivatives(weights)[0]).all()
