"""PostgreSQL stops and starts again under the running application."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import httpx2
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from service.app import create_app
from service.domain.words import Scope
from service.security.actor import Actor
from service.settings import Settings
from service.store import migrate
from service.store.embedded import EmbeddedServer, start_embedded
from service.store.engine import make_engine
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import keys
from tests.service.world import PASSWORDS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedServer]:
    """A server of this test's own, which it may stop."""
    server = start_embedded(folder)
    migrate.upgrade(server.url)
    yield server
    server.stop()


@pytest.fixture
def browser(server: EmbeddedServer, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(
        database_url=SecretStr(server.url),
        data_dir=tmp_path,
        rate_per_minute=1_000_000,
        rate_anonymous_per_minute=1_000_000,
    )
    engine = make_engine(server.url, settings)
    new = keys.make_key(
        UnitOfWorkFactory(engine),
        Actor.system("test"),
        name="test",
        company_id=None,
        scopes=[Scope.READ, Scope.WRITE, Scope.ADMIN],
    )
    engine.dispose()
    app = create_app(settings, passwords=PASSWORDS)
    with TestClient(app, headers={"Authorization": f"Bearer {new.key.text}"}) as client:
        yield client


def _company(number: int) -> dict[str, object]:
    return {"name": f"Company {number}", "kinds": ["sales_agent"]}


def test_it_answers_503_while_postgresql_is_away_and_recovers_by_itself(
    browser: TestClient, server: EmbeddedServer, folder: Path
) -> None:
    assert browser.get("/api/v1/companies").status_code == 200
    server.stop()
    for _ in range(3):
        answer = browser.get("/api/v1/companies")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.json()["type"] == "urn:reelmatch:problem:unavailable"
    assert browser.get("/health/live").status_code == 200
    assert browser.get("/health/ready").status_code == 503
    start_embedded(folder)
    assert browser.get("/api/v1/companies").status_code == 200


def test_under_load_every_answer_is_a_success_or_a_503_and_nothing_acknowledged_is_lost(
    browser: TestClient, server: EmbeddedServer, folder: Path
) -> None:
    done = Event()
    answers: list[httpx2.Response] = []

    def write(first: int) -> None:
        number = first
        while not done.is_set():
            answers.append(browser.post("/api/v1/companies", json=_company(number)))
            number += 10

    writers = [Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    try:
        _wait(lambda: sum(answer.status_code == 201 for answer in answers) >= 20)
        server.stop()
        _wait(lambda: sum(answer.status_code == 503 for answer in answers) >= 20)
        start_embedded(folder)
        good = sum(answer.status_code == 201 for answer in answers)
        _wait(lambda: sum(answer.status_code == 201 for answer in answers) >= good + 20)
    finally:
        done.set()
        for writer in writers:
            writer.join()
    assert {answer.status_code for answer in answers} == {201, 503}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 503)
    acknowledged = {answer.json()["company_id"] for answer in answers if answer.status_code == 201}
    assert acknowledged <= _stored(browser)


def _stored(browser: TestClient) -> set[str]:
    found: set[str] = set()
    cursor = None
    while True:
        page = browser.get(
            "/api/v1/companies", params={"limit": 100} | ({"cursor": cursor} if cursor else {})
        ).json()
        found |= {company["company_id"] for company in page["items"]}
        cursor = page["next_cursor"]
        if not cursor:
            return found


def _wait(condition: object) -> None:
    pause = Event()
    for _ in range(600):
        if condition():  # type: ignore[operator]
            return
        pause.wait(0.05)
    raise TimeoutError("it did not happen within 30 seconds")
