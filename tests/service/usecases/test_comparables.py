"""Films like a film."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.clock import now
from service.domain.words import CompanyKind, Role
from service.errors import NotFound, Unavailable
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.comparables import comparables
from service.usecases.replays import replay
from tests.service import make
from tests.service.bundled import Bundled, bundle_up
from tests.tastes import WORDS

ANN = Actor("ann", "ann", (Seat("alba", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
GUS = Actor("gus", "gus", (Seat("grim", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),))


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def bundled(uow: UnitOfWorkFactory, settings: Settings) -> Bundled:
    """alba has a project that is as near to western-2019-0 as can be."""
    with uow() as tx:
        for company_id in ("alba", "grim"):
            tx.companies.add(make.company(company_id, CompanyKind.SALES_AGENT))
        twin = tx.films.get("western-2019-0").film
        fields = {"synopsis": twin.synopsis, "genres": twin.genres, "directors": twin.directors}
        tx.films.add(make.film("project", "alba", cast=twin.cast, countries=twin.countries, **fields))
        tx.commit()
    built = bundle_up(uow, settings)
    built.catch_up()
    return built


def near(bundled: Bundled, actor: Actor, film_id: str = "western-2019-0", k: int = 5) -> list[str]:
    return [film["film_id"] for film in comparables(bundled.desk, actor, film_id, k, None)["films"]]


def test_the_nearest_come_first_with_their_releases(bundled: Bundled) -> None:
    answer = comparables(bundled.desk, ANN, "western-2019-0", 5, None)
    similarities = [film["similarity"] for film in answer["films"]]
    assert similarities == sorted(similarities, reverse=True)
    assert len(answer["films"]) == 5
    assert any(film["deals"] for film in answer["films"])
    assert answer["bundle_version"] == bundled.holder.version


def test_the_projects_of_others_are_not_shown(bundled: Bundled) -> None:
    assert near(bundled, ANN)[0] == "project"
    others = near(bundled, GUS)
    assert "project" not in others
    assert len(others) == 5


def test_private_releases_are_not_shown(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        for film_id in near(bundled, ANN, k=20):
            for deal in tx.deals.of_films([film_id]).get(film_id, ()):
                tx.deals.update(replace(deal, is_public=False, outcome_public=False))
        tx.commit()
    bundled.catch_up()
    answer = comparables(bundled.desk, ANN, "western-2019-0", 10, None)
    assert [film["deals"] for film in answer["films"]] == [[]] * 10


def test_a_film_that_one_may_not_read_has_no_comparables(bundled: Bundled) -> None:
    with pytest.raises(NotFound):
        near(bundled, GUS, "project")


def test_a_film_that_is_not_taken_up_yet_is_asked_to_wait(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        tx.films.add(make.film("just-now", synopsis=WORDS["War"], created_at=now()))
        tx.commit()
    with pytest.raises(Unavailable, match="being taken up"):
        near(bundled, ANN, "just-now")


def test_comparables_can_be_replayed(bundled: Bundled) -> None:
    answer = comparables(bundled.desk, ANN, "western-2019-0", 5, None)
    assert replay(bundled.desk, ANN, answer["run_id"]).is_same
