"""How true the probabilities were that this installation showed, by what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from recommender.evaluation.results import equal_bins, interval
from service.security.actor import Actor
from service.security.permissions import Action, sight
from service.store.unit_of_work import UnitOfWorkFactory

__all__ = ["ENOUGH", "OwnBin", "OwnRecord", "drift", "own_record"]

ENOUGH: Final = 20
"""Deals that were taken by somebody we had named; with fewer, chance alone decides how a diagram looks."""

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
class OwnRecord:
    """What was shown, and what of it is settled: somebody took the film in that territory later.

    shown: probabilities, each as often as it was shown. questions: pairs of a film and a territory. expected: sum
    of the probabilities of the settled pairs; taken: those that came. bins: empty below ENOUGH taken.
    """

    shown: int
    questions: int
    pairs: int
    expected: float
    taken: int
    bins: tuple[OwnBin, ...]


def own_record(uow: UnitOfWorkFactory, actor: Actor) -> OwnRecord:
    """Of all companies together, so that nobody's deals can be read from it."""
    sight(actor, Action.READ, "bundle")
    with uow() as tx:
        shown = tx.match_runs.shown()
        settled = list(tx.match_runs.settled())
    said = np.array([one.probability for one in settled], dtype=np.float64)
    happened = np.array([one.happened for one in settled], dtype=np.bool_)
    taken = int(happened.sum())
    count = min(_MOST_BINS, taken // _DEALS_A_BIN)
    bins = equal_bins(said, happened, count) if taken >= ENOUGH else ()
    return OwnRecord(
        shown=shown,
        questions=len({(one.film_id, one.territory) for one in settled}),
        pairs=len(settled),
        expected=float(said.sum()),
        taken=taken,
        bins=tuple(
            OwnBin(one.said, one.happened, one.pairs, *interval(round(one.happened * one.pairs), one.pairs))
            for one in bins
        ),
    )


def drift(uow: UnitOfWorkFactory) -> dict[str, float]:
    """Deals that were expected and that came: the two part where probabilities are no longer true."""
    with uow() as tx:
        settled = list(tx.match_runs.settled())
    return {
        "expected": sum(one.probability for one in settled),
        "taken": float(sum(one.happened for one in settled)),
    }
