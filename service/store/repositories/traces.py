"""Rows that name a person as whoever did something, wherever no other repository tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Column, delete, func, or_, select

from service.store.repositories.base import Repository, pk_of
from service.store.tables.accounts import IDEMPOTENCY_KEYS, USERS
from service.store.tables.activity import SUGGESTION_LOOKS
from service.store.tables.catalogue import DISTRIBUTOR_PROFILES
from service.store.tables.schedules import EVENT_OUTCOMES, EVENT_RESPONSES, SCHEDULES
from service.store.tables.work import IMPORT_FILES, IMPORT_RUNS, JOB_RUNS, MERGE_PROPOSALS, PROMOTIONS

__all__ = ["TRACES", "Traces"]

TRACES: Final[Mapping[str, tuple[Column[Any], tuple[str, ...], tuple[str, ...]]]] = {
    "import_files": (IMPORT_FILES.c.uploaded_by, ("file_id", "name", "size_bytes", "at"), ()),
    "import_runs": (IMPORT_RUNS.c.requested_by, ("run_id", "kind", "dry_run", "state", "at"), ()),
    "jobs": (JOB_RUNS.c.requested_by, ("job_id", "kind", "state", "created_at"), ()),
    "merges": (MERGE_PROPOSALS.c.decided_by, ("proposal_id", "noun", "state", "decided_at"), ()),
    "promotions": (PROMOTIONS.c.by, ("kind", "counter", "at"), ()),
    "schedules_made": (SCHEDULES.c.made_by, ("schedule_id", "number", "made_at"), ("note",)),
    "schedules_published": (SCHEDULES.c.published_by, ("schedule_id", "number", "published_at"), ()),
    "responses": (EVENT_RESPONSES.c.by, ("side", "answer", "at"), ("reason",)),
    "outcomes": (EVENT_OUTCOMES.c.by, ("said_by", "attendance", "interest", "at"), ("note",)),
    "kept_answers": (IDEMPOTENCY_KEYS.c.actor, ("key", "status", "at"), ()),
}
"""Kind -> the column that holds the person's id, what of a row is told, and texts that are the company's too."""


class Traces(Repository):
    """tx.traces."""

    def of_user(self, user_id: str, *, texts: bool) -> dict[str, list[dict[str, Any]]]:
        """By kind, in the order they were made; texts: also what the person wrote for the company."""
        told = {}
        for kind, (person, names, written) in TRACES.items():
            table = person.table
            columns = [table.c[name] for name in (*names, *(written if texts else ()))]
            query = select(*columns).where(person == user_id).order_by(table.c.id)
            told[kind] = [dict(row) for row in self._connection.execute(query).mappings()]
        looks = (
            select(DISTRIBUTOR_PROFILES.c.distributor_id, SUGGESTION_LOOKS.c.at)
            .join_from(SUGGESTION_LOOKS, DISTRIBUTOR_PROFILES)
            .where(SUGGESTION_LOOKS.c.user_pk == pk_of(USERS.c.user_id, user_id))
            .order_by(SUGGESTION_LOOKS.c.at)
        )
        told["looks"] = [dict(row) for row in self._connection.execute(looks).mappings()]
        return told

    def forget_answers(self, user_id: str) -> None:
        """Delete the kept answers to the person's requests, and those of others that tell of the person."""
        names_them = func.position(func.convert_to(user_id, "UTF8").op("IN")(IDEMPOTENCY_KEYS.c.body)) > 0
        own = IDEMPOTENCY_KEYS.c.actor == user_id
        self._connection.execute(delete(IDEMPOTENCY_KEYS).where(or_(own, names_them)))
