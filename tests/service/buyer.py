"""A distributor of the tasteful market with its person, and films on offer to it: fixtures of several tests."""

from __future__ import annotations

import pytest

from service.clock import now
from service.domain.words import CompanyKind, Role
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make
from tests.service.bundled import Bundled, bundle_up
from tests.tastes import WORDS

__all__ = ["bundled", "database_url", "dee", "offer"]


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


def offer(uow: UnitOfWorkFactory) -> None:
    """alba offers a western and a horror film in France, and holds a western in the US and another nowhere."""
    with uow() as tx:
        tx.companies.add(make.company("alba", CompanyKind.SALES_AGENT))
        for film_id, genre, territory in (
            ("western", "Western", "FR"),
            ("horror", "Horror", "FR"),
            ("elsewhere", "Western", "US"),
            ("nowhere", "Western", ""),
        ):
            text = WORDS[genre]
            tx.films.add(make.film(film_id, "alba", synopsis=text, genres=(genre,), year=None))
            if territory:
                today = now().date()
                tx.rights.add(make.held(film_id, "alba", territory=territory, confirmed_on=today))
        tx.commit()


@pytest.fixture
def bundled(uow: UnitOfWorkFactory, settings: Settings) -> Bundled:
    """With what `offer` offers."""
    offer(uow)
    built = bundle_up(uow, settings)
    built.catch_up()
    return built


@pytest.fixture
def dee(bundled: Bundled) -> Actor:
    """A person of the distributor fr-western."""
    with bundled.uow() as tx:
        company_id = tx.distributors.get("fr-western").company_id
        tx.accounts.add_user(make.user("dee"))
        tx.commit()
    seat = Seat(company_id, Role.OWNER, frozenset({CompanyKind.DISTRIBUTOR}), frozenset({"FR"}))
    return Actor("dee", "dee", (seat,))
