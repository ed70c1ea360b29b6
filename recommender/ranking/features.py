"""Films and distributors as LightFM features."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import MiniBatchKMeans

from recommender.space.metadata import FIELDS, MetadataSpace, normalise_rows
from recommender.space.vectors import FilmVectors

__all__ = ["distributor_features", "film_features", "film_topics", "learn_topics", "main_topics"]

TOPICS: Final = 100
NEAREST_TOPICS: Final = 5
MAIN_TOPICS: Final = 3
TOPIC_SHARPNESS: Final = 10.0
TOPIC_WEIGHT: Final = 4.0
"""A synopsis weighs as much as four metadata terms; from the trial that the design rests on."""


def learn_topics(synopsis: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Centres of the synopses (rows that are not zero), float32 (at most TOPICS, d), rows of length 1."""
    known = synopsis[synopsis.any(axis=1)]
    if not len(known):
        return np.zeros((0, synopsis.shape[1]), dtype=np.float32)
    clusters = MiniBatchKMeans(
        min(TOPICS, len(known)), random_state=seed, n_init=1, batch_size=2048, max_iter=20
    ).fit(known)
    return normalise_rows(clusters.cluster_centers_.astype(np.float32))


def film_topics(synopsis: NDArray[np.float32], centres: NDArray[np.float32]) -> sparse.csr_matrix:
    """Soft membership in the nearest topics: float32 csr (n, topics), rows sum to 1, or 0 without a synopsis."""
    nearest = min(NEAREST_TOPICS, len(centres))
    rows = np.flatnonzero(synopsis.any(axis=1))
    if not nearest or not len(rows):
        return sparse.csr_matrix((len(synopsis), len(centres)), dtype=np.float32)
    cosine = synopsis[rows] @ centres.T
    columns = np.argsort(-cosine, axis=1, kind="stable")[:, :nearest]
    share = np.exp(TOPIC_SHARPNESS * np.take_along_axis(cosine, columns, axis=1))
    share /= share.sum(axis=1, keepdims=True)
    places = (np.repeat(rows, nearest), columns.ravel())
    return sparse.csr_matrix((share.ravel(), places), shape=(len(synopsis), len(centres)), dtype=np.float32)


def main_topics(weights: sparse.csr_matrix) -> sparse.csr_matrix:
    """The MAIN_TOPICS heaviest topics of each row, float32 csr (n, topics), rows summing to 1 or 0.

    LightFM adds up a distributor's features for each negative it draws: with all of a catalogue's topics a fit
    takes five times as long.
    """
    dense = weights.toarray()
    kept = np.argsort(-dense, axis=1, kind="stable")[:, :MAIN_TOPICS]
    main = np.zeros_like(dense)
    np.put_along_axis(main, kept, np.take_along_axis(dense, kept, axis=1), axis=1)
    total = main.sum(axis=1, keepdims=True)
    return sparse.csr_matrix(main / np.where(total > 0, total, 1.0), dtype=np.float32)


def film_features(films: FilmVectors, space: MetadataSpace, topics: sparse.csr_matrix) -> sparse.csr_matrix:
    """Metadata terms by the square root of their rarity, and topics: float32 csr (n, terms + topics)."""
    parts = [films.labels[field] @ sparse.diags(np.sqrt(space.rarity[field])) for field in FIELDS]
    return sparse.hstack([*parts, topics * TOPIC_WEIGHT]).tocsr().astype(np.float32)


def distributor_features(profiles: sparse.csr_matrix) -> sparse.csr_matrix:
    """Identity and topic profile (n, topics), each row summing to 1: float32 csr (n, n + topics)."""
    identity = sparse.identity(profiles.shape[0], dtype=np.float32, format="csr")
    return sparse.hstack([identity, profiles]).tocsr().astype(np.float32)
