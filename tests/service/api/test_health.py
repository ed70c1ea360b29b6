from dataclasses import dataclass

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from service.app import create_app
from service.errors import Misconfigured
from service.settings import Settings
from service.store import migrate
from tests.service.world import PASSWORDS, World


@dataclass
class Bundle:
    version: str | None = "20260101-abcdef0123"
    age_s: float | None = 3600.0


def test_the_process_lives_whatever_else_is_away(web: TestClient) -> None:
    assert web.get("/health/live").json()["status"] == "live"


def test_it_is_ready_once_the_database_answers_and_a_bundle_is_loaded(app: FastAPI, web: TestClient) -> None:
    waiting = web.get("/health/ready")
    assert waiting.status_code == 503
    assert "no bundle" in waiting.json()["detail"]
    assert int(waiting.headers["retry-after"]) >= 1
    app.state.reelmatch.matchers = Bundle()
    assert web.get("/health/ready").json() == {"status": "ready", "bundle": "20260101-abcdef0123"}


def test_it_is_not_ready_on_a_database_of_another_version(
    app: FastAPI, web: TestClient, database_url: str
) -> None:
    app.state.reelmatch.matchers = Bundle()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        try:
            answer = web.get("/health/ready")
        finally:
            connection.execute("UPDATE alembic_version SET version_num = %s", [migrate.head()])
    assert answer.status_code == 503


def test_without_a_database_every_request_is_told_to_come_back(api_settings: Settings) -> None:
    away = SecretStr("postgresql://nobody@127.0.0.1:1/nothing")
    settings = api_settings.model_copy(update={"database_url": away})
    with TestClient(create_app(settings, passwords=PASSWORDS)) as web:
        assert web.get("/health/live").status_code == 200
        key = {"Authorization": "Bearer rm_" + "0" * 12 + "_" + "0" * 64}
        credentials = {"email": "a@example.org", "password": "x"}
        answers = [
            web.get("/health/ready"),
            web.get("/api/v1/me", headers=key),
            web.post("/api/v1/sessions", json=credentials),
            web.post("/api/v1/companies", json={}, headers={**key, "Idempotency-Key": "one"}),
        ]
    for answer in answers:
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert int(answer.headers["retry-after"]) >= 1
        assert "127.0.0.1" not in answer.text


def test_a_lost_connection_is_found_again_without_a_restart(world: World, database_url: str) -> None:
    browser = world.sign_in("admin")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert browser.get("/api/v1/me").status_code == 200


def test_an_application_without_a_database_does_not_start(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"database_url": None}), passwords=PASSWORDS)
    with pytest.raises(Misconfigured, match="DATABASE_URL"), TestClient(app):
        pass


def test_figures_are_for_this_machine_only_unless_there_is_a_token(app: FastAPI, web: TestClient) -> None:
    assert web.get("/metrics").status_code == 403
    here = TestClient(app, client=("127.0.0.1", 5000))
    answer = here.get("/metrics")
    assert answer.status_code == 200
    assert "reelmatch_request_seconds" in answer.text
    proxied = here.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert proxied.status_code == 403


def test_with_a_token_figures_are_for_who_has_it(api_settings: Settings) -> None:
    settings = api_settings.model_copy(update={"metrics_token": SecretStr("t0ken")})
    with TestClient(create_app(settings, passwords=PASSWORDS), client=("127.0.0.1", 5000)) as web:
        assert web.get("/metrics").status_code == 403
        assert web.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
        assert web.get("/metrics", headers={"Authorization": "Bearer t0ken"}).status_code == 200


def test_figures_tell_the_age_of_the_bundle(app: FastAPI, web: TestClient) -> None:
    here = TestClient(app, client=("127.0.0.1", 5000))
    app.state.reelmatch.matchers = Bundle()
    assert "reelmatch_bundle_age_seconds 3600.0" in here.get("/metrics").text
