"""POST /matches and the runs it leaves, over HTTP."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.api.schemas.matches import ComparablesOut, MatchesOut, SuggestionsOut
from service.app import create_app
from service.bundle_store import BundleStore
from service.clock import now
from service.domain.words import Scope
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make
from tests.service.bundled import publish_tastes, put_in_force
from tests.service.world import PASSWORDS, World
from tests.tastes import WORDS, WordEncoder

FILM = "western-2019-0"
MATCHES = "/api/v1/matches"
DESCRIBED = {"title": "The Draw", "synopsis": WORDS["Western"], "genres": ["Western"], "year": 2019}


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def app(api_settings: Settings, uow: UnitOfWorkFactory) -> FastAPI:
    """On a market whose bundle is in force."""
    put_in_force(uow, publish_tastes(BundleStore.of(api_settings)))
    return create_app(api_settings, passwords=PASSWORDS, encoder=WordEncoder())


@pytest.fixture
def ready(app: FastAPI, world: World) -> World:
    """With a film of alba's that is offered in France; the bundle is loaded."""
    with world.uow() as tx:
        tx.films.add(make.film("offer", "alba", synopsis="", genres=("Western",), year=None))
        tx.rights.add(make.held("offer", "alba", confirmed_on=now().date()))
        tx.commit()
    app.state.reelmatch.matchers.refresh()
    return world


@pytest.fixture
def ann(ready: World) -> TestClient:
    return ready.sign_in("alba-member")


def ask(client: TestClient, **body: Any) -> Any:
    return client.post(MATCHES, json={"territories": ["FR"], **body})


def test_it_is_ready_once_the_bundle_is_loaded(ready: World) -> None:
    answer = TestClient(ready.app).get("/health/ready").json()
    assert answer["status"] == "ready"
    assert answer["bundle"]


def test_a_stored_film_is_answered_as_described_in_the_api(ann: TestClient) -> None:
    answer = ask(ann, film_id=FILM, k=3)
    assert answer.status_code == 200, answer.text
    MatchesOut.model_validate(answer.json(), strict=False, extra="forbid")
    assert answer.json()["territories"][0]["matches"][0]["distributor_id"] == "fr-western"


def test_a_film_can_be_described(ann: TestClient) -> None:
    answer = ask(ann, film=DESCRIBED, k=1, explain=False).json()
    assert answer["territories"][0]["matches"][0]["distributor_id"] == "fr-western"


def test_groups_of_territories_are_their_countries(ann: TestClient) -> None:
    answer = ask(ann, film_id=FILM, territories=["Benelux", "FR"]).json()
    assert [part["territory"] for part in answer["territories"]] == ["BE", "FR", "LU", "NL"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"film_id": FILM, "territories": ["Narnia"]}, "territories"),
        ({"film_id": FILM, "territories": []}, "territories"),
        ({"film_id": FILM, "k": 0}, "k"),
        ({"film_id": FILM, "k": 201}, "k"),
        ({"film_id": FILM, "film": DESCRIBED}, ""),
        ({}, ""),
        ({"film_id": FILM, "media_right": "smell"}, "media_right"),
        ({"film_id": FILM, "kk": 3}, "kk"),
        ({"film": {"synopsis": "x" * 20_001}}, "film.synopsis"),
        ({"film_id": FILM, "window": {"starts_on": "2027-01-01", "ends_on": "2026-01-01"}}, "window"),
    ],
)
def test_what_is_wrong_is_named(ann: TestClient, body: dict[str, Any], field: str) -> None:
    answer = ask(ann, **body)
    assert answer.status_code == 422
    assert field in answer.json()["errors"][0]["field"]


def test_an_answer_can_be_read_and_replayed_by_its_company(ready: World, ann: TestClient) -> None:
    answer = ask(ann, film_id=FILM).json()
    run = ann.get(f"/api/v1/match-runs/{answer['run_id']}").json()
    assert run["answer"] == answer
    replay = ann.post(f"/api/v1/match-runs/{answer['run_id']}/replay").json()
    assert (replay["is_same"], replay["recorded"]) == (True, answer)
    listed = ann.get("/api/v1/match-runs").json()["items"]
    assert [item["run_id"] for item in listed] == [answer["run_id"]]
    assert listed[0]["answer"] is None
    for who in ("grim-owner", "lumen-owner"):
        other = ready.sign_in(who)
        assert other.get(f"/api/v1/match-runs/{answer['run_id']}").status_code == 404
        assert other.post(f"/api/v1/match-runs/{answer['run_id']}/replay").status_code == 404
        assert other.get("/api/v1/match-runs").json()["items"] == []


def test_another_agents_film_is_not_there(ready: World) -> None:
    hidden = ask(ready.sign_in("grim-owner"), film_id="offer")
    missing = ask(ready.sign_in("grim-owner"), film_id="never")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json()["detail"] == missing.json()["detail"].replace("never", "offer")


def test_a_key_needs_the_scope(ready: World) -> None:
    assert ask(ready.program("alba", Scope.READ), film_id=FILM).status_code == 403
    assert ask(ready.program("alba", Scope.MATCH), film_id="offer").status_code == 200


def test_the_same_key_of_idempotency_asks_once(ann: TestClient) -> None:
    headers = {"Idempotency-Key": "once"}
    body = {"film_id": FILM, "territories": ["FR"]}
    first, second = (ann.post(MATCHES, json=body, headers=headers) for _ in range(2))
    assert first.json() == second.json()
    assert len(ann.get("/api/v1/match-runs").json()["items"]) == 1


