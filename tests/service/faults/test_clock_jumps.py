"""The machine's clock jumps: sessions and locks may end early or late, but nothing fails and nothing is lost."""

from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service import clock
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service.world import World


class Jumping:
    """A clock that can be set forward and back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.by = timedelta()
        jumping = self

        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return super().now(tz) + jumping.by

        monkeypatch.setattr(clock, "datetime", Shifted)


@pytest.fixture
def jumping(monkeypatch: pytest.MonkeyPatch) -> Jumping:
    return Jumping(monkeypatch)


@pytest.mark.parametrize("days", [400, -400])
def test_a_session_never_fails_worse_than_by_ending(world: World, jumping: Jumping, days: int) -> None:
    browser = world.sign_in("alba-owner")
    jumping.by = timedelta(days=days)
    assert browser.get("/api/v1/me").status_code in (200, 401)
    assert world.sign_in("alba-owner").get("/api/v1/me").status_code == 200
    jumping.by = timedelta()
    assert world.sign_in("alba-owner").get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("days", [400, -400])
def test_what_was_written_before_during_and_after_a_jump_is_all_there_in_its_order(
    world: World, jumping: Jumping, app: FastAPI, uow: UnitOfWorkFactory, days: int
) -> None:
    browser = world.sign_in("alba-owner")
    made: list[str] = []
    revisions: list[int] = []
    for jump in (0, days, 0):
        jumping.by = timedelta(days=jump)
        browser = _still_in(browser, world)
        answer = browser.post("/api/v1/films", json={"title": f"Film {len(made)}"})
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["film_id"])
        with uow() as tx:
            revisions.append(tx.changes.revision())
    listed = [film["film_id"] for film in browser.get("/api/v1/films").json()["items"]]
    assert set(made) <= set(listed)
    assert revisions == sorted(set(revisions))


@pytest.mark.parametrize("days", [2, -2])
def test_an_idempotency_key_still_answers_the_same_after_a_jump(
    world: World, jumping: Jumping, days: int
) -> None:
    browser = world.sign_in("alba-owner")
    headers = {"Idempotency-Key": "once"}
    first = browser.post("/api/v1/films", json={"title": "Once"}, headers=headers)
    jumping.by = timedelta(days=days)
    browser = _still_in(browser, world)
    again = browser.post("/api/v1/films", json={"title": "Once"}, headers=headers)
    assert again.json() == first.json()


def _still_in(browser: TestClient, world: World) -> TestClient:
    return browser if browser.get("/api/v1/me").status_code == 200 else world.sign_in("alba-owner")
