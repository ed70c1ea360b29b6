"""All folds, our model and every baseline on the same candidates, written as a page."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import pandas as pd
from tqdm import tqdm

from recommender.errors import TrainingError
from recommender.evaluation import protocol
from recommender.evaluation.baselines import all_baselines, missing_packages
from recommender.evaluation.learning import learning_curve
from recommender.evaluation.metrics import per_query
from recommender.evaluation.ours import run_of
from recommender.evaluation.protocol import Fold
from recommender.evaluation.report import write_report
from recommender.evaluation.results import DataFacts, FoldResult, LearningPoint, evaluate
from recommender.evaluation.runs import QUERY, to_run
from recommender.market.eligibility import ACTIVE_YEARS
from recommender.market.purchases import earlier_deals
from recommender.market.tables import Market
from recommender.matching.train import Fitted, fit
from recommender.space.encoder import TextEncoder

__all__ = ["COLD", "EARLIER", "LAMBDAMART", "benchmark"]

COLD: Final = "Reelmatch"
EARLIER: Final = "Reelmatch, earlier deals known"
LAMBDAMART: Final = "LambdaMART on our signals"

PACKAGES: Final = (
    *("reelmatch", "faiss-cpu", "rectools-lightfm", "numpy", "pandas", "scipy", "scikit-learn"),
    *("sentence-transformers", "torch", "implicit", "lightgbm", "rectools"),
)

FAIRNESS: Final = (
    "All models rank the same candidates: the independent distributors of the territory that had a deal there "
    f"in the {ACTIVE_YEARS:g} years before the fold, or have none yet but a brief. A buyer outside this pool is "
    "a miss for every model.",
    "Every model knows the deals before the fold and no later one; each has the same settings in all folds. The "
    "baselines learn in each territory from what its candidates bought there. They give an order, not "
    "probabilities, so that only our model is asked whether its probabilities are true.",
    f"*{EARLIER}* answers the same queries and also knows who had released the film in other territories "
    "before the day of the query. No other model is told.",
)
BOOSTED: Final = (
    f"*{LAMBDAMART}* replaces our last stage by LightGBM's LambdaMART: the same past years to learn from and the "
    "same signals, raw and standardised within the query."
)
UNKNOWN: Final = (
    "Not known: which films a distributor was offered and refused, and who else wanted a film that was taken. A "
    "candidate that would have bought it counts as wrong. Films that nobody released are not asked about."
)


def benchmark(
    market: Market,
    data_name: str,
    out: Path,
    encoder: TextEncoder,
    seed: int = 0,
    progress: bool = False,
    folds: Sequence[Fold] | None = None,
) -> Path:
    """Measure our model and every baseline that can run here, and write the page and its charts into `out`.

    data_name: what the page calls the data. folds: by default the protocol's. One that asks nothing or has too
    little to learn from is left out, and the page says so. The encoder is asked for the same texts by every
    fold: give one with a cache. progress: say each step and draw bars on stderr.

    Returns the page's path. Raises QueryError when no fold is left.
    """
    study = _Study(market, encoder, seed, progress)
    results = [
        result for fold in (protocol.folds() if folds is None else folds) for result in study.results(fold)
    ]
    learning = study.learning(results)
    facts = DataFacts.of(market, f"`{data_name}`", datetime.now(UTC).date(), _versions())
    notes = [_reproduction(encoder, seed), *FAIRNESS, *_peers(), UNKNOWN, *study.notes]
    return write_report(out, results, learning, facts, notes)


@dataclass(frozen=True, eq=False)
class _Study:
    """One run of the benchmark; `notes` gathers what the page must say about it."""

    market: Market
    encoder: TextEncoder
    seed: int
    progress: bool
    notes: list[str] = field(default_factory=list)

    def results(self, fold: Fold) -> Iterator[FoldResult]:
        """Every model on one fold, ours first; nothing when the fold is left out."""
        truth = fold.queries(self.market)
        if truth.empty:
            self.notes.append(f"Fold {fold.name} is left out: the data holds no query of it.")
            return
        self._say(f"{fold.name}: {COLD}")
        try:
            fitted = fit(self.market, fold.start, self.encoder, self.seed, self.progress)
        except TrainingError as error:
            self.notes.append(f"Fold {fold.name} is left out: {error}.")
            return
        pool = _pool(fitted, truth)
        if pool.empty:
            self.notes.append(f"Fold {fold.name} is left out: no territory has a candidate.")
            return
        yield from self._ours(fold, fitted, truth)
        yield from self._peers(fold, fitted, truth, pool)

    def learning(self, results: Sequence[FoldResult]) -> list[LearningPoint]:
        """The learning curve on the last fold to choose on."""
        candidates = [result for result in results if result.model == COLD and not result.fold.later]
        if not candidates:
            return []
        whole = candidates[-1]
        points, too_few = learning_curve(
            self.market, whole, self.encoder, self.seed, self.progress, self._say
        )
        if points:
            self.notes.append(f"The learning curve asks about fold {whole.fold.name}.")
        else:
            self.notes.append("No territory has enough queries for a learning curve.")
        self.notes.extend(f"{years} years of deals are too few to learn from." for years in too_few)
        return points

    def _ours(self, fold: Fold, fitted: Fitted, truth: pd.DataFrame) -> Iterator[FoldResult]:
        territories = _territories(truth)
        cold = run_of(fitted, self.market, fold.start, fold.end, territories, "cold")
        earlier = run_of(fitted, self.market, fold.start, fold.end, territories, "earlier")
        self.notes.append(_earlier_note(self.market, fold, truth, cold, earlier))
        yield evaluate(self.market, fold, COLD, cold, probabilities=True)
        yield evaluate(self.market, fold, EARLIER, earlier, probabilities=True)

    def _peers(
        self, fold: Fold, fitted: Fitted, truth: pd.DataFrame, pool: pd.DataFrame
    ) -> Iterator[FoldResult]:
        vectors = fitted.films.vectors.synopsis
        for baseline in all_baselines():
            self._say(f"{fold.name}: {baseline.name}")
            run = to_run(baseline.rank(fitted.market, truth, pool, vectors))
            yield evaluate(self.market, fold, baseline.name, run, probabilities=False)
        if "lightgbm" not in missing_packages():
            from recommender.evaluation.boosted import boosted_run

            self._say(f"{fold.name}: {LAMBDAMART}")
            run = boosted_run(fitted, self.market, fold.start, fold.end, _territories(truth))
            yield evaluate(self.market, fold, LAMBDAMART, run, probabilities=False)

    def _say(self, step: str) -> None:
        if self.progress:
            tqdm.write(step, file=sys.stderr)


def _territories(truth: pd.DataFrame) -> list[str]:
    return sorted(truth["territory"].unique())


def _pool(fitted: Fitted, truth: pd.DataFrame) -> pd.DataFrame:
    """territory and distributor_id of our own candidates in the territories asked about."""
    ids = fitted.market.distributors["distributor_id"].to_numpy()
    parts = [
        pd.DataFrame({"distributor_id": ids[fitted.model.state.taste(code).catalogue.distributors]}).assign(
            territory=code
        )
        for code in _territories(truth)
    ]
    return pd.concat(parts, ignore_index=True)


def _earlier_note(
    market: Market, fold: Fold, truth: pd.DataFrame, cold: pd.DataFrame, earlier: pd.DataFrame
) -> str:
    """What earlier deals are worth where there are any."""
    deals = earlier_deals(market, truth, fold.start)
    known = pd.MultiIndex.from_arrays([deals["film_id"], deals["asked_territory"]])
    asked = pd.MultiIndex.from_frame(truth[QUERY].drop_duplicates())
    with_deals = int(asked.isin(known).sum())
    start = f"Fold {fold.name}: {with_deals} of {len(asked)} queries have earlier deals elsewhere"
    if not with_deals:
        return f"{start}."
    before, after = (
        float(rows.loc[pd.MultiIndex.from_frame(rows[QUERY]).isin(known), "ndcg@10"].mean())
        for rows in (per_query(truth, cold), per_query(truth, earlier))
    )
    return f"{start}; over these alone our NDCG@10 is {before:.3f} cold and {after:.3f} with them known."


def _peers() -> Iterator[str]:
    missing = missing_packages()
    if "lightgbm" not in missing:
        yield BOOSTED
    if missing:
        yield f"Not installed, so that what needs them is left out: {', '.join(missing)}."


def _reproduction(encoder: TextEncoder, seed: int) -> str:
    return (
        f"Measured by one process on {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}, seed {seed}, synopses encoded by {encoder.fingerprint}. To measure again: "
        "`reelmatch benchmark --data DIR --out docs/benchmark`, DIR being the folder of the data."
    )


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
