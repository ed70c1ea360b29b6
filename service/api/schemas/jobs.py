"""Jobs as the API gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from service.domain.jobs import JobRun
from service.domain.words import JobState

__all__ = ["JobOut"]


class JobOut(BaseModel):
    """A job: how far it is, and what it made."""

    job_id: str
    kind: str = Field(examples=["train"])
    state: JobState
    company_id: str | None
    requested_by: str
    done: int = Field(description="Steps of `total`; total is 0 while it is not known.")
    total: int
    message: str
    cancel_requested: bool
    result: dict[str, Any] | None = Field(
        description="What it made, once it succeeded; or why it is impossible."
    )
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, job: JobRun) -> JobOut:
        """The job as shown."""
        return cls(**{name: getattr(job, name) for name in cls.model_fields})
