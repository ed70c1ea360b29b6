"""What one process of the service holds while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Engine

from recommender.space.encoder import TextEncoder
from service.api.metrics import Metrics
from service.errors import Unavailable
from service.security.throttle import Rates
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.accounts import Doorkeeper

__all__ = ["AppState", "BundleInForce"]


class BundleInForce(Protocol):
    """What the rest of the process asks of whatever holds the current matcher."""

    @property
    def version(self) -> str | None:
        """Of the bundle that answers; None before the first."""

    @property
    def age_s(self) -> float | None:
        """Seconds since that bundle was trained."""

    @property
    def encoder(self) -> TextEncoder:
        """Of films that are described, and of those that bundles are trained on."""


@dataclass(slots=True)
class AppState:
    """Made when the application starts, gone when it stops. matchers: None until a bundle can be loaded."""

    settings: Settings
    engine: Engine
    uow: UnitOfWorkFactory
    door: Doorkeeper
    rates: Rates
    metrics: Metrics
    matchers: BundleInForce | None = None

    @property
    def encoder(self) -> TextEncoder:
        """Of films that are described. Raises Unavailable where nothing can be described yet."""
        if self.matchers is None:
            raise Unavailable("no bundle is loaded yet", retry_after_s=5.0)
        return self.matchers.encoder
