from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.ranking.choice import WORTH, ChoiceModel, Choices, Declines
from recommender.ranking.likelihood import HONEST, PENALTY

TRUE = np.array([1.5, -1.0, 0.0])


def simulated(queries: int, seed: int = 0, territory: str = "FR", pool: int = 8) -> Choices:
    """Choices of people whose utility is TRUE times the signals, plus Gumbel noise."""
    generator = np.random.default_rng(seed)
    signals = generator.standard_normal((queries, pool, len(TRUE))).astype(np.float32)
    utility = signals @ TRUE + generator.gumbel(size=(queries, pool))
    return Choices(territory, signals, utility == utility.max(axis=1, keepdims=True))


def slopes(model: ChoiceModel, choices: Choices, centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gradient of the penalised mean loss of one territory, float64 (2 p,), without ChoiceModel's help."""
    inputs = model.inputs(choices.signals).astype(np.float64)
    power = np.exp(inputs @ model.weights)
    share = power / power.sum(axis=1, keepdims=True)
    target = choices.taken / choices.taken.sum(axis=1, keepdims=True)
    loss = np.einsum("qn,qnp->p", share - target, inputs) / len(inputs)
    return np.asarray(loss + 2 * PENALTY * (model.weights - centre))


def test_known_weights_are_found_again_in_simulated_choices() -> None:
    model = ChoiceModel.fit([simulated(6000)])
    signals = simulated(1, seed=1, pool=400).signals
    found = np.linalg.lstsq(signals[0].astype(float), model.utilities(signals)[0], rcond=None)[0]
    np.testing.assert_allclose(found, TRUE, atol=0.12)


def test_the_slope_is_zero_at_the_optimum() -> None:
    choices = simulated(300)
    model = ChoiceModel.fit([choices])
    np.testing.assert_allclose(slopes(model, choices, np.zeros(6)), 0.0, atol=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.booleans(), min_size=3, max_size=3))
def test_held_weights_are_never_negative_and_only_pressed_against_zero(seed: int, held: list[bool]) -> None:
    choices = simulated(80, seed)
    rising = np.array(held)
    model = ChoiceModel.fit([choices], rising=rising)
    both = np.concatenate([rising, rising])
    assert (model.weights[both] >= 0).all()
    slope = slopes(model, choices, np.zeros(6))
    at_zero = both & (model.weights == 0)
    # Steps end where they gain less than 1e-6; what slope is left then is at most its root.
    np.testing.assert_allclose(slope[~at_zero], 0.0, atol=1e-3)
    assert (slope[at_zero] > -2e-4).all()


def with_news(queries: int, weight: float) -> Choices:
    """Choices as `simulated`, of people who also like a fourth signal that much."""
    known = simulated(queries)
    news = np.random.default_rng(5).standard_normal((queries, 8, 1)).astype(np.float32)
    signals = np.concatenate([known.signals, news], axis=-1)
    utility = signals @ np.array([*TRUE, weight]) + np.random.default_rng(6).gumbel(size=(queries, 8))
    return Choices("FR", signals, utility == utility.max(axis=1, keepdims=True))


def test_an_extended_model_learns_the_new_signal_and_keeps_the_old_weights() -> None:
    model = ChoiceModel.fit([simulated(500)])
    extended = model.extended([with_news(500, 2.0)], 1)
    old = [0, 1, 2, 4, 5, 6]
    np.testing.assert_array_equal(extended.weights[old], model.weights)
    np.testing.assert_array_equal(extended.scale[old], model.scale)
    assert (extended.weights[[3, 7]] >= 0).all()
    assert extended.weights[[3, 7]].sum() > 0.5


def test_a_new_signal_that_speaks_against_weighs_nothing() -> None:
    model = ChoiceModel.fit([simulated(500)])
    wide = with_news(500, -2.0)
    extended = model.extended([wide], 1)
    assert not extended.weights[[3, 7]].any()
    np.testing.assert_allclose(
        extended.utilities(wide.signals), model.utilities(wide.signals[..., :3]), atol=1e-5
    )


def test_queries_without_a_buyer_in_the_pool_change_nothing() -> None:
    known, unknown = simulated(50), simulated(30, seed=3)
    nobody = np.zeros_like(unknown.taken)
    mixed = Choices(
        "FR",
        np.concatenate([known.signals, unknown.signals]),
        np.concatenate([known.taken, nobody]),
    )
    np.testing.assert_array_equal(ChoiceModel.fit([mixed]).weights, ChoiceModel.fit([known]).weights)


