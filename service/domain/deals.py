"""Deals, their private terms, and how the releases went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from babel.numbers import list_currencies

from recommender.market.domain import Deal
from service.domain.rights import Window
from service.domain.words import MediaRight

__all__ = ["CURRENCIES", "DealRecord", "DealTerms", "Money", "Released"]

CURRENCIES: Final = frozenset(list_currencies())
"""Codes of ISO 4217, also of currencies that are no longer paid in, as old deals name them."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with two decimals and its ISO 4217 currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class DealTerms:
    """What only the two parties may see.

    guarantee: the minimum guarantee. commission: the agent's share, 0..1. expenses_cap: the most the agent may
    deduct.
    """

    guarantee: Money | None = None
    commission: Decimal | None = None
    expenses_cap: Money | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DealRecord:
    """A distributor takes a film in its territory.

    agent_id: the selling company on this service; None for market reference data, whose rights nobody here
    holds. release_date, signed_on: None until known. window: the licence period, None where unknown.
    is_public: whether the deal may be shown to third parties; outcome_public: whether its outcome may.
    territory: the distributor's, filled by the store.
    """

    deal_id: str
    film_id: str
    distributor_id: str
    territory: str = ""
    agent_id: str | None = None
    sales_agent: str = ""
    role: str = "distributor"
    in_house: bool = False
    release_date: date | None = None
    signed_on: date | None = None
    media_rights: tuple[MediaRight, ...] = (MediaRight.THEATRICAL,)
    window: Window | None = None
    is_public: bool = False
    admissions: int | None = None
    gross: Money | None = None
    screens: int | None = None
    outcome_public: bool = False
    source: str = ""
    version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None

    def as_market_deal(self) -> Deal | None:
        """The deal as the recommender knows it; None while it has no release date."""
        if self.release_date is None:
            return None
        return Deal(
            deal_id=self.deal_id,
            film_id=self.film_id,
            distributor_id=self.distributor_id,
            territory=self.territory,
            release_date=self.release_date,
            sales_agent=self.sales_agent,
            role=self.role,
            admissions=None if self.admissions is None else float(self.admissions),
            gross=None if self.gross is None else float(self.gross.amount),
            currency="" if self.gross is None else self.gross.currency,
            screens=None if self.screens is None else float(self.screens),
            in_house=self.in_house,
        )


@dataclass(frozen=True, slots=True)
class Released:
    """What pictures and shares of a market need of a deal. size: screens, else admissions, else gross."""

    deal_id: str
    film_id: str
    distributor_id: str
    on: date
    size: float | None
    outcome_public: bool
