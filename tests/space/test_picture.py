from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.space.picture import gaps, plane_of


def unit(*angles: float) -> NDArray[np.float32]:
    """Vectors of length 1 at these angles, in degrees."""
    radians = np.radians(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_points_of_a_plane_in_many_dimensions_are_shown_as_they_are() -> None:
    flat = np.array([[3, 0], [-3, 0], [0, 1], [0, -1]], dtype=np.float32)
    vectors = np.zeros((4, 7), dtype=np.float32)
    vectors[:, [2, 5]] = flat
    plane = plane_of(vectors + 4)
    np.testing.assert_allclose(plane.places, flat, atol=1e-5)
    assert plane.shown == pytest.approx(1.0)


def test_the_share_that_is_shown_is_of_all_variance() -> None:
    axes = np.diag([3.0, 2.0, 1.0]).astype(np.float32)
    plane = plane_of(np.vstack([axes, -axes]))
    assert plane.shown == pytest.approx((9 + 4) / (9 + 4 + 1))


@given(st.integers(0, 12), st.integers(1, 9), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_the_same_vectors_give_the_same_places_and_distances_never_grow(n: int, d: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    plane = plane_of(vectors)
    assert plane.places.shape == (n, 2)
    assert np.array_equal(plane.places, plane_of(vectors.copy()).places)
    assert 0 <= plane.shown <= 1 + 1e-9
    for first in range(n):
        apart = np.linalg.norm(plane.places - plane.places[first], axis=1)
        assert (apart <= np.linalg.norm(vectors - vectors[first], axis=1) + 1e-4).all()


def test_equal_vectors_are_one_point() -> None:
    plane = plane_of(np.ones((3, 5), dtype=np.float32))
    assert not plane.places.any()
    assert plane.shown == 1.0


def test_a_gap_is_near_the_catalogue_and_near_nothing_recent() -> None:
    own = unit(0, 4, 90, 94)
    others = unit(1, 2, 3, 88, 91, 92, 200, 201, 202)
    old_at_zero = np.array([False, False, True, True])
    (found,) = gaps(own, old_at_zero, others)
    assert set(found) == {0, 1, 2}
    assert gaps(own, np.ones(4, dtype=np.bool_), others) == ()
    both = gaps(own, np.zeros(4, dtype=np.bool_), others)
    assert [set(group) for group in both] == [{0, 1, 2}, {3, 4, 5}]


def test_the_middle_of_a_gap_comes_first_and_the_largest_gap() -> None:
    own = unit(0, 4, 90, 94)
    first, second = gaps(own, np.zeros(4, dtype=np.bool_), unit(89, 91, 92, 93.5, 0, 2, 4))
    assert len(first) == 4
    assert first[0] == 1
    assert set(second) == {4, 5, 6}


def test_two_films_or_a_catalogue_of_one_make_no_gap() -> None:
    nothing_recent = np.zeros(2, dtype=np.bool_)
    assert gaps(unit(0, 4), nothing_recent, unit(1, 2)) == ()
    assert gaps(unit(0), np.zeros(1, dtype=np.bool_), unit(1, 2, 3)) == ()
    assert gaps(unit(0, 4), nothing_recent, np.empty((0, 2), np.float32)) == ()
