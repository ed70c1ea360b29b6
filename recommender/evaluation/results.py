"""What the benchmark page is made of: one model's figures on one fold, small enough to keep and to add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.evaluation.metrics import RunScores, score_run
from recommender.evaluation.protocol import Fold
from recommender.evaluation.runs import QUERY
from recommender.market.tables import Market

__all__ = [
    "BANDS",
    "Bin",
    "DataFacts",
    "FoldResult",
    "LearningPoint",
    "Reach",
    "equal_bins",
    "evaluate",
    "interval",
    "mean_ndcg",
    "reach",
    "reliability",
]

BANDS: Final = (1, 2, 4, 8, 16, 32)
"""Lower ends of the popularity bands: deals of a distributor in the three years before the fold."""

RECENT_YEARS: Final = 3
TOP: Final = 10
TAIL_BINS: Final = 4
TOP_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs of similar probability: the mean of what was said, the share that happened, how many."""

    said: float
    happened: float
    pairs: int


@dataclass(frozen=True, slots=True)
class Reach:
    """One popularity band: distributors ranked, those in some top ten, top-ten places held, true deals."""

    band: str
    ranked: int
    shown: int
    places: int
    deals: int


@dataclass(frozen=True, slots=True)
class FoldResult:
    """A model on a fold. `bins` are empty for a model without probabilities."""

    fold: Fold
    model: str
    scores: RunScores
    reach: tuple[Reach, ...] = ()
    bins: tuple[Bin, ...] = ()


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """Macro NDCG@10 of a model that was given only the last `years` years of deals."""

    model: str
    years: float
    ndcg_10: float


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What the figures were measured on, when, and with which versions (package -> version)."""

    data: str
    films: int
    described_films: int
    distributors: int
    deals: int
    first_release: date
    last_release: date
    measured_on: date
    versions: Mapping[str, str]

    @classmethod
    def of(cls, market: Market, data: str, measured_on: date, versions: Mapping[str, str]) -> DataFacts:
        """The facts of a market; `data` says in words where it comes from."""
        released = market.deals.release_date
        return cls(
            data=data,
            films=len(market.films),
            described_films=int((market.films.synopsis != "").sum()),
            distributors=len(market.distributors),
            deals=len(market.deals),
            first_release=released.min().date(),
            last_release=released.max().date(),
            measured_on=measured_on,
            versions=versions,
        )


def evaluate(market: Market, fold: Fold, model: str, run: pd.DataFrame, probabilities: bool) -> FoldResult:
    """Score a run of a fold. `probabilities`: whether the run's are meant as such, or only as an order.

    Raises QueryError when the fold has no query in this market or the run is malformed.
    """
    truth = fold.queries(market)
    scores = score_run(truth, run)
    run = run.merge(truth[QUERY].drop_duplicates(), on=QUERY)
    bins = reliability(truth, run) if probabilities else ()
    return FoldResult(fold, model, scores, reach(market, fold.start, truth, run), bins)


def reliability(truth: pd.DataFrame, run: pd.DataFrame) -> tuple[Bin, ...]:
    """Probabilities against what happened: ten equal bins of the top tenth, and four of the rest."""
    key = [*QUERY, "distributor_id"]
    happened = pd.MultiIndex.from_frame(run[key]).isin(pd.MultiIndex.from_frame(truth[key]))
    said = run.probability.to_numpy(np.float64)
    order = np.argsort(said, kind="stable")
    tail = len(order) - len(order) // 10
    return _bins(
        said,
        happened,
        np.array_split(order[:tail], TAIL_BINS) + np.array_split(order[tail:], TOP_BINS),
    )


def equal_bins(said: NDArray[np.float64], happened: NDArray[np.bool_], bins: int) -> tuple[Bin, ...]:
    """Pairs of any origin, (n,) each, in equal bins by what was said."""
    return _bins(said, happened, np.array_split(np.argsort(said, kind="stable"), bins))


def interval(happened: int, pairs: int, z: float = 1.645) -> tuple[float, float]:
    """Where the true share lies, 0..1, at 90 % by default; pairs is 1 or more.

    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    share, weight = happened / pairs, z * z / pairs
    middle = share + weight / 2
    half = z * (share * (1 - share) / pairs + weight / pairs / 4) ** 0.5
    return max(0.0, (middle - half) / (1 + weight)), min(1.0, (middle + half) / (1 + weight))


def reach(market: Market, start: date, truth: pd.DataFrame, run: pd.DataFrame) -> tuple[Reach, ...]:
    """How a run treats small and large distributors; those without a recent deal are in the band "0"."""
    since = pd.Timestamp(start) - pd.DateOffset(years=RECENT_YEARS)
    past = market.deals[
        (market.deals.release_date >= since) & (market.deals.release_date < pd.Timestamp(start))
    ]
    recent = past.distributor_id.value_counts()

    def band(ids: pd.Series) -> NDArray[np.int64]:
        bands: NDArray[np.int64] = np.searchsorted(BANDS, ids.map(recent).fillna(0).to_numpy(), side="right")
        return bands

    top = run[run["rank"] <= TOP]
    counted = [
        np.bincount(band(ids), minlength=len(BANDS) + 1)
        for ids in (
            run.distributor_id.drop_duplicates(),
            top.distributor_id.drop_duplicates(),
            top.distributor_id,
            truth.distributor_id,
        )
    ]
    return tuple(
        Reach(name, *(int(counts[number]) for counts in counted)) for number, name in enumerate(_band_names())
    )


def mean_ndcg(results: Sequence[FoldResult], territory: str) -> float:
    """NDCG@10 over the queries of all these folds together, NaN where the territory was not asked about."""
    parts = [result.scores.territories.get(territory) for result in results]
    asked = [part.accuracy for part in parts if part is not None]
    queries = sum(accuracy.queries for accuracy in asked)
    if not queries:
        return float("nan")
    return sum(accuracy.ndcg_10 * accuracy.queries for accuracy in asked) / queries


def _bins(
    said: NDArray[np.float64], happened: NDArray[np.bool_], parts: Sequence[NDArray[np.int64]]
) -> tuple[Bin, ...]:
    return tuple(
        Bin(float(said[part].mean()), float(happened[part].mean()), len(part)) for part in parts if len(part)
    )


def _band_names() -> list[str]:
    inner = [str(low) if high == low + 1 else f"{low}-{high - 1}" for low, high in pairwise(BANDS)]
    return ["0", *inner, f"{BANDS[-1]}+"]
