"""Recorded runs as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from service.domain.matching import MatchRun
from service.domain.words import RunKind
from service.usecases.replays import Replay

__all__ = ["ReplayOut", "RunOut"]


class RunOut(BaseModel):
    """A recorded run. answer: as it was given; null in lists."""

    run_id: str
    kind: RunKind
    bundle_version: str
    revision: int
    at: datetime
    actor: str
    company_id: str | None
    request: dict[str, Any]
    answer: dict[str, Any] | None

    @classmethod
    def of(cls, run: MatchRun) -> RunOut:
        """The run as shown."""
        return cls(**{name: getattr(run, name) for name in cls.model_fields})


class ReplayOut(BaseModel):
    """A run, and what the same bundle answers now."""

    recorded: dict[str, Any]
    again: dict[str, Any] | None = Field(description="Null where the bundle or what was asked about is gone.")
    is_same: bool | None
    revision: int | None = Field(description="Of the data that is answered from now.")
    reason: str = Field(description="Why nothing is answered now.")

    @classmethod
    def of(cls, replay: Replay) -> ReplayOut:
        """The replay as shown."""
        return cls(**{name: getattr(replay, name) for name in cls.model_fields})
