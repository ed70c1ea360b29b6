"""Words that films, distributors, rights and deals share: places, rights, windows, money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from recommender.market.columns import MAX_TEXT
from recommender.market.territories import COUNTRIES, TERRITORIES
from service.api.schemas.base import In, Name
from service.domain.deals import CURRENCIES, Money
from service.domain.rights import Window
from service.domain.words import MediaRight
from service.store.tables.deals import LANGUAGE_TAG

__all__ = [
    "Amount",
    "Countries",
    "Day",
    "Language",
    "Languages",
    "LongText",
    "MediaRights",
    "MoneyIn",
    "MoneyOut",
    "Names",
    "Territory",
    "WindowIn",
    "WindowOut",
    "changes",
]


def _country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("this is no country of ISO 3166-1; write two capital letters such as FR")
    return code


def _territory(code: str) -> str:
    if code not in TERRITORIES:
        raise ValueError("this is no territory of ISO 3166-1; write two capital letters such as FR")
    return code


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("this is no currency of ISO 4217; write three capital letters such as EUR")
    return code


Currency = Annotated[
    str,
    StringConstraints(pattern="^[A-Z]{3}$"),
    AfterValidator(_currency),
    Field(description="ISO 4217.", examples=["EUR"]),
]
Territory = Annotated[
    str, AfterValidator(_territory), Field(description="ISO 3166-1 alpha-2.", examples=["FR"])
]
Countries = Annotated[
    list[Annotated[str, AfterValidator(_country)]],
    Field(max_length=60, description="ISO 3166-1 alpha-2.", examples=[["FR", "BE"]]),
]
Language = Annotated[
    str, StringConstraints(pattern=f"^{LANGUAGE_TAG}$"), Field(description="RFC 5646, such as fr or pt-BR.")
]
Languages = Annotated[
    list[Language], Field(max_length=60, description="RFC 5646; none is all, `pt` includes `pt-BR`.")
]
MediaRights = Annotated[list[MediaRight], Field(max_length=len(MediaRight))]
Names = Annotated[list[Name], Field(max_length=60)]
LongText = Annotated[
    str, StringConstraints(max_length=MAX_TEXT, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
Amount = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2, examples=["250000.00"])]
Day = Annotated[date, Field(ge=date(1880, 1, 1), le=date(2200, 12, 31), examples=["2026-06-01"])]


class WindowIn(In):
    """From one day to another, both included; null is without limit on that side."""

    starts_on: Day | None = None
    ends_on: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError(f"it ends on {self.ends_on}, before it starts on {self.starts_on}")
        return self

    def as_window(self) -> Window:
        """The window."""
        return Window(self.starts_on, self.ends_on)


class WindowOut(BaseModel):
    """From one day to another, both included; null is without limit on that side."""

    starts_on: date | None
    ends_on: date | None

    @classmethod
    def of(cls, window: Window) -> WindowOut:
        """The window as shown."""
        return cls(starts_on=window.starts_on, ends_on=window.ends_on)


class MoneyIn(In):
    """An amount and its currency."""

    amount: Amount
    currency: Currency

    def as_money(self) -> Money:
        """The amount."""
        return Money(self.amount, self.currency)


class MoneyOut(BaseModel):
    """An amount and its currency."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, money: Money | None) -> MoneyOut | None:
        """The amount as shown, None where there is none."""
        return None if money is None else cls(amount=money.amount, currency=money.currency)


def changes(body: BaseModel) -> dict[str, Any]:
    """What a PATCH names, as the domain holds it; what it leaves out stays."""
    return {name: _plain(getattr(body, name)) for name in body.model_fields_set}


def _plain(value: object) -> object:
    match value:
        case WindowIn():
            return value.as_window()
        case MoneyIn():
            return value.as_money()
        case list():
            return tuple(value)
        case _:
            return value
