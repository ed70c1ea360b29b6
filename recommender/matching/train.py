"""Tables to a bundle."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from tqdm import tqdm

from recommender.errors import TrainingError
from recommender.market.tables import Market
from recommender.matching.contents import BundleContents
from recommender.matching.packing import pack
from recommender.ranking.choice import Choices
from recommender.ranking.gain import ndcg
from recommender.ranking.model import LastStage, RankingModel, fit_last_stage
from recommender.ranking.probability import Probability
from recommender.ranking.rerank import EPOCHS
from recommender.ranking.rolling import Window, rolling_windows, window_starts
from recommender.ranking.state import Asked, DayState, FilmSpace
from recommender.space.encoder import TextEncoder
from recommender.space.text import brief_texts, film_texts
from recommender.space.vectors import FilmVectors

__all__ = ["Fitted", "Trained", "fit", "train"]

SEEDS: Final = 2
"""LightFM models averaged."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained model in memory.

    market: all films and distributors, and the deals before `until`. films: every film of the market, by its
    row. windows: the past years that the last stage learnt from. figures: of the last of them, held out from the
    last stage that is judged by it, as if there were no private deal.
    """

    market: Market
    until: date
    model: RankingModel
    films: Asked
    windows: Sequence[Window]
    figures: Mapping[str, float | None]


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained model as the contents of a bundle."""

    contents: BundleContents
    until: date
    figures: Mapping[str, float | None]


def train(
    market: Market, until: date | None, encoder: TextEncoder, seed: int = 0, progress: bool = False
) -> Trained:
    """Learn from the deals released before `until`, by default from all that may be told of; see `fit`."""
    fitted = fit(market, until, encoder, seed, progress)
    return Trained(pack(fitted.market, fitted.model, fitted.films), fitted.until, fitted.figures)


def fit(
    market: Market, until: date | None, encoder: TextEncoder, seed: int = 0, progress: bool = False
) -> Fitted:
    """Vectors, LightFM models and the last stage, from deals released before `until` and from nothing else.

    Private deals teach the weights of the last stage, which are the same for everybody, and nothing else.
    progress: draw bars on stderr. Raises TrainingError when there is too little to learn from.
    """
    if market.deals["private"].all():
        raise TrainingError("there is no deal to learn from: fill the deals table")
    until = until or market.told().deals["release_date"].max().date() + timedelta(days=1)
    history = market.before(until)
    told = history.told()
    if told.deals.empty:
        raise TrainingError(f"no deal was released before {until}: give a later date")
    synopses = encoder.encode(film_texts(market.films))
    briefs = encoder.encode(brief_texts(market.distributors))
    space = FilmSpace.learn(told, synopses, until, seed)
    films = space.asked(FilmVectors.of(market.films, synopses, space.metadata), np.arange(len(market.films)))
    seeds = range(seed * SEEDS, seed * SEEDS + SEEDS)
    with tqdm(
        total=_epochs(told, until), desc="fitting", unit="epoch", file=sys.stderr, disable=not progress
    ) as bar:
        windows = rolling_windows(history, until, space, films, briefs, seeds, bar.update)
        last_stage, judged = fit_last_stage(windows)
        state = DayState.of(told, until, space, films, briefs, seeds=seeds, on_epoch=bar.update)
        bar.total = bar.n
    figures = _figures(judged, windows[-1])
    return Fitted(history, until, RankingModel(state, last_stage), films, windows, figures)


def _epochs(history: Market, until: date) -> int:
    """LightFM epochs ahead, at most: a territory's model and the world's, for each day and seed."""
    models = [
        history.deals["territory"][history.deals["release_date"] < np.datetime64(day)].nunique() + 1
        for day in (*window_starts(until), until)
    ]
    return int(sum(models)) * SEEDS * EPOCHS


def _figures(judged: LastStage, window: Window) -> dict[str, float | None]:
    figures: dict[str, float | None] = {"held_out_from": float(window.start.toordinal())}
    return figures | _judged(judged.cold, window.cold)


def _judged(stage: Probability, choices: Sequence[Choices]) -> dict[str, float | None]:
    gains, expected, actual, queries = list[float](), 0.0, 0, 0
    for block in choices:
        probability = stage.of(block.territory, block.signals)
        gains.extend(ndcg(probability, block.taken))
        expected += float(probability.sum())
        actual += int(block.taken.sum())
        queries += len(block.taken)
    return {
        "queries": float(queries),
        "ndcg_10": float(np.mean(gains)) if gains else None,
        "expected_deals": expected,
        "actual_deals": float(actual),
    }
