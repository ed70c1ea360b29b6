"""A film as a distributor looks at it."""

from __future__ import annotations

import pytest

from service.domain.avails import AvailStatus
from service.domain.words import FeedbackKind, MediaRight
from service.errors import NotFound
from service.security.actor import Actor
from service.usecases.feedback import NewFeedback, decide
from service.usecases.film_for_buyer import FilmForBuyer, film_for_buyer
from service.usecases.replays import replay
from service.usecases.runs import get_run
from tests.service import make
from tests.service.bundled import Bundled
from tests.service.buyer import bundled, database_url, dee
from tests.tastes import WORDS

__all__ = ["bundled", "database_url", "dee"]


def looked_at(bundled: Bundled, actor: Actor, film_id: str) -> FilmForBuyer:
    return film_for_buyer(bundled.desk, actor, "fr-western", film_id, MediaRight.THEATRICAL)


def test_it_is_explained_with_its_rights_and_what_is_like_it(bundled: Bundled, dee: Actor) -> None:
    found = looked_at(bundled, dee, "western")
    assert found.suggestion
    assert found.suggestion["reasons"]
    assert found.suggestion["comparables"]
    assert found.avails
    assert [row.avail.status for row in found.avails] == [AvailStatus.AVAILABLE]
    assert found.similar
    assert (found.denied, found.not_asked) == (None, "")


def test_what_was_answered_is_kept_and_asked_again_with_the_same_answer(bundled: Bundled, dee: Actor) -> None:
    found = looked_at(bundled, dee, "western")
    kept = get_run(bundled.uow, dee, found.run_id)
    assert kept.answer["suggestions"] == [found.suggestion]
    again = replay(bundled.desk, dee, found.run_id)
    assert (again.is_same, again.reason) == (True, "")


def test_whom_one_knows_of_it_is_counted_from_ones_own_releases(bundled: Bundled, dee: Actor) -> None:
    with bundled.uow() as tx:
        film = make.film("known", synopsis=WORDS["Western"], directors=("WESTERN hand 1",), year=2026)
        tx.films.add(film)
        tx.commit()
    bundled.catch_up()
    found = looked_at(bundled, dee, "known")
    (known,) = found.known
    assert (known.role, known.name) == ("directors", "WESTERN hand 1")
    assert all("Western Hand 1" in release.film.film.directors for release in known.releases)
    days = [release.deal.release_date for release in known.releases]
    assert days == sorted(days, key=str, reverse=True)
    assert found.avails is None


def test_a_film_one_passed_on_is_still_explained_with_what_was_said(bundled: Bundled, dee: Actor) -> None:
    decide(bundled.uow, dee, NewFeedback(FeedbackKind.PASSED, "western", "fr-western", "price", "too much"))
    found = looked_at(bundled, dee, "western")
    assert found.suggestion
    assert found.denied
    assert found.denied.kind == "passed"
    assert [event.note for event in found.events] == ["too much"]


def test_a_film_that_is_sold_or_new_says_so_instead_of_a_probability(bundled: Bundled, dee: Actor) -> None:
    with bundled.uow() as tx:
        sold = tx.deals.list().items[0].film_id
        tx.films.add(make.film("fresh", synopsis="Nobody embedded this yet.", year=2026))
        tx.commit()
    assert "sold in your territory" in looked_at(bundled, dee, sold).not_asked
    assert "taken up" in looked_at(bundled, dee, "fresh").not_asked


def test_films_and_profiles_of_others_are_not_found(bundled: Bundled, dee: Actor) -> None:
    with pytest.raises(NotFound):
        looked_at(bundled, dee, "elsewhere")
    with pytest.raises(NotFound):
        film_for_buyer(bundled.desk, dee, "fr-horror", "horror", MediaRight.THEATRICAL)
