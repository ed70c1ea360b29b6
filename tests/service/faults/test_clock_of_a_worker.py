"""A worker whose clock is an hour off takes over what the dead left, steals nothing, and keeps the night's plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from procrastinate import App, utils
from procrastinate.periodic import PeriodicDeferrer

from service import clock
from service.domain.words import JobState
from service.jobs.app import make_app
from service.jobs.worker import take_over
from service.security.actor import Actor
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.jobs import start_job

HOUR = timedelta(hours=1)
NIGHT = datetime(2026, 11, 21, 3, tzinfo=UTC)
"""When the training is planned."""


def during(app: App, work: Callable[[], Any]) -> Any:
    async def run() -> Any:
        async with app.open_async():
            return await work()

    return asyncio.run(run())


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_what_a_dead_worker_left_is_taken_at_once_and_what_a_live_one_does_is_left_to_it(
    uow: UnitOfWorkFactory,
    settings: Settings,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    off: timedelta,
) -> None:
    with uow() as tx:
        for kind in ("train", "import_file"):
            start_job(tx, Actor.system("test"), kind, {})
        tx.commit()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '31 seconds'), (now() - interval '5 seconds')"
        )
        connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id ="
            " (SELECT CASE task_name WHEN 'train' THEN min(id) ELSE max(id) END FROM procrastinate_workers)"
        )
    monkeypatch.setattr(utils, "utcnow", lambda: datetime.now(UTC) + off)
    monkeypatch.setattr(clock, "_ahead_s", clock._ahead_s + off.total_seconds())
    app = make_app(settings)
    assert during(app, lambda: take_over(app, uow)) == 1
    with psycopg.connect(database_url) as connection:
        jobs = connection.execute("SELECT task_name, status FROM procrastinate_jobs").fetchall()
        due = connection.execute(
            "SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= clock_timestamp())"
        ).fetchall()
    assert sorted(jobs) == [("import_file", "doing"), ("train", "todo")]
    assert due == [("train",)]
    with uow() as tx:
        assert {job.state for job in tx.jobs.list().items} == {JobState.QUEUED}


class Night:
    """Planned tasks of workers, each looked at by the clock that the test sets."""

    def __init__(self, settings: Settings, database_url: str) -> None:
        self.app = make_app(settings)
        self._database_url = database_url

    def worker(self) -> PeriodicDeferrer:
        """One that has just started."""
        return PeriodicDeferrer(self.app.periodic_registry, **self.app.periodic_defaults)

    def looks(self, *moments: tuple[PeriodicDeferrer, datetime]) -> None:
        """Each worker wakes at its moment, and puts what is due into the queue."""

        async def wake() -> None:
            for worker, moment in moments:
                await worker.defer_jobs(worker.get_previous_tasks(at=moment.timestamp()))

        during(self.app, wake)

    def trainings(self) -> int:
        with psycopg.connect(self._database_url) as connection:
            found = connection.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'retrain'"
            ).fetchone()
        assert found is not None
        return int(found[0])


@pytest.fixture
def night(uow: UnitOfWorkFactory, settings: Settings, database_url: str) -> Night:
    return Night(settings, database_url)


MINUTE = timedelta(minutes=1)


def test_a_clock_that_goes_back_over_the_hour_plans_no_second_training(night: Night) -> None:
    one = night.worker()
    night.looks((one, NIGHT + MINUTE), (one, NIGHT - HOUR + MINUTE), (one, NIGHT + MINUTE))
    assert night.trainings() == 1
    restarted = night.worker()
    night.looks((restarted, NIGHT - HOUR + MINUTE), (restarted, NIGHT + MINUTE))
    assert night.trainings() == 1


def test_a_clock_that_jumps_ahead_over_the_hour_misses_no_training(night: Night) -> None:
    started_in_the_evening = night.worker()
    night.looks((started_in_the_evening, NIGHT - 4 * HOUR))
    assert night.trainings() == 0
    night.looks((started_in_the_evening, NIGHT + HOUR + MINUTE))
    assert night.trainings() == 1
    night.looks((started_in_the_evening, NIGHT + 2 * HOUR))
    assert night.trainings() == 1


def test_workers_whose_clocks_differ_by_an_hour_plan_one_training(night: Night) -> None:
    ahead, right, behind = night.worker(), night.worker(), night.worker()
    night.looks((ahead, NIGHT + MINUTE), (right, NIGHT - HOUR + MINUTE), (behind, NIGHT - 2 * HOUR + MINUTE))
    night.looks((ahead, NIGHT + HOUR), (right, NIGHT + MINUTE), (behind, NIGHT - HOUR + MINUTE))
    night.looks((right, NIGHT + HOUR), (behind, NIGHT + MINUTE))
    assert night.trainings() == 1
    night.looks((right, NIGHT + timedelta(days=1, minutes=1)))
    assert night.trainings() == 2