def test_a_stream_takes_no_key_of_idempotency(ann: TestClient) -> None:
    body = {"film_ids": [FILM], "territories": ["FR"]}
    answer = ann.post(f"{MATCHES}/stream", json=body, headers={"Idempotency-Key": "once"})
    assert (answer.status_code, answer.json()["remedy"]) == (400, "Leave out Idempotency-Key")


def test_many_films_are_streamed_line_by_line(ready: World) -> None:
    body = {"film_ids": [FILM, "offer", "horror-2019-0"], "territories": ["FR"], "explain": False}
    answer = ready.sign_in("grim-owner").post(f"{MATCHES}/stream", json=body)
    assert answer.headers["content-type"] == "application/x-ndjson"
    one, refused, other = map(json.loads, answer.text.splitlines())
    assert one["territories"][0]["matches"][0]["distributor_id"] == "fr-western"
    assert (refused["film_id"], refused["problem"]["status"]) == ("offer", 404)
    assert other["film_id"] == "horror-2019-0"


def test_many_films_can_be_a_job(ann: TestClient, ready: World) -> None:
    body = {"film_ids": [FILM, "offer"], "territories": ["FR"]}
    job = ann.post(f"{MATCHES}/batch", json=body)
    assert job.status_code == 202
    assert (job.json()["kind"], job.json()["state"]) == ("match_batch", "queued")
    assert ann.get(f"/api/v1/jobs/{job.json()['job_id']}").json() == job.json()
    assert ready.sign_in("grim-owner").post(f"{MATCHES}/batch", json=body).status_code == 404


def test_suggestions_are_for_their_own_company(ready: World, app: FastAPI) -> None:
    with ready.uow() as tx:
        company_id = tx.distributors.get("fr-western").company_id
    program = ready.program(company_id, Scope.MATCH)
    path = "/api/v1/distributors/fr-western/suggestions"
    answer = program.get(path)
    assert answer.status_code == 200, answer.text
    SuggestionsOut.model_validate(answer.json(), extra="forbid")
    assert [one["film_id"] for one in answer.json()["suggestions"]] == ["offer"]
    assert program.get(path, params={"new": True, "since": now().isoformat()}).json()["suggestions"] == []
    assert answer.json()["total"] == 1
    for part in ({"start": 1}, {"genre": "Horror"}, {"country": "FR"}, {"stage": "completed"}):
        assert program.get(path, params=part).json()["suggestions"] == []
    assert program.get(path, params={"min_probability": 1}).json()["total"] == 0
    assert program.get(path, params={"genre": "Western", "new_first": True}).json()["total"] == 1
    assert program.get(path, params={"since": "2026-01-01T00:00:00"}).status_code == 422
    assert program.post(f"{path}/looks").status_code == 403
    for other in (ready.program("alba", Scope.MATCH), ready.program(None, Scope.ADMIN)):
        assert other.get(path).status_code in (403, 404)


def test_a_person_looks(ready: World) -> None:
    lee = ready.sign_in("lumen-owner")
    path = "/api/v1/distributors/lumen-fr/suggestions"
    looked = lee.post(f"{path}/looks")
    assert looked.status_code == 201
    assert looked.json()["looked_at"]


def test_comparables_are_answered_as_described(ann: TestClient, ready: World) -> None:
    answer = ann.get(f"/api/v1/films/{FILM}/comparables", params={"k": 4})
    assert answer.status_code == 200, answer.text
    ComparablesOut.model_validate(answer.json(), extra="forbid")
    assert len(answer.json()["films"]) == 4
    assert ready.sign_in("grim-owner").get("/api/v1/films/offer/comparables").status_code == 404


def test_a_stream_refuses_a_wrong_question_before_it_begins(ann: TestClient) -> None:
    body = {"film_ids": [FILM], "territories": ["nowhere"]}
    answer = ann.post(f"{MATCHES}/stream", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("territories")


def test_stages_are_timed(ann: TestClient, ready: World) -> None:
    ask(ann, film=DESCRIBED)
    figures = TestClient(ready.app, client=("127.0.0.1", 5)).get("/metrics").text
    for stage in ("read", "match", "record", "encode"):
        assert f'reelmatch_stage_seconds_count{{stage="{stage}"}}' in figures
    assert "reelmatch_bundle_age_seconds" in figures
    assert 'reelmatch_open_jobs{state="queued"} 0.0' in figures


def test_what_came_of_the_probabilities_is_among_the_figures(ann: TestClient, ready: World) -> None:
    matches = ask(ann, film_id="offer").json()["territories"][0]["matches"]
    with ready.uow() as tx:
        day = now().date() + timedelta(days=1)
        tx.deals.add(make.deal("offer", matches[0]["distributor_id"], release_date=day, is_public=True))
        tx.commit()
    figures = TestClient(ready.app, client=("127.0.0.1", 5)).get("/metrics").text
    assert 'reelmatch_settled_deals{which="taken"} 1.0' in figures
    (expected,) = re.findall(r'reelmatch_settled_deals{which="expected"} (\S+)', figures)
    assert float(expected) == pytest.approx(sum(match["probability"] for match in matches))


class TestWithoutABundle:
    """Nothing is in force yet."""

    @pytest.fixture
    def app(self, api_settings: Settings) -> FastAPI:
        return create_app(api_settings, passwords=PASSWORDS, encoder=WordEncoder())

    def test_questions_are_asked_to_wait(self, world: World) -> None:
        answer = ask(world.sign_in("alba-member"), film_id=FILM)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
