from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from service.domain.accounts import Membership
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind, FeedbackKind, MediaRight, Role
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed
from service.store.repositories.bulk import Upserted
from service.store.repositories.companies import CompanyFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        yield tx


def _ids(tx: UnitOfWork, **fields: Any) -> list[str]:
    return [company.company_id for company in tx.companies.list(where=CompanyFilter(**fields)).items]


def test_a_company_comes_back_as_stored(tx: UnitOfWork) -> None:
    stored = make.company(
        "festival", CompanyKind.ORGANISER, country="CH", website="https://x", aliases=("Fest",)
    )
    added = tx.companies.add(stored)
    assert replace(added, created_at=None, updated_at=None) == stored
    assert tx.companies.find(["festival", "nothing"]) == {"festival": added}


def test_an_id_is_given_once(tx: UnitOfWork) -> None:
    with pytest.raises(Conflict, match="this company_id is taken") as raised:
        tx.companies.add(make.company("agent"))
    assert raised.value.field == "company_id"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"country": "Chile"}, "country"),
    ],
    ids=str,
)
def test_what_no_company_can_have_is_refused(tx: UnitOfWork, fields: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        tx.companies.add(make.company("other", **fields))
    assert raised.value.problems[0].field == field


def test_a_text_with_a_nul_character_is_refused_with_words(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="cannot be stored"):
        tx.companies.add(make.company("other", name="a\x00b"))


def test_companies_are_listed_by_kind_country_and_name(tx: UnitOfWork) -> None:
    tx.companies.add(make.company("both", country="CH", name="Céline & Fils"))
    assert _ids(tx, kind=CompanyKind.SALES_AGENT) == ["agent", "both"]
    assert _ids(tx, country="CH") == ["both"]
    assert _ids(tx, query="CÉLINE") == ["both"]
    assert _ids(tx, company_ids=["buyer", "nothing"]) == ["buyer"]
    assert [company.company_id for company in tx.companies.stream()] == ["agent", "buyer", "both"]


def test_pages_go_on_where_the_last_one_ended_even_after_changes(tx: UnitOfWork) -> None:
    first = tx.companies.list(PageRequest(size=1))
    tx.companies.add(make.company("later"))
    second = tx.companies.list(PageRequest(size=2, after=first.next_after))
    assert [company.company_id for company in (*first.items, *second.items)] == ["agent", "buyer", "later"]
    assert second.next_after is None


def test_a_name_is_found_without_regard_to_case(tx: UnitOfWork) -> None:
    tx.companies.add(make.company("two", name="AGENT"))
    assert [company.company_id for company in tx.companies.named("agent")] == ["agent", "two"]


def test_changes_count_the_version_up(tx: UnitOfWork) -> None:
    seen = tx.companies.get("agent")
    changed = tx.companies.update(replace(seen, name="Agent & Co"), expected=1)
    assert (changed.version, changed.name) == (2, "Agent & Co")
    with pytest.raises(PreconditionFailed):
        tx.companies.update(seen, expected=1)
    with pytest.raises(PreconditionFailed):
        tx.companies.delete("agent", expected=1)
    with pytest.raises(NotFound):
        tx.companies.delete("nothing")


def test_many_are_added_changed_or_left_alone(tx: UnitOfWork) -> None:
    many = [make.company(f"c{number}") for number in range(5)]
    assert tx.companies.upsert_many(many) == Upserted(added=5)
    many[2] = replace(many[2], name="Renamed")
    many.append(make.company("new"))
    assert tx.companies.upsert_many(many) == Upserted(added=1, changed=1, unchanged=4)
    assert (tx.companies.get("c2").name, tx.companies.get("c2").version) == ("Renamed", 2)
    assert tx.companies.get("c1").version == 1


def test_a_company_with_films_cannot_be_deleted(tx: UnitOfWork) -> None:
    with pytest.raises(Conflict, match="still used by films"):
        tx.companies.delete("agent")


def test_a_merged_company_hands_over_everything(tx: UnitOfWork) -> None:
    tx.companies.add(make.company("double"))
    tx.films.add(make.film("second", "double"))
    tx.distributors.add(make.profile("it", "double", "IT"))
    tx.rights.add(make.held("second", "double"))
    tx.rights.add(make.held("film", "agent"))
    tx.rights.add(make.sold("film", "agent", "double"))
    tx.feedback.add(make.feedback(FeedbackKind.SEEN, "film", "it", "double"))
    for company_id, role in (("agent", Role.OWNER), ("double", Role.VIEWER)):
        make.user_in(tx, company_id, role)
    tx.accounts.add_membership(Membership(make.user_in(tx, "agent").user_id, "double", Role.OWNER))
    tx.companies.absorb("agent", "double")
    assert tx.films.get("second").owner_id == "agent"
    assert tx.distributors.get("it").company_id == "agent"
    assert {grant.licensee_id for grant in tx.rights.of_film("film")} == {None, "agent"}
    assert len(tx.accounts.members_of("agent").items) == 3
    with pytest.raises(NotFound):
        tx.companies.get("double")
    tx.check()


def test_companies_that_contradict_each_other_are_not_merged(tx: UnitOfWork) -> None:
    tx.companies.add(make.company("double"))
    tx.distributors.add(make.profile("fr-again", "double", "FR", media_rights=(MediaRight.SVOD,)))
    with pytest.raises(Conflict, match="already has a profile in this territory"):
        tx.companies.absorb("buyer", "double")
