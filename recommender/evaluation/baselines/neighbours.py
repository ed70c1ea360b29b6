"""From similar films to their buyers: the last step that all content baselines share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["buyers_of_nearest"]


def buyers_of_nearest(
    similarity: NDArray[np.float32],
    neighbours: NDArray[np.int64],
    bought: sparse.csr_matrix,
    backing: float = 1e-6,
) -> NDArray[np.float64]:
    """Each candidate's score for each asked film: the weights of its nearest films times their similarity.

    similarity, neighbours: (asked, k), the k nearest films as rows of `bought`, which is (films, candidates).
    Negative similarity counts as none. A trace (`backing`) of each candidate's total weight orders those
    without any neighbour. Returns (asked, candidates).
    """
    asked = np.repeat(np.arange(len(neighbours)), neighbours.shape[1])
    weights = np.maximum(similarity.ravel(), 0.0)
    shape = (len(neighbours), bought.shape[0])
    near = sparse.csr_matrix((weights, (asked, neighbours.ravel())), shape=shape)
    scores: NDArray[np.float64] = (near @ bought).toarray() + backing * np.asarray(bought.sum(axis=0))
    return scores
