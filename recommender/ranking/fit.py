"""Deals to LightFM weights: the only place that imports lightfm.

The film is LightFM's user and the distributor its item, because LightFM ranks items for a user. What comes
out is plain arrays: a representation is `features @ embeddings`, and a score is the dot product of two
representations plus both biases, so that nothing needs lightfm to serve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from lightfm import LightFM
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["LightFMEmbeddings", "LightFMRepresentations", "fit_lightfm", "new_lightfm"]

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LightFMEmbeddings:
    """One learnt vector and bias per feature.

    user_embeddings (n_user_features, d), user_biases (n_user_features,), item_embeddings
    (n_item_features, d), item_biases (n_item_features,), all float32. A feature that no training row has
    keeps its random start.
    """

    user_embeddings: Floats
    user_biases: Floats
    item_embeddings: Floats
    item_biases: Floats

    def users(self, features: sparse.csr_matrix) -> tuple[Floats, Floats]:
        """Vectors (n, d) and biases (n,) of films from their features (n, n_user_features)."""
        return _represent(features, self.user_embeddings, self.user_biases)

    def items(self, features: sparse.csr_matrix) -> tuple[Floats, Floats]:
        """Vectors (n, d) and biases (n,) of distributors from their features (n, n_item_features)."""
        return _represent(features, self.item_embeddings, self.item_biases)


@dataclass(frozen=True, slots=True)
class LightFMRepresentations:
    """The trained rows as vectors: score = user_vectors @ item_vectors.T + both biases.

    user_vectors (n_films, d), user_biases (n_films,), item_vectors (n_distributors, d), item_biases
    (n_distributors,), all float32; `embeddings` represents films and distributors that were not in the fit.
    """

    user_vectors: Floats
    user_biases: Floats
    item_vectors: Floats
    item_biases: Floats
    embeddings: LightFMEmbeddings


def new_lightfm(components: int, max_sampled: int, learning_rate: float, seed: int) -> LightFM:
    """An untrained WARP model. Its random state is used up by fitting, so every fit needs a new one."""
    return LightFM(
        no_components=components,
        loss="warp",
        max_sampled=max_sampled,
        learning_rate=learning_rate,
        random_state=seed,
    )


def fit_lightfm(
    interactions: sparse.coo_matrix,
    sample_weight: sparse.coo_matrix,
    user_features: sparse.csr_matrix,
    item_features: sparse.csr_matrix,
    components: int,
    epochs: int,
    max_sampled: int,
    learning_rate: float,
    seed: int,
    on_epoch: Callable[[], object] | None = None,
) -> LightFMRepresentations:
    """Fit WARP on one thread; the same input and seed give the same bytes.

    interactions: (n_films, n_distributors), one positive entry per known pair. Declines do not belong here:
        WARP would protect them from being drawn as negatives.
    sample_weight: the weight (> 0) of each entry, in the same order.
    user_features, item_features: (n_films, n_user_features), (n_distributors, n_item_features). Every row of
        item_features may be drawn as a negative: pass trainable distributors only.
    on_epoch: called after each epoch, for a progress bar (`tqdm.update`).

    Raises ValueError where shapes, order or values do not fit: lightfm takes some of these in silence and
    answers with other numbers.
    """
    positives, weights = _as_coo(interactions), _as_coo(sample_weight)
    users, items = _as_csr(user_features), _as_csr(item_features)
    _check(positives, weights, users, items)
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}; it must be at least 1")
    model = new_lightfm(components, max_sampled, learning_rate, seed)
    for _ in range(epochs):
        model.fit_partial(positives, users, items, weights, epochs=1, num_threads=1)
        if on_epoch is not None:
            on_epoch()
    embeddings = LightFMEmbeddings(
        model.user_embeddings, model.user_biases, model.item_embeddings, model.item_biases
    )
    return LightFMRepresentations(*embeddings.users(users), *embeddings.items(items), embeddings)


def _represent(features: sparse.csr_matrix, embeddings: Floats, biases: Floats) -> tuple[Floats, Floats]:
    if features.shape[1] != len(embeddings):
        raise ValueError(f"{features.shape[1]} feature columns, but the fit had {len(embeddings)}")
    single = features.astype(np.float32)
    return np.asarray(single @ embeddings, np.float32), np.asarray(single @ biases, np.float32)


def _as_coo(matrix: sparse.coo_matrix) -> sparse.coo_matrix:
    coo = sparse.coo_matrix(matrix, dtype=np.float32)
    coo.row, coo.col = coo.row.astype(np.int32), coo.col.astype(np.int32)
    return coo


def _as_csr(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    csr = sparse.csr_matrix(matrix, dtype=np.float32)
    csr.indices, csr.indptr = csr.indices.astype(np.int32), csr.indptr.astype(np.int32)
    return csr


def _check(
    positives: sparse.coo_matrix,
    weights: sparse.coo_matrix,
    users: sparse.csr_matrix,
    items: sparse.csr_matrix,
) -> None:
    if positives.shape != (users.shape[0], items.shape[0]):
        raise ValueError(
            f"interactions are {positives.shape}, but there are {users.shape[0]} user feature rows "
            f"and {items.shape[0]} item feature rows"
        )
    if weights.shape != positives.shape or not (
        np.array_equal(weights.row, positives.row) and np.array_equal(weights.col, positives.col)
    ):
        raise ValueError("sample_weight must name the same pairs as interactions, in the same order")
    if positives.nnz == 0:
        raise ValueError("there is no interaction to learn from")
    if not (positives.data > 0).all():
        raise ValueError("interactions must be positive: leave declines out")
    if not ((weights.data > 0) & np.isfinite(weights.data)).all():
        raise ValueError("sample weights must be positive and finite")
    if not (np.isfinite(users.data).all() and np.isfinite(items.data).all()):
        raise ValueError("a feature value is not finite")
