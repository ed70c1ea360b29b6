"""Distributor profiles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select

from recommender.market.domain import Distributor
from service.domain.catalogue import DistributorProfile
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import MediaRight
from service.errors import NotFound
from service.store.repositories.base import Repository, contains
from service.store.repositories.bulk import Upserted, upsert
from service.store.tables.accounts import COMPANIES
from service.store.tables.catalogue import DISTRIBUTOR_PROFILES as PROFILES

__all__ = ["DistributorFilter", "Distributors"]

_PROFILES = select(PROFILES, COMPANIES.c.company_id, PROFILES.c.id.label("position")).select_from(
    PROFILES.join(COMPANIES, PROFILES.c.company_pk == COMPANIES.c.id)
)
_CHOOSY = _PROFILES.where(
    PROFILES.c.territory == func.any(bindparam("territories")),
    or_(
        PROFILES.c.media_rights != [],
        PROFILES.c.genres_never != [],
        PROFILES.c.budget_min_usd.is_not(None),
        PROFILES.c.budget_max_usd.is_not(None),
    ),
)
"""Made once: building it takes twice the time of asking it."""


@dataclass(frozen=True, slots=True)
class DistributorFilter:
    """Each empty field is no condition. query: part of the name. attending: a market or event."""

    company_id: str = ""
    territory: str = ""
    kind: str = ""
    media_right: MediaRight | None = None
    attending: str = ""
    query: str = ""


class Distributors(Repository):
    """tx.distributors."""

    def add(self, profile: DistributorProfile) -> DistributorProfile:
        """Store a new profile; Conflict when its id is taken or the company has one in the territory."""
        self._insert(
            PROFILES, _values(profile, self._pk(COMPANIES.c.company_id, profile.company_id, "company_id"))
        )
        return self.get(profile.distributor_id)

    def get(self, distributor_id: str) -> DistributorProfile:
        """Raises NotFound."""
        row = self._first(_PROFILES.where(PROFILES.c.distributor_id == distributor_id))
        if row is None:
            raise NotFound("distributor", distributor_id)
        return _profile(row)

    def find(self, distributor_ids: Collection[str], *, alone: bool = False) -> dict[str, DistributorProfile]:
        """Those that exist, by id. alone: nobody else changes them until this unit of work ends."""
        query = _PROFILES.where(PROFILES.c.distributor_id == func.any(list(distributor_ids)))
        if alone:
            query = query.order_by(PROFILES.c.id).with_for_update(key_share=True, of=PROFILES)
        return {row.distributor_id: _profile(row) for row in self._all(query)}

    def list(
        self, page: PageRequest = FIRST, where: DistributorFilter | None = None
    ) -> Page[DistributorProfile]:
        """In the order they were added."""
        where = where or DistributorFilter()
        return self._page(_PROFILES.where(*_conditions(where)), PROFILES.c.id, page, _profile)

    def territories(self) -> tuple[str, ...]:
        """Those in which any distributor works, in order."""
        query = select(PROFILES.c.territory).distinct().order_by(PROFILES.c.territory)
        return tuple(row.territory for row in self._all(query))

    def of_company(self, company_id: str) -> tuple[DistributorProfile, ...]:
        """All profiles of a company, by territory."""
        query = _PROFILES.where(COMPANIES.c.company_id == company_id).order_by(PROFILES.c.territory)
        return tuple(map(_profile, self._all(query)))

    def choosy(self, territories: Collection[str]) -> tuple[DistributorProfile, ...]:
        """Those with limits of their own."""
        found = self._connection.execute(_CHOOSY, {"territories": list(territories)})
        return tuple(map(_profile, found))

    def stream(self) -> Iterator[DistributorProfile]:
        """All of them, in the order they were added."""
        yield from map(_profile, self._stream(_PROFILES.order_by(PROFILES.c.id)))

    def update(self, profile: DistributorProfile, expected: int | None = None) -> DistributorProfile:
        """Write every field; raises NotFound, PreconditionFailed, Conflict on another territory."""
        company = self._pk(COMPANIES.c.company_id, profile.company_id, "company_id")
        values = _values(profile, company)
        self._update(PROFILES.c.distributor_id, values.pop("distributor_id"), values, expected, "distributor")
        return self.get(profile.distributor_id)

    def upsert_many(self, profiles: Sequence[DistributorProfile]) -> Upserted:
        """Add or change many by their ids; whose they are is for the caller to check."""
        companies = self._pks(
            COMPANIES.c.company_id, {profile.company_id for profile in profiles}, "company_id"
        )
        rows = [_values(profile, companies[profile.company_id]) for profile in profiles]
        return upsert(self._connection, PROFILES, "distributor_id", rows)

    def delete(self, distributor_id: str, expected: int | None = None) -> None:
        """With its vector and feedback; Conflict while it has deals."""
        self._delete(PROFILES.c.distributor_id, distributor_id, expected, "distributor")


def _conditions(where: DistributorFilter) -> Iterator[ColumnElement[bool]]:
    if where.company_id:
        yield COMPANIES.c.company_id == where.company_id
    if where.territory:
        yield PROFILES.c.territory == where.territory
    if where.kind:
        yield PROFILES.c.kind == where.kind
    if where.media_right is not None:
        yield PROFILES.c.media_rights.contains([where.media_right.value])
    if where.attending:
        yield PROFILES.c.attending.contains([where.attending])
    if where.query:
        yield contains(PROFILES.c.name, where.query)


def _values(profile: DistributorProfile, company_pk: int | None) -> dict[str, Any]:
    distributor = profile.distributor
    return {
        "distributor_id": distributor.distributor_id,
        "company_pk": company_pk,
        "name": distributor.name,
        "territory": distributor.territory,
        "kind": distributor.kind,
        "aliases": list(distributor.aliases),
        "brief": distributor.brief,
        "media_rights": [right.value for right in profile.media_rights],
        "budget_min_usd": profile.budget_min_usd,
        "budget_max_usd": profile.budget_max_usd,
        "genres_never": list(profile.genres_never),
        "attending": list(profile.attending),
    }


def _profile(row: Any) -> DistributorProfile:
    distributor = Distributor(
        distributor_id=row.distributor_id,
        name=row.name,
        territory=row.territory,
        kind=row.kind,
        aliases=tuple(row.aliases),
        brief=row.brief,
    )
    return DistributorProfile(
        distributor=distributor,
        company_id=row.company_id,
        media_rights=tuple(map(MediaRight, row.media_rights)),
        budget_min_usd=row.budget_min_usd,
        budget_max_usd=row.budget_max_usd,
        genres_never=tuple(row.genres_never),
        attending=tuple(row.attending),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
