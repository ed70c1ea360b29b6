from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recommender.market import Market
from recommender.ranking.catalogue import Releases
from recommender.ranking.world import FEW_FILMS, SMALLEST_SHARE, World

TERRITORY = np.array(["FR", "FR", "US", "US"])


def world(*pairs: tuple[int, int]) -> World:
    """(film, distributor) released today; distributors 0 and 1 work in FR, 2 and 3 in the US."""
    films, distributors = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    nothing = np.full(len(films), np.nan)
    zero = np.zeros(len(films))
    places = np.arange(len(films))
    return World.of(
        Releases(films, distributors, TERRITORY[distributors], zero, zero, nothing, nothing, places),
        TERRITORY,
    )


def test_who_shares_films_goes_together_by_the_share_of_its_films() -> None:
    together = world((0, 0), (0, 2), (1, 0), (1, 2), (2, 0), (3, 2), (4, 3)).together.toarray()
    assert together[0, 2] == pytest.approx(2 / (3 + FEW_FILMS))
    assert together[2, 0] == pytest.approx(2 / (3 + FEW_FILMS))
    assert not together[1].any()
    assert not together[3].any()


@settings(deadline=None)
@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1))
def test_nobody_goes_together_within_a_territory(pairs: set[tuple[int, int]]) -> None:
    together = world(*sorted(pairs)).together.toarray()
    assert not together[TERRITORY[:, None] == TERRITORY[None]].any()
    assert ((together >= 0) & (together < 1)).all()


def test_buyers_elsewhere_speak_for_those_who_buy_with_them() -> None:
    asked = world((0, 0), (0, 2), (1, 1), (1, 3))
    buyers = sparse.csr_matrix(np.array([[0, 0, 1, 0], [0, 0, 0, 1]], dtype=np.float32))
    signal = asked.elsewhere(buyers, np.array([0, 1], dtype=np.int32))
    share = 1 / (1 + FEW_FILMS)
    expected = np.log(np.array([[share, 0], [0, share]]) + SMALLEST_SHARE)
    np.testing.assert_allclose(signal, expected, rtol=1e-5)


def test_buyers_of_similar_films_speak_as_much_as_the_films_are_alike() -> None:
    asked = world((3, 0), (3, 2), (7, 1), (7, 3))
    assert asked.films.tolist() == [3, 7]
    near = np.array([[0.9, 0.1]], dtype=np.float32)
    (signal,) = np.exp(asked.abroad(near, np.array([2, 3], dtype=np.int32))) - SMALLEST_SHARE
    np.testing.assert_allclose(signal, np.array([0.9, 0.1]) / (1 + FEW_FILMS), rtol=1e-4)


def test_where_nobody_shares_a_film_all_signals_are_equal() -> None:
    lonely = world((0, 0), (1, 2))
    signal = lonely.abroad(np.ones((2, 2), dtype=np.float32), np.array([0, 1], dtype=np.int32))
    np.testing.assert_allclose(signal, np.log(SMALLEST_SHARE), rtol=1e-6)


def test_an_old_release_counts_less_than_a_new_one(small_market: Market) -> None:
    territories = small_market.distributors["territory"].to_numpy(dtype=np.str_)
    taken = World.of(Releases.before(small_market, date(2019, 1, 1)), territories).taken
    lumen = small_market.distributor_ids.row("fr-lumen")
    by_lumen = taken[:, [lumen]].toarray().ravel()
    old, new = by_lumen[[0, 10]]
    assert 0 < old < new < 1


def test_more_distributors_change_nothing_for_the_others() -> None:
    asked = world((0, 0), (0, 2), (1, 1), (1, 3))
    wider = asked.widened(6)
    assert wider.taken.shape == (2, 6)
    assert wider.together.shape == (6, 6)
    buyers = np.array([[0, 0, 1, 0, 0, 1]], dtype=np.float32)
    pool = np.array([0, 1, 4], dtype=np.int32)
    signal = wider.elsewhere(sparse.csr_matrix(buyers), pool)
    np.testing.assert_array_equal(signal[:, :2], asked.elsewhere(sparse.csr_matrix(buyers[:, :4]), pool[:2]))
    assert signal[0, 2] == signal.min()
    near = np.array([[0.9, 0.1]], dtype=np.float32)
    np.testing.assert_array_equal(wider.abroad(near, pool)[:, :2], asked.abroad(near, pool[:2]))
