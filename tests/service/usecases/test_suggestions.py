"""Which films on offer are for a distributor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.clock import now
from service.domain.words import CompanyKind, FeedbackKind, MediaRight, Role
from service.errors import Forbidden, Invalid, NotFound, Unavailable
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.replays import replay
from service.usecases.suggestions import SuggestionRequest, look, suggest
from tests.service import make
from tests.service.bundled import Bundled, bundle_up
from tests.tastes import WORDS

FR_WESTERN = SuggestionRequest("fr-western")
RECENT = datetime.now(UTC).year


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def bundled(uow: UnitOfWorkFactory, settings: Settings) -> Bundled:
    """alba offers a western and a horror film in France, and holds a western in the US."""
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
    seat = Seat(company_id, Role.MEMBER, frozenset({CompanyKind.DISTRIBUTOR}), frozenset({"FR"}))
    return Actor("dee", "dee", (seat,))


def films(bundled: Bundled, actor: Actor, request: SuggestionRequest = FR_WESTERN) -> list[str]:
    return [one["film_id"] for one in suggest(bundled.desk, actor, request)["suggestions"]]


def test_films_offered_to_its_territory_are_suggested_likeliest_first(bundled: Bundled, dee: Actor) -> None:
    answer = suggest(bundled.desk, dee, FR_WESTERN)
    assert [one["film_id"] for one in answer["suggestions"]] == ["western", "horror"]
    assert answer["on_offer"] == 2
    assert answer["suggestions"][0]["reasons"]
    assert answer["bundle_version"] == bundled.holder.version


def test_recent_reference_films_are_on_offer_too(bundled: Bundled, dee: Actor) -> None:
    with bundled.uow() as tx:
        for film_id, year in (("recent", RECENT), ("old", RECENT - 9)):
            tx.films.add(make.film(film_id, synopsis=WORDS["Western"], genres=("Western",), year=year))
        tx.commit()
    bundled.catch_up()
    assert set(films(bundled, dee)) == {"western", "horror", "recent"}


def test_a_passed_film_stays_hidden_until_the_pass_is_undone(bundled: Bundled, dee: Actor) -> None:
    company_id = next(iter(dee.companies()))
    passed = make.feedback(FeedbackKind.PASSED, "western", "fr-western", company_id, at=now())
    undone = make.feedback(
        FeedbackKind.UNDONE, "western", "fr-western", company_id, at=now(), undoes=passed.event_id
    )
    with bundled.uow() as tx:
        tx.feedback.add(passed)
        tx.commit()
    assert films(bundled, dee) == ["horror"]
    with bundled.uow() as tx:
        tx.feedback.add(undone)
        tx.commit()
    assert films(bundled, dee) == ["western", "horror"]


def test_limits_rights_and_media_are_kept_and_the_next_best_moves_up(bundled: Bundled, dee: Actor) -> None:
    with bundled.uow() as tx:
        profile = tx.distributors.get("fr-western")
        tx.distributors.update(replace(profile, genres_never=("western",)))
        tx.commit()
    assert films(bundled, dee, replace(FR_WESTERN, k=1)) == ["horror"]
    assert films(bundled, dee, replace(FR_WESTERN, media_right=MediaRight.SVOD)) == []


def test_what_came_after_the_last_look_is_new(bundled: Bundled, dee: Actor) -> None:
    first = suggest(bundled.desk, dee, FR_WESTERN)
    assert first["since"] is None
    assert all(one["is_new"] for one in first["suggestions"])
    moment = look(bundled.uow, dee, "fr-western")
    seen = suggest(bundled.desk, dee, FR_WESTERN)
    assert seen["since"] == moment.isoformat()
    assert not any(one["is_new"] for one in seen["suggestions"])
    with bundled.uow() as tx:
        tx.rights.add(make.held("elsewhere", "alba", confirmed_on=now().date()))
        tx.commit()
    assert films(bundled, dee, replace(FR_WESTERN, only_new=True)) == ["elsewhere"]
    marks = {one["film_id"]: one["is_new"] for one in suggest(bundled.desk, dee, FR_WESTERN)["suggestions"]}
    assert marks == {"western": False, "horror": False, "elsewhere": True}


def test_asking_is_not_looking(bundled: Bundled, dee: Actor) -> None:
    suggest(bundled.desk, dee, FR_WESTERN)
    assert suggest(bundled.desk, dee, FR_WESTERN)["since"] is None


def test_a_program_says_itself_what_is_new(bundled: Bundled, dee: Actor) -> None:
    program = replace(dee, user_id=None, scopes=frozenset({"match"}))
    assert films(bundled, program, replace(FR_WESTERN, only_new=True, since=now())) == []
    yesterday = now() - timedelta(days=1)
    assert films(bundled, program, replace(FR_WESTERN, only_new=True, since=yesterday))
    with pytest.raises(Forbidden, match="does not look"):
        look(bundled.uow, program, "fr-western")


def test_only_its_own_company_asks(bundled: Bundled, dee: Actor) -> None:
    ann = Actor("ann", "ann", (Seat("alba", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),))
    for actor in (ann, Actor("admin", "admin", is_administrator=True)):
        with pytest.raises(NotFound):
            suggest(bundled.desk, actor, FR_WESTERN)
        with pytest.raises(NotFound):
            look(bundled.uow, actor, "fr-western")
    with pytest.raises(NotFound):
        suggest(bundled.desk, dee, SuggestionRequest("fr-horror"))


def test_who_is_never_asked_is_told_why(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        company_id = tx.distributors.get("us-giant").company_id
    seat = Seat(company_id, Role.MEMBER, frozenset({CompanyKind.DISTRIBUTOR}), frozenset({"US"}))
    with pytest.raises(Invalid, match="not an independent distributor"):
        suggest(bundled.desk, Actor("gil", None, (seat,)), SuggestionRequest("us-giant"))


def test_one_that_is_not_taken_up_yet_is_asked_to_wait(bundled: Bundled, dee: Actor) -> None:
    company_id = next(iter(dee.companies()))
    with bundled.uow() as tx:
        tx.distributors.add(make.profile("de-new", company_id, "DE", brief="Westerns."))
        tx.commit()
    with pytest.raises(Unavailable, match="being taken up"):
        suggest(bundled.desk, dee, SuggestionRequest("de-new"))


def test_suggestions_can_be_replayed(bundled: Bundled, dee: Actor) -> None:
    look(bundled.uow, dee, "fr-western")
    answer = suggest(bundled.desk, dee, FR_WESTERN)
    look(bundled.uow, dee, "fr-western")
    assert replay(bundled.desk, dee, answer["run_id"]).is_same
