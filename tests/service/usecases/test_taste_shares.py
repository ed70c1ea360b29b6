"""What a distributor takes, in shares."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.taste_shares import shares_of, taste_shares
from tests.service import make
from tests.service.bundled import Bundled
from tests.service.buyer import bundled, database_url, dee

__all__ = ["bundled", "database_url", "dee"]


def release(tx: UnitOfWork, number: int, distributor_id: str, genre: str, **fields: Any) -> None:
    tx.films.add(make.film(f"film-{number}", genres=(genre,), countries=("FR",)))
    day: dict[str, Any] = {"release_date": date(2025, number, 1), "is_public": True, "outcome_public": True}
    tx.deals.add(make.deal(f"film-{number}", distributor_id, **(day | fields)))


def test_shares_count_each_release_once_for_each_genre_and_sizes_by_year(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        for company in ("mine", "theirs"):
            tx.companies.add(make.company(company))
            tx.distributors.add(make.profile(f"{company}-pl", company, "PL"))
        release(tx, 1, "mine-pl", "Drama", screens=10)
        release(tx, 2, "mine-pl", "Drama", admissions=40, is_public=False, outcome_public=False)
        release(tx, 3, "mine-pl", "War", release_date=date(2024, 1, 1))
        release(tx, 4, "theirs-pl", "War", screens=20)
        release(tx, 5, "theirs-pl", "War", screens=30, outcome_public=False)
        release(tx, 6, "theirs-pl", "War", is_public=False, outcome_public=False, screens=1)
        found = shares_of(tx, tx.distributors.get("mine-pl"))
    assert (found.releases, found.first, found.last) == (3, 2016, 2025)
    drama, war = found.genres
    assert (drama.name, drama.count, drama.mine, drama.market) == ("Drama", 2, 2 / 3, 2 / 5)
    assert (war.name, war.count, war.mine, war.market) == ("War", 1, 1 / 3, 3 / 5)
    assert found.sized == 2
    assert [(one.name, one.count) for one in found.sizes] == [("1", 1), ("2", 0), ("3", 1), ("4", 0)]
    assert found.years == ((2024, "War", 1), (2025, "Drama", 2))


def test_who_released_nothing_has_no_shares(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("mine"))
        tx.distributors.add(make.profile("mine-pl", "mine", "PL"))
        found = shares_of(tx, tx.distributors.get("mine-pl"))
    assert (found.releases, found.genres, found.sizes, found.years) == (0, (), (), ())


def test_the_genre_of_a_taste_is_most_of_it_and_less_of_the_market(bundled: Bundled, dee: Actor) -> None:
    found = taste_shares(bundled.uow, dee, "fr-western")
    assert found.genres[0].name == "Western"
    assert found.genres[0].mine > 0.6 > 0.3 > found.genres[0].market
    assert sum(one.mine for one in found.sizes) == pytest.approx(1)
