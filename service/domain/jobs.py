"""Background work as people see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.words import JobState

__all__ = ["JobRun"]


@dataclass(frozen=True, slots=True)
class JobRun:
    """A job: done of total steps (total 0 while unknown), and its result once it succeeded, or why it is impossible.

    queue_id: of the queue's own row. company_id: who may see it beside administrators. key: open jobs with the
    same kind and key are the same job; "" for none.
    """

    job_id: str
    kind: str
    state: JobState
    requested_by: str
    company_id: str | None
    created_at: datetime
    key: str = ""
    queue_id: int | None = None
    done: int = 0
    total: int = 0
    message: str = ""
    cancel_requested: bool = False
    result: dict[str, Any] | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def is_to_stop(self) -> bool:
        """Whether whoever carries it out is to stop: somebody asked for it, or it is over already."""
        return self.cancel_requested or self.finished_at is not None
