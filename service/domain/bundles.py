"""Trained bundles and which one is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.words import BundleState, PromotionKind

__all__ = ["BundleRecord", "CurrentBundle", "Promotion"]


@dataclass(frozen=True, slots=True)
class BundleRecord:
    """A bundle that lies in the bundle store.

    revision: of the data it was trained on, so that replicas know which changes it lacks. figures: how good it
    is. comparison: with the bundle in force when it was made; None where nothing was compared.
    """

    version: str
    manifest: dict[str, Any]
    figures: dict[str, Any]
    revision: int
    state: BundleState = BundleState.READY
    comparison: dict[str, Any] | None = None
    created_at: datetime | None = None
    promoted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CurrentBundle:
    """The bundle in force; version is None before the first promotion.

    counter: goes up by one with every promotion and roll-back. Whoever promotes says which counter it saw.
    """

    version: str | None
    counter: int
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promotion:
    """One change of the bundle in force."""

    counter: int
    kind: PromotionKind
    version: str
    previous: str | None
    by: str
    at: datetime
    reason: str = ""
