"""Companies."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from service.domain.accounts import Company
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import CompanyKind
from service.errors import NotFound
from service.store.repositories.base import Repository, contains
from service.store.repositories.bulk import Upserted, upsert
from service.store.tables.accounts import API_KEYS, COMPANIES, MEMBERSHIPS
from service.store.tables.activity import AUDIT_EVENTS, FEEDBACK_EVENTS, MATCH_RUNS
from service.store.tables.catalogue import DISTRIBUTOR_PROFILES, FILMS
from service.store.tables.deals import DEALS, RIGHTS_GRANTS
from service.store.tables.events import EVENT_PARTICIPANTS, EVENTS
from service.store.tables.work import IMPORT_FILES, IMPORT_RUNS, JOB_RUNS

__all__ = ["Companies", "CompanyFilter"]

_REFERENCES = (
    FILMS.c.owner_pk,
    DISTRIBUTOR_PROFILES.c.company_pk,
    DEALS.c.agent_pk,
    RIGHTS_GRANTS.c.company_pk,
    RIGHTS_GRANTS.c.licensee_pk,
    FEEDBACK_EVENTS.c.company_pk,
    MATCH_RUNS.c.company_pk,
    AUDIT_EVENTS.c.company_pk,
    API_KEYS.c.company_pk,
    IMPORT_FILES.c.company_pk,
    IMPORT_RUNS.c.company_pk,
    JOB_RUNS.c.company_pk,
    EVENTS.c.company_pk,
    EVENT_PARTICIPANTS.c.company_pk,
)
"""Every reference to a company beside its memberships; a test compares them with the tables."""


@dataclass(frozen=True, slots=True)
class CompanyFilter:
    """kind, country: exactly. query: part of the name. company_ids: only these."""

    kind: CompanyKind | None = None
    country: str = ""
    query: str = ""
    company_ids: Collection[str] | None = None


class Companies(Repository):
    """tx.companies."""

    def add(self, company: Company) -> Company:
        """Store a new company; Conflict when the id is taken."""
        self._insert(COMPANIES, _values(company))
        return self.get(company.company_id)

    def get(self, company_id: str) -> Company:
        """Raises NotFound."""
        row = self._first(select(COMPANIES).where(COMPANIES.c.company_id == company_id))
        if row is None:
            raise NotFound("company", company_id)
        return _company(row)

    def find(self, company_ids: Collection[str]) -> dict[str, Company]:
        """Those that exist, by id."""
        query = select(COMPANIES).where(COMPANIES.c.company_id.in_(company_ids))
        return {row.company_id: _company(row) for row in self._all(query)}

    def list(self, page: PageRequest = FIRST, where: CompanyFilter | None = None) -> Page[Company]:
        """In the order they were added."""
        where = where or CompanyFilter()
        query = select(COMPANIES, COMPANIES.c.id.label("position"))
        if where.kind is not None:
            query = query.where(COMPANIES.c.kinds.contains([where.kind.value]))
        if where.country:
            query = query.where(COMPANIES.c.country == where.country)
        if where.query:
            query = query.where(contains(COMPANIES.c.name, where.query))
        if where.company_ids is not None:
            query = query.where(COMPANIES.c.company_id.in_(where.company_ids))
        return self._page(query, COMPANIES.c.id, page, _company)

    def named(self, name: str) -> tuple[Company, ...]:
        """Those with exactly this name, without regard to case."""
        query = (
            select(COMPANIES).where(func.lower(COMPANIES.c.name) == func.lower(name)).order_by(COMPANIES.c.id)
        )
        return tuple(map(_company, self._all(query)))

    def stream(self) -> Iterator[Company]:
        """All of them."""
        yield from map(_company, self._stream(select(COMPANIES).order_by(COMPANIES.c.id)))

    def update(self, company: Company, expected: int | None = None) -> Company:
        """Write every field; raises NotFound, PreconditionFailed when the version is not `expected`."""
        values = _values(company)
        self._update(COMPANIES.c.company_id, values.pop("company_id"), values, expected, "company")
        return self.get(company.company_id)

    def upsert_many(self, companies: Sequence[Company]) -> Upserted:
        """Add or change many by their ids."""
        return upsert(self._connection, COMPANIES, "company_id", [_values(company) for company in companies])

    def delete(self, company_id: str, expected: int | None = None) -> None:
        """With memberships, keys and feedback; Conflict while it has films, profiles, rights,
        deals or events."""
        self._delete(COMPANIES.c.company_id, company_id, expected, "company")

    def absorb(self, kept_id: str, other_id: str) -> None:
        """Hand everything of the company `other_id` to `kept_id` and delete it, with its invitations that wait.

        Conflict when both have something that may be there once only, such as a profile in a territory.
        """
        kept = self._pk(COMPANIES.c.company_id, kept_id, "kept_id")
        other = self._pk(COMPANIES.c.company_id, other_id, "other_id")
        for column in _REFERENCES:
            self._connection.execute(update(column.table).where(column == other).values({column.name: kept}))
        members = select(MEMBERSHIPS.c.user_pk).where(MEMBERSHIPS.c.company_pk == kept)
        moved = (MEMBERSHIPS.c.company_pk == other) & MEMBERSHIPS.c.user_pk.not_in(members)
        self._connection.execute(update(MEMBERSHIPS).where(moved).values(company_pk=kept))
        self.delete(other_id)


def _values(company: Company) -> dict[str, Any]:
    return {
        "company_id": company.company_id,
        "name": company.name,
        "kinds": sorted(kind.value for kind in company.kinds),
        "country": company.country or None,
        "website": company.website,
        "aliases": list(company.aliases),
    }


def _company(row: Any) -> Company:
    return Company(
        company_id=row.company_id,
        name=row.name,
        kinds=frozenset(map(CompanyKind, row.kinds)),
        country=row.country or "",
        website=row.website,
        aliases=tuple(row.aliases),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
