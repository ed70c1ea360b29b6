"""Which grants exclude each other: the same as the database says."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.clashes import clashes, is_inside_held, shared_days
from service.domain.rights import RightsGrant, Window
from service.domain.words import GrantStatus
from service.errors import RightsConflict
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

DAY = date(2026, 11, 20)


class _UndoError(Exception):
    """Leaves a savepoint without keeping anything."""


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        yield tx


def _window(one: date | None, other: date | None) -> Window:
    return Window(min(one, other), max(one, other)) if one and other else Window(one, other)


def windows() -> st.SearchStrategy[Window]:
    day = st.integers(0, 4).map(lambda number: DAY + timedelta(days=number))
    return st.builds(_window, st.none() | day, st.none() | day)


GRANTS = st.builds(
    lambda **fields: make.held("film", "agent", **fields),
    window=windows(),
    exclusive=st.booleans(),
    languages=st.sampled_from([(), ("fr",), ("pt",), ("pt-BR",), ("de", "pt-BR")]),
    territory=st.sampled_from(["FR", "FR", "FR", "DE"]),
    status=st.sampled_from([GrantStatus.ACTIVE, GrantStatus.ACTIVE, GrantStatus.ACTIVE, GrantStatus.DRAFT]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=GRANTS, other=GRANTS)
def test_two_grants_clash_exactly_where_the_database_refuses_the_second(
    tx: UnitOfWork, one: RightsGrant, other: RightsGrant
) -> None:
    refused = False
    with suppress(_UndoError), tx.savepoint():
        tx.rights.add(one)
        try:
            with tx.savepoint():
                tx.rights.add(other)
        except RightsConflict:
            refused = True
        raise _UndoError
    assert bool(list(clashes([other], [one]))) is refused
    assert bool(list(clashes([one, other], []))) is refused


SALES = st.builds(
    lambda **fields: make.sold("film", "agent", "buyer", **fields),
    window=windows(),
    exclusive=st.booleans(),
    languages=st.sampled_from([(), ("fr",), ("pt-BR",), ("fr", "pt")]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(holdings=st.lists(GRANTS, max_size=3), sale=SALES)
def test_a_sale_is_inside_what_is_held_exactly_where_the_database_says_so(
    tx: UnitOfWork, holdings: list[RightsGrant], sale: RightsGrant
) -> None:
    kept: list[RightsGrant] = []
    refused = False
    with suppress(_UndoError), tx.savepoint():
        for grant in holdings:
            if not list(clashes([grant], kept)):
                kept.append(tx.rights.add(grant))
        tx.rights.add(sale)
        try:
            tx.check()
        except RightsConflict:
            refused = True
        raise _UndoError
    assert is_inside_held(sale, kept) is not refused


@given(windows(), windows())
def test_shared_days_are_in_both(one: Window, other: Window) -> None:
    shared = shared_days(one, other)
    days = [DAY + timedelta(days=number) for number in range(-2, 8)]
    assert [day for day in days if shared and day in shared] == [
        day for day in days if day in one and day in other
    ]


def test_a_changed_grant_does_not_clash_with_what_it_was() -> None:
    grant = make.held("film", "agent")
    assert list(clashes([grant], [grant])) == []
