"""Rights held and sold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update

from service import clock
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.rights import RightsGrant, Window
from service.domain.words import Direction, GrantStatus, MediaRight
from service.errors import NotFound
from service.store.repositories.base import Repository, pk_of
from service.store.repositories.bulk import Upserted, upsert
from service.store.repositories.windows import as_range, as_window
from service.store.tables.accounts import COMPANIES
from service.store.tables.catalogue import FILMS
from service.store.tables.deals import DEAL_SALES, DEALS, RIGHTS_GRANTS

__all__ = ["GrantFilter", "Rights"]

_HOLDERS = COMPANIES.alias("holders")
_LICENSEES = COMPANIES.alias("licensees")
_GRANTS = select(
    RIGHTS_GRANTS,
    FILMS.c.film_id,
    _HOLDERS.c.company_id,
    _LICENSEES.c.company_id.label("licensee_id"),
    DEALS.c.deal_id,
    RIGHTS_GRANTS.c.id.label("position"),
).select_from(
    RIGHTS_GRANTS.join(FILMS, RIGHTS_GRANTS.c.film_pk == FILMS.c.id)
    .join(_HOLDERS, RIGHTS_GRANTS.c.company_pk == _HOLDERS.c.id)
    .outerjoin(_LICENSEES, RIGHTS_GRANTS.c.licensee_pk == _LICENSEES.c.id)
    .outerjoin(DEALS, RIGHTS_GRANTS.c.deal_pk == DEALS.c.id)
)


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """Each empty field is no condition.

    party_ids: companies that hold, sell or bought. overlaps: the windows share a day. unconfirmed_since: last
    confirmed before this day, or never.
    """

    film_id: str = ""
    company_id: str = ""
    licensee_id: str = ""
    party_ids: Collection[str] | None = None
    deal_id: str = ""
    direction: Direction | None = None
    territory: str = ""
    media_right: MediaRight | None = None
    status: GrantStatus | None = None
    overlaps: Window | None = None
    unconfirmed_since: date | None = None


class Rights(Repository):
    """tx.rights. Rules that need several rows are checked when the unit of work commits."""

    def add(self, grant: RightsGrant) -> RightsGrant:
        """Store a new grant; RightsConflict when it overlaps an active one and either is exclusive."""
        self._insert(RIGHTS_GRANTS, self._values([grant])[0])
        return self.get(grant.grant_id)

    def get(self, grant_id: str) -> RightsGrant:
        """Raises NotFound."""
        row = self._first(_GRANTS.where(RIGHTS_GRANTS.c.grant_id == grant_id))
        if row is None:
            raise NotFound("grant", grant_id)
        return _grant(row)

    def find(self, grant_ids: Collection[str], *, alone: bool = False) -> dict[str, RightsGrant]:
        """Those that exist, by id. alone: nobody else changes them until this unit of work ends."""
        query = _GRANTS.where(RIGHTS_GRANTS.c.grant_id == func.any(list(grant_ids)))
        if alone:
            query = query.order_by(RIGHTS_GRANTS.c.id).with_for_update(key_share=True, of=RIGHTS_GRANTS)
        return {row.grant_id: _grant(row) for row in self._all(query)}

    def list(self, page: PageRequest = FIRST, where: GrantFilter | None = None) -> Page[RightsGrant]:
        """In the order they were added."""
        query = _GRANTS.where(*_conditions(where or GrantFilter()))
        return self._page(query, RIGHTS_GRANTS.c.id, page, _grant)

    def of_film(self, film_id: str) -> tuple[RightsGrant, ...]:
        """All active grants of a film."""
        return self.of_films([film_id]).get(film_id, ())

    def of_deals(
        self, deal_ids: Collection[str], *, alone: bool = False
    ) -> dict[str, tuple[RightsGrant, ...]]:
        """The active grants that record what deals sold. alone: as in `find`."""
        active = RIGHTS_GRANTS.c.status == GrantStatus.ACTIVE.value
        query = _GRANTS.where(DEALS.c.deal_id == func.any(list(deal_ids)), active).order_by(
            RIGHTS_GRANTS.c.id
        )
        if alone:
            query = query.with_for_update(key_share=True, of=RIGHTS_GRANTS)
        grants: dict[str, list[RightsGrant]] = defaultdict(list)
        for row in self._all(query):
            grants[row.deal_id].append(_grant(row))
        return {deal_id: tuple(rows) for deal_id, rows in grants.items()}

    def standing(
        self, film_ids: Collection[str], media_right: MediaRight | None = None, territory: str = ""
    ) -> dict[str, tuple[RightsGrant, ...]]:
        """What avails are made of: `of_films`, and what the deals of the film's agent sell that no grant records.

        Such a sale is exclusive, for the deal's window, and has no grant_id. Of reference data each agent's count.
        """
        grants = self.of_films(film_ids, media_right, territory)
        for sale in self._in_deals(film_ids, media_right, territory):
            grants[sale.film_id] = (*grants.get(sale.film_id, ()), sale)
        return grants

    def of_films(
        self, film_ids: Collection[str], media_right: MediaRight | None = None, territory: str = ""
    ) -> dict[str, tuple[RightsGrant, ...]]:
        """All active grants, or those of one media right or in one territory, of films that have any."""
        active = RIGHTS_GRANTS.c.status == GrantStatus.ACTIVE.value
        query = _GRANTS.where(FILMS.c.film_id == func.any(list(film_ids)), active).order_by(
            RIGHTS_GRANTS.c.id
        )
        if media_right is not None:
            query = query.where(RIGHTS_GRANTS.c.media_right == media_right.value)
        if territory:
            query = query.where(RIGHTS_GRANTS.c.territory == territory)
        grants: dict[str, list[RightsGrant]] = defaultdict(list)
        for row in self._all(query):
            grants[row.film_id].append(_grant(row))
        return {film_id: tuple(rows) for film_id, rows in grants.items()}

    def update(self, grant: RightsGrant, expected: int | None = None) -> RightsGrant:
        """Write every field; raises NotFound, PreconditionFailed, RightsConflict."""
        values = self._values([grant])[0]
        self._update(RIGHTS_GRANTS.c.grant_id, values.pop("grant_id"), values, expected, "grant")
        return self.get(grant.grant_id)

    def upsert_many(self, grants: Sequence[RightsGrant]) -> Upserted:
        """Add or change many by their ids; whose they are is for the caller to check."""
        return upsert(self._connection, RIGHTS_GRANTS, "grant_id", self._values(grants))

    def delete(self, grant_id: str, expected: int | None = None) -> None:
        """Raises NotFound, PreconditionFailed; RightsConflict at commit while a sale or deal relies on it."""
        self._delete(RIGHTS_GRANTS.c.grant_id, grant_id, expected, "grant")

    def confirm(self, grant_ids: Collection[str], on: date) -> int:
        """Note that these are still so; returns how many were found."""
        confirmed = (
            update(RIGHTS_GRANTS)
            .where(RIGHTS_GRANTS.c.grant_id.in_(grant_ids))
            .values(confirmed_on=on, version=RIGHTS_GRANTS.c.version + 1, updated_at=clock.now())
        )
        return self._connection.execute(confirmed).rowcount

    def _in_deals(
        self, film_ids: Collection[str], media_right: MediaRight | None, territory: str
    ) -> Iterator[RightsGrant]:
        sales = DEAL_SALES.c
        query = (
            select(
                DEAL_SALES,
                FILMS.c.film_id,
                _HOLDERS.c.company_id,
                _LICENSEES.c.company_id.label("licensee_id"),
            )
            .join_from(DEAL_SALES, FILMS, sales.film_pk == FILMS.c.id)
            .join(_HOLDERS, sales.company_pk == _HOLDERS.c.id)
            .join(_LICENSEES, sales.licensee_pk == _LICENSEES.c.id)
            .where(FILMS.c.film_id == func.any(list(film_ids)))
            .where(func.coalesce(FILMS.c.owner_pk, sales.company_pk) == sales.company_pk)
            .order_by(sales.deal_pk)
        )
        if media_right is not None:
            query = query.where(sales.media_right == media_right.value)
        if territory:
            query = query.where(sales.territory == territory)
        yield from map(_sale, self._all(query))

    def _values(self, grants: Sequence[RightsGrant]) -> Sequence[dict[str, Any]]:
        films = self._pks(FILMS.c.film_id, {grant.film_id for grant in grants}, "film_id")
        holders = self._pks(COMPANIES.c.company_id, {grant.company_id for grant in grants}, "company_id")
        licensees = self._pks(COMPANIES.c.company_id, {grant.licensee_id for grant in grants}, "licensee_id")
        deals = self._pks(DEALS.c.deal_id, {grant.deal_id for grant in grants}, "deal_id")
        return [
            {
                "grant_id": grant.grant_id,
                "direction": grant.direction.value,
                "film_pk": films[grant.film_id],
                "company_pk": holders[grant.company_id],
                "licensee_pk": licensees[grant.licensee_id],
                "deal_pk": deals[grant.deal_id],
                "territory": grant.territory,
                "media_right": grant.media_right.value,
                "licence_window": as_range(grant.window),
                "exclusive": grant.exclusive,
                "languages": sorted(grant.languages),
                "holdback_until": grant.holdback_until,
                "status": grant.status.value,
                "confirmed_on": grant.confirmed_on,
                "note": grant.note,
            }
            for grant in grants
        ]


def _conditions(where: GrantFilter) -> Iterator[ColumnElement[bool]]:
    grants = RIGHTS_GRANTS.c
    if where.film_id:
        yield grants.film_pk == pk_of(FILMS.c.film_id, where.film_id)
    if where.company_id:
        yield grants.company_pk == pk_of(COMPANIES.c.company_id, where.company_id)
    if where.licensee_id:
        yield grants.licensee_pk == pk_of(COMPANIES.c.company_id, where.licensee_id)
    if where.party_ids is not None:
        parties = select(COMPANIES.c.id).where(COMPANIES.c.company_id.in_(where.party_ids))
        yield or_(grants.company_pk.in_(parties), grants.licensee_pk.in_(parties))
    if where.deal_id:
        yield grants.deal_pk == pk_of(DEALS.c.deal_id, where.deal_id)
    if where.overlaps is not None:
        yield grants.licence_window.overlaps(as_range(where.overlaps))
    if where.unconfirmed_since is not None:
        yield or_(grants.confirmed_on.is_(None), grants.confirmed_on < where.unconfirmed_since)
    for name in ("direction", "territory", "media_right", "status"):
        value = getattr(where, name)
        if value:
            yield grants[name] == str(value)


def _grant(row: Any) -> RightsGrant:
    return RightsGrant(
        grant_id=row.grant_id,
        direction=Direction(row.direction),
        film_id=row.film_id,
        company_id=row.company_id,
        territory=row.territory,
        media_right=MediaRight(row.media_right),
        window=as_window(row.licence_window),
        exclusive=row.exclusive,
        status=GrantStatus(row.status),
        licensee_id=row.licensee_id,
        languages=tuple(row.languages),
        holdback_until=row.holdback_until,
        confirmed_on=row.confirmed_on,
        deal_id=row.deal_id,
        note=row.note,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _sale(row: Any) -> RightsGrant:
    return RightsGrant(
        grant_id="",
        direction=Direction.SOLD,
        film_id=row.film_id,
        company_id=row.company_id,
        territory=row.territory,
        media_right=MediaRight(row.media_right),
        window=as_window(row.licence_window),
        exclusive=True,
        status=GrantStatus.ACTIVE,
        licensee_id=row.licensee_id,
        deal_id=row.deal_id,
    )
