"""Deals and their terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Double, cast, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from service.domain.deals import DealRecord, DealTerms, Money, Released
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import MediaRight
from service.errors import NotFound
from service.store.repositories.base import Repository, pk_of
from service.store.repositories.bulk import Upserted, upsert
from service.store.repositories.windows import as_range, as_window
from service.store.tables.accounts import COMPANIES
from service.store.tables.catalogue import DISTRIBUTOR_PROFILES as PROFILES
from service.store.tables.catalogue import FILMS
from service.store.tables.deals import DEAL_TERMS, DEALS

__all__ = ["DealFilter", "Deals"]

_AGENTS = COMPANIES.alias("agents")
_PLAIN = (
    *("sales_agent", "role", "in_house", "release_date", "signed_on", "is_public", "admissions", "screens"),
    *("outcome_public", "source"),
)
_DEALS = select(
    DEALS,
    FILMS.c.film_id,
    PROFILES.c.distributor_id,
    PROFILES.c.territory,
    _AGENTS.c.company_id.label("agent_id"),
    DEALS.c.id.label("position"),
).select_from(
    DEALS.join(FILMS, DEALS.c.film_pk == FILMS.c.id)
    .join(PROFILES, DEALS.c.profile_pk == PROFILES.c.id)
    .outerjoin(_AGENTS, DEALS.c.agent_pk == _AGENTS.c.id)
)


@dataclass(frozen=True, slots=True)
class DealFilter:
    """Each empty field is no condition.

    seen_by: public deals and those with one of these companies as seller or buyer; None for all. party_ids:
    only deals of these companies.
    """

    film_id: str = ""
    distributor_id: str = ""
    agent_id: str = ""
    territory: str = ""
    party_ids: Collection[str] | None = None
    seen_by: Collection[str] | None = None
    released_from: date | None = None
    released_to: date | None = None


class Deals(Repository):
    """tx.deals. That a deal lies inside rights held is checked when the unit of work commits."""

    def add(self, deal: DealRecord, terms: DealTerms | None = None) -> DealRecord:
        """Store a new deal; Conflict when the id is taken."""
        self._insert(DEALS, self._values([deal])[0])
        if terms is not None:
            self.set_terms(deal.deal_id, terms)
        return self.get(deal.deal_id)

    def get(self, deal_id: str) -> DealRecord:
        """Raises NotFound."""
        row = self._first(_DEALS.where(DEALS.c.deal_id == deal_id))
        if row is None:
            raise NotFound("deal", deal_id)
        return _deal(row)

    def find(self, deal_ids: Collection[str], *, alone: bool = False) -> dict[str, DealRecord]:
        """Those that exist, by id. alone: nobody else changes them until this unit of work ends."""
        query = _DEALS.where(DEALS.c.deal_id == func.any(list(deal_ids)))
        if alone:
            query = query.order_by(DEALS.c.id).with_for_update(key_share=True, of=DEALS)
        return {row.deal_id: _deal(row) for row in self._all(query)}

    def list(self, page: PageRequest = FIRST, where: DealFilter | None = None) -> Page[DealRecord]:
        """In the order they were added."""
        return self._page(_DEALS.where(*_conditions(where or DealFilter())), DEALS.c.id, page, _deal)

    def last_release(self, where: DealFilter) -> date | None:
        """The latest release date of those that are dated."""
        query = _DEALS.with_only_columns(func.max(DEALS.c.release_date), maintain_column_froms=True)
        last: date | None = self._connection.execute(query.where(*_conditions(where))).scalar_one()
        return last

    def releases(self, where: DealFilter) -> tuple[Released, ...]:
        """Those that are dated, in no order: much sooner than whole deals, of which a territory has thousands."""
        columns = DEALS.c
        query = _DEALS.with_only_columns(
            columns.deal_id,
            FILMS.c.film_id,
            PROFILES.c.distributor_id,
            columns.release_date,
            cast(func.coalesce(columns.screens, columns.admissions, columns.gross), Double),
            columns.outcome_public,
            maintain_column_froms=True,
        )
        dated = columns.release_date.is_not(None)
        return tuple(Released(*row) for row in self._all(query.where(dated, *_conditions(where))))

    def of_films(self, film_ids: Collection[str]) -> dict[str, tuple[DealRecord, ...]]:
        """All deals of films that have any, private ones too."""
        deals: dict[str, list[DealRecord]] = defaultdict(list)
        query = _DEALS.where(FILMS.c.film_id == func.any(list(film_ids))).order_by(DEALS.c.id)
        for row in self._all(query):
            deals[row.film_id].append(_deal(row))
        return {film_id: tuple(rows) for film_id, rows in deals.items()}

    def stream(self) -> Iterator[DealRecord]:
        """All of them, in the order they were added."""
        yield from map(_deal, self._stream(_DEALS.order_by(DEALS.c.id)))

    def update(self, deal: DealRecord, expected: int | None = None) -> DealRecord:
        """Write every field but the terms; raises NotFound, PreconditionFailed."""
        values = self._values([deal])[0]
        self._update(DEALS.c.deal_id, values.pop("deal_id"), values, expected, "deal")
        return self.get(deal.deal_id)

    def upsert_many(
        self, deals: Sequence[DealRecord], terms: Mapping[str, DealTerms] | None = None
    ) -> Upserted:
        """Add or change many by their ids, and the terms of those named; whose they are is for the caller.

        A deal whose terms alone differ counts as unchanged.
        """
        counts = upsert(self._connection, DEALS, "deal_id", self._values(deals))
        if terms:
            pks = self._pks(DEALS.c.deal_id, terms, "deal_id")
            self._write_terms(
                [{"deal_pk": pks[deal_id], **_terms_values(value)} for deal_id, value in terms.items()]
            )
        return counts

    def delete(self, deal_id: str, expected: int | None = None) -> None:
        """With its terms; Conflict while sold rights name it."""
        self._delete(DEALS.c.deal_id, deal_id, expected, "deal")

    def terms(self, deal_id: str) -> DealTerms | None:
        """What only seller and buyer may see; None where nothing is recorded."""
        row = self._first(select(DEAL_TERMS).where(DEAL_TERMS.c.deal_pk == pk_of(DEALS.c.deal_id, deal_id)))
        return None if row is None else _terms(row)

    def terms_of(self, deal_ids: Collection[str]) -> dict[str, DealTerms]:
        """The terms of deals that have any."""
        query = select(DEAL_TERMS, DEALS.c.deal_id).join_from(DEAL_TERMS, DEALS)
        wanted = query.where(DEALS.c.deal_id == func.any(list(deal_ids)))
        return {row.deal_id: _terms(row) for row in self._all(wanted)}

    def set_terms(self, deal_id: str, terms: DealTerms | None) -> None:
        """Replace the terms; None deletes them."""
        pk = self._pk(DEALS.c.deal_id, deal_id, "deal_id")
        if terms is None:
            self._connection.execute(delete(DEAL_TERMS).where(DEAL_TERMS.c.deal_pk == pk))
        else:
            self._write_terms([{"deal_pk": pk, **_terms_values(terms)}])

    def _write_terms(self, rows: Sequence[dict[str, Any]]) -> None:
        written = insert(DEAL_TERMS)
        new = {column.name: column for column in written.excluded if column.name != "deal_pk"}
        self._connection.execute(written.on_conflict_do_update(index_elements=["deal_pk"], set_=new), rows)

    def _values(self, deals: Sequence[DealRecord]) -> Sequence[dict[str, Any]]:
        films = self._pks(FILMS.c.film_id, {deal.film_id for deal in deals}, "film_id")
        profiles = self._pks(
            PROFILES.c.distributor_id, {deal.distributor_id for deal in deals}, "distributor_id"
        )
        agents = self._pks(COMPANIES.c.company_id, {deal.agent_id for deal in deals}, "agent_id")
        return [
            {
                "deal_id": deal.deal_id,
                "film_pk": films[deal.film_id],
                "profile_pk": profiles[deal.distributor_id],
                "agent_pk": agents[deal.agent_id],
                "media_rights": [right.value for right in deal.media_rights],
                "licence_window": None if deal.window is None else as_range(deal.window),
                **_money("gross", deal.gross),
                **{name: getattr(deal, name) for name in _PLAIN},
            }
            for deal in deals
        ]


def _conditions(where: DealFilter) -> Iterator[ColumnElement[bool]]:
    if where.film_id:
        yield DEALS.c.film_pk == pk_of(FILMS.c.film_id, where.film_id)
    if where.distributor_id:
        yield DEALS.c.profile_pk == pk_of(PROFILES.c.distributor_id, where.distributor_id)
    if where.agent_id:
        yield DEALS.c.agent_pk == pk_of(COMPANIES.c.company_id, where.agent_id)
    if where.territory:
        yield PROFILES.c.territory == where.territory
    if where.party_ids is not None:
        yield _party(where.party_ids)
    if where.seen_by is not None:
        yield or_(DEALS.c.is_public, _party(where.seen_by))
    if where.released_from is not None:
        yield DEALS.c.release_date >= where.released_from
    if where.released_to is not None:
        yield DEALS.c.release_date <= where.released_to


def _party(company_ids: Collection[str]) -> ColumnElement[bool]:
    parties = select(COMPANIES.c.id).where(COMPANIES.c.company_id.in_(company_ids))
    return or_(DEALS.c.agent_pk.in_(parties), PROFILES.c.company_pk.in_(parties))


def _money(name: str, money: Money | None) -> dict[str, Any]:
    return {
        name: None if money is None else money.amount,
        f"{name}_currency": None if money is None else money.currency,
    }


def _read_money(row: Any, name: str) -> Money | None:
    amount = getattr(row, name)
    return None if amount is None else Money(amount, getattr(row, f"{name}_currency"))


def _terms_values(terms: DealTerms) -> dict[str, Any]:
    return {
        **_money("guarantee", terms.guarantee),
        "commission": terms.commission,
        **_money("expenses_cap", terms.expenses_cap),
        "note": terms.note,
    }


def _terms(row: Any) -> DealTerms:
    return DealTerms(
        _read_money(row, "guarantee"), row.commission, _read_money(row, "expenses_cap"), row.note
    )


def _deal(row: Any) -> DealRecord:
    return DealRecord(
        deal_id=row.deal_id,
        film_id=row.film_id,
        distributor_id=row.distributor_id,
        territory=row.territory,
        agent_id=row.agent_id,
        media_rights=tuple(map(MediaRight, row.media_rights)),
        window=None if row.licence_window is None else as_window(row.licence_window),
        gross=_read_money(row, "gross"),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        **{name: getattr(row, name) for name in _PLAIN},
    )
