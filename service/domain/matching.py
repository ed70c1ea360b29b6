"""Recorded match runs, stored vectors, and the log of changes that replicas follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.domain.words import ChangeKind, RunKind

__all__ = ["Change", "MatchRun", "Prediction", "Settled", "StoredVector"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """A probability that was shown: the raw material of drift against outcomes."""

    film_id: str
    distributor_id: str
    probability: float
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was said of a film and a distributor before the distributor's own company decided; whether it passed."""

    probability: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """A probability that was shown, and whether this distributor took the film once somebody did there."""

    film_id: str
    territory: str
    distributor_id: str
    probability: float
    happened: bool


@dataclass(frozen=True, slots=True)
class MatchRun:
    """What was asked and answered, and with what, so that it can be replayed.

    revision: of the data in the overlay. request, answer: JSON. predictions: the probabilities in the answer,
    None fetched in lists. actor: user id or key id.
    """

    run_id: str
    kind: RunKind
    bundle_version: str
    revision: int
    request: dict[str, Any]
    answer: Any
    actor: str
    company_id: str | None
    at: datetime
    predictions: tuple[Prediction, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class StoredVector:
    """An embedded text. object_id: of the film or distributor. text_sha256: 32 bytes. vector: float32 (d,)."""

    object_id: str
    encoder: str
    text_sha256: bytes
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Change:
    """Something was written or deleted; its revision is the order of commits.

    Every change with a revision up to R is visible once R is.
    """

    revision: int
    kind: ChangeKind
    object_id: str
