from typing import Any

import numpy as np
import pytest
from lightfm import LightFM
from scipy import sparse

from recommender.ranking.fit import LightFMRepresentations, fit_lightfm

FILMS, DISTRIBUTORS, TAGS = 40, 6, 9
GENERATOR = np.random.default_rng(5)
TAG_ROWS = sparse.csr_matrix(GENERATOR.random((FILMS, TAGS)) * (GENERATOR.random((FILMS, TAGS)) < 0.4))
DEALS = sparse.coo_matrix(
    (np.ones(FILMS), (np.arange(FILMS), GENERATOR.integers(0, DISTRIBUTORS, FILMS))), (FILMS, DISTRIBUTORS)
)


def fit(**change: Any) -> LightFMRepresentations:
    arguments: dict[str, Any] = {
        "interactions": DEALS,
        "sample_weight": DEALS * 0.5,
        "user_features": TAG_ROWS,
        "item_features": sparse.identity(DISTRIBUTORS, format="csr"),
        "components": 8,
        "epochs": 5,
        "max_sampled": 10,
        "learning_rate": 0.05,
        "seed": 3,
    }
    return fit_lightfm(**(arguments | change))


def test_representations_score_like_lightfm_itself() -> None:
    ours = fit()
    scores = ours.user_vectors @ ours.item_vectors.T + ours.user_biases[:, None] + ours.item_biases
    model = LightFM(no_components=8, loss="warp", max_sampled=10, learning_rate=0.05, random_state=3)
    tags = TAG_ROWS.astype(np.float32)
    model.fit(DEALS.astype(np.float32), tags, sample_weight=(DEALS * 0.5).astype(np.float32), epochs=5)
    films, distributors = np.divmod(np.arange(FILMS * DISTRIBUTORS, dtype=np.int32), DISTRIBUTORS)
    theirs = model.predict(films, distributors, user_features=tags, num_threads=1)
    np.testing.assert_allclose(scores.ravel(), theirs, rtol=0, atol=1e-6)
    assert {array.dtype for array in (ours.user_vectors, ours.user_biases, ours.item_vectors)} == {
        np.dtype("f4")
    }


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    one, same, other = fit(), fit(), fit(seed=4)
    assert one.user_vectors.tobytes() == same.user_vectors.tobytes()
    assert one.item_biases.tobytes() == same.item_biases.tobytes()
    assert one.item_vectors.tobytes() != other.item_vectors.tobytes()


def test_a_new_film_is_represented_by_its_features() -> None:
    fitted = fit()
    vectors, biases = fitted.embeddings.users(TAG_ROWS[:3])
    np.testing.assert_array_equal(vectors, fitted.user_vectors[:3])
    np.testing.assert_array_equal(biases, fitted.user_biases[:3])
    with pytest.raises(ValueError, match="4 feature columns, but the fit had 9"):
        fitted.embeddings.users(TAG_ROWS[:, :4])


def test_wide_indices_are_accepted() -> None:
    wide = TAG_ROWS.copy()
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    np.testing.assert_array_equal(fit(user_features=wide).user_vectors, fit().user_vectors)


def test_progress_is_told_after_every_epoch() -> None:
    told: list[int] = []
    fit(on_epoch=lambda: told.append(1))
    assert len(told) == 5


def test_the_arguments_are_left_as_they_were() -> None:
    deals, tags = DEALS.copy(), TAG_ROWS.copy()
    fit(interactions=deals, user_features=tags)
    assert (deals != DEALS).nnz == 0
    assert (tags != TAG_ROWS).nnz == 0
    assert tags.dtype == TAG_ROWS.dtype


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"user_features": TAG_ROWS[:-1]}, "39 user feature rows"),
        ({"item_features": sparse.identity(7, format="csr")}, "7 item feature rows"),
        ({"sample_weight": DEALS.T.tocsr().T.tocoo()}, "the same pairs as interactions, in the same order"),
        ({"sample_weight": DEALS * 0.0}, "positive and finite"),
        ({"sample_weight": DEALS * np.nan}, "positive and finite"),
        ({"interactions": DEALS * -1}, "leave declines out"),
        ({"interactions": DEALS * 0, "epochs": 1}, "leave declines out"),
        ({"user_features": TAG_ROWS * np.inf}, "not finite"),
        ({"epochs": 0}, "at least 1"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit(**change)


def test_nothing_to_learn_from_is_refused() -> None:
    nothing = sparse.coo_matrix((FILMS, DISTRIBUTORS))
    with pytest.raises(ValueError, match="no interaction"):
        fit(interactions=nothing, sample_weight=nothing)
