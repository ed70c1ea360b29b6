"""An invitation that is used, or made, several times at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service.domain.accounts import Membership
from service.domain.paging import PageRequest
from service.domain.words import Role
from service.errors import Forbidden, Invalid
from service.security.actor import Actor, Seat
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import companies, invitations, joining
from service.usecases.invitations import HandedOver
from tests.service import make
from tests.service.world import PASSWORD, PASSWORDS

OWNER = Actor("ann", "ann", (Seat("alba", Role.OWNER),))
BEN = Actor("ben", "ben")


@pytest.fixture(autouse=True)
def alba(uow: UnitOfWorkFactory) -> None:
    """Ann owns alba; Ben belongs to no company."""
    with uow() as tx:
        tx.companies.add(make.company("alba"))
        for name in ("ann", "ben"):
            tx.accounts.add_user(make.user(name, password_hash=PASSWORDS.hash(PASSWORD)))
        tx.accounts.add_membership(Membership("ann", "alba", Role.OWNER))
        tx.commit()


def invite(uow: UnitOfWorkFactory, email: str) -> HandedOver:
    return invitations.invite(uow, OWNER, "alba", email=email, name="X", role=Role.MEMBER)


def at_once(times: int, do: Callable[[], Any]) -> Counter[type[BaseException] | None]:
    """What comes of doing it so many times at once."""

    def outcome(_: int) -> type[BaseException] | None:
        try:
            do()
        except Invalid as error:
            return type(error)
        return None

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(outcome, range(times)))


def test_of_many_who_use_one_link_at_once_one_gets_in(uow: UnitOfWorkFactory) -> None:
    new, known = invite(uow, "luc@example.org").text, invite(uow, "ben@example.org").text
    uses: tuple[Callable[[], Any], ...] = (
        lambda: joining.accept_as_new(uow, PASSWORDS, new, password=PASSWORD),
        lambda: joining.join(uow, BEN, known),
    )
    for use in uses:
        assert at_once(6, use) == {None: 1, Invalid: 5}
    with uow() as tx:
        assert len(tx.accounts.members_of("alba").items) == 3


def test_a_password_that_makes_no_account_tells_nothing_of_an_address(uow: UnitOfWorkFactory) -> None:
    told = set()
    for email in ("luc@example.org", "ben@example.org"):
        link = invite(uow, email).text
        with pytest.raises(Invalid) as refused:
            joining.accept_as_new(uow, PASSWORDS, link, password="x")
        told.add(str(refused.value))
    assert len(told) == 1


def test_of_many_invitations_to_one_address_made_at_once_one_is_good(uow: UnitOfWorkFactory) -> None:
    assert at_once(6, lambda: invite(uow, "luc@example.org")) == {None: 6}
    assert len(invitations.list_invitations(uow, OWNER, "alba", PageRequest()).items) == 1


def test_only_a_command_on_the_server_takes_in_at_once_and_what_waited_ends(uow: UnitOfWorkFactory) -> None:
    waiting = invite(uow, "ben@example.org")
    administrator = Actor("root", "root", is_administrator=True)
    for actor in (OWNER, administrator):
        with pytest.raises(Forbidden, match="did not accept"):
            companies.add_member(uow, actor, "alba", email="ben@example.org", name="B", role=Role.VIEWER)
    system = Actor.system("create-user")
    companies.add_member(uow, system, "alba", email="ben@example.org", name="B", role=Role.VIEWER)
    with pytest.raises(Invalid):
        joining.join(uow, BEN, waiting.text)
