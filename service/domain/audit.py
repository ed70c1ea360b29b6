"""Who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["AuditEvent"]


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One change. actor: user id, key id, or the name of a command. diff: field -> [before, after], no secrets.

    company_id: on whose behalf, None for an administrator or a command.
    """

    at: datetime
    actor: str
    company_id: str | None
    action: str
    noun: str
    object_id: str
    diff: dict[str, list[Any]]
    request_id: str = ""
