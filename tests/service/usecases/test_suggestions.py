"""Which films on offer are for a distributor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.clock import now
from service.domain.words import CompanyKind, FeedbackKind, GrantStatus, MediaRight, Role, Stage
from service.errors import Forbidden, Invalid, NotFound, Unavailable
from service.security.actor import Actor, Seat
from service.usecases.replays import replay
from service.usecases.suggestions import Choices, SuggestionRequest, choices, look, suggest
from tests.service import make
from tests.service.bundled import Bundled
from tests.service.buyer import bundled, database_url, dee
from tests.tastes import WORDS

__all__ = ["bundled", "database_url", "dee"]

FR_WESTERN = SuggestionRequest("fr-western")
RECENT = datetime.now(UTC).year


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


def test_what_a_rival_records_alone_hides_no_film_and_what_one_bought_oneself_does(
    bundled: Bundled, dee: Actor
) -> None:
    with bundled.uow() as tx:
        tx.deals.add(make.deal("western", "fr-musical", "claim"))
        tx.deals.add(make.deal("horror", "fr-western", "own"))
        tx.commit()
    bundled.catch_up()
    assert films(bundled, dee) == ["western"]


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


def test_a_film_whose_rights_were_a_draft_is_new_once_they_are_active(bundled: Bundled, dee: Actor) -> None:
    with bundled.uow() as tx:
        draft = make.held("elsewhere", "alba", confirmed_on=now().date(), status=GrantStatus.DRAFT)
        tx.rights.add(draft)
        tx.commit()
    look(bundled.uow, dee, "fr-western")
    with bundled.uow() as tx:
        tx.rights.update(replace(draft, status=GrantStatus.ACTIVE))
        tx.commit()
    assert films(bundled, dee, replace(FR_WESTERN, only_new=True)) == ["elsewhere"]


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


def test_new_films_may_come_before_likelier_ones(bundled: Bundled, dee: Actor) -> None:
    asked = replace(FR_WESTERN, new_first=True)
    look(bundled.uow, dee, "fr-western")
    assert films(bundled, dee, asked) == ["western", "horror"]
    with bundled.uow() as tx:
        tx.films.add(make.film("war", "alba", synopsis=WORDS["War"], genres=("War",), year=None))
        tx.rights.add(make.held("war", "alba", confirmed_on=now().date()))
        tx.commit()
    bundled.catch_up()
    assert films(bundled, dee, asked) == ["war", "western", "horror"]
    answer = suggest(bundled.desk, dee, asked)
    assert (answer["total"], answer["new"]) == (3, 1)
    assert replay(bundled.desk, dee, answer["run_id"]).is_same


def test_a_list_goes_on_where_the_last_page_ended(bundled: Bundled, dee: Actor) -> None:
    first, second = (
        suggest(bundled.desk, dee, replace(FR_WESTERN, k=1, start=start))["suggestions"] for start in (0, 1)
    )
    assert [(one["film_id"], one["rank"]) for one in (*first, *second)] == [("western", 1), ("horror", 2)]
    assert films(bundled, dee, replace(FR_WESTERN, start=2)) == []


def test_films_are_filtered_by_what_they_are_and_by_their_probability(bundled: Bundled, dee: Actor) -> None:
    with bundled.uow() as tx:
        western = tx.films.get("western")
        tx.films.update(
            replace(western, stage=Stage.COMPLETED, film=replace(western.film, countries=("IT",)))
        )
        tx.commit()
    bundled.catch_up()
    assert films(bundled, dee, replace(FR_WESTERN, genre="Horror")) == ["horror"]
    assert films(bundled, dee, replace(FR_WESTERN, country="IT")) == ["western"]
    assert films(bundled, dee, replace(FR_WESTERN, stage=Stage.COMPLETED)) == ["western"]
    likely, unlikely = suggest(bundled.desk, dee, FR_WESTERN)["suggestions"]
    between = (likely["probability"] + unlikely["probability"]) / 2
    filtered = suggest(bundled.desk, dee, replace(FR_WESTERN, least=between, stage=Stage.COMPLETED))
    assert [one["film_id"] for one in filtered["suggestions"]] == ["western"]
    assert replay(bundled.desk, dee, filtered["run_id"]).is_same
    found = choices(bundled.uow, dee, "fr-western")
    assert found == Choices(("Horror", "Western"), ("IT",), (Stage.COMPLETED,))


def test_what_came_while_somebody_read_is_still_new(bundled: Bundled, dee: Actor) -> None:
    read_at = now()
    with bundled.uow() as tx:
        tx.rights.add(make.held("elsewhere", "alba", confirmed_on=read_at.date()))
        tx.commit()
    assert look(bundled.uow, dee, "fr-western", read_at) == read_at
    assert films(bundled, dee, replace(FR_WESTERN, only_new=True)) == ["elsewhere"]
    assert look(bundled.uow, dee, "fr-western", read_at + timedelta(days=9)) <= now()
