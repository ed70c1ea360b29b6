"""Grants that say the same of several territories and uses, as one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from service.domain.words import CompanyKind, GrantStatus, MediaRight, Role
from service.errors import Forbidden, NotFound, RightsConflict
from service.security.actor import Actor, Seat
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.film_rights import AlikeGrants, film_rights, found_alike
from service.usecases.rights import delete_grants
from tests.service import make

AGENT = Actor("ines", "ines", (Seat("agent", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
VIEWER = Actor("vera", "vera", (Seat("agent", Role.VIEWER, frozenset({CompanyKind.SALES_AGENT})),))
OTHER = Actor("gus", "gus", (Seat("grim", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),))


@pytest.fixture
def traded(uow: UnitOfWorkFactory) -> UnitOfWorkFactory:
    with uow() as tx:
        make.trade(tx)
        tx.commit()
    return uow


def hold(uow: UnitOfWorkFactory, *cells: tuple[str, MediaRight], **fields: object) -> None:
    with uow() as tx:
        for territory, right in cells:
            tx.rights.add(make.held("film", "agent", territory=territory, media_right=right, **fields))
        tx.commit()


def said(found: tuple[AlikeGrants, ...]) -> Iterator[tuple[str, str]]:
    for alike in found:
        yield " ".join(alike.territories), " ".join(alike.media_rights)


def test_the_same_rights_in_several_places_are_one(traded: UnitOfWorkFactory) -> None:
    hold(traded, *product(("FR", "BE"), (MediaRight.THEATRICAL, MediaRight.SVOD)))
    (alike,) = film_rights(traded, AGENT, "film")
    assert list(said((alike,))) == [("BE FR", "theatrical svod")]
    assert len(alike.grant_ids) == 4


def test_nothing_is_said_of_a_right_that_is_not_held(traded: UnitOfWorkFactory) -> None:
    hold(traded, ("FR", MediaRight.THEATRICAL), ("DE", MediaRight.SVOD))
    assert sorted(said(film_rights(traded, AGENT, "film"))) == [("DE", "svod"), ("FR", "theatrical")]


def test_other_conditions_are_told_apart(traded: UnitOfWorkFactory) -> None:
    hold(traded, ("FR", MediaRight.SVOD))
    hold(traded, ("BE", MediaRight.SVOD), window=make.years(2020, 2029))
    hold(traded, ("DE", MediaRight.SVOD), status=GrantStatus.DRAFT)
    assert len(film_rights(traded, AGENT, "film")) == 3


def test_all_of_them_are_deleted_or_none(traded: UnitOfWorkFactory) -> None:
    hold(traded, ("FR", MediaRight.THEATRICAL), ("BE", MediaRight.THEATRICAL))
    (alike,) = film_rights(traded, AGENT, "film")
    with traded() as tx:
        tx.rights.add(make.sold("film", "agent", "buyer"))
        tx.commit()
    with pytest.raises(RightsConflict):
        delete_grants(traded, AGENT, alike.grant_ids)
    assert len(film_rights(traded, AGENT, "film")) == 2
    (sold,) = [one for one in film_rights(traded, AGENT, "film") if one.one.licensee_id]
    assert delete_grants(traded, AGENT, [*sold.grant_ids, *alike.grant_ids]) == 3
    assert film_rights(traded, AGENT, "film") == ()


def test_only_members_of_their_agent_delete_them(traded: UnitOfWorkFactory) -> None:
    hold(traded, ("FR", MediaRight.THEATRICAL))
    (alike,) = film_rights(traded, AGENT, "film")
    with pytest.raises(Forbidden):
        delete_grants(traded, VIEWER, alike.grant_ids)
    with pytest.raises(NotFound):
        delete_grants(traded, OTHER, alike.grant_ids)


def test_ones_that_changed_meanwhile_are_not_found(traded: UnitOfWorkFactory) -> None:
    hold(traded, ("FR", MediaRight.THEATRICAL))
    (alike,) = film_rights(traded, AGENT, "film")
    assert found_alike(traded, AGENT, "film", alike.key) == alike
    hold(traded, ("BE", MediaRight.THEATRICAL))
    with pytest.raises(NotFound, match="changed these rights meanwhile"):
        found_alike(traded, AGENT, "film", alike.key)