def test_choices_may_come_in_any_number_of_blocks() -> None:
    whole = simulated(60)
    parts = [
        Choices("FR", whole.signals[rows], whole.taken[rows]) for rows in np.array_split(np.arange(60), 4)
    ]
    # Newton's method stops when a step gains less than 1e-6, which weights feel at 1e-3.
    np.testing.assert_allclose(
        ChoiceModel.fit(parts).weights, ChoiceModel.fit([whole]).weights, rtol=0, atol=3e-3
    )


def test_a_large_territory_does_not_decide_alone() -> None:
    signals = np.zeros((401, 2, 1), dtype=np.float32)
    signals[:, 0] = 1.0
    first = np.tile([[True, False]], (400, 1))
    blocks = [Choices("US", signals[:400], first), Choices("FR", signals[400:], ~first[:1])]
    model = ChoiceModel.fit(blocks)
    # Weights of 20 to 1 instead of 400 to 1.
    assert np.ptp(model.utilities(signals[:1])) == pytest.approx(np.log(20), rel=0.15)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_parts_add_up_to_the_utility_and_to_nothing_over_the_pool(seed: int, pool: int) -> None:
    model = ChoiceModel.fit([simulated(40, seed)])
    signals = simulated(3, seed + 1, pool=pool).signals
    parts = model.parts(signals)
    np.testing.assert_allclose(parts.sum(axis=-1), model.utilities(signals), atol=1e-5)
    np.testing.assert_allclose(parts.sum(axis=1), 0.0, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(8)))
def test_the_order_of_the_pool_does_not_change_a_utility(order: list[int]) -> None:
    model = ChoiceModel.fit([simulated(40)])
    signals = simulated(3, seed=9).signals
    np.testing.assert_allclose(
        model.utilities(signals[:, order]), model.utilities(signals)[:, order], atol=1e-5
    )


def passes(films: int, seed: int = 7, territory: str = "FR") -> Declines:
    """Films on which whoever they fit best by TRUE passed."""
    signals = simulated(films, seed).signals
    return Declines(territory, signals, np.arange(films), (signals @ TRUE).argmax(axis=1))


def shares(model: ChoiceModel, declines: Declines) -> NDArray[np.float64]:
    power = np.exp(model.utilities(declines.signals))
    return np.asarray((power / power.sum(axis=1, keepdims=True))[declines.films, declines.places])


def test_who_passes_on_films_is_less_likely_to_take_films_like_them() -> None:
    choices, declined = simulated(200), passes(100)
    without, taught = ChoiceModel.fit([choices]), ChoiceModel.fit([choices], declines=[declined])
    assert (shares(taught, declined) < shares(without, declined)).all()
    new = passes(50, seed=8)
    assert shares(taught, new).mean() < shares(without, new).mean() - 0.01


def test_the_slope_is_zero_at_the_optimum_with_passes_too() -> None:
    choices, declined = simulated(300), passes(150)
    model = ChoiceModel.fit([choices], declines=[declined])
    inputs = model.inputs(declined.signals).astype(np.float64)
    power = np.exp(inputs @ model.weights)
    share = power / power.sum(axis=1, keepdims=True)
    of_passer = HONEST * share[declined.films, declined.places]
    apart = inputs[declined.films, declined.places] - np.einsum("qn,qnp->qp", share, inputs)
    pull = WORTH * (of_passer / (1 - of_passer)) @ apart / len(choices.taken)
    np.testing.assert_allclose(slopes(model, choices, np.zeros(6)) + pull, 0.0, atol=2e-4)


def test_passes_where_nothing_was_bought_teach_nothing() -> None:
    choices = simulated(60)
    model = ChoiceModel.fit([choices], declines=[passes(40, territory="US")])
    assert model.weights.tobytes() == ChoiceModel.fit([choices]).weights.tobytes()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.booleans(), min_size=3, max_size=3))
def test_passes_press_no_held_weight_below_zero(seed: int, held: list[bool]) -> None:
    rising = np.array(held)
    model = ChoiceModel.fit([simulated(40, seed)], rising, [passes(200, seed + 1)])
    assert (model.weights[np.concatenate([rising, rising])] >= 0).all()
    assert np.isfinite(model.weights).all()
