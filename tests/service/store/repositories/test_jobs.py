from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from service.domain.jobs import JobRun
from service.domain.words import JobState
from service.errors import Conflict, NotFound
from service.phrases import Phrase, phrase
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

JOB = JobRun("job", "train", JobState.QUEUED, "ann", "agent", make.NOON, key="nightly")
LATER = make.NOON + timedelta(minutes=1)


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        tx.companies.add(make.company("agent"))
        tx.jobs.add(JOB)
        yield tx


def test_a_job_is_followed_from_queue_to_result(tx: UnitOfWork) -> None:
    tx.jobs.set_queue_id("job", 17)
    assert tx.jobs.start("job", make.NOON)
    assert tx.jobs.progress("job", 3, 10, LATER, "fitting") is False
    running = tx.jobs.get("job")
    assert (running.state, running.done, running.total, running.message) == (
        JobState.RUNNING,
        3,
        10,
        "fitting",
    )
    assert tx.jobs.finish("job", JobState.SUCCEEDED, LATER, "done", {"version": "v1"})
    done = tx.jobs.get("job")
    assert (done.state, done.result, done.finished_at, done.queue_id) == (
        JobState.SUCCEEDED,
        {"version": "v1"},
        LATER,
        17,
    )
    assert done.state.is_final
    assert (done.done, done.total) == (10, 10)


def test_a_message_keeps_what_it_is_made_of_and_is_cut_where_it_is_endless(tx: UnitOfWork) -> None:
    tx.jobs.progress("job", 3, 10, LATER, phrase("texts: {done} of {total}", done=3, total=phrase("ten")))
    message = tx.jobs.get("job").message
    assert isinstance(message, Phrase)
    assert message.said(lambda text: text.replace("texts", "textes")) == "textes: 3 of ten"
    tx.jobs.progress("job", 3, 10, LATER, "fitting")
    assert not isinstance(tx.jobs.get("job").message, Phrase)
    tx.jobs.finish("job", JobState.FAILED, LATER, phrase("no film is called {name}", name="x" * 3_000))
    assert len(tx.jobs.get("job").message) == 2_000


def test_what_is_final_stays_so(tx: UnitOfWork) -> None:
    tx.jobs.finish("job", JobState.CANCELLED, LATER)
    assert not tx.jobs.start("job", LATER)
    assert not tx.jobs.finish("job", JobState.SUCCEEDED, LATER)
    assert not tx.jobs.request_cancel("job", LATER)
    tx.jobs.progress("job", 1, 1, LATER)
    assert tx.jobs.get("job").state is JobState.CANCELLED
    assert tx.jobs.get("job").done == 0
    with pytest.raises(NotFound):
        tx.jobs.start("nothing", LATER)


def test_a_worker_learns_with_its_progress_that_it_should_stop(tx: UnitOfWork) -> None:
    tx.jobs.start("job", make.NOON)
    assert tx.jobs.request_cancel("job", LATER)
    assert tx.jobs.progress("job", 1, 2, LATER) is True


def test_a_job_whose_worker_died_is_started_again(tx: UnitOfWork) -> None:
    assert tx.jobs.start("job", make.NOON)
    assert tx.jobs.start("job", LATER)
    assert tx.jobs.get("job").started_at == LATER


def test_the_same_job_is_open_once(tx: UnitOfWork) -> None:
    assert tx.jobs.open_job("train", "nightly") == tx.jobs.get("job")
    with pytest.raises(Conflict, match="already waiting or running"), tx.savepoint():
        tx.jobs.add(replace(JOB, job_id="second"))
    tx.jobs.add(replace(JOB, job_id="no key", key=""))
    tx.jobs.add(replace(JOB, job_id="no key either", key=""))
    tx.jobs.finish("job", JobState.FAILED, LATER)
    assert tx.jobs.open_job("train", "nightly") is None
    tx.jobs.add(replace(JOB, job_id="second"))


def test_jobs_are_listed_the_latest_first(tx: UnitOfWork) -> None:
    tx.jobs.add(replace(JOB, job_id="import", kind="import", company_id=None))
    tx.jobs.finish("job", JobState.FAILED, LATER)
    assert [job.job_id for job in tx.jobs.list().items] == ["import", "job"]
    assert [job.job_id for job in tx.jobs.list(kind="train").items] == ["job"]
    assert [job.job_id for job in tx.jobs.list(state=JobState.QUEUED).items] == ["import"]
    assert [job.job_id for job in tx.jobs.list(company_id="agent").items] == ["job"]


def _queued(url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT queue_name, task_name, args, lock, status::text, scheduled_at FROM procrastinate_jobs"
        ).fetchall()


def test_a_task_is_queued_if_and_only_if_the_unit_of_work_commits(
    uow: UnitOfWorkFactory, database_url: str
) -> None:
    for commit in (False, True):
        with uow() as tx:
            number = tx.jobs.defer(
                "embed", {"film_id": "f'1", "n": [1]}, queue="slow", lock="f1", scheduled_at=LATER
            )
            assert number > 0
            if commit:
                tx.commit()
        expected = [("slow", "embed", {"film_id": "f'1", "n": [1]}, "f1", "todo", LATER)]
        assert _queued(database_url) == (expected if commit else [])


def test_a_task_with_a_queueing_lock_waits_once(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.jobs.defer("embed", {}, queueing_lock="all")
        with pytest.raises(Conflict, match="waiting already"):
            tx.jobs.defer("embed", {}, queueing_lock="all")
