from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from service.domain.accounts import Membership
from service.domain.deals import Money
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind, MediaRight, Role
from service.errors import Forbidden, NotFound
from service.security.actor import Actor, Seat
from service.store.repositories.audit import AuditFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.audit import difference, list_events, record
from tests.service import make


def test_a_difference_names_what_changed_and_nothing_else() -> None:
    before = make.company("alba", CompanyKind.SALES_AGENT)
    after = replace(before, website="https://alba.example", kinds=frozenset(CompanyKind), version=2)
    assert difference(before, after) == {
        "kinds": [["sales_agent"], ["distributor", "organiser", "sales_agent"]],
        "website": ["", "https://alba.example"],
    }


def test_what_is_new_or_gone_is_told_whole() -> None:
    deal = make.deal("tide", "lumen-fr", "deal-1", gross=Money(Decimal("10.50"), "EUR"))
    new = difference(None, deal)
    assert new["release_date"] == [None, date(2026, 6, 1).isoformat()]
    assert new["media_rights"] == [None, [MediaRight.THEATRICAL]]
    assert new["gross.amount"] == [None, "10.50"]
    assert difference(deal, None)["deal_id"] == ["deal-1", None]


def test_fields_of_an_inner_object_are_named_by_their_path() -> None:
    film = make.film("tide")
    changed = replace(film, film=replace(film.film, title="High Tide"), logline="A ferry")
    assert set(difference(film, changed)) == {"film.title", "logline"}


def test_no_secret_is_kept() -> None:
    before, after = (make.user("ines", password_hash=kept) for kept in ("one", "two"))
    assert difference(before, replace(after, email=before.email)) == {}
    assert difference(None, {"key_hash": b"x", "name": "sync"}) == {"name": [None, "sync"]}


def test_what_cannot_be_written_down_is_a_defect() -> None:
    with pytest.raises(TypeError, match="no place"):
        difference(None, {"thing": object()})


ALBA_OWNER = Actor(
    "ines", user_id="ines", seats=(Seat("alba", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),)
)
ADMIN = Actor("admin", user_id="admin", is_administrator=True)


@pytest.fixture
def trail(uow: UnitOfWorkFactory) -> UnitOfWorkFactory:
    with uow() as tx:
        tx.companies.add(make.company("alba"))
        tx.companies.add(make.company("grim"))
        tx.accounts.add_user(make.user("ines"))
        tx.accounts.add_membership(Membership("ines", "alba", Role.OWNER))
        for noun in ("film", "deal_terms", "feedback", "something_new"):
            record(tx, ALBA_OWNER, f"{noun}.update", noun, "x", company_id="alba", after={"amount": 1000})
        tx.commit()
    return uow


def diffs(uow: UnitOfWorkFactory, actor: Actor, company_id: str = "") -> dict[str, dict[str, list[object]]]:
    events = list_events(uow, actor, PageRequest(), AuditFilter(company_id=company_id)).items
    return {event.noun: event.diff for event in events}


def test_owners_see_all_of_their_companys_changes(trail: UnitOfWorkFactory) -> None:
    assert all(diff == {"amount": [None, 1000]} for diff in diffs(trail, ALBA_OWNER).values())
    assert len(diffs(trail, ALBA_OWNER)) == 4


def test_administrators_see_that_terms_changed_but_not_how(trail: UnitOfWorkFactory) -> None:
    seen = diffs(trail, ADMIN)
    assert seen["film"] == {"amount": [None, 1000]}
    assert seen["deal_terms"] == seen["feedback"] == seen["something_new"] == {}


def test_what_administrators_may_not_see_stays_hidden_when_its_company_is_gone(
    trail: UnitOfWorkFactory,
) -> None:
    before = diffs(trail, ADMIN)
    with trail() as tx:
        tx.accounts.remove_membership("ines", "alba")
        tx.companies.delete("alba", None)
        tx.commit()
    assert diffs(trail, ADMIN) == before


def test_the_trail_of_another_company_is_not_found(trail: UnitOfWorkFactory) -> None:
    with pytest.raises(NotFound):
        diffs(trail, ALBA_OWNER, "grim")
    with pytest.raises(Forbidden):
        diffs(trail, Actor("luc", user_id="luc"))


def test_nothing_is_recorded_of_what_is_not_committed(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        record(tx, ADMIN, "film.update", "film", "x")
    with uow() as tx:
        assert tx.audit.list().items == ()
