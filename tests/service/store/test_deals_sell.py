"""A deal of an agent sells what no grant records of it: nothing else sells the same days exclusively."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest

from service.domain.deals import DealRecord
from service.domain.rights import RightsGrant, Window
from service.domain.words import CompanyKind, GrantStatus, MediaRight
from service.errors import RightsConflict
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

SVOD = MediaRight.SVOD


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        tx.companies.add(make.company("rival", CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile("fr-rival", "rival", "FR"))
        for right in (MediaRight.THEATRICAL, SVOD):
            tx.rights.add(make.held("film", "agent", media_right=right))
        tx.check()
        yield tx


def deal(**fields: Any) -> DealRecord:
    return make.deal(
        "film", "fr", "deal", **{"agent_id": "agent", "window": make.years(2026, 2030), **fields}
    )


def sold(**fields: Any) -> RightsGrant:
    """To the rival, in the days of the deal."""
    return make.sold("film", "agent", fields.pop("licensee_id", "rival"), **fields)


def broken(tx: UnitOfWork) -> RightsConflict:
    with pytest.raises(RightsConflict) as raised:
        tx.check()
    return raised.value


def test_what_a_deal_sells_is_not_sold_once_more(tx: UnitOfWork) -> None:
    tx.deals.add(deal())
    tx.check()
    tx.rights.add(sold())
    found = broken(tx)
    assert (found.constraint, found.in_the_way) == ("sold_beside_deals", "deal")
    assert found.message == "theatrical in FR is sold in the deal deal already"


def test_a_deal_does_not_sell_what_is_sold(tx: UnitOfWork) -> None:
    tx.rights.add(sold(grant_id="sale"))
    tx.check()
    tx.deals.add(deal())
    found = broken(tx)
    assert (found.constraint, found.in_the_way) == ("deals_beside_sold", "sale")


@pytest.mark.parametrize(
    "fields",
    [
        {"window": make.years(2031, 2034)},
        {"media_right": SVOD},
        {"licensee_id": "buyer"},
        {"exclusive": False},
        {"status": GrantStatus.DRAFT},
        {"status": GrantStatus.INACTIVE},
    ],
    ids=str,
)
def test_a_sale_that_differs_from_the_deal_or_is_its_own_stays_beside_it(
    tx: UnitOfWork, fields: dict[str, Any]
) -> None:
    tx.deals.add(deal())
    tx.rights.add(sold(**fields))
    tx.check()


def test_a_deal_without_a_licence_period_sells_all_days(tx: UnitOfWork) -> None:
    tx.deals.add(deal(window=None))
    tx.check()
    tx.rights.add(sold(window=make.years(2037, 2038)))
    assert broken(tx).constraint == "sold_beside_deals"


@pytest.mark.parametrize("fields", [{"agent_id": None}, {"agent_id": None, "window": None}], ids=str)
def test_a_deal_that_no_agent_made_sells_nothing(tx: UnitOfWork, fields: dict[str, Any]) -> None:
    tx.deals.add(deal(**fields))
    tx.rights.add(sold())
    tx.check()


def test_what_a_grant_records_of_a_deal_says_what_it_sold(tx: UnitOfWork) -> None:
    tx.deals.add(deal(media_rights=(MediaRight.THEATRICAL, SVOD)))
    tx.rights.add(make.sold("film", "agent", "buyer", deal_id="deal", window=make.years(2026, 2027)))
    tx.rights.add(sold(window=make.years(2028, 2029)))
    tx.check()
    tx.rights.add(sold(media_right=SVOD, window=make.years(2028, 2029)))
    assert broken(tx).constraint == "sold_beside_deals"


def test_a_deal_that_comes_to_sell_what_is_sold_is_refused(tx: UnitOfWork) -> None:
    stored = tx.deals.add(deal())
    tx.rights.add(sold(media_right=SVOD))
    tx.rights.add(sold(window=make.years(2031, 2031)))
    tx.check()
    for changes in (
        {"media_rights": (MediaRight.THEATRICAL, SVOD)},
        {"window": make.years(2026, 2031)},
        {"window": None},
    ):
        tx.deals.update(replace(stored, **changes))
        with pytest.raises(RightsConflict, match="some days exclusively"), tx.savepoint():
            tx.check()
        tx.deals.update(stored)


def test_a_record_is_not_taken_from_a_deal_that_would_sell_what_is_sold(tx: UnitOfWork) -> None:
    tx.deals.add(deal())
    recorded = tx.rights.add(
        make.sold("film", "agent", "buyer", deal_id="deal", window=make.years(2026, 2027))
    )
    tx.rights.add(sold(window=make.years(2028, 2029)))
    tx.check()
    with tx.savepoint():
        tx.rights.update(replace(recorded, note="confirmed by telephone"))
        tx.check()
    for changes in ({"status": GrantStatus.INACTIVE}, {"deal_id": None}):
        tx.rights.update(replace(recorded, **changes))
        with pytest.raises(RightsConflict, match="some days exclusively"), tx.savepoint():
            tx.check()
        tx.rights.update(recorded)
    tx.rights.delete(recorded.grant_id)
    assert broken(tx).constraint == "deals_beside_sold"


def test_what_a_deal_sells_counts_as_sold_exclusively(tx: UnitOfWork) -> None:
    tx.deals.add(deal(media_rights=(MediaRight.THEATRICAL, SVOD)))
    tx.rights.add(make.sold("film", "agent", "buyer", deal_id="deal", exclusive=False))
    *_, sale = tx.rights.standing(["film"])["film"]
    assert (sale.grant_id, sale.deal_id, sale.licensee_id) == ("", "deal", "buyer")
    assert (sale.media_right, sale.window, sale.exclusive) == (SVOD, make.years(2026, 2030), True)
    assert tx.rights.standing(["film"], MediaRight.THEATRICAL)["film"][-1].deal_id == "deal"
    assert tx.rights.standing(["film"], territory="DE") == {}
    assert len(tx.rights.of_film("film")) == 3


@pytest.mark.parametrize("window", [make.years(2025, 2030), make.years(2026, 2031), Window(date(2026, 1, 1))])
def test_what_a_deal_sold_lies_inside_its_licence_period(tx: UnitOfWork, window: Window) -> None:
    tx.deals.add(deal())
    recorded = make.sold("film", "agent", "buyer", deal_id="deal", grant_id="sale", exclusive=False)
    tx.rights.add(replace(recorded, window=window))
    if window.ends_on is None:
        tx.rights.add(make.held("film", "agent", window=Window(date(2040, 1, 1))))
    found = broken(tx)
    assert (found.constraint, found.in_the_way) == ("sold_within_its_deal", "sale")


def test_a_licence_period_and_its_sale_are_changed_in_either_order(tx: UnitOfWork) -> None:
    stored = tx.deals.add(deal())
    recorded = tx.rights.add(make.sold("film", "agent", "buyer", deal_id="deal"))
    tx.check()
    shorter = make.years(2027, 2028)
    tx.deals.update(replace(stored, window=shorter))
    with pytest.raises(RightsConflict, match="outside of the licence period of its deal"), tx.savepoint():
        tx.check()
    tx.rights.update(replace(recorded, window=shorter))
    tx.check()


def test_rows_that_broke_the_rules_before_there_were_any_stay_and_are_otherwise_changed(
    uow: UnitOfWorkFactory, tx: UnitOfWork, database_url: str
) -> None:
    """As a migration finds them: written while the triggers were not there."""
    tx.deals.add(deal(media_rights=(MediaRight.THEATRICAL, SVOD)))
    tx.commit()
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        for buyer, right in (("rival", "theatrical"), ("buyer", "svod")):
            connection.execute(
                "INSERT INTO rights_grants (grant_id, direction, film_pk, company_pk, licensee_pk, deal_pk,"
                " territory, media_right, licence_window, exclusive, status)"
                " SELECT company_id, 'sold', film_pk, agent_pk, c.id, CASE company_id WHEN 'buyer' THEN d.id END,"
                " 'FR', %s, daterange('2030-01-01', '2032-01-01'), true, 'active'"
                " FROM deals d, companies c WHERE company_id = %s",
                [right, buyer],
            )
    with uow() as again:
        again.deals.update(replace(again.deals.get("deal"), admissions=5))
        again.rights.confirm(["rival", "buyer"], make.NOON.date())
        again.commit()
    with uow() as again:
        again.deals.update(replace(again.deals.get("deal"), window=make.years(2026, 2028)))
        found = broken(again)
    assert found.constraint == "sold_within_its_deal"
    with uow() as again:
        again.deals.update(replace(again.deals.get("deal"), window=make.years(2026, 2029)))
        again.rights.update(replace(again.rights.get("buyer"), window=make.years(2028, 2029)))
        again.commit()
