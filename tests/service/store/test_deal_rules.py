"""No deal outside the rights held: each way to break it is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service.domain.deals import DealTerms, Money
from service.domain.rights import Window
from service.domain.words import GrantStatus, MediaRight
from service.errors import Conflict, Invalid, RightsConflict
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        yield tx


def _deal(**fields: Any) -> Any:
    return make.deal("film", "fr", "deal", **{"agent_id": "agent", **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"release_date": date(2026, 6, 1)},
        {"release_date": None, "signed_on": date(2026, 6, 1)},
        {"release_date": None, "signed_on": date(2019, 6, 1)},
        {"window": make.years(2026, 2030)},
        {"media_rights": (MediaRight.THEATRICAL, MediaRight.SVOD)},
    ],
    ids=str,
)
def test_a_deal_inside_the_rights_held_is_kept(tx: UnitOfWork, fields: dict[str, Any]) -> None:
    for right in (MediaRight.THEATRICAL, MediaRight.SVOD):
        tx.rights.add(make.held("film", "agent", media_right=right, exclusive=False, languages=("fr",)))
    tx.deals.add(_deal(**fields))
    tx.commit()


@pytest.mark.parametrize(
    "fields",
    [
        {"release_date": date(2040, 6, 1)},
        {"release_date": date(2019, 6, 1)},
        {"release_date": None, "signed_on": date(2040, 6, 1)},
        {"release_date": date(2026, 6, 1), "window": make.years(2026, 2040)},
        {"window": Window(date(2026, 1, 1))},
        {"media_rights": (MediaRight.THEATRICAL, MediaRight.SVOD)},
        {"distributor_id": "de"},
        {"agent_id": "buyer"},
    ],
    ids=str,
)
def test_a_deal_outside_the_rights_held_is_refused(tx: UnitOfWork, fields: dict[str, Any]) -> None:
    tx.rights.add(make.held("film", "agent"))
    tx.deals.add(replace(_deal(), **fields))
    with pytest.raises(RightsConflict, match="the seller does not hold") as raised:
        tx.commit()
    assert raised.value.constraint == "deals_inside_held"


def test_the_message_says_which_right_is_missing_where_and_when(tx: UnitOfWork) -> None:
    tx.deals.add(_deal(media_rights=(MediaRight.SVOD,)))
    with pytest.raises(RightsConflict, match="does not hold svod rights in FR on 2026-06-01"):
        tx.check()


def test_reference_data_needs_no_rights(tx: UnitOfWork) -> None:
    tx.deals.add(_deal(agent_id=None))
    tx.commit()


def test_a_holding_that_a_deal_relies_on_cannot_be_withdrawn(tx: UnitOfWork) -> None:
    grant = tx.rights.add(make.held("film", "agent"))
    tx.deals.add(_deal())
    tx.check()
    tx.rights.update(replace(grant, status=GrantStatus.INACTIVE))
    with pytest.raises(RightsConflict):
        tx.commit()


def test_a_mandate_ends_by_ending_its_window_and_past_deals_stay(tx: UnitOfWork) -> None:
    grant = tx.rights.add(make.held("film", "agent"))
    tx.deals.add(_deal())
    tx.check()
    tx.rights.update(replace(grant, window=make.years(2020, 2026)))
    tx.commit()


def test_a_deal_cannot_be_moved_outside_the_rights_held(tx: UnitOfWork) -> None:
    tx.rights.add(make.held("film", "agent"))
    deal = tx.deals.add(_deal())
    tx.check()
    tx.deals.update(replace(deal, release_date=date(2041, 1, 1)))
    with pytest.raises(RightsConflict):
        tx.commit()


def test_a_sale_fits_the_deal_it_names(tx: UnitOfWork) -> None:
    tx.rights.add(make.held("film", "agent"))
    tx.deals.add(_deal())
    tx.rights.add(make.sold("film", "agent", "agent", deal_id="deal"))
    with pytest.raises(RightsConflict) as raised:
        tx.check()
    assert raised.value.constraint == "rights_fit_their_deal"


def test_a_deal_with_sold_rights_cannot_be_deleted_or_turned_away_from_them(tx: UnitOfWork) -> None:
    for right in (MediaRight.THEATRICAL, MediaRight.SVOD):
        tx.rights.add(make.held("film", "agent", media_right=right))
    deal = tx.deals.add(_deal())
    tx.rights.add(make.sold("film", "agent", "buyer", deal_id="deal"))
    tx.check()
    with pytest.raises(Conflict, match="still used by rights grants"), tx.savepoint():
        tx.deals.delete("deal")
    tx.deals.update(replace(deal, agent_id=None))
    with pytest.raises(RightsConflict, match="differs from its deal"), tx.savepoint():
        tx.check()
    tx.deals.update(replace(deal, media_rights=(MediaRight.SVOD,)))
    with pytest.raises(RightsConflict, match="differs from its deal"):
        tx.check()


def test_a_deal_is_dated(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="release_date: the deal has no date"):
        tx.deals.add(_deal(release_date=None))


def test_a_deal_is_for_something(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="media_rights: it is empty"):
        tx.deals.add(_deal(media_rights=()))


def test_the_outcome_of_a_private_deal_cannot_be_public(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="outcome_public"):
        tx.deals.add(_deal(agent_id=None, outcome_public=True))


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€"])
def test_a_currency_is_three_capital_letters(tx: UnitOfWork, currency: str) -> None:
    with pytest.raises(Invalid, match="gross_currency: this is no currency"):
        tx.deals.add(_deal(agent_id=None, gross=Money(Decimal(5), currency)))


def test_an_amount_has_a_currency(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="gross: an amount and its currency go together"):
        tx.deals.add(_deal(agent_id=None, gross=Money(Decimal(5), None)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        {"admissions": -1},
        {"screens": -1},
        {"gross": Money(Decimal(-1), "EUR")},
        {"gross": Money(Decimal("NaN"), "EUR")},
    ],
    ids=str,
)
def test_outcomes_are_not_below_zero(tx: UnitOfWork, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match=f"{next(iter(fields))}: it is below zero"):
        tx.deals.add(_deal(agent_id=None, **fields))


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (DealTerms(guarantee=Money(Decimal(5), None)), "guarantee"),  # type: ignore[arg-type]
        (DealTerms(expenses_cap=Money(Decimal(-5), "EUR")), "expenses_cap"),
        (DealTerms(commission=Decimal(25)), "commission"),
    ],
)
def test_terms_are_amounts_with_currency_and_shares(tx: UnitOfWork, terms: DealTerms, field: str) -> None:
    tx.deals.add(_deal(agent_id=None))
    with pytest.raises(Invalid, match=field):
        tx.deals.set_terms("deal", terms)


def test_an_amount_that_no_film_ever_made_is_refused_with_words(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="a value cannot be stored"):
        tx.deals.add(_deal(agent_id=None, gross=Money(Decimal(10) ** 15, "EUR")))


@pytest.mark.parametrize("role", ["", "buyer"])
def test_a_deal_has_a_known_role(tx: UnitOfWork, role: str) -> None:
    with pytest.raises(Invalid, match="role: it holds a word that is not in the list"):
        tx.deals.add(_deal(agent_id=None, role=role))


def test_a_film_with_deals_cannot_be_deleted(tx: UnitOfWork) -> None:
    tx.deals.add(_deal(agent_id=None))
    with pytest.raises(Conflict, match="still used by deals"):
        tx.films.delete("film")
