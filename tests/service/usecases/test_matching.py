"""Who should see a film: answers, filters, and what is kept of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from recommender.market.domain import Film
from service.clock import now
from service.domain.catalogue import FilmRecord
from service.domain.paging import FIRST
from service.domain.words import CompanyKind, FeedbackKind, GrantStatus, MediaRight, Role, RunKind
from service.errors import Forbidden, Invalid, NotFound
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.matching import match, match_each
from service.usecases.replays import replay
from service.usecases.requests import MatchRequest, from_json, to_json
from service.usecases.runs import get_run, list_runs
from tests.service import make
from tests.service.bundled import Bundled, bundle_up
from tests.tastes import WORDS

FR = MatchRequest(("FR",), "western-2019-0", k=3)
DESCRIBED = FilmRecord(Film("", "The Draw", WORDS["Western"], year=2019, genres=("Western",)))

ANN = Actor("ann", "ann", (Seat("alba", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
GUS = Actor("gus", "gus", (Seat("grim", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),))


def of_distributor(bundled: Bundled, distributor_id: str) -> Actor:
    """A member of a distributor of the market."""
    with bundled.uow() as tx:
        profile = tx.distributors.get(distributor_id)
    kinds, territories = frozenset({CompanyKind.DISTRIBUTOR}), frozenset({profile.territory})
    return Actor("dee", None, (Seat(profile.company_id, Role.MEMBER, kinds, territories),))


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def bundled(uow: UnitOfWorkFactory, settings: Settings) -> Bundled:
    """Two agents; alba offers the film `offer` in France."""
    with uow() as tx:
        for company_id in ("alba", "grim"):
            tx.companies.add(make.company(company_id, CompanyKind.SALES_AGENT))
        tx.films.add(make.film("offer", "alba", synopsis=WORDS["Western"], genres=("Western",), year=2019))
        tx.rights.add(make.held("offer", "alba", confirmed_on=now().date()))
        tx.commit()
    built = bundle_up(uow, settings)
    built.catch_up()
    return built


def first(answer: dict[str, Any], territory: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = answer["territories"][territory]["matches"][0]
    return found


def ids(answer: dict[str, Any], territory: int = 0) -> list[str]:
    return [match["distributor_id"] for match in answer["territories"][territory]["matches"]]


def test_an_answer_names_its_bundle_and_its_run(bundled: Bundled) -> None:
    answer = match(bundled.desk, ANN, FR)
    assert answer["bundle_version"] == bundled.holder.version
    assert answer["revision"] == bundled.holder.revision
    assert answer["run_id"].startswith("run_")
    assert first(answer)["distributor_id"] == "fr-western"
    assert len(ids(answer)) == 3


def test_reasons_add_up_and_are_left_out_where_not_asked_for(bundled: Bundled) -> None:
    best = first(match(bundled.desk, ANN, FR))
    parts = sum(reason["log_odds"] for reason in best["reasons"])
    assert best["base_log_odds"] + parts == pytest.approx(best["log_odds"])
    plain = first(match(bundled.desk, ANN, replace(FR, explain=False)))
    assert "reasons" not in plain
    assert plain["probability"] == best["probability"]


def test_several_territories_are_answered_side_by_side(bundled: Bundled) -> None:
    answer = match(bundled.desk, ANN, replace(FR, territories=("FR", "US", "ZM")))
    assert [part["territory"] for part in answer["territories"]] == ["FR", "US", "ZM"]
    assert first(answer, 1)["distributor_id"] == "us-western"
    nobody = answer["territories"][2]
    assert (nobody["matches"], nobody["unavailable"]) == ([], "no distributor of ZM is known here")


def test_a_film_that_is_described_is_answered_as_the_same_one_stored(bundled: Bundled) -> None:
    described = match(bundled.desk, ANN, MatchRequest(("FR",), film=DESCRIBED, k=3))
    assert described["film_id"] is None
    assert first(described)["distributor_id"] == "fr-western"
    assert get_run(bundled.uow, ANN, described["run_id"]).predictions == ()


def test_a_film_stored_a_moment_ago_is_answered_before_it_is_embedded(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        tx.films.add(replace(DESCRIBED, film=replace(DESCRIBED.film, film_id="just-now"), owner_id="alba"))
        tx.commit()
    answer = match(bundled.desk, ANN, replace(FR, film_id="just-now"))
    assert first(answer)["distributor_id"] == "fr-western"


def test_who_is_excluded_is_not_asked_and_said_so(bundled: Bundled) -> None:
    answer = match(bundled.desk, ANN, replace(FR, exclude=frozenset({"fr-western", "unknown"})))
    assert "fr-western" not in ids(answer)
    excluded = answer["territories"][0]["excluded"]
    assert [one["distributor_id"] for one in excluded] == ["fr-western"]
    assert "not to ask" in excluded[0]["reason"]


def test_unlikely_matches_are_not_shown(bundled: Bundled) -> None:
    every = match(bundled.desk, ANN, replace(FR, k=50))["territories"][0]["matches"]
    least = every[1]["probability"]
    shown = match(bundled.desk, ANN, replace(FR, k=50, least=least))["territories"][0]["matches"]
    assert shown == every[:2]


def test_rights_that_are_not_held_or_sold_bar_a_film_with_the_reason(bundled: Bundled) -> None:
    offer = MatchRequest(("FR", "US"), "offer", k=3)
    france, america = match(bundled.desk, ANN, offer)["territories"]
    assert (france["rights"], france["unavailable"]) == ("available", "")
    assert france["matches"][0]["distributor_id"] == "fr-western"
    assert america["matches"] == []
    assert america["unavailable"]
    svod = match(bundled.desk, ANN, replace(offer, media_right=MediaRight.SVOD))["territories"][0]
    assert svod["matches"] == []
    with bundled.uow() as tx:
        tx.companies.add(make.company("buyer", CompanyKind.DISTRIBUTOR))
        tx.rights.add(make.sold("offer", "alba", "buyer", window=make.years(2020, 2039)))
        tx.commit()
    sold = match(bundled.desk, ANN, offer)["territories"][0]
    assert (sold["rights"], sold["matches"]) == ("sold", [])


def test_a_pass_moves_nothing_in_what_an_agent_is_told(bundled: Bundled) -> None:
    def said() -> str:
        told = match(bundled.desk, ANN, FR)
        return json.dumps({name: told[name] for name in told if name not in ("run_id", "at")})

    before = said()
    company_id = next(iter(of_distributor(bundled, "fr-western").companies()))
    passed = make.feedback(
        FeedbackKind.PASSED, "western-2019-0", "fr-western", company_id, reason="too violent", at=now()
    )
    with bundled.uow() as tx:
        tx.feedback.add(passed)
        tx.commit()
    assert said() == before


def test_limits_are_kept_and_not_told_to_others(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        profile = tx.distributors.get("fr-western")
        tx.distributors.update(replace(profile, genres_never=("Western",)))
        tx.commit()
    told = match(bundled.desk, ANN, FR)["territories"][0]["excluded"][0]
    assert told["distributor_id"] == "fr-western"
    assert "Western" not in told["reason"]
    own = match(bundled.desk, of_distributor(bundled, "fr-western"), FR)
    assert "Western" in own["territories"][0]["excluded"][0]["reason"]


def test_only_its_agent_asks_about_a_film(bundled: Bundled) -> None:
    offer = replace(FR, film_id="offer")
    with pytest.raises(NotFound):
        match(bundled.desk, GUS, offer)
    with pytest.raises(Forbidden):
        match(bundled.desk, of_distributor(bundled, "fr-western"), offer)
    with pytest.raises(NotFound):
        match(bundled.desk, GUS, replace(FR, film_id="nothing"))
    with pytest.raises(Forbidden, match="scope match"):
        match(bundled.desk, replace(ANN, scopes=frozenset({"read"})), FR)


def test_a_private_deal_is_never_told(bundled: Bundled) -> None:
    """It is planted before training would see it and after; nobody's answer names it, its buyer or its day."""
    day = date(2019, 3, 3)
    with bundled.uow() as tx:
        tx.deals.add(make.deal("horror-2019-0", "fr-musical", "secret", release_date=day, is_public=False))
        tx.deals.add(make.deal("horror-2019-0", "us-war", "told", release_date=day, is_public=True))
        tx.commit()
    bundled.catch_up()
    for actor in (ANN, GUS):
        answer = match(bundled.desk, actor, MatchRequest(("FR", "KR", "US"), "horror-2019-0", k=50))
        france, korea, america = answer["territories"]
        assert france["unavailable"] == "the film is not available in FR"
        assert "us-war" in america["unavailable"]
        assert "fr-musical" not in json.dumps(answer)
        assert "in 2 other territories" not in json.dumps(korea)


