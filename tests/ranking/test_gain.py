import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking.gain import TOP, gain, ideal_gain, ndcg


def test_a_place_is_worth_less_the_lower_it_is_and_nothing_after_the_tenth() -> None:
    worth = gain(np.arange(1, 13))
    assert worth[:2].tolist() == [1.0, 1 / math.log2(3)]
    assert (np.diff(worth[:TOP]) < 0).all()
    assert worth[TOP:].tolist() == [0.0, 0.0]


def test_the_ideal_is_all_buyers_at_the_top() -> None:
    best = gain(np.arange(1, TOP + 1))
    assert ideal_gain(np.array([1, 2, 50])) == pytest.approx([1.0, best[:2].sum(), best.sum()])


def test_a_row_is_worth_what_its_buyers_places_are() -> None:
    scores = np.array([[0.1, 0.3, 0.2], [0.3, 0.2, 0.1], [0.3, 0.2, 0.1]])
    taken = np.array([[True, False, False], [True, True, False], [False, False, False]])
    assert ndcg(scores, taken).tolist() == pytest.approx([0.5, 1.0, 0.0])


def test_the_first_of_equal_scores_comes_first() -> None:
    assert ndcg(np.zeros((1, 2)), np.array([[False, True]])).tolist() == [1 / math.log2(3)]


@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=1, max_size=20))
def test_it_lies_from_0_to_1_and_is_1_where_the_buyers_have_the_best_scores(
    row: list[tuple[float, bool]],
) -> None:
    scores, taken = np.array([[score for score, _ in row]]), np.array([[bought for _, bought in row]])
    assert 0 <= ndcg(scores, taken)[0] <= 1 + 1e-12
    assert ndcg(taken.astype(np.float64), taken)[0] == pytest.approx(float(taken.any()))
