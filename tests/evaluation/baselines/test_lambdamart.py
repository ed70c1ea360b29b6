import numpy as np
import pytest

from recommender.evaluation.baselines.lambdamart import PairTable, lambdamart


def table(queries: int, seed: int) -> PairTable:
    """Ten candidates a query; the one with the highest first signal is the buyer, the second is noise."""
    generator = np.random.default_rng(seed)
    features = generator.random((queries * 10, 2)).astype(np.float32)
    label = np.zeros(len(features), np.float32)
    best = features[:, 0].reshape(queries, 10).argmax(axis=1)
    label[np.arange(queries) * 10 + best] = 1
    return PairTable(features, ("taste", "noise"), np.repeat(np.arange(queries), 10), label)


def test_it_learns_the_signal_that_decides() -> None:
    test = table(50, seed=2)
    scores = lambdamart(table(300, seed=1), test).reshape(50, 10)
    found = scores.argmax(axis=1) == test.label.reshape(50, 10).argmax(axis=1)
    assert found.mean() > 0.8


def test_the_same_tables_give_the_same_scores() -> None:
    train, test = table(60, seed=1), table(5, seed=2)
    np.testing.assert_array_equal(lambdamart(train, test), lambdamart(train, test))


def test_signals_may_be_unknown() -> None:
    train, test = table(60, seed=1), table(5, seed=2)
    test.features[:, 1] = np.nan
    assert np.isfinite(lambdamart(train, test)).all()


def test_tables_that_do_not_fit_are_refused() -> None:
    good = table(3, seed=1)
    with pytest.raises(ValueError, match="sorted by query"):
        PairTable(good.features, good.names, good.query[::-1], good.label)
    with pytest.raises(ValueError, match="1 names"):
        PairTable(good.features, ("taste",), good.query, good.label)
    other = PairTable(good.features, ("noise", "taste"), good.query, good.label)
    with pytest.raises(ValueError, match="other signals"):
        lambdamart(good, other)