def test_runs_are_read_by_their_company_alone(bundled: Bundled) -> None:
    answer = match(bundled.desk, ANN, FR)
    run = get_run(bundled.uow, ANN, answer["run_id"])
    assert run.answer == answer
    assert run.kind is RunKind.MATCH
    shown = answer["territories"][0]["matches"]
    assert [prediction.distributor_id for prediction in run.predictions] == [
        match["distributor_id"] for match in shown
    ]
    assert [run.run_id for run in list_runs(bundled.uow, ANN, FIRST, None).items] == [run.run_id]
    assert list_runs(bundled.uow, GUS, FIRST, None).items == ()
    with pytest.raises(NotFound):
        get_run(bundled.uow, GUS, run.run_id)
    with pytest.raises(NotFound):
        get_run(bundled.uow, Actor("admin", "admin", is_administrator=True), run.run_id)


def test_who_belongs_to_no_company_reads_their_own_runs_alone(bundled: Bundled) -> None:
    ada, ben = (Actor(name, name, is_administrator=True) for name in ("ada", "ben"))
    run_id = match(bundled.desk, ada, FR)["run_id"]
    assert replay(bundled.desk, ada, run_id).is_same
    with pytest.raises(NotFound):
        get_run(bundled.uow, ben, run_id)


def test_who_is_in_several_companies_says_for_which(bundled: Bundled) -> None:
    both = Actor("bo", "bo", (*ANN.seats, *GUS.seats))
    with pytest.raises(Invalid, match="several companies"):
        match(bundled.desk, both, FR)
    assert match(bundled.desk, both, replace(FR, film_id="offer"))
    answer = match(bundled.desk, both, replace(FR, company_id="grim"))
    assert get_run(bundled.uow, GUS, answer["run_id"]).company_id == "grim"


