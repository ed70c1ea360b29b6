"""Films and companies that may be the same, and films that were merged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import case, delete, exists, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from service.domain.imports import MergeProposal
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import MergeState, RequestState, ScheduleState
from service.errors import Conflict, NotFound
from service.phrases import phrase
from service.store.repositories.base import Repository, pk_of
from service.store.tables.accounts import COMPANIES
from service.store.tables.activity import FEEDBACK_EVENTS, MEETING_REQUESTS
from service.store.tables.catalogue import FILMS, MERGED_FILMS
from service.store.tables.deals import DEALS, RIGHTS_GRANTS
from service.store.tables.events import EVENT_PARTICIPANTS
from service.store.tables.schedules import SCHEDULE_MEETINGS, SCHEDULES
from service.store.tables.work import MERGE_PROPOSALS as PROPOSALS

__all__ = ["Merges"]

_PAIR = (PROPOSALS.c.noun, text("least(kept_id, other_id)"), text("greatest(kept_id, other_id)"))


class Merges(Repository):
    """tx.merges."""

    def propose(self, proposals: Sequence[MergeProposal]) -> int:
        """Add those whose pair was never proposed, either way round, or merged and came again; returns how many."""
        if not proposals:
            return 0
        added = insert(PROPOSALS).values(list(map(_values, proposals)))
        again = {name: added.excluded[name] for name in _values(proposals[0])}
        new = added.on_conflict_do_update(
            index_elements=_PAIR,
            set_={**again, "decided_by": None, "decided_at": None},
            where=PROPOSALS.c.state == MergeState.MERGED.value,
        ).returning(PROPOSALS.c.id)
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
            raise Conflict(
                phrase("this was decided already: {state}", state=known.state), "Read the proposal again"
            )

    def turn(self, proposal_id: str) -> None:
        """The other one of the two is kept."""
        turned = {"kept_id": PROPOSALS.c.other_id, "other_id": PROPOSALS.c.kept_id}
        self._connection.execute(
            update(PROPOSALS).where(PROPOSALS.c.proposal_id == proposal_id).values(turned)
        )

    def forget(self, noun: str, object_id: str) -> None:
        """Delete open proposals about something that is gone."""
        about = or_(PROPOSALS.c.kept_id == object_id, PROPOSALS.c.other_id == object_id)
        still = PROPOSALS.c.state == MergeState.PROPOSED.value
        self._connection.execute(delete(PROPOSALS).where(PROPOSALS.c.noun == noun, about, still))

    def kept_films(self, film_ids: Collection[str]) -> dict[str, str]:
        """Ids of films that were merged into others -> the films that were kept; an id in use is a film's own."""
        query = (
            select(MERGED_FILMS.c.film_id, FILMS.c.film_id)
            .join_from(MERGED_FILMS, FILMS, MERGED_FILMS.c.kept_pk == FILMS.c.id)
            .where(MERGED_FILMS.c.film_id == func.any(list(film_ids)))
        )
        found = {row[0]: row[1] for row in self._connection.execute(query)}
        in_use = select(FILMS.c.film_id).where(FILMS.c.film_id == func.any(list(found)))
        return {gone: found[gone] for gone in found.keys() - {row.film_id for row in self._all(in_use)}}

    def sellers(self, film_id: str) -> frozenset[str]:
        """The companies that hold or sold rights of the film, drafts included, or made deals of it."""
        film = pk_of(FILMS.c.film_id, film_id)
        holders = select(RIGHTS_GRANTS.c.company_pk).where(RIGHTS_GRANTS.c.film_pk == film)
        agents = select(DEALS.c.agent_pk).where(DEALS.c.film_pk == film)
        found = select(COMPANIES.c.company_id).where(COMPANIES.c.id.in_(holders.union(agents)))
        return frozenset(row.company_id for row in self._all(found))

    def absorb_film(self, kept_id: str, other_id: str) -> None:
        """Hand all of the film `other_id` to `kept_id` and delete it; its id means the kept one from then on.

        A schedule that was published stays as it was. RightsConflict when the rights of both contradict each other.
        """
        kept = self._pk(FILMS.c.film_id, kept_id, "kept_id")
        other = self._pk(FILMS.c.film_id, other_id, "other_id")
        twice = MEETING_REQUESTS.alias()
        self._connection.execute(
            update(MEETING_REQUESTS)
            .where(MEETING_REQUESTS.c.film_pk == other, MEETING_REQUESTS.c.state == RequestState.OPEN.value)
            .where(
                exists().where(
                    twice.c.film_pk == kept,
                    twice.c.profile_pk == MEETING_REQUESTS.c.profile_pk,
                    twice.c.state == RequestState.OPEN.value,
                )
            )
            .values(state=RequestState.WITHDRAWN.value)
        )
        for table in (RIGHTS_GRANTS, DEALS, FEEDBACK_EVENTS, MEETING_REQUESTS):
            self._connection.execute(update(table).where(table.c.film_pk == other).values(film_pk=kept))
        self._name_kept(kept_id, other_id)
        merged = MERGED_FILMS.c.kept_pk
        self._connection.execute(update(MERGED_FILMS).where(merged == other).values(kept_pk=kept))
        added = insert(MERGED_FILMS).values(film_id=other_id, kept_pk=kept)
        self._connection.execute(
            added.on_conflict_do_update(index_elements=["film_id"], set_={"kept_pk": kept})
        )
        self._connection.execute(delete(FILMS).where(FILMS.c.id == other))

    def _name_kept(self, kept_id: str, other_id: str) -> None:
        """In line-ups of events, and in schedules that are drafts."""
        drafts = select(SCHEDULES.c.id).where(SCHEDULES.c.state == ScheduleState.DRAFT.value)
        for table, where in (
            (EVENT_PARTICIPANTS, literal(True)),
            (SCHEDULE_MEETINGS, SCHEDULE_MEETINGS.c.schedule_pk.in_(drafts)),
        ):
            listed = table.c.film_ids
            named = case(
                (listed.contains([kept_id]), func.array_remove(listed, other_id)),
                else_=func.array_replace(listed, other_id, kept_id),
            )
            values: dict[str, Any] = {"film_ids": named}
            if "version" in table.c:
                values["version"] = table.c.version + 1
            self._connection.execute(update(table).where(listed.contains([other_id]), where).values(values))


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
