"""Planning by a worker: it fails in words, and stops when told to."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from threading import Thread

import psutil
import pytest

from recommender.meetings.domain import Lock
from service.domain.events import Event
from service.domain.jobs import JobRun
from service.domain.words import JobState
from service.jobs.worker import run_worker
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import jobs
from service.usecases.events import planning, schedules
from tests.service.bundled import make_encoder
from tests.service.usecases.events import market
from tests.service.usecases.events.market import ORGANISER


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def event(uow: UnitOfWorkFactory) -> Event:
    market.companies(uow)
    return market.small_event(uow)


def carried_out(uow: UnitOfWorkFactory, settings: Settings, event: Event, *, rest: bool = False) -> JobRun:
    wanted = planning.PlanRequest(plan_the_rest=rest)
    job = planning.request_plan(uow, ORGANISER, event.event_id, wanted)
    run_worker(settings, until_idle=True, make_encoder=make_encoder)
    return jobs.get_job(uow, ORGANISER, job.job_id)


def test_a_plan_becomes_a_draft(uow: UnitOfWorkFactory, settings: Settings, event: Event) -> None:
    done = carried_out(uow, settings, event)
    assert done.state is JobState.SUCCEEDED, done.message
    assert done.result is not None
    assert (done.result["number"], done.result["meetings"]) == (1, 4)


def test_locks_that_cannot_hold_are_told_or_left_out_if_asked(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    with uow() as tx:
        # Refused by hand: as if an absence had been stored by an older version of the rules.
        tx.wishes.put_locks(event.event_id, [Lock("s1", "b1", "a", "t1")])
        tx.participants.add_absences(event.event_id, {("b1", "a")})
        tx.commit()
    failed = carried_out(uow, settings, event)
    assert failed.state is JobState.FAILED
    assert "cannot all hold" in failed.message
    assert failed.result is not None
    (conflict,) = failed.result["conflicts"]
    assert [row["table"] for row in conflict["rows"]] == ["locks", "absences"]
    assert schedules.list_schedules(uow, ORGANISER, event.event_id) == ()
    done = carried_out(uow, settings, event, rest=True)
    assert done.state is JobState.SUCCEEDED, done.message
    report = schedules.get_schedule(uow, ORGANISER, event.event_id).schedule.report
    assert report["conflicts"]


def test_a_plan_that_is_cancelled_makes_no_draft(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    job = planning.request_plan(uow, ORGANISER, event.event_id, planning.PlanRequest())
    jobs.cancel_job(uow, ORGANISER, job.job_id)
    run_worker(settings, until_idle=True, make_encoder=make_encoder)
    assert jobs.get_job(uow, ORGANISER, job.job_id).state is JobState.CANCELLED
    assert schedules.list_schedules(uow, ORGANISER, event.event_id) == ()


def plan_for_long(*_: object) -> planning.Planned:
    """As a plan of a market that takes minutes."""
    time.sleep(600)
    raise AssertionError("nobody stopped it")


def test_a_plan_is_stopped_while_it_is_made(
    uow: UnitOfWorkFactory, settings: Settings, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "plan_apart", plan_for_long)
    job_id = planning.request_plan(uow, ORGANISER, event.event_id, planning.PlanRequest()).job_id
    seen: list[str] = []

    def cancel() -> None:
        while (now := jobs.get_job(uow, ORGANISER, job_id)).message != "planning":
            time.sleep(0.05)
        seen.append(now.state)
        jobs.cancel_job(uow, ORGANISER, job_id)

    canceller = Thread(target=cancel, daemon=True)
    canceller.start()
    run_worker(settings, until_idle=True, make_encoder=make_encoder)
    canceller.join()
    assert seen == [JobState.RUNNING]
    assert jobs.get_job(uow, ORGANISER, job_id).state is JobState.CANCELLED
    assert schedules.list_schedules(uow, ORGANISER, event.event_id) == ()
    left = [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
    assert left == []
    # The way is free for another one.
    planning.request_plan(uow, ORGANISER, event.event_id, planning.PlanRequest())
