"""Deals, their terms and outcomes as the API takes and gives them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from service.api.schemas.base import In, Lines, Text, example
from service.api.schemas.trade import (
    Day,
    Languages,
    MediaRights,
    MoneyIn,
    MoneyOut,
    WindowIn,
    WindowOut,
    changes,
)
from service.domain.deals import DealRecord, DealTerms
from service.domain.words import MediaRight
from service.usecases.deal_sales import Sale
from service.usecases.deals import SeenDeal

__all__ = ["DealChange", "DealIn", "DealOut", "TermsIn", "TermsOut"]

Id = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=2_000_000_000)]

_OF_DEAL: Final = frozenset(DealRecord.__dataclass_fields__)


class TermsIn(In):
    """What only the two parties see; what is left out is not recorded."""

    model_config = ConfigDict(
        json_schema_extra=example(
            guarantee={"amount": "60000.00", "currency": "EUR"},
            commission="0.2500",
            expenses_cap={"amount": "15000.00", "currency": "EUR"},
        )
    )

    guarantee: MoneyIn | None = None
    commission: Annotated[
        Decimal | None, Field(ge=0, le=1, max_digits=5, decimal_places=4, description="The agent's share.")
    ] = None
    expenses_cap: MoneyIn | None = None
    note: Lines = ""

    def as_terms(self) -> DealTerms:
        """The terms."""
        return DealTerms(
            guarantee=self.guarantee.as_money() if self.guarantee else None,
            commission=self.commission,
            expenses_cap=self.expenses_cap.as_money() if self.expenses_cap else None,
            note=self.note,
        )


class TermsOut(BaseModel):
    """What only the two parties see."""

    guarantee: MoneyOut | None
    commission: Decimal | None
    expenses_cap: MoneyOut | None
    note: str

    @classmethod
    def of(cls, terms: DealTerms) -> TermsOut:
        """The terms as shown."""
        return cls(
            guarantee=MoneyOut.of(terms.guarantee),
            commission=terms.commission,
            expenses_cap=MoneyOut.of(terms.expenses_cap),
            note=terms.note,
        )


class SaleIn(In):
    """Record the deal's media rights as sold in its window, together with the deal.

    Without it a deal of an agent counts as an exclusive sale of them, without a window for ever.
    """

    exclusive: bool = True
    languages: Languages = Field(default_factory=list)
    holdback_until: Day | None = None

    def as_sale(self) -> Sale:
        """The sale."""
        return Sale(self.exclusive, tuple(self.languages), self.holdback_until)


class DealFields(In):
    """What may be known of a deal; at least one of release_date and signed_on is."""

    sales_agent: Annotated[Text, Field(description="Its name, where it is not on this service.")] = ""
    role: Literal["distributor", "importer"] = "distributor"
    in_house: Annotated[bool, Field(description="The distributor also produced the film.")] = False
    release_date: Day | None = None
    signed_on: Day | None = None
    window: Annotated[WindowIn | None, Field(description="The licence period.")] = None
    media_rights: Annotated[MediaRights, Field(min_length=1)] = Field(
        default_factory=lambda: [MediaRight.THEATRICAL]
    )
    is_public: Annotated[bool, Field(description="Announced: third parties may know of it.")] = False
    admissions: Count | None = None
    gross: MoneyIn | None = None
    screens: Count | None = None
    outcome_public: Annotated[bool, Field(description="Third parties may see the outcome.")] = False
    source: Text = ""


class DealIn(DealFields):
    """A new deal, private until it is announced."""

    model_config = ConfigDict(
        json_schema_extra=example(
            film_id="film_0198f1d2c3b47a5e8f10aa3b5c7d9e01",
            distributor_id="distributor_0198f1d2c3b47a5e8f10aa3b5c7d9e01",
            signed_on="2026-05-14",
            media_rights=["theatrical"],
            window={"starts_on": "2026-09-01", "ends_on": "2033-08-31"},
            terms={"guarantee": {"amount": "60000.00", "currency": "EUR"}},
            sale={"exclusive": True},
        )
    )

    film_id: Id
    distributor_id: Id
    agent_id: Annotated[
        Id | None, Field(description="The sales agent on this service; null for your own, or for none.")
    ] = None
    terms: TermsIn | None = None
    sale: SaleIn | None = None

    def as_deal(self) -> DealRecord:
        """A deal without an id yet."""
        given = {name: value for name, value in changes(self).items() if name in _OF_DEAL}
        return DealRecord(**{"deal_id": "", **given})


class DealChange(DealFields):
    """What to change of a deal; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra=example(release_date="2026-10-07", is_public=True, admissions=41250)
    )


class DealOut(BaseModel):
    """A distributor takes a film in its territory. Third parties see neither dates of signing nor licence periods."""

    deal_id: str = Field(examples=["deal_0198f1d2c3b47a5e8f10aa3b5c7d9e01"])
    film_id: str
    distributor_id: str
    territory: str
    agent_id: str | None
    sales_agent: str
    role: str
    in_house: bool
    release_date: date | None
    signed_on: date | None
    window: WindowOut | None
    media_rights: list[MediaRight]
    is_public: bool
    admissions: int | None
    gross: MoneyOut | None
    screens: int | None
    outcome_public: bool
    outcome_shown: bool = Field(description="False: the outcome is not yours to see, known or not.")
    source: str
    version: int = Field(description="Counts the changes; the ETag holds it.")

    @classmethod
    def of(cls, seen: SeenDeal) -> Self:
        """The deal as shown."""
        deal = seen.deal
        shown: dict[str, Any] = {name: getattr(deal, name) for name in cls.model_fields if name in _OF_DEAL}
        shown |= {
            "window": deal.window and WindowOut.of(deal.window),
            "media_rights": list(deal.media_rights),
            "gross": MoneyOut.of(deal.gross),
            "outcome_shown": seen.outcome_shown,
        }
        return cls(**shown)
