"""The rules of rights hold also between transactions that run at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from service.domain.words import GrantStatus
from service.errors import RightsConflict
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make
from tests.service.at_once import wait_until_blocked

Work = Callable[[UnitOfWork], object]


@pytest.fixture(autouse=True)
def holding(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.rights.add(make.held("film", "agent", grant_id="held"))
        tx.commit()


def _commit(uow: UnitOfWorkFactory, work: Work) -> None:
    with uow() as tx:
        work(tx)
        tx.commit()


def _both(uow: UnitOfWorkFactory, url: str, first: Work, second: Work, *, keep_first: bool = True) -> None:
    """`first` writes, `second` begins before it has committed; raises what `second` raises."""
    with ThreadPoolExecutor(1) as pool:
        with uow() as tx:
            first(tx)
            tx.check()
            later = pool.submit(_commit, uow, second)
            wait_until_blocked(url, later)
            if keep_first:
                tx.commit()
        later.result(timeout=30)


def _sell(tx: UnitOfWork) -> object:
    return tx.rights.add(make.sold("film", "agent", "buyer"))


def _withdraw(tx: UnitOfWork) -> object:
    return tx.rights.update(replace(tx.rights.get("held"), status=GrantStatus.INACTIVE))


def _shorten(tx: UnitOfWork) -> object:
    return tx.rights.update(replace(tx.rights.get("held"), window=make.years(2020, 2026)))


def _deal(tx: UnitOfWork) -> object:
    return tx.deals.add(make.deal("film", "fr", agent_id="agent"))


def test_of_two_exclusive_sales_at_once_the_second_is_refused(
    uow: UnitOfWorkFactory, database_url: str
) -> None:
    with pytest.raises(RightsConflict) as raised:
        _both(uow, database_url, _sell, _sell)
    assert raised.value.constraint == "ex_rights_grants_sold"


def test_the_second_sale_is_kept_when_the_first_was_given_up(
    uow: UnitOfWorkFactory, database_url: str
) -> None:
    _both(uow, database_url, _sell, _sell, keep_first=False)
    with uow() as tx:
        assert len(tx.rights.of_film("film")) == 2


@pytest.mark.parametrize(("first", "second"), [(_sell, _withdraw), (_sell, _shorten), (_deal, _withdraw)])
def test_what_is_being_sold_cannot_be_withdrawn_meanwhile(
    uow: UnitOfWorkFactory, database_url: str, first: Work, second: Work
) -> None:
    with pytest.raises(RightsConflict):
        _both(uow, database_url, first, second)


def test_a_window_may_be_shortened_behind_a_deal_that_is_being_made(
    uow: UnitOfWorkFactory, database_url: str
) -> None:
    _both(uow, database_url, _deal, _shorten)


@pytest.mark.parametrize("second", [_sell, _deal])
def test_what_is_being_withdrawn_cannot_be_sold_meanwhile(
    uow: UnitOfWorkFactory, database_url: str, second: Work
) -> None:
    with pytest.raises(RightsConflict):
        _both(uow, database_url, _withdraw, second)


def test_two_agents_cannot_both_take_up_the_same_exclusive_rights(
    uow: UnitOfWorkFactory, database_url: str
) -> None:
    def hold(company: str) -> Work:
        return lambda tx: tx.rights.add(make.held("film", company, territory="DE"))

    with pytest.raises(RightsConflict) as raised:
        _both(uow, database_url, hold("agent"), hold("buyer"))
    assert raised.value.constraint == "ex_rights_grants_held"


def _sell_to_another(tx: UnitOfWork) -> object:
    return tx.rights.add(make.sold("film", "agent", "other"))


@pytest.mark.parametrize(("first", "second"), [(_deal, _sell_to_another), (_sell_to_another, _deal)])
def test_what_is_being_sold_in_a_deal_is_not_sold_beside_it_meanwhile(
    uow: UnitOfWorkFactory, database_url: str, first: Work, second: Work
) -> None:
    with uow() as tx:
        tx.companies.add(make.company("other"))
        tx.commit()
    with pytest.raises(RightsConflict) as raised:
        _both(uow, database_url, first, second)
    assert raised.value.constraint == ("sold_beside_deals" if first is _deal else "deals_beside_sold")


def test_what_a_deal_sells_again_is_not_sold_beside_it_meanwhile(
    uow: UnitOfWorkFactory, database_url: str
) -> None:
    with uow() as tx:
        tx.companies.add(make.company("other"))
        tx.deals.add(make.deal("film", "fr", "deal", agent_id="agent"))
        tx.rights.add(
            make.sold(
                "film", "agent", "buyer", grant_id="record", deal_id="deal", window=make.years(2026, 2027)
            )
        )
        tx.commit()

    def sell(tx: UnitOfWork) -> object:
        return tx.rights.add(make.sold("film", "agent", "other", window=make.years(2028, 2029)))

    with pytest.raises(RightsConflict) as raised:
        _both(uow, database_url, lambda tx: tx.rights.delete("record"), sell)
    assert raised.value.constraint == "sold_beside_deals"


def test_two_deals_of_one_film_at_once_are_both_kept(uow: UnitOfWorkFactory, database_url: str) -> None:
    _both(uow, database_url, _deal, _deal)
