"""How much history the model needs: the same fold, learnt from its last years only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pandas as pd

from recommender.errors import TrainingError
from recommender.evaluation.metrics import score_run
from recommender.evaluation.ours import run_of
from recommender.evaluation.protocol import Fold
from recommender.evaluation.results import FoldResult, LearningPoint
from recommender.market.tables import Market
from recommender.matching.train import fit
from recommender.space.encoder import TextEncoder

__all__ = ["YEARS", "learning_curve"]

YEARS: Final = (4, 6, 12)
"""The last stage needs two past years, each with two years of deals before it, so that 3 cannot be learnt from."""


def learning_curve(
    market: Market,
    whole: FoldResult,
    encoder: TextEncoder,
    seed: int,
    progress: bool,
    say: Callable[[str], object],
) -> tuple[list[LearningPoint], list[int]]:
    """Points of the model at YEARS years and at all, and the years that were too few to learn from.

    `whole` is the cold result with all deals, and gives the fold and the last point. `say` is told each step.
    No points where it has no macro figure.
    """
    if whole.scores.macro is None:
        return [], []
    fold, first = whole.fold, market.deals["release_date"].min()
    points, too_few = [], []
    for years in YEARS:
        since = pd.Timestamp(fold.start) - pd.DateOffset(years=years)
        if since <= first:
            break
        say(f"{fold.name}: the last {years} years only")
        ndcg = _ndcg(market, since, fold, encoder, seed, progress)
        if ndcg is None:
            too_few.append(years)
        else:
            points.append(LearningPoint(whole.model, years, ndcg))
    everything = (pd.Timestamp(fold.start) - first).days / 365.25
    return [*points, LearningPoint(whole.model, everything, whole.scores.macro.ndcg_10)], too_few


def _ndcg(
    market: Market, since: pd.Timestamp, fold: Fold, encoder: TextEncoder, seed: int, progress: bool
) -> float | None:
    recent = market.deals[market.deals["release_date"] >= since].reset_index(drop=True)
    try:
        fitted = fit(replace(market, deals=recent), fold.start, encoder, seed, progress)
    except TrainingError:
        return None
    truth = fold.queries(market)
    run = run_of(fitted, market, fold.start, fold.end, sorted(truth["territory"].unique()), "cold")
    macro = score_run(truth, run).macro
    return macro.ndcg_10 if macro else None
