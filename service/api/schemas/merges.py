"""Proposed merges, as the API gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from service.domain.imports import MergeProposal
from service.domain.words import MergeState

__all__ = ["MergeOut"]


class MergeOut(BaseModel):
    """Two films or two companies that may be the same."""

    proposal_id: str
    noun: str = Field(description="film or company.")
    kept_id: str = Field(description="The one that stays when they are merged.")
    other_id: str = Field(description="The one whose rights, deals and feedback go to the other.")
    likeness: float = Field(description="0 to 1.")
    evidence: dict[str, Any] = Field(
        description="What they share and what not.",
        examples=[{"titles": ["The Ferry", "Ferry"], "years": [2024, 2024], "shared_directors": ["Ana Ruz"]}],
    )
    state: MergeState
    decided_by: str | None
    decided_at: datetime | None
    at: datetime | None

    @classmethod
    def of(cls, proposal: MergeProposal) -> MergeOut:
        """The proposal as shown."""
        return cls(**{name: getattr(proposal, name) for name in cls.model_fields})
