from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.domain.rights import RightsGrant, Window
from service.domain.words import Direction, GrantStatus, MediaRight
from service.errors import Invalid, NotFound, PreconditionFailed
from service.store.repositories.bulk import Upserted
from service.store.repositories.rights import GrantFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

HELD = make.held("film", "agent", grant_id="held", languages=("fr", "pt-BR"), confirmed_on=date(2026, 1, 1))
SOLD = make.sold(
    "film",
    "agent",
    "buyer",
    grant_id="sold",
    languages=("fr",),
    holdback_until=date(2026, 9, 1),
    deal_id="deal",
    note="By telephone.",
)
DRAFT = make.held(
    "film", "agent", grant_id="draft", territory="DE", media_right=MediaRight.SVOD, status=GrantStatus.DRAFT
)


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        tx.rights.add(HELD)
        tx.deals.add(make.deal("film", "fr", "deal", agent_id="agent"))
        tx.rights.add(SOLD)
        tx.rights.add(DRAFT)
        tx.check()
        yield tx


def _ids(tx: UnitOfWork, **fields: Any) -> list[str]:
    return [grant.grant_id for grant in tx.rights.list(where=GrantFilter(**fields)).items]


def test_grants_come_back_as_stored_one_by_one_and_in_bulk(tx: UnitOfWork) -> None:
    for stored in (HELD, SOLD, DRAFT):
        assert replace(tx.rights.get(stored.grant_id), created_at=None, updated_at=None) == stored
    assert tx.rights.upsert_many([HELD, SOLD, DRAFT]) == Upserted(unchanged=3)
    assert set(tx.rights.find(["held", "nothing"])) == {"held"}


@pytest.mark.parametrize(
    "window",
    [
        Window(),
        Window(date(2026, 1, 1)),
        Window(None, date(2026, 1, 1)),
        Window(date(2026, 1, 1), date(2026, 1, 1)),
    ],
)
def test_windows_include_both_days_and_may_be_open(tx: UnitOfWork, window: Window) -> None:
    assert tx.rights.update(replace(DRAFT, window=window)).window == window


def test_grants_are_listed_by_each_dimension(tx: UnitOfWork) -> None:
    assert _ids(tx) == ["held", "sold", "draft"]
    assert _ids(tx, film_id="film", direction=Direction.HELD) == ["held", "draft"]
    assert _ids(tx, film_id="nothing") == []
    assert _ids(tx, company_id="agent", territory="DE") == ["draft"]
    assert _ids(tx, licensee_id="buyer") == ["sold"]
    assert _ids(tx, party_ids=["buyer"]) == ["sold"]
    assert _ids(tx, party_ids=["agent"]) == ["held", "sold", "draft"]
    assert _ids(tx, deal_id="deal") == ["sold"]
    assert _ids(tx, media_right=MediaRight.SVOD) == ["draft"]
    assert _ids(tx, status=GrantStatus.ACTIVE) == ["held", "sold"]
    assert _ids(tx, overlaps=Window(date(2031, 1, 1))) == ["held", "draft"]
    assert _ids(tx, overlaps=Window(None, date(2019, 12, 31))) == []
    assert _ids(tx, unconfirmed_since=date(2026, 1, 1)) == ["sold", "draft"]


def test_avails_are_read_from_the_active_grants_of_a_film(tx: UnitOfWork) -> None:
    tx.films.add(make.film("other", "agent"))
    assert [grant.grant_id for grant in tx.rights.of_film("film")] == ["held", "sold"]
    assert tx.rights.of_film("other") == ()
    assert set(tx.rights.of_films(["film", "other", "nothing"])) == {"film"}


def test_a_change_names_the_version_it_was_made_from(tx: UnitOfWork) -> None:
    assert tx.rights.update(replace(DRAFT, status=GrantStatus.ACTIVE), expected=1).version == 2
    with pytest.raises(PreconditionFailed):
        tx.rights.update(DRAFT, expected=1)
    tx.rights.delete("draft", expected=2)
    with pytest.raises(NotFound):
        tx.rights.get("draft")


def test_many_grants_are_confirmed_at_once(tx: UnitOfWork) -> None:
    assert tx.rights.confirm(["held", "sold", "nothing"], date(2026, 11, 20)) == 2
    assert tx.rights.get("sold").confirmed_on == date(2026, 11, 20)
    assert tx.rights.get("draft").confirmed_on is None


def _pointing_nowhere(field: str) -> RightsGrant:
    wrong: dict[str, Any] = {field: "nothing"}
    return replace(SOLD, **wrong)


@pytest.mark.parametrize("field", ["film_id", "company_id", "licensee_id", "deal_id"])
def test_a_grant_is_about_things_that_exist(tx: UnitOfWork, field: str) -> None:
    with pytest.raises(Invalid, match="'nothing'") as raised:
        tx.rights.upsert_many([_pointing_nowhere(field)])
    assert raised.value.problems[0].field == field


def test_a_day_lies_in_a_window_with_both_ends_included() -> None:
    window = make.years(2026, 2027)
    assert date(2026, 1, 1) in window
    assert date(2027, 12, 31) in window
    assert date(2025, 12, 31) not in window
    assert date(2028, 1, 1) not in window
    assert date(1900, 1, 1) in Window()
