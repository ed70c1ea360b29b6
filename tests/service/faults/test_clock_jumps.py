"""Clocks that are wrong. The database's decides, so a machine's own may say what it likes; the database's may jump."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service import clock
from service.domain.words import FeedbackKind
from service.security.throttle import LockOut
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make
from tests.service.world import PASSWORD, World

HOUR_S = 3600.0


class Jumping:
    """The database's clock, which can be set forward and back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.by = timedelta()
        agree = clock.agree

        def jumped(database_s: float, asked_s: float, answered_s: float) -> None:
            agree(database_s + self.by.total_seconds(), asked_s, answered_s)

        monkeypatch.setattr(clock, "_ahead_s", clock._ahead_s)
        monkeypatch.setattr(clock, "agree", jumped)
        # It is known within a second; here, at once.
        monkeypatch.setattr(clock, "is_due", lambda: True)


@pytest.fixture
def jumping(monkeypatch: pytest.MonkeyPatch) -> Jumping:
    return Jumping(monkeypatch)


class Machine:
    """This machine, whose own clock somebody sets: it jumps while the service runs, or was wrong when it started."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self._patch.setattr(clock, "_ahead_s", clock._ahead_s)

    def is_off_by(self, seconds: float) -> None:
        """As after a start with such a clock."""
        wrong = SimpleNamespace(time=lambda: time.time() + seconds, monotonic=time.monotonic)
        self._patch.setattr(clock, "time", wrong)
        self._patch.setattr(clock, "_ahead_s", wrong.time() - wrong.monotonic())
        self._patch.setattr(clock, "_agreed_s", float("-inf"))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


OFF = pytest.mark.parametrize("seconds", [HOUR_S, -HOUR_S, 400 * 24 * HOUR_S, -400 * 24 * HOUR_S])


@OFF
def test_a_machine_with_a_wrong_clock_tells_the_time_of_all_others(
    uow: UnitOfWorkFactory, machine: Machine, seconds: float
) -> None:
    machine.is_off_by(seconds)
    assert abs(clock.now() - datetime.now(UTC)) > timedelta(minutes=59)
    with uow():
        pass
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


@OFF
def test_a_session_lasts_whatever_the_clock_of_the_replica_says(
    world: World, machine: Machine, seconds: float
) -> None:
    browser = world.sign_in("alba-owner")
    machine.is_off_by(seconds)
    assert browser.get("/api/v1/me").status_code == 200


@OFF
def test_a_lock_after_wrong_passwords_ends_neither_early_nor_late(
    world: World, web: TestClient, machine: Machine, seconds: float
) -> None:
    credentials = {"email": "alba-owner@example.org", "password": PASSWORD}
    subjects = LockOut.after(5, timedelta(minutes=15)).subjects(credentials["email"], "testclient")
    guessed = clock.now()
    with world.uow() as tx:
        for _ in range(12):
            for subject in subjects:
                tx.attempts.add(subject, guessed)
        tx.commit()
    machine.is_off_by(seconds)
    assert web.post("/api/v1/sessions", json=credentials).status_code == 429
    with world.uow() as tx:
        for subject in subjects:
            tx.attempts.forget(subject)
            for _ in range(12):
                tx.attempts.add(subject, guessed - timedelta(minutes=16))
        tx.commit()
    assert web.post("/api/v1/sessions", json=credentials).status_code == 201


@OFF
def test_a_pass_hides_a_film_until_its_cool_down_is_over_by_the_clock_of_all(
    world: World, machine: Machine, seconds: float
) -> None:
    browser = world.sign_in("lumen-owner")
    cool = timedelta(days=world.app.state.reelmatch.settings.pass_cooldown_days)
    with world.uow() as tx:
        for film_id, at in (("fresh", clock.now()), ("stale", clock.now() - cool - timedelta(minutes=5))):
            tx.films.add(make.film(film_id))
            passed = make.feedback(FeedbackKind.PASSED, film_id, "lumen-fr", "lumen", at=at, reason="dark")
            tx.feedback.add(passed)
        tx.commit()
    machine.is_off_by(seconds)
    board = browser.get("/api/v1/feedback/board").json()["items"]
    assert {one["film_id"]: one["hidden_until"] is not None for one in board} == {
        "fresh": True,
        "stale": False,
    }


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
