"""A run against the deals that happened: the figures of ../shared/benchmark/score.py, to 1e-9."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.errors import QueryError
from recommender.evaluation.runs import QUERY, check_run
from recommender.ranking.gain import TOP, gain, ideal_gain

__all__ = ["LARGE", "Accuracy", "Calibration", "RunScores", "TerritoryScores", "per_query", "score_run"]

NUMBERS: Final = {
    "ndcg_10": "ndcg@10",
    "mrr": "mrr",
    "recall_5": "recall@5",
    "recall_10": "recall@10",
    "recall_20": "recall@20",
    "listed": "listed",
}
"""Field -> its name in score.py."""

LARGE: Final = 50
"""Queries that a territory needs to count in the macro figures."""

RECALL_AT: Final = (5, 10, 20)
BINS: Final = 10
CLIP: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Means over queries, each 0..1. listed: share of true buyers that the run ranks at all."""

    queries: int
    ndcg_10: float
    mrr: float
    recall_5: float
    recall_10: float
    recall_20: float
    listed: float

    def to_json(self) -> dict[str, float]:
        """The figures under score.py's names, without the number of queries."""
        return {name: getattr(self, field) for field, name in NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class TerritoryScores:
    """One territory. coverage_10: share of its ranked distributors that ever appear in a top ten."""

    accuracy: Accuracy
    coverage_10: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How true the probabilities are over every ranked pair; NaN where there is none.

    ece_top_tenth: mean |probability - frequency| over ten equal bins of the top tenth of probabilities.
    log_loss: nats per pair. expected_deals, actual_deals: sums over the pairs.
    """

    ece_top_tenth: float
    log_loss: float
    expected_deals: float
    actual_deals: float

    def to_json(self) -> dict[str, float]:
        """The figures under score.py's names."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class RunScores:
    """All figures of a run.

    macro: mean of the territories with LARGE queries or more, None where no territory has as many. overall,
    foreign: mean over all queries, and over those of films that the territory did not produce.
    """

    macro: Accuracy | None
    overall: Accuracy
    foreign: Accuracy
    territories: Mapping[str, TerritoryScores]
    calibration: Calibration

    def to_json(self) -> dict[str, object]:
        """The same object that score.py writes with --json."""
        rows = [
            {"territory": code, "queries": scores.accuracy.queries}
            | scores.accuracy.to_json()
            | {"coverage@10": scores.coverage_10}
            for code, scores in self.territories.items()
        ]
        return {
            "macro": self.macro.to_json() if self.macro else None,
            "all": self.overall.to_json() | {"queries": self.overall.queries},
            "foreign": self.foreign.to_json() | {"queries": self.foreign.queries},
            "territories": rows,
            "calibration": self.calibration.to_json(),
        }


def score_run(truth: pd.DataFrame, run: pd.DataFrame) -> RunScores:
    """Measure a run (`runs.RUN_COLUMNS`) against the queries of `protocol.queries`.

    A true buyer that the run does not list is a miss; rows of other queries are ignored. Raises QueryError
    when there is no query or the run is malformed.
    """
    check_run(run)
    if truth.empty:
        raise QueryError("there is no query in that window: choose other dates or territories")
    truth = truth.drop_duplicates([*QUERY, "distributor_id"])
    asked = pd.MultiIndex.from_frame(truth[QUERY].drop_duplicates())
    answers = run[pd.MultiIndex.from_frame(run[QUERY]).isin(asked)]
    answers = answers.merge(
        truth[[*QUERY, "distributor_id"]].assign(happened=1.0), how="left", on=[*QUERY, "distributor_id"]
    )
    rows = _per_query(truth, answers[answers.happened.notna()])
    grouped = {str(code): group for code, group in rows.groupby("territory")}
    coverage = _coverage(answers)
    territories = {
        code: TerritoryScores(_mean(group), coverage.get(code, np.nan)) for code, group in grouped.items()
    }
    probability = answers.probability.to_numpy(np.float64)
    return RunScores(
        macro=_macro([scores.accuracy for scores in territories.values()]),
        overall=_mean(rows),
        foreign=_mean(rows[rows.foreign]),
        territories=territories,
        calibration=_calibration(probability, answers.happened.fillna(0.0).to_numpy(np.float64)),
    )


def per_query(truth: pd.DataFrame, run: pd.DataFrame) -> pd.DataFrame:
    """One row per query, sorted: film_id, territory, foreign (bool), and score.py's figures by its names."""
    key = [*QUERY, "distributor_id"]
    truth = truth.drop_duplicates(key)
    return _per_query(truth, run.merge(truth[key], on=key))


def _per_query(truth: pd.DataFrame, hits: pd.DataFrame) -> pd.DataFrame:
    groups = truth.groupby(QUERY)
    table = groups.foreign.first().reset_index()
    relevant = groups.size().to_numpy()
    query = pd.MultiIndex.from_frame(table[QUERY]).get_indexer(pd.MultiIndex.from_frame(hits[QUERY]))
    rank = hits["rank"].to_numpy().astype(np.int64)

    def summed(gain: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(query, weights=gain, minlength=len(table)).astype(np.float64)

    best = np.full(len(table), np.inf)
    np.minimum.at(best, query, rank)
    table["ndcg@10"] = summed(gain(rank)) / ideal_gain(relevant)
    table["mrr"] = 1.0 / best
    for k in RECALL_AT:
        table[f"recall@{k}"] = summed((rank <= k).astype(np.float64)) / relevant
    table["listed"] = summed(np.ones(len(rank))) / relevant
    return table


def _mean(rows: pd.DataFrame) -> Accuracy:
    return Accuracy(len(rows), **{field: float(rows[name].mean()) for field, name in NUMBERS.items()})


def _macro(territories: list[Accuracy]) -> Accuracy | None:
    large = [accuracy for accuracy in territories if accuracy.queries >= LARGE]
    if not large:
        return None
    means = {field: float(np.mean([getattr(accuracy, field) for accuracy in large])) for field in NUMBERS}
    return Accuracy(sum(accuracy.queries for accuracy in large), **means)


def _coverage(answers: pd.DataFrame) -> dict[str, float]:
    top = answers[answers["rank"].astype(np.int64) <= TOP]
    seen = top.groupby("territory").distributor_id.nunique()
    share = seen / answers.groupby("territory").distributor_id.nunique()
    return {str(code): float(value) for code, value in share.items()}


def _calibration(probability: NDArray[np.float64], happened: NDArray[np.float64]) -> Calibration:
    if not len(probability):
        return Calibration(np.nan, np.nan, 0.0, 0.0)
    clipped = np.clip(probability, CLIP, 1 - CLIP)
    top = np.argsort(-probability)[: max(len(probability) // 10, 1)]
    bins = [part for part in np.array_split(top, BINS) if len(part)]
    error = sum(len(part) * abs(probability[part].mean() - happened[part].mean()) for part in bins) / len(top)
    loss = -(happened * np.log(clipped) + (1 - happened) * np.log(1 - clipped)).mean()
    return Calibration(float(error), float(loss), float(probability.sum()), float(happened.sum()))
