"""LightGBM's LambdaMART on given signals: boosted trees in place of the last stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import lightgbm
import numpy as np
from numpy.typing import NDArray

__all__ = ["PairTable", "lambdamart"]

ROUNDS: Final = 200
PARAMETERS: Final[dict[str, Any]] = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 20,
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 50,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 1,
    "verbosity": -1,
}


@dataclass(frozen=True, slots=True)
class PairTable:
    """(film, distributor) pairs with their signals, grouped by query.

    features: (n, p) float32, NaN where unknown. names: p signals. query: (n,) int64, ascending. label: (n,)
    float32, 1 where the distributor bought the film, else 0.
    """

    features: NDArray[np.float32]
    names: tuple[str, ...]
    query: NDArray[np.int64]
    label: NDArray[np.float32]

    def __post_init__(self) -> None:
        pairs, signals = self.features.shape
        if not pairs == len(self.query) == len(self.label) or signals != len(self.names):
            raise ValueError(
                f"features are {self.features.shape}, but there are {len(self.query)} queries, "
                f"{len(self.label)} labels and {len(self.names)} names"
            )
        if (np.diff(self.query) < 0).any():
            raise ValueError("the pairs must be sorted by query")


def lambdamart(train: PairTable, test: PairTable) -> NDArray[np.float64]:
    """Train on one table and score the pairs of another: (n_test,), higher is better, an order only.

    Raises ValueError when the two tables have other signals.
    """
    if train.names != test.names:
        raise ValueError("the two tables have other signals or another order of them")
    _, sizes = np.unique(train.query, return_counts=True)
    data = lightgbm.Dataset(train.features, label=train.label, group=sizes)
    model = lightgbm.train(PARAMETERS, data, num_boost_round=ROUNDS)
    return np.asarray(model.predict(test.features), np.float64)
