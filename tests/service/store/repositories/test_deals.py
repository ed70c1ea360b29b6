from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from recommender.market.domain import Deal
from service.domain.deals import DealTerms, Money
from service.domain.rights import Window
from service.domain.words import MediaRight
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed
from service.store.repositories.bulk import Upserted
from service.store.repositories.deals import DealFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

WHOLE = make.deal(
    "film",
    "fr",
    "whole",
    territory="FR",
    agent_id="agent",
    sales_agent="Agent",
    role="importer",
    in_house=True,
    signed_on=date(2025, 5, 17),
    media_rights=(MediaRight.THEATRICAL, MediaRight.HOME_VIDEO),
    window=make.years(2026, 2030),
    is_public=True,
    admissions=404_766,
    gross=Money(Decimal("3716496896.00"), "KRW"),
    screens=335,
    outcome_public=True,
    source="the register",
)
TERMS = DealTerms(
    Money(Decimal("50000.00"), "EUR"),
    Decimal("0.2500"),
    Money(Decimal("10000.00"), "EUR"),
    "Two instalments.",
)


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        for right in WHOLE.media_rights:
            tx.rights.add(make.held("film", "agent", media_right=right))
        yield tx


def _ids(tx: UnitOfWork, **fields: Any) -> list[str]:
    return [deal.deal_id for deal in tx.deals.list(where=DealFilter(**fields)).items]


def test_a_deal_comes_back_as_stored_one_by_one_and_in_bulk(tx: UnitOfWork) -> None:
    added = tx.deals.add(WHOLE, TERMS)
    assert replace(added, created_at=None, updated_at=None) == WHOLE
    assert tx.deals.terms("whole") == TERMS
    assert tx.deals.upsert_many([WHOLE], {"whole": TERMS}) == Upserted(unchanged=1)
    assert tx.deals.find(["whole", "nothing"]) == {"whole": added}
    tx.check()


def test_a_window_open_on_one_side_comes_back_so(tx: UnitOfWork) -> None:
    window = Window(None, date(2030, 12, 31))
    assert tx.deals.add(replace(WHOLE, agent_id=None, window=window)).window == window


def test_terms_are_replaced_and_deleted(tx: UnitOfWork) -> None:
    tx.deals.add(WHOLE)
    assert tx.deals.terms("whole") is None
    for terms in (TERMS, DealTerms(commission=Decimal("0.1000"))):
        tx.deals.set_terms("whole", terms)
        assert tx.deals.terms("whole") == terms
    tx.deals.set_terms("whole", None)
    assert tx.deals.terms("whole") is None
    with pytest.raises(Invalid, match="deal_id"):
        tx.deals.set_terms("nothing", TERMS)


def test_deals_are_listed_by_who_and_when(tx: UnitOfWork) -> None:
    tx.deals.add(WHOLE)
    tx.deals.add(make.deal("film", "de", "private", release_date=date(2020, 1, 1)))
    assert _ids(tx) == ["whole", "private"]
    assert _ids(tx, film_id="film", distributor_id="de") == ["private"]
    assert _ids(tx, agent_id="agent") == ["whole"]
    assert _ids(tx, territory="DE") == ["private"]
    assert _ids(tx, released_from=date(2026, 1, 1)) == ["whole"]
    assert _ids(tx, released_to=date(2026, 1, 1)) == ["private"]
    assert _ids(tx, party_ids=["agent"]) == ["whole"]
    assert _ids(tx, party_ids=["buyer"]) == ["whole", "private"]
    assert _ids(tx, party_ids=[]) == []


def test_others_see_only_public_deals(tx: UnitOfWork) -> None:
    tx.deals.add(WHOLE)
    tx.deals.add(make.deal("film", "de", "private"))
    assert _ids(tx, seen_by=[]) == ["whole"]
    assert _ids(tx, seen_by=["agent"]) == ["whole"]
    assert _ids(tx, seen_by=["buyer"]) == ["whole", "private"]


def test_a_change_names_the_version_it_was_made_from(tx: UnitOfWork) -> None:
    tx.deals.add(WHOLE)
    assert tx.deals.update(replace(WHOLE, screens=336), expected=1).version == 2
    with pytest.raises(PreconditionFailed):
        tx.deals.update(WHOLE, expected=1)
    tx.deals.delete("whole", expected=2)
    with pytest.raises(NotFound):
        tx.deals.get("whole")


@pytest.mark.parametrize("field", ["film_id", "distributor_id", "agent_id"])
def test_a_deal_is_about_things_that_exist(tx: UnitOfWork, field: str) -> None:
    wrong_field: dict[str, Any] = {field: "nothing"}
    wrong = replace(WHOLE, **wrong_field)
    for write in (lambda: tx.deals.add(wrong), lambda: tx.deals.upsert_many([WHOLE, wrong])):
        with pytest.raises(Invalid, match="'nothing'") as raised:
            write()
        assert raised.value.problems[0].field == field


def test_an_id_is_given_once(tx: UnitOfWork) -> None:
    tx.deals.add(WHOLE)
    with pytest.raises(Conflict, match="this deal_id is taken"):
        tx.deals.add(WHOLE)


def test_deals_are_read_by_film_and_in_one_go(tx: UnitOfWork) -> None:
    tx.deals.add(WHOLE)
    assert [deal.deal_id for deal in tx.deals.of_films(["film", "nothing"])["film"]] == ["whole"]
    assert [deal.deal_id for deal in tx.deals.stream()] == ["whole"]


def test_the_recommender_gets_its_own_kind_of_deal_once_there_is_a_release_date(tx: UnitOfWork) -> None:
    assert tx.deals.add(WHOLE).as_market_deal() == Deal(
        "whole",
        "film",
        "fr",
        "FR",
        date(2026, 6, 1),
        "Agent",
        "importer",
        404766.0,
        3716496896.0,
        "KRW",
        335.0,
        True,
    )
    unreleased = make.deal("film", "de", release_date=None, signed_on=date(2026, 1, 1))
    assert tx.deals.add(unreleased).as_market_deal() is None