def test_a_replay_answers_the_same_until_something_changes(bundled: Bundled) -> None:
    for request in (FR, MatchRequest(("FR",), film=DESCRIBED), replace(FR, film_id="offer")):
        answer = match(bundled.desk, ANN, request)
        again = replay(bundled.desk, ANN, answer["run_id"])
        assert (again.recorded, again.is_same, again.reason) == (answer, True, "")
    with bundled.uow() as tx:
        grant = tx.rights.of_film("offer")[0]
        tx.rights.update(replace(grant, status=GrantStatus.INACTIVE))
        tx.rights.add(make.held("offer", "alba", territory="US", confirmed_on=now().date()))
        tx.commit()
    changed = replay(bundled.desk, ANN, answer["run_id"])
    assert (changed.is_same, changed.recorded) == (False, answer)


def test_a_replay_of_what_is_gone_still_tells_what_was_answered(bundled: Bundled) -> None:
    answer = match(bundled.desk, ANN, FR)
    with bundled.uow() as tx:
        tx.films.delete("western-2019-0")
        tx.commit()
    again = replay(bundled.desk, ANN, answer["run_id"])
    assert (again.recorded, again.again, again.is_same) == (answer, None, None)
    assert "western-2019-0" in again.reason
    with pytest.raises(NotFound):
        replay(bundled.desk, GUS, answer["run_id"])


def test_of_many_films_each_is_answered_or_explained(bundled: Bundled) -> None:
    found = dict(match_each(bundled.desk, GUS, FR, ["western-2019-0", "offer", "horror-2019-0"]))
    assert isinstance(found["offer"], NotFound)
    answered = found["horror-2019-0"]
    assert isinstance(answered, dict)
    assert first(answered)["distributor_id"] == "fr-horror"


@pytest.mark.parametrize(
    "request_",
    [
        FR,
        MatchRequest(
            ("FR", "US"), film=DESCRIBED, window=make.years(2026, 2027), exclude=frozenset({"a", "b"})
        ),
        replace(FR, media_right=MediaRight.SVOD, least=0.25, explain=False),
    ],
)
def test_a_question_is_kept_whole(request_: MatchRequest) -> None:
    assert from_json(json.loads(json.dumps(to_json(request_))), None) == request_
