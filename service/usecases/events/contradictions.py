"""What cannot all hold in an event, as facts that are stored with a version or with a plan that failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Loads the solvers, which only the process that plans needs.
    from recommender.meetings.infeasible import Conflict

__all__ = ["contradictions"]


def contradictions(conflicts: Iterable[Conflict]) -> list[dict[str, Any]]:
    """Each with its `rows` and `remedy` by table, key and column, whether it is `proved`, and its English `text`."""
    return [
        {
            "text": str(conflict),
            "rows": [asdict(row) for row in conflict.rows],
            "remedy": asdict(conflict.remedy),
            "proved": conflict.proved,
        }
        for conflict in conflicts
    ]
