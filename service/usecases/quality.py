"""How true the probabilities were that this installation showed, by what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from recommender.evaluation.results import equal_bins, interval
from service.domain.matching import Decided, Settled
from service.security.actor import Actor
from service.security.permissions import Action, sight
from service.store.unit_of_work import UnitOfWorkFactory

__all__ = ["ENOUGH", "Decisions", "OwnBin", "OwnRecord", "OwnSettled", "drift", "own_record"]

ENOUGH: Final = 20
"""Deals that were taken by somebody we had named; with fewer, a figure would tell of somebody's deal.

Decisions, which are private, are told in full twenties and whole percents, so that no one of them moves a figure that
can be read before it and after."""

_DEALS_A_BIN: Final = 8
_MOST_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class OwnBin:
    """Pairs of similar probability: the mean of what was said, the share that came, where its true value lies."""

    said: float
    happened: float
    pairs: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Decisions:
    """What distributors decided themselves on films that they had been matched with.

    welcomed: shortlisted, asked to meet, offered for, or signed. said_*: mean probability before it. order: how often
    a welcomed one stood above one that was passed on, 0..1, equals counting half; 0.5 is chance (the area under the
    ROC curve, Hanley and McNeil 1982). Of the first full twenties of either kind, in whole percents.
    """

    passed: int
    welcomed: int
    said_passed: float
    said_welcomed: float
    order: float


@dataclass(frozen=True, slots=True)
class OwnSettled:
    """What is known of the probabilities of films that somebody took in that territory later.

    questions: pairs of a film and a territory. expected: sum of the probabilities of the pairs; taken: those that came.
    """

    questions: int
    pairs: int
    expected: float
    taken: int
    bins: tuple[OwnBin, ...]


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What was shown, and what came of it.

    shown: probabilities, each as often as it was shown. settled: None below ENOUGH that came. decisions: None below
    ENOUGH of either kind.
    """

    shown: int
    settled: OwnSettled | None
    decisions: Decisions | None


def own_record(uow: UnitOfWorkFactory, actor: Actor) -> OwnRecord:
    """Of all companies together, by announced deals alone, so that nobody's other deals can be read from it."""
    sight(actor, Action.READ, "bundle")
    with uow() as tx:
        shown = tx.match_runs.shown()
        settled = list(tx.match_runs.settled())
        decided = list(tx.match_runs.decided())
    return OwnRecord(shown, _settled(settled), _decisions(decided))


def _settled(settled: Sequence[Settled]) -> OwnSettled | None:
    said = np.array([one.probability for one in settled], dtype=np.float64)
    happened = np.array([one.happened for one in settled], dtype=np.bool_)
    taken = int(happened.sum())
    if taken < ENOUGH:
        return None
    bins = equal_bins(said, happened, min(_MOST_BINS, taken // _DEALS_A_BIN))
    return OwnSettled(
        questions=len({(one.film_id, one.territory) for one in settled}),
        pairs=len(settled),
        expected=float(said.sum()),
        taken=taken,
        bins=tuple(
            OwnBin(one.said, one.happened, one.pairs, *interval(round(one.happened * one.pairs), one.pairs))
            for one in bins
        ),
    )


def _decisions(decided: Sequence[Decided]) -> Decisions | None:
    passed = _full([one.probability for one in decided if one.passed])
    welcomed = _full([one.probability for one in decided if not one.passed])
    if min(len(passed), len(welcomed)) < ENOUGH:
        return None
    ranks = rankdata(np.concatenate([welcomed, passed]))[: len(welcomed)]
    above = ranks.sum() - len(welcomed) * (len(welcomed) + 1) / 2
    return Decisions(
        passed=len(passed),
        welcomed=len(welcomed),
        said_passed=round(float(passed.mean()), 2),
        said_welcomed=round(float(welcomed.mean()), 2),
        order=round(float(above / (len(welcomed) * len(passed))), 2),
    )


def _full(said: Sequence[float]) -> NDArray[np.float64]:
    """The first ones, as many as make full twenties."""
    return np.array(said[: len(said) - len(said) % ENOUGH])


def drift(uow: UnitOfWorkFactory) -> dict[str, float]:
    """Announced deals that were expected and that came: the two part where probabilities are no longer true."""
    with uow() as tx:
        settled = list(tx.match_runs.settled())
    return {
        "expected": sum(one.probability for one in settled),
        "taken": float(sum(one.happened for one in settled)),
    }
