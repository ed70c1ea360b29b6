"""A run: the full ranking that a system gives for a set of queries, one row per (query, candidate)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from recommender.errors import QueryError

__all__ = ["RUN_COLUMNS", "check_run", "to_run", "write_run"]

QUERY: Final = ["film_id", "territory"]
RUN_COLUMNS: Final = [*QUERY, "distributor_id", "rank", "probability"]


def to_run(scores: pd.DataFrame) -> pd.DataFrame:
    """Rank the candidates of each query by score, ties by distributor_id.

    `scores` has film_id, territory, distributor_id and score (higher is better, finite). Returns RUN_COLUMNS,
    best first within each query. `probability` is the score stretched to 0..1 within its query: an order
    only. A baseline has no probabilities, and its calibration figures mean nothing.
    """
    if not np.isfinite(scores.score.to_numpy(np.float64)).all():
        raise QueryError("a score is not a finite number: a ranking cannot be made of it")
    order = ["film_id", "territory", "score", "distributor_id"]
    run = scores.sort_values(order, ascending=[True, True, False, True], ignore_index=True)
    grouped = run.groupby(QUERY, sort=False)
    rank = grouped.cumcount() + 1
    lowest, highest = grouped.score.transform("min"), grouped.score.transform("max")
    spread = (highest - lowest).where(highest > lowest, 1.0)
    probability = ((run.score - lowest) / spread).clip(0.0, 1.0)
    return run.assign(rank=rank, probability=probability.astype(np.float64))[RUN_COLUMNS]


def check_run(run: pd.DataFrame) -> None:
    """Raise QueryError when a run lacks a column, repeats a pair or rank, or goes beyond 0..1."""
    missing = sorted(set(RUN_COLUMNS) - set(run.columns))
    if missing:
        raise QueryError(f"the run lacks the columns {', '.join(missing)}; it needs {', '.join(RUN_COLUMNS)}")
    for columns, what in (
        (["distributor_id"], "lists a distributor twice"),
        (["rank"], "gives one rank twice"),
    ):
        repeated = run.duplicated(QUERY + columns)
        if repeated.any():
            row = run[repeated].iloc[0]
            raise QueryError(
                f"the run {what} in the query {row.film_id}, {row.territory}: keep one row for each candidate"
            )
    if not run.probability.between(0.0, 1.0).all():
        raise QueryError("a probability of the run is outside 0..1 or not a number")


def write_run(run: pd.DataFrame, path: Path) -> None:
    """Write a run as the CSV that score.py reads, probabilities in full."""
    run[RUN_COLUMNS].to_csv(path, index=False)
