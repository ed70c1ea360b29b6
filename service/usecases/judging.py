"""Whether a new bundle is worse than the one in force, on the latest deals, which neither may have seen.

A bundle in force has learnt from everything up to the night it was trained, so it cannot be asked about last week.
With each bundle another one is trained the same way, but without the latest deals: its stand-in. The stand-ins of the
new bundle and of the one in force are asked about the same deals, with the films and distributors of today.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from recommender.errors import QueryError
from recommender.evaluation.metrics import RunScores, score_run
from recommender.evaluation.runs import RUN_COLUMNS
from recommender.market import Market
from recommender.market.purchases import queries
from recommender.matching import Bundle
from recommender.matching.matcher import Changes, Matcher
from recommender.space.encoder import TextEncoder
from recommender.space.text import brief_texts, film_texts

__all__ = ["MEASURE", "Window", "judged"]

MEASURE: Final = "ndcg@10"
"""The figure that decides."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The deals of [start, end) in a market, to be asked about. truth: see recommender.market.purchases.queries."""

    market: Market
    start: date
    end: date
    truth: pd.DataFrame

    @classmethod
    def of(cls, market: Market, start: date, end: date) -> Window:
        """What is asked about these days."""
        return cls(market, start, end, queries(market, start, end))


def judged(bundle: Bundle, window: Window, encoder: TextEncoder) -> dict[str, float | None]:
    """How a bundle of deals before the window's start ranks the buyers in it, 0..1 and better when higher.

    Raises QueryError where the window holds no film that was taken, or where nobody can be ranked.
    """
    matcher = _of_today(bundle, window, encoder)
    run = pd.concat(
        list(_ranked(matcher, window.truth)) or [pd.DataFrame(columns=RUN_COLUMNS)], ignore_index=True
    )
    return _figures(score_run(window.truth, run))


def _of_today(bundle: Bundle, window: Window, encoder: TextEncoder) -> Matcher:
    """With the films that are asked about and the distributors of today, and no deal since."""
    bundle.check_encoder(encoder.fingerprint)
    tables = bundle.contents.tables
    films = window.market.films
    films = films[films["film_id"].isin(window.truth["film_id"])].reset_index(drop=True)
    distributors = window.market.distributors
    new = ~distributors["distributor_id"].isin(tables["distributors"]["distributor_id"])
    distributors = distributors[new].reset_index(drop=True)
    return Matcher(bundle, lambda: encoder).with_changes(
        Changes.of(
            films=films if len(films) else None,
            synopses=encoder.encode(film_texts(films)) if len(films) else None,
            distributors=distributors if len(distributors) else None,
            briefs=encoder.encode(brief_texts(distributors)) if len(distributors) else None,
        )
    )


def _ranked(matcher: Matcher, truth: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for territory, asked in truth.groupby("territory"):
        film_ids = list(dict.fromkeys(asked["film_id"]))
        try:
            distributor_ids, chances = matcher.probabilities(film_ids, str(territory))
        except QueryError:
            # Nobody worked there yet: its buyers are misses.
            continue
        by_id = np.argsort(np.array(distributor_ids, dtype=object), kind="stable")
        order = by_id[np.argsort(-chances[:, by_id], axis=1, kind="stable")]
        count = len(distributor_ids)
        yield pd.DataFrame(
            {
                "film_id": np.repeat(np.array(film_ids, dtype=object), count),
                "territory": territory,
                "distributor_id": np.array(distributor_ids, dtype=object)[order].ravel(),
                "rank": np.tile(np.arange(1, count + 1), len(film_ids)),
                "probability": np.take_along_axis(chances, order, axis=1).ravel(),
            }
        )


def _figures(scores: RunScores) -> dict[str, float | None]:
    figures: Mapping[str, Any] = {
        **scores.overall.to_json(),
        **scores.calibration.to_json(),
        "queries": scores.overall.queries,
    }
    return {name: float(value) if math.isfinite(value) else None for name, value in figures.items()}
