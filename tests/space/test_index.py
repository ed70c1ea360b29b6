from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from recommender.errors import BundleError, QueryError
from recommender.space.index import ChangedIndex, VectorIndex


def _rows(*rows: list[float]) -> NDArray[np.float32]:
    return np.array(rows, dtype=np.float32)


def _vectors(n: int, d: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)


def test_the_nearest_come_first_with_their_inner_products() -> None:
    index = VectorIndex.build(_rows([1, 0], [0, 1], [0.6, 0.8]))
    scores, rows = index.search(_rows([1, 0]), 2)
    assert rows.tolist() == [[0, 2]]
    np.testing.assert_allclose(scores, [[1.0, 0.6]], rtol=1e-6)
    assert scores.dtype == np.float32
    assert rows.dtype == np.int64


def test_equal_scores_are_ordered_by_row() -> None:
    index = VectorIndex.build(_rows([0, 1], [1, 0], [1, 0], [1, 0]))
    assert index.search(_rows([1, 0]), 4)[1].tolist() == [[1, 2, 3, 0]]


@given(n=st.integers(0, 30), q=st.integers(0, 25), k=st.integers(1, 40), seed=st.integers(0, 9))
def test_search_agrees_with_sorting_all_inner_products(n: int, q: int, k: int, seed: int) -> None:
    vectors, queries = _vectors(n, 5, seed), _vectors(q, 5, seed + 100)
    scores, rows = VectorIndex.build(vectors).search(queries, k)
    products = queries @ vectors.T
    assert rows.shape == scores.shape == (q, min(k, n))
    assert ((rows >= 0) & (rows < max(n, 1))).all()
    np.testing.assert_allclose(scores, -np.sort(-products, axis=1)[:, :k], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(scores, np.take_along_axis(products, rows, axis=1), rtol=1e-4, atol=1e-5)


def test_asking_for_more_than_there_is_gives_all_and_never_a_row_of_minus_one() -> None:
    assert sorted(VectorIndex.build(np.eye(3, dtype=np.float32)).search(_rows([1, 2, 3]), 100)[1][0]) == [
        0,
        1,
        2,
    ]


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_a_query_that_is_not_finite_is_refused_with_its_number(broken: float) -> None:
    with pytest.raises(QueryError, match="query 1 holds NaN or infinity"):
        VectorIndex.build(np.eye(3, dtype=np.float32)).search(_rows([1, 0, 0], [broken, 0, 0]), 2)


@pytest.mark.parametrize("query", [_rows([1, 0]), _rows([1, 0, 0])[0]])
def test_a_query_of_another_shape_is_refused(query: NDArray[np.float32]) -> None:
    with pytest.raises(QueryError, match="the index holds vectors of 3 numbers"):
        VectorIndex.build(np.eye(3, dtype=np.float32)).search(query, 2)


def test_asking_for_no_neighbours_is_refused() -> None:
    with pytest.raises(QueryError, match="k is 0"):
        VectorIndex.build(np.eye(3, dtype=np.float32)).search(_rows([1, 0, 0]), 0)


def test_vectors_that_are_no_finite_matrix_are_not_indexed() -> None:
    with pytest.raises(ValueError, match="vector 1 holds NaN"):
        VectorIndex.build(_rows([1, 0], [np.nan, 0]))
    with pytest.raises(ValueError, match="from shape"):
        VectorIndex.build(_rows([1, 0])[0])


def test_a_saved_index_answers_as_before_and_equal_vectors_give_equal_bytes(tmp_path: Path) -> None:
    vectors = _vectors(50, 8)
    first, second = VectorIndex.build(vectors), VectorIndex.build(vectors.copy())
    first.save(tmp_path / "a")
    second.save(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    loaded = VectorIndex.load(tmp_path / "a")
    assert (len(loaded), loaded.dimension) == (50, 8)
    for before, after in zip(first.search(vectors, 5), loaded.search(vectors, 5), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("length", [0, 3, 40, -1])
def test_a_truncated_index_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "films.faiss"
    VectorIndex.build(np.eye(4, dtype=np.float32)).save(path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(BundleError, match=r"films\.faiss.*train the bundle again"):
        VectorIndex.load(path)


def test_a_missing_index_and_an_index_of_another_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="cannot be read"):
        VectorIndex.load(tmp_path / "missing")
    other = faiss.serialize_index(faiss.IndexFlatL2(4))
    (tmp_path / "other").write_bytes(other.tobytes())
    with pytest.raises(BundleError, match="IndexFlatL2"):
        VectorIndex.load(tmp_path / "other")


def test_searching_leaves_the_thread_setting_as_it_was() -> None:
    before = faiss.omp_get_max_threads()
    VectorIndex.build(np.eye(3, dtype=np.float32)).search(_rows([1, 0, 0]), 1)
    assert faiss.omp_get_max_threads() == before


vectors = arrays(np.float32, (12, 3), elements=st.integers(-4, 4).map(float))


@settings(deadline=None)
@given(vectors, st.sets(st.integers(0, 7)), st.sets(st.integers(0, 11)), st.integers(1, 15))
def test_a_changed_index_finds_what_an_index_of_the_changed_vectors_finds(
    matrix: np.ndarray, gone: set[int], changed: set[int], k: int
) -> None:
    """The first 8 rows are indexed; of them and the 4 after them some are changed to their negatives."""
    now = matrix.copy()
    rows = np.array(sorted(changed | set(range(8, 12)) - gone), dtype=np.int64)
    now[rows] = -matrix[rows]
    there = np.array(sorted(set(range(12)) - (gone - changed)), dtype=np.int64)
    built = ChangedIndex(VectorIndex.build(matrix[:8]))
    index = built.changed(np.array(sorted(gone - changed), dtype=np.int64), rows, now[rows])
    scores, found = index.search(matrix[:3], k)
    expected, _ = VectorIndex.build(now[there]).search(matrix[:3], k)
    assert len(index) == len(there)
    np.testing.assert_array_equal(scores, expected)
    # Which of equally near ones are the last is not said.
    np.testing.assert_array_equal(np.take_along_axis(matrix[:3] @ now.T, found, axis=1), scores)
    assert all(len(set(row)) == len(row) and set(row) <= set(there) for row in found.tolist())
    np.testing.assert_array_equal(
        built.search(matrix, k)[1], VectorIndex.build(matrix[:8]).search(matrix, k)[1]
    )


def test_a_changed_index_refuses_what_an_index_refuses() -> None:
    index = ChangedIndex(VectorIndex.build(np.eye(3, dtype=np.float32)))
    assert (index.dimension, len(index)) == (3, 3)
    with pytest.raises(QueryError, match="k is 0"):
        index.changed(np.array([0]), np.empty(0, np.int64), np.empty((0, 3), np.float32)).search(
            np.eye(3, dtype=np.float32), 0
        )
    with pytest.raises(QueryError, match="vectors of 3 numbers"):
        index.search(np.ones((1, 4), np.float32), 1)
