"""Films and companies that may be the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from service.domain.imports import MergeProposal
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import MergeState
from service.errors import Conflict, NotFound
from service.store.repositories.base import Repository
from service.store.tables.work import MERGE_PROPOSALS as PROPOSALS

__all__ = ["Merges"]

_PAIR = (PROPOSALS.c.noun, text("least(kept_id, other_id)"), text("greatest(kept_id, other_id)"))


class Merges(Repository):
    """tx.merges."""

    def propose(self, proposals: Sequence[MergeProposal]) -> int:
        """Add those whose pair was never proposed, either way round; returns how many."""
        if not proposals:
            return 0
        added = insert(PROPOSALS).values(list(map(_values, proposals)))
        new = added.on_conflict_do_nothing(index_elements=_PAIR).returning(PROPOSALS.c.id)
        return len(self._connection.execute(new).all())

    def get(self, proposal_id: str) -> MergeProposal:
        """Raises NotFound."""
        row = self._first(select(PROPOSALS).where(PROPOSALS.c.proposal_id == proposal_id))
        if row is None:
            raise NotFound("proposal", proposal_id)
        return _proposal(row)

    def list(
        self, page: PageRequest = FIRST, noun: str | None = None, state: MergeState | None = None
    ) -> Page[MergeProposal]:
        """In the order they were proposed."""
        query = select(PROPOSALS, PROPOSALS.c.id.label("position"))
        if noun is not None:
            query = query.where(PROPOSALS.c.noun == noun)
        if state is not None:
            query = query.where(PROPOSALS.c.state == state.value)
        return self._page(query, PROPOSALS.c.id, page, _proposal)

    def decide(self, proposal_id: str, state: MergeState, by: str, at: datetime) -> None:
        """Raises NotFound, and Conflict when somebody has decided already."""
        still = (PROPOSALS.c.proposal_id == proposal_id) & (PROPOSALS.c.state == MergeState.PROPOSED.value)
        decided = update(PROPOSALS).where(still).values(state=state.value, decided_by=by, decided_at=at)
        if not self._connection.execute(decided).rowcount:
            known = self.get(proposal_id)
            raise Conflict(f"this was decided already: {known.state}", "Read the proposal again")

    def forget(self, noun: str, object_id: str) -> None:
        """Delete open proposals about something that is gone."""
        about = or_(PROPOSALS.c.kept_id == object_id, PROPOSALS.c.other_id == object_id)
        still = PROPOSALS.c.state == MergeState.PROPOSED.value
        self._connection.execute(delete(PROPOSALS).where(PROPOSALS.c.noun == noun, about, still))


def _values(proposal: MergeProposal) -> dict[str, Any]:
    return {
        "proposal_id": proposal.proposal_id,
        "noun": proposal.noun,
        "kept_id": proposal.kept_id,
        "other_id": proposal.other_id,
        "likeness": Decimal(f"{proposal.likeness:.4f}"),
        "evidence": proposal.evidence,
        "state": proposal.state.value,
        "at": proposal.at,
    }


def _proposal(row: Any) -> MergeProposal:
    return MergeProposal(
        proposal_id=row.proposal_id,
        noun=row.noun,
        kept_id=row.kept_id,
        other_id=row.other_id,
        likeness=float(row.likeness),
        evidence=row.evidence,
        state=MergeState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        at=row.at,
    )
