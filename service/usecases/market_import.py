"""A folder of market data (see data/README.md) into the service: the sample market, or one's own history.

It becomes reference data, which everybody may read: films without owner, deals without agent. Films, profiles and
deals that a company has made its own are left alone and counted as refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

import pandas as pd

from recommender.market.domain import Distributor, Film
from recommender.market.tables import Market, read_market
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.deals import DealRecord, Money
from service.domain.imports import ImportCounts
from service.security.actor import Actor
from service.security.permissions import About, Action, require_allowed
from service.store.repositories.bulk import Upserted
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.importing.companies_of import CompaniesOf

__all__ = ["load_market"]

Record = TypeVar("Record")

_PORTION: Final = 5_000
_FILM: Final = tuple(field.name for field in fields(Film))
_DISTRIBUTOR: Final = tuple(field.name for field in fields(Distributor))


def load_market(uow: UnitOfWorkFactory, folder: Path, actor: Actor) -> ImportCounts:
    """Add what is new and change what differs, all or nothing; the same folder twice changes nothing.

    The counts are of films, distributors and deals together. Raises DataError with every problem when a table is
    refused.
    """
    require_allowed(actor, Action.WRITE, "import", About(is_open=True))
    market = read_market(folder)
    total = len(market.films) + len(market.distributors) + len(market.deals)
    with uow(statement_timeout_s=0) as tx:
        done = _write(tx, list(_films(market)), _free_films, tx.films.upsert_many)
        done += _write_distributors(tx, market)
        done += _write(tx, list(_deals(market)), _free_deals, tx.deals.upsert_many)
        refused = total - done.added - done.changed - done.unchanged
        counts = ImportCounts(total, done.added, done.changed, done.unchanged, refused)
        if done.added or done.changed:
            record(tx, actor, "market.load", "import", folder.name, after=counts)
        tx.commit()
    return counts


def _write(
    tx: UnitOfWork,
    rows: list[Record],
    free: Callable[[UnitOfWork, Sequence[Record]], list[Record]],
    write: Callable[[Sequence[Record]], Upserted],
) -> Upserted:
    portions = (rows[start : start + _PORTION] for start in range(0, len(rows), _PORTION))
    return sum((write(free(tx, portion)) for portion in portions), Upserted())


def _write_distributors(tx: UnitOfWork, market: Market) -> Upserted:
    companies = CompaniesOf(tx)
    profiles = [_profile(row, companies) for row in _rows(market.distributors)]
    tx.companies.upsert_many(list(companies.unsaved.values()))
    return _write(tx, profiles, _with_their_limits, tx.distributors.upsert_many)


def _free_films(tx: UnitOfWork, films: Sequence[FilmRecord]) -> list[FilmRecord]:
    """Those that no company owns, with what only the service knows of them."""
    stored = tx.films.find([record.film_id for record in films])
    kept = ((stored.get(record.film_id, record), record) for record in films)
    return [replace(old, film=new.film) for old, new in kept if old.owner_id is None]


def _with_their_limits(tx: UnitOfWork, profiles: Sequence[DistributorProfile]) -> list[DistributorProfile]:
    stored = tx.distributors.find([profile.distributor_id for profile in profiles])
    kept = ((stored.get(profile.distributor_id, profile), profile) for profile in profiles)
    return [replace(old, distributor=new.distributor) for old, new in kept]


def _free_deals(tx: UnitOfWork, deals: Sequence[DealRecord]) -> list[DealRecord]:
    """Those that are nobody's own and whose film and distributor could be stored."""
    stored = tx.deals.find([deal.deal_id for deal in deals])
    return [deal for deal in deals if deal.deal_id not in stored or stored[deal.deal_id].agent_id is None]


def _films(market: Market) -> Iterator[FilmRecord]:
    for row in _rows(market.films):
        film = Film(**{name: row[name] for name in _FILM if name != "year"}, year=_whole(row["year"]))
        yield FilmRecord(film)


def _profile(row: dict[str, Any], companies: CompaniesOf) -> DistributorProfile:
    distributor = Distributor(**{name: row[name] for name in _DISTRIBUTOR})
    company_id = companies.company_id(distributor.distributor_id, distributor.name, distributor.territory)
    return DistributorProfile(distributor, company_id)


def _deals(market: Market) -> Iterator[DealRecord]:
    for row in _rows(market.deals):
        gross, currency = _whole(row["gross"]), row["currency"]
        yield DealRecord(
            deal_id=row["deal_id"],
            film_id=row["film_id"],
            distributor_id=row["distributor_id"],
            sales_agent=row["sales_agent"],
            role=row["role"],
            in_house=row["in_house"],
            release_date=row["release_date"].date(),
            is_public=not row["private"],
            admissions=_whole(row["admissions"]),
            gross=Money(Decimal(gross), currency) if gross is not None and currency else None,
            screens=_whole(row["screens"]),
            outcome_public=not row["private"],
            source=row["source"],
        )


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = list(frame.columns)
    for values in frame.itertuples(index=False, name=None):
        yield dict(zip(names, values, strict=True))


def _whole(value: float) -> int | None:
    return None if pd.isna(value) else round(value)
