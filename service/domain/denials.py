"""Why something is not offered to somebody, as a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Denied"]


@dataclass(frozen=True, slots=True)
class Denied:
    """text: in English. kind and facts: what it says, as JSON, for who words it otherwise; see web/reasons.py."""

    kind: str
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text
