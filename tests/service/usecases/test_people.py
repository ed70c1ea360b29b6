"""Who administrates, who owns, and what becomes of both when two people decide at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service.domain.accounts import Membership
from service.domain.words import Role, Scope
from service.errors import Conflict, Unauthenticated
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases import accounts, companies, keys, people, privacy
from service.usecases.accounts import Doorkeeper
from tests.service import make
from tests.service.at_once import wait_until_blocked
from tests.service.world import PASSWORD, PASSWORDS

ADA = Actor("ada", "ada", is_administrator=True)
BEN = Actor("ben", "ben", (Seat("alba", Role.OWNER),), is_administrator=True)
OWNER = Actor("ben", "ben", (Seat("alba", Role.OWNER),))
HOME = "192.0.2.1"
NEW = "nine candles in the nursery"


@pytest.fixture(autouse=True)
def two_of_each(uow: UnitOfWorkFactory) -> None:
    """Ada and Ben, who both administrate and own alba."""
    with uow() as tx:
        tx.companies.add(make.company("alba"))
        kept = PASSWORDS.hash(PASSWORD)
        for name in ("ada", "ben"):
            tx.accounts.add_user(make.user(name, is_administrator=True, password_hash=kept))
            tx.accounts.add_membership(Membership(name, "alba", Role.OWNER))
        tx.commit()


def demote(uow: UnitOfWorkFactory, actor: Actor, user_id: str) -> None:
    people.update_user(uow, actor, user_id, {"is_administrator": False}, None)


def while_open(
    uow: UnitOfWorkFactory, url: str, first: Callable[[UnitOfWork], Any], second: Callable[[], Any]
) -> Any:
    """What `second` returns that began before `first` was committed."""
    with ThreadPoolExecutor(1) as pool:
        with uow() as tx:
            first(tx)
            later = pool.submit(second)
            wait_until_blocked(url, later)
            tx.commit()
        return later.result(timeout=30)


def test_the_keys_of_who_administrates_no_more_end_and_the_keys_made_with_them(
    uow: UnitOfWorkFactory,
) -> None:
    made = keys.make_key(uow, BEN, name="a", company_id=None, scopes=[Scope.ADMIN])
    program = accounts.actor_of_key(uow, made.key.text)
    child = keys.make_key(uow, program, name="b", company_id=None, scopes=[Scope.ADMIN])
    own = keys.make_key(uow, BEN, name="c", company_id="alba", scopes=[Scope.READ])
    demote(uow, ADA, "ben")
    for ended in (made, child):
        with pytest.raises(Unauthenticated):
            accounts.actor_of_key(uow, ended.key.text)
    assert accounts.actor_of_key(uow, own.key.text)
    with uow() as tx:
        trail = [event for event in tx.audit.list().items if event.action == "api_key.revoke"]
    assert {event.object_id for event in trail} == {made.record.key_id, child.record.key_id}
    assert {event.actor for event in trail} == {"ada"}


def test_the_last_administrator_stays_one_also_for_an_administrators_key(uow: UnitOfWorkFactory) -> None:
    made = keys.make_key(uow, ADA, name="a", company_id=None, scopes=[Scope.ADMIN])
    program = accounts.actor_of_key(uow, made.key.text)
    demote(uow, program, "ben")
    with pytest.raises(Conflict, match="the last administrator"):
        demote(uow, program, "ada")
    with pytest.raises(Conflict, match="the last administrator"):
        privacy.delete_person(uow, program, "ada")


def test_of_two_administrators_who_demote_each_other_one_remains(
    uow: UnitOfWorkFactory, database_url: str
) -> None:
    def demoted(tx: UnitOfWork) -> None:
        user = next(one for one in tx.accounts.administrators() if one.user_id == "ben")
        tx.accounts.update_user(make.user("ben", password_hash=user.password_hash))

    with pytest.raises(Conflict, match="the last administrator"):
        while_open(uow, database_url, demoted, lambda: demote(uow, BEN, "ada"))


@pytest.mark.parametrize(
    "leave",
    [
        lambda uow: companies.remove_member(uow, OWNER, "alba", "ben"),
        lambda uow: companies.set_role(uow, OWNER, "alba", "ben", Role.MEMBER),
    ],
    ids=["leaving", "stepping down"],
)
def test_of_two_owners_who_go_at_once_one_remains(
    uow: UnitOfWorkFactory, database_url: str, leave: Callable[[UnitOfWorkFactory], Any]
) -> None:
    def stepped_down(tx: UnitOfWork) -> None:
        tx.accounts.set_role(Membership("ada", "alba", Role.MEMBER))

    with pytest.raises(Conflict, match="at least one owner"):
        while_open(uow, database_url, stepped_down, lambda: leave(uow))


@pytest.mark.parametrize("late", ["sign_in", "change_password"])
def test_a_sign_in_with_the_old_password_does_not_outlive_its_change(
    uow: UnitOfWorkFactory, settings: Settings, database_url: str, late: str
) -> None:
    door = Doorkeeper.of(settings, PASSWORDS)
    actor = Actor("ben", "ben")

    def enter(password: str) -> accounts.SignedIn:
        return accounts.sign_in(uow, door, email="ben@example.org", password=password, address=HOME)

    def change() -> accounts.SignedIn:
        another = "eleven geese over the harbour"
        return accounts.change_password(uow, door, actor, current=PASSWORD, new=another, address=HOME)

    def changed(tx: UnitOfWork) -> None:
        tx.accounts.set_password("ben", PASSWORDS.hash(NEW))
        tx.sessions.end_all("ben")

    with pytest.raises(Unauthenticated, match="changed a moment ago"):
        while_open(
            uow, database_url, changed, change if late == "change_password" else lambda: enter(PASSWORD)
        )
    with uow() as tx:
        assert list(tx.sessions.of_user("ben")) == []
    assert enter(NEW)


def test_a_change_of_the_name_keeps_a_password_that_was_set_meanwhile(
    uow: UnitOfWorkFactory, database_url: str
) -> None:
    hashed = PASSWORDS.hash(NEW)
    while_open(
        uow,
        database_url,
        lambda tx: tx.accounts.set_password("ben", hashed),
        lambda: people.update_user(uow, ADA, "ben", {"name": "Benjamin"}, None),
    )
    with uow() as tx:
        assert tx.accounts.user("ben").password_hash == hashed
