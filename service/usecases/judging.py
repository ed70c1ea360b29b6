"""Whether a new bundle is worse than the one in force, on the latest deals, which neither may have seen.

A bundle in force has learnt from everything up to the night it was trained, so it cannot be asked about last week.
With each bundle another one is trained the same way, but without the latest deals: its stand-in. The stand-ins of the
new bundle and of the one in force are asked about the same deals, with the films and distributors of today.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from recommender.errors import QueryError
from recommender.evaluation.baselines import Baseline, NearestSynopses, Popularity
from recommender.evaluation.declined import standings
from recommender.evaluation.metrics import RunScores, score_run
from recommender.evaluation.results import reach, reliability
from recommender.evaluation.runs import QUERY, RUN_COLUMNS, to_run
from recommender.market import Market
from recommender.market.purchases import passes, queries
from recommender.matching import Bundle
from recommender.matching.matcher import Changes, Matcher
from recommender.space.encoder import TextEncoder
from recommender.space.text import brief_texts, film_texts

__all__ = ["ENOUGH_PASSES", "ENOUGH_QUERIES", "MEASURE", "SIMPLE", "Window", "judged"]

MEASURE: Final = "ndcg@10"
"""The figure that decides."""

SIMPLE: Final[tuple[Baseline, ...]] = (Popularity(), NearestSynopses())
"""What one would do without us: ask who buys most, or who bought what reads alike."""

ENOUGH_QUERIES: Final = 20
"""With fewer, a figure would be about somebody's deal; everybody reads these."""

ENOUGH_PASSES: Final = 20
"""With fewer, a figure of passes would be about somebody's. They are told in full twenties and whole percents: from
the figures before one more and after, nobody works out that one."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The deals of [start, end) in a market, to be asked about, and the films passed on.

    market: without private deals, which nobody is asked about. truth, declined: see queries and passes of
    recommender.market.purchases.
    """

    market: Market
    start: date
    end: date
    truth: pd.DataFrame
    declined: pd.DataFrame

    @classmethod
    def of(cls, market: Market, start: date, end: date) -> Window:
        """What is asked about these days."""
        told = market.told()
        return cls(told, start, end, queries(told, start, end), passes(told, start, end))

    @property
    def has_enough(self) -> bool:
        """Whether figures of it may be told."""
        return len(self.truth[QUERY].drop_duplicates()) >= ENOUGH_QUERIES


def judged(
    bundle: Bundle, window: Window, encoder: TextEncoder, baselines: Sequence[Baseline] = ()
) -> dict[str, Any]:
    """How a bundle of deals before the window's start ranks the buyers in it, as JSON.

    Figures are 0..1 and better when higher. territories: the same of each that enough is known of. reach: how often
    distributors of each size are in a top ten. reliability: bins of what was said and what happened. baselines: by
    name, how simple ways to rank the same candidates do. Where enough films were passed on: how many, and how high
    those who passed and those who took a film stand, 0.5 being chance. Raises QueryError where the window holds no
    film that was taken, or where nobody can be ranked.
    """
    matcher = _of_today(bundle, window, encoder)
    run = _run(matcher, window.truth)
    scores = score_run(window.truth, run)
    ranked = run.merge(window.truth[QUERY].drop_duplicates(), on=QUERY)
    return {
        **_figures(scores),
        **_declined(matcher, window, ranked),
        "territories": _by_territory(scores),
        **_distributions(window, ranked, scores.overall.queries),
        "baselines": {
            one.name: _baseline(one, window, ranked[["territory", "distributor_id"]], encoder)
            for one in baselines
        },
    }


def _distributions(window: Window, ranked: pd.DataFrame, asked: int) -> dict[str, list[dict[str, Any]]]:
    if asked < ENOUGH_QUERIES:
        return {"reach": [], "reliability": []}
    return {
        "reach": [asdict(band) for band in reach(window.market, window.start, window.truth, ranked)],
        "reliability": [asdict(part) for part in reliability(window.truth, ranked)],
    }


def _baseline(one: Baseline, window: Window, pool: pd.DataFrame, encoder: TextEncoder) -> dict[str, Any]:
    """It knows the deals before the window, and ranks the candidates that the bundle ranked."""
    vectors = encoder.encode(film_texts(window.market.films))
    ranked = one.rank(window.market.before(window.start), window.truth, pool.drop_duplicates(), vectors)
    scores = score_run(window.truth, to_run(ranked))
    # An order has no probabilities that could be true.
    return {
        **{name: _finite(value) for name, value in scores.overall.to_json().items()},
        "territories": _by_territory(scores),
    }


def _of_today(bundle: Bundle, window: Window, encoder: TextEncoder) -> Matcher:
    """With the films that are asked about and the distributors of today, and no deal since.

    Private deals make no film sold: what may be told later would be held against the bundle, and tell of them.
    """
    bundle.check_encoder(encoder.fingerprint)
    tables = bundle.contents.tables
    films = window.market.films
    asked = {*window.truth["film_id"], *window.declined["film_id"]}
    films = films[films["film_id"].isin(asked)].reset_index(drop=True)
    distributors = window.market.distributors
    new = ~distributors["distributor_id"].isin(tables["distributors"]["distributor_id"])
    distributors = distributors[new].reset_index(drop=True)
    changes = Changes.of(
        films=films if len(films) else None,
        synopses=encoder.encode(film_texts(films)) if len(films) else None,
        distributors=distributors if len(distributors) else None,
        briefs=encoder.encode(brief_texts(distributors)) if len(distributors) else None,
    )
    private = frozenset(tables["deals"]["deal_id"][tables["deals"]["private"]])
    return Matcher(bundle, lambda: encoder).with_changes(changes).disregarding(private)


def _declined(matcher: Matcher, window: Window, ranked: pd.DataFrame) -> dict[str, Any]:
    """ranked: the run of the films that were taken."""
    if len(window.declined) < ENOUGH_PASSES:
        return {}
    run = _run(matcher, window.declined)
    # A film that is sold already has no chance with anybody.
    passed = standings(run[run["probability"] > 0], window.declined)
    passed = passed[: len(passed) - len(passed) % ENOUGH_PASSES]
    taken = standings(ranked, window.truth)
    if not len(passed) or not len(taken):
        return {}
    return {
        "passes": len(passed),
        "standing_passed": round(float(passed.mean()), 2),
        "standing_taken": float(taken.mean()),
    }


def _run(matcher: Matcher, asked: pd.DataFrame) -> pd.DataFrame:
    parts = list(_ranked(matcher, asked))
    return pd.concat(parts or [pd.DataFrame(columns=RUN_COLUMNS)], ignore_index=True)


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
    return {name: _finite(value) for name, value in figures.items()}


def _by_territory(scores: RunScores) -> dict[str, dict[str, float | None]]:
    return {
        code: {
            "queries": float(one.accuracy.queries),
            **{name: _finite(value) for name, value in one.accuracy.to_json().items()},
        }
        for code, one in scores.territories.items()
        if one.accuracy.queries >= ENOUGH_QUERIES
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
