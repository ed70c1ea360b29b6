"""The trained ranking: a day's state, and the last stage for films with and without deals elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.errors import TrainingError
from recommender.ranking.choice import ChoiceModel, Choices
from recommender.ranking.probability import Calibration, Probability
from recommender.ranking.rolling import Window
from recommender.ranking.signals import rising
from recommender.ranking.state import EARLIER_SIGNALS, Asked, DayState, Signals
from recommender.space.vectors import Similarity

__all__ = ["LastStage", "RankingModel", "Scored", "fit_last_stage"]

FEWEST_QUERIES = 20


@dataclass(frozen=True, eq=False)
class LastStage:
    """cold: for films known by their row alone. earlier: for films released elsewhere before; None if there
    were none to learn from."""

    cold: Probability
    earlier: Probability | None

    def of(self, earlier: bool) -> Probability:
        """The stage to ask."""
        return self.earlier if earlier and self.earlier is not None else self.cold


@dataclass(frozen=True, eq=False)
class Scored:
    """q films with the n eligible distributors of a territory: probability float64 (q, n)."""

    signals: Signals
    probability: NDArray[np.float64]
    stage: Probability


@dataclass(frozen=True, eq=False)
class RankingModel:
    """Answers for one territory at a time."""

    state: DayState
    last_stage: LastStage

    def score(
        self,
        asked: Asked,
        territory: str,
        buyers: sparse.csr_matrix | None = None,
        near: Similarity | None = None,
    ) -> Scored:
        """buyers: csr (q, all distributors), who released each film elsewhere, at least one each; None = cold.

        near: what `DayState.near` says of the films, where it is known already.

        Raises QueryError where nobody works in the territory.
        """
        stage = self.last_stage.of(buyers is not None)
        used = None if stage is self.last_stage.cold else buyers
        signals = self.state.signals(asked, territory, used, near)
        return Scored(signals, stage.of(territory, signals.values), stage)


def fit_last_stage(windows: Sequence[Window]) -> tuple[LastStage, LastStage]:
    """The last stage learnt from all windows, and one that has not seen the last of them, to be judged by it.

    The second knows nothing of private deals either: what is measured on it tells of none.
    Raises TrainingError when there is too little to learn from.
    """
    asked = sum(len(c.taken) for w in windows for c in w.cold)
    answered = sum(int(c.taken.any(axis=1).sum()) for w in windows for c in w.cold)
    before_last = any(c.taken.any() for w in windows[:-1] for c in w.cold)
    if answered < FEWEST_QUERIES or not before_last:
        raise TrainingError(
            f"only {answered} of {asked} past releases, of {len(windows)} years, can be learnt from: give deals "
            f"of at least four years with {FEWEST_QUERIES} films that have a synopsis and were taken by "
            "independent distributors already active"
        )
    judged = _stage(windows[:-1], windows[-1:])
    return _refit(judged, windows), judged


def _stage(learnt: Sequence[Window], held_out: Sequence[Window]) -> LastStage:
    cold_past, earlier_past = _choices(learnt)
    cold_held, earlier_held = _choices(held_out)
    cold = _cold_model(learnt)
    calibrated = Probability(cold, Calibration.fit(cold, cold_held, cold_past))
    earlier = _earlier_model(cold, earlier_past)
    if earlier is None:
        return LastStage(calibrated, None)
    return LastStage(calibrated, Probability(earlier, Calibration.fit(earlier, earlier_held, earlier_past)))


def _refit(judged: LastStage, windows: Sequence[Window]) -> LastStage:
    """Learn from every window, and from private deals too; the sharpness stays the one measured out of sample."""
    cold_past, earlier_past = _choices(windows)
    cold = _cold_model(windows, [c for w in windows for c in w.private])
    stage = Probability(cold, judged.cold.calibration.updated(cold_past))
    earlier = _earlier_model(cold, earlier_past)
    if earlier is None:
        return LastStage(stage, None)
    calibration = (judged.earlier or judged.cold).calibration.updated(earlier_past)
    return LastStage(stage, Probability(earlier, calibration))


def _cold_model(windows: Sequence[Window], private: Sequence[Choices] = ()) -> ChoiceModel:
    past = [*_choices(windows)[0], *private]
    return ChoiceModel.fit(past, rising(past[0].names), [d for w in windows for d in w.declined])


def _earlier_model(cold: ChoiceModel, past: Sequence[Choices]) -> ChoiceModel | None:
    if sum(int(c.taken.any(axis=1).sum()) for c in past) < FEWEST_QUERIES:
        return None
    return cold.extended(past, len(EARLIER_SIGNALS))


def _choices(windows: Sequence[Window]) -> tuple[list[Choices], list[Choices]]:
    return [c for w in windows for c in w.cold], [c for w in windows for c in w.earlier]
