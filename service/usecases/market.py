"""What is stored, as the frames that the recommender learns from and takes up.

A deal counts from its release on. One that is signed but not yet released is learnt from on the day it was signed;
as it is no release yet, nothing may be told of it, and it is private whatever its parties say. What distributors
said no to teaches the weights, and is told to nobody.

The market is learnt from as of the last release that everybody may know of: a private deal or a pass of a later day
counts as of that day, so that the day tells of neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd
import structlog

from recommender.errors import DataError
from recommender.market import Market, market_from_frames
from recommender.market.columns import DEALS, DECLINES, DISTRIBUTORS, FILMS, TABLES
from recommender.market.domain import Distributor, Film
from service.domain.deals import DealRecord
from service.store.unit_of_work import UnitOfWork

__all__ = ["StoredMarket", "deals_frame", "distributors_frame", "films_frame", "read_market"]

_LOG = structlog.get_logger(__name__)

_NAMES: Final = {table: [column.name for column in columns] for table, columns in TABLES.items()}


@dataclass(frozen=True, slots=True, eq=False)
class StoredMarket:
    """The market as it was learnt from. revision: every change up to it is in the market."""

    market: Market
    revision: int


def read_market(tx: UnitOfWork, today: date) -> StoredMarket:
    """All films and distributors, the deals released or signed before `today`, and what was declined before.

    Rows that the recommender refuses are left out and logged. The unit of work needs no limit on its statements.
    """
    revision = tx.changes.revision()
    deals = [row for deal in tx.deals.stream() if (row := _learnt_deal(deal, today))]
    last = max((row["release_date"] for row in deals if not row["private"]), default=today)
    for row in deals:
        row["release_date"] = min(row["release_date"], last)
    frames = {
        FILMS: films_frame(record.film for record in tx.films.stream()),
        DISTRIBUTORS: distributors_frame(profile.distributor for profile in tx.distributors.stream()),
        DEALS: pd.DataFrame(deals, columns=_NAMES[DEALS]),
        DECLINES: _declines_frame(tx, today, last),
    }
    return StoredMarket(_sound(frames), revision)


def films_frame(films: Iterable[Film]) -> pd.DataFrame:
    """A row each, with the recommender's columns."""
    return _frame(FILMS, films)


def distributors_frame(distributors: Iterable[Distributor]) -> pd.DataFrame:
    """A row each, with the recommender's columns."""
    return _frame(DISTRIBUTORS, distributors)


def deals_frame(deals: Iterable[DealRecord], learnt: Collection[str], until: date) -> pd.DataFrame:
    """A row for each deal that was made since a training, which was on `until`.

    learnt: ids of those that were learnt from, which keep their day: what is released since is private still.
    """
    rows = []
    for deal in deals:
        is_unreleased = deal.release_date is None or deal.release_date >= until
        is_private = not deal.is_public or (deal.deal_id in learnt and is_unreleased)
        rows.append(_deal(deal, deal.release_date, private=is_private))
    return pd.DataFrame(rows, columns=_NAMES[DEALS])


def _declines_frame(tx: UnitOfWork, today: date, last: date) -> pd.DataFrame:
    said = [decline for decline in tx.feedback.declines() if decline.declined_on < today]
    rows = [(one.film_id, one.distributor_id, min(one.declined_on, last)) for one in said]
    return pd.DataFrame(rows, columns=_NAMES[DECLINES])


def _frame(table: str, objects: Iterable[Film] | Iterable[Distributor]) -> pd.DataFrame:
    names = _NAMES[table]
    return pd.DataFrame(([getattr(one, name) for name in names] for one in objects), columns=names)


def _learnt_deal(deal: DealRecord, today: date) -> dict[str, Any] | None:
    if deal.release_date is not None and deal.release_date < today:
        return _deal(deal, deal.release_date, private=not deal.is_public)
    if deal.signed_on is not None and deal.signed_on < today:
        return _deal(deal, deal.signed_on, private=True)
    return None


def _deal(deal: DealRecord, day: date | None, *, private: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: getattr(deal, name)
        for name in ("deal_id", "film_id", "distributor_id", "territory", "sales_agent", "role", "in_house")
    }
    row |= {"release_date": day, "private": private, "source": deal.source}
    # An outcome that its parties keep to themselves would be told by the percentile of a comparable.
    if deal.outcome_public or deal.agent_id is None:
        row |= {"admissions": deal.admissions, "screens": deal.screens}
        if deal.gross is not None:
            row |= {"gross": deal.gross.amount, "currency": deal.gross.currency}
    return row


def _sound(frames: Mapping[str, pd.DataFrame]) -> Market:
    """The market without the rows that are refused; each round may leave deals without their film."""
    try:
        return market_from_frames(**frames)
    except DataError as error:
        refused = [problem for problem in error.problems if problem.refused and problem.row is not None]
        if not refused:
            raise
        _LOG.warning("rows_not_learnt_from", count=len(refused), first=str(refused[0]))
        lines = {table: {p.row for p in refused if p.table == table} for table in frames}
        # The recommender numbers rows as a file does: the header is 1.
        kept = {
            table: frame[[place + 2 not in lines[table] for place in range(len(frame))]].reset_index(
                drop=True
            )
            for table, frame in frames.items()
        }
        return _sound(kept)
