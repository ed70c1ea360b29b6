"""What the places of a ranking are worth: the parts of NDCG@10 (Järvelin and Kekäläinen 2002)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["TOP", "gain", "ideal_gain", "ndcg"]

TOP: Final = 10


def gain(rank: NDArray[np.integer]) -> NDArray[np.float64]:
    """What a true buyer at each rank, 1 being the best, is worth: 1 / log2(rank + 1), nothing after TOP."""
    return np.where(rank <= TOP, 1.0 / np.log2(rank + 1.0), 0.0)


def ideal_gain(buyers: NDArray[np.integer]) -> NDArray[np.float64]:
    """The sum of gains where so many buyers, at least one, have the best ranks."""
    return np.asarray(np.cumsum(gain(np.arange(1, TOP + 1)))[np.minimum(buyers, TOP) - 1])


def ndcg(scores: NDArray[np.floating], taken: NDArray[np.bool_]) -> NDArray[np.float64]:
    """float64 (q,): NDCG@10 of each row of scores (q, n). taken: who bought; a row without a buyer has 0."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    gains = np.take_along_axis(taken, best, axis=1) * gain(np.arange(1, best.shape[1] + 1))
    return np.asarray(gains.sum(axis=1) / ideal_gain(np.maximum(taken.sum(axis=1), 1)))
