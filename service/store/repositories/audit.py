"""The audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import select, update

from service.domain.audit import AuditEvent
from service.domain.paging import FIRST, Page, PageRequest
from service.store.repositories.base import Repository
from service.store.repositories.bulk import copy_rows
from service.store.tables.accounts import COMPANIES
from service.store.tables.activity import AUDIT_EVENTS

__all__ = ["Audit", "AuditFilter"]

_EVENTS = select(AUDIT_EVENTS, COMPANIES.c.company_id, AUDIT_EVENTS.c.id.label("position")).select_from(
    AUDIT_EVENTS.outerjoin(COMPANIES, AUDIT_EVENTS.c.company_pk == COMPANIES.c.id)
)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Each empty field is no condition."""

    company_id: str = ""
    actor: str = ""
    noun: str = ""
    object_id: str = ""


class Audit(Repository):
    """tx.audit."""

    def add(self, event: AuditEvent) -> None:
        """Add an event; its diff must be JSON without secrets."""
        company_pk = self._optional_pk(COMPANIES.c.company_id, event.company_id, "company_id")
        self._insert(AUDIT_EVENTS, _values(event, company_pk))

    def add_many(self, events: Sequence[AuditEvent]) -> None:
        """Add thousands at once."""
        companies = self._pks(COMPANIES.c.company_id, {event.company_id for event in events}, "company_id")
        rows = [_values(event, companies[event.company_id]) | {"diff": Jsonb(event.diff)} for event in events]
        copy_rows(self._connection, AUDIT_EVENTS, rows)

    def list(self, page: PageRequest = FIRST, where: AuditFilter | None = None) -> Page[AuditEvent]:
        """The latest first."""
        where = where or AuditFilter()
        query = _EVENTS
        if where.company_id:
            query = query.where(COMPANIES.c.company_id == where.company_id)
        for name in ("actor", "noun", "object_id"):
            value = getattr(where, name)
            if value:
                query = query.where(AUDIT_EVENTS.c[name] == value)
        return self._page(query, AUDIT_EVENTS.c.id, page, _event, newest_first=True)

    def scrub(self, noun: str, object_id: str) -> int:
        """Empty the differences of one thing, such as a person whose data is deleted; who did what stays."""
        about = (AUDIT_EVENTS.c.noun == noun) & (AUDIT_EVENTS.c.object_id == object_id)
        return self._connection.execute(update(AUDIT_EVENTS).where(about).values(diff={})).rowcount


def _values(event: AuditEvent, company_pk: int | None) -> dict[str, Any]:
    return {
        "at": event.at,
        "actor": event.actor,
        "company_pk": company_pk,
        "action": event.action,
        "noun": event.noun,
        "object_id": event.object_id,
        "diff": event.diff,
        "request_id": event.request_id,
    }


def _event(row: Any) -> AuditEvent:
    return AuditEvent(
        at=row.at,
        actor=row.actor,
        company_id=row.company_id,
        action=row.action,
        noun=row.noun,
        object_id=row.object_id,
        diff=row.diff,
        request_id=row.request_id,
    )
