"""What a form says of a deal and of its terms, and what it begins with."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import Field

from service.api.schemas.base import In, Lines, Name
from service.api.schemas.deals import Count
from service.api.schemas.trade import Amount, Day, Languages, MediaRights
from service.domain.deals import DealRecord, DealTerms, Money
from service.domain.rights import Window
from service.errors import Invalid
from service.web.forms import Form
from service.web.page import Page

__all__ = [
    "OF_DEAL",
    "DealForm",
    "TermsForm",
    "deal_fields",
    "deal_values",
    "read_deal",
    "terms_of",
    "terms_values",
]

OF_DEAL: Final = ("signed_on", "release_date", "admissions", "screens")
_TICKED: Final = ("is_public", "outcome_public", "in_house")

Fields = TypeVar("Fields", bound="TermsForm")
Currency = Annotated[str, Field(pattern="^([A-Z]{3})?$")]


class TermsForm(In):
    """What only the two parties see. commission: per cent."""

    guarantee: Amount | None = None
    guarantee_currency: Currency = ""
    commission: Annotated[Decimal | None, Field(ge=0, le=100, decimal_places=2)] = None
    expenses_cap: Amount | None = None
    expenses_currency: Currency = ""
    terms_note: Lines = ""


class DealForm(TermsForm):
    """A deal as a form sends it."""

    distributor: Name | None = None
    signed_on: Day | None = None
    release_date: Day | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    media_rights: Annotated[MediaRights, Field(min_length=1)] = Field(default_factory=list)
    admissions: Count | None = None
    screens: Count | None = None
    gross: Amount | None = None
    currency: Currency = ""
    holdback_until: Day | None = None
    languages: Languages = Field(default_factory=list)


def read_deal(page: Page, form: Form, schema: type[Fields]) -> Fields:
    """The form, checked; raises Invalid where an amount lacks its currency."""
    given = form.read(schema, lists=("media_rights", "languages"), blank=True)
    pairs = [("guarantee", "guarantee_currency"), ("expenses_cap", "expenses_currency")]
    pairs += [("gross", "currency")] if "gross" in schema.model_fields else []
    for amount, currency in pairs:
        if (getattr(given, amount) is None) != (not getattr(given, currency)):
            raise Invalid.field(
                currency,
                page.say("an amount and its currency go together"),
                page.say("Write three letters such as EUR, or leave both empty"),
            )
    return given


def deal_fields(page: Page, form: Form, given: DealForm) -> dict[str, Any]:
    """What it says of the deal itself. Raises Invalid for a window that ends before it starts."""
    first, last = given.starts_on, given.ends_on
    if first and last and last < first:
        raise Invalid.field(
            "ends_on", page.say("it ends before it starts"), page.say("Exchange the two, or correct one")
        )
    return {
        **{name: getattr(given, name) for name in OF_DEAL},
        **{name: form.has(name) for name in _TICKED},
        "media_rights": tuple(given.media_rights),
        "window": Window(first, last) if first or last else None,
        "gross": _money(given.gross, given.currency),
    }


def terms_of(given: TermsForm) -> DealTerms:
    """What it says of the terms."""
    return DealTerms(
        guarantee=_money(given.guarantee, given.guarantee_currency),
        commission=None if given.commission is None else given.commission / 100,
        expenses_cap=_money(given.expenses_cap, given.expenses_currency),
        note=given.terms_note,
    )


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)


def deal_values(deal: DealRecord) -> dict[str, Any]:
    """A stored deal as fields."""
    window = deal.window or Window()
    return {
        **{name: getattr(deal, name) for name in OF_DEAL},
        **{name: "yes" if getattr(deal, name) else "" for name in _TICKED},
        "media_rights": [right.value for right in deal.media_rights],
        "starts_on": window.starts_on,
        "ends_on": window.ends_on,
        **({"gross": deal.gross.amount, "currency": deal.gross.currency} if deal.gross else {}),
    }


def terms_values(terms: DealTerms) -> dict[str, Any]:
    """Stored terms as fields."""
    percent = None if terms.commission is None else f"{100 * terms.commission:f}".rstrip("0").rstrip(".")
    return {
        **(
            {"guarantee": terms.guarantee.amount, "guarantee_currency": terms.guarantee.currency}
            if terms.guarantee
            else {}
        ),
        "commission": percent or ("0" if terms.commission is not None else None),
        **(
            {"expenses_cap": terms.expenses_cap.amount, "expenses_currency": terms.expenses_cap.currency}
            if terms.expenses_cap
            else {}
        ),
        "terms_note": terms.note,
    }
