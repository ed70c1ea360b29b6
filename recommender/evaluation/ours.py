"""Our own model on a past window: every candidate of the pool ranked for every query of the protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from recommender.errors import QueryError
from recommender.evaluation.runs import RUN_COLUMNS
from recommender.market.purchases import queries
from recommender.market.tables import Market
from recommender.matching.train import Fitted, fit
from recommender.ranking.rolling import Offer, offers
from recommender.space.encoder import TextEncoder

__all__ = ["Mode", "Window", "rank_window", "run_of"]

Mode = Literal["cold", "earlier"]


@dataclass(frozen=True, eq=False)
class Window:
    """truth: the queries and their true buyers. run: every candidate ranked, with its probability."""

    truth: pd.DataFrame
    run: pd.DataFrame


def rank_window(
    market: Market,
    start: date,
    end: date,
    encoder: TextEncoder,
    territories: Sequence[str] = (),
    mode: Mode = "cold",
    seed: int = 0,
    progress: bool = False,
) -> Window:
    """Learn from the deals before `start`, then rank for the queries of [start, end).

    Raises QueryError when the window holds no query, TrainingError when too little lies before it.
    """
    truth = queries(market, start, end, territories)
    if truth.empty:
        raise QueryError(f"no film with a synopsis was taken from {start} to {end}: ask about other days")
    fitted = fit(market, start, encoder, seed, progress)
    return Window(truth, run_of(fitted, market, start, end, territories, mode))


def run_of(
    fitted: Fitted, market: Market, start: date, end: date, territories: Sequence[str], mode: Mode
) -> pd.DataFrame:
    """The run of a model trained on deals before `start`, for the queries of [start, end).

    A territory without candidates is left out: its buyers are misses.
    """
    ranked = [
        _ranked(fitted, market, offer, mode)
        for offer in offers(market, start, end, territories)
        if len(fitted.model.state.taste(offer.territory).catalogue)
    ]
    if not ranked:
        raise QueryError(
            f"no distributor was active before {start} where films were taken: ask about later days"
        )
    return pd.concat(ranked, ignore_index=True)


def _ranked(fitted: Fitted, market: Market, offer: Offer, mode: Mode) -> pd.DataFrame:
    parts = [
        _table(market, offer.territory, offer.films[rows], *_scored(fitted, offer, rows, earlier))
        for rows, earlier in _by_knowledge(offer, mode)
    ]
    return pd.concat(parts, ignore_index=True)


def _by_knowledge(offer: Offer, mode: Mode) -> Iterator[tuple[np.ndarray, bool]]:
    known = offer.earlier.getnnz(axis=1) > 0
    if mode == "cold":
        known[:] = False
    for earlier in (False, True):
        rows = np.flatnonzero(known == earlier)
        if len(rows):
            yield rows, earlier


def _scored(fitted: Fitted, offer: Offer, rows: np.ndarray, earlier: bool) -> tuple[np.ndarray, np.ndarray]:
    asked = fitted.films.take(offer.films[rows])
    scored = fitted.model.score(asked, offer.territory, offer.earlier[rows] if earlier else None)
    return scored.signals.distributors, scored.probability


def _table(
    market: Market, territory: str, films: np.ndarray, distributors: np.ndarray, probability: np.ndarray
) -> pd.DataFrame:
    film_ids = market.films["film_id"].to_numpy()[films]
    distributor_ids = market.distributors["distributor_id"].to_numpy()[distributors]
    by_id = np.argsort(distributor_ids, kind="stable")
    order = by_id[np.argsort(-probability[:, by_id], axis=1, kind="stable")]
    count = len(distributors)
    table = {
        "film_id": np.repeat(film_ids, count),
        "territory": territory,
        "distributor_id": distributor_ids[order].ravel(),
        "rank": np.tile(np.arange(1, count + 1), len(films)),
        "probability": np.take_along_axis(probability, order, axis=1).ravel(),
    }
    return pd.DataFrame(table, columns=RUN_COLUMNS)
