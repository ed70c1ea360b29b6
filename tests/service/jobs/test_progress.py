"""A job is done once, whatever happens."""

from __future__ import annotations

import pytest
from procrastinate.exceptions import JobAborted

from service.domain.jobs import JobRun
from service.domain.words import JobState
from service.errors import Conflict, Unavailable
from service.jobs.progress import Cancelled, Keep, Progress, carry_out
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.jobs import cancel_job, start_job
from tests.service import make

ACTOR = Actor.system("test")


@pytest.fixture
def job_id(uow: UnitOfWorkFactory) -> str:
    with uow() as tx:
        job = start_job(tx, ACTOR, "train", {})
        tx.commit()
    return job.job_id


def job(uow: UnitOfWorkFactory, job_id: str) -> JobRun:
    with uow() as tx:
        return tx.jobs.get(job_id)


def makes_a_company(name: str) -> Keep:
    def keep(tx: UnitOfWork) -> dict[str, str]:
        tx.companies.add(make.company(name))
        return {"made": name}

    return keep


def test_its_result_and_its_end_are_kept_together(uow: UnitOfWorkFactory, job_id: str) -> None:
    carry_out(uow, job_id, lambda _: makes_a_company("alba"))
    done = job(uow, job_id)
    assert (done.state, done.result) == (JobState.SUCCEEDED, {"made": "alba"})
    with uow() as tx:
        assert tx.companies.get("alba")


def test_a_job_that_is_done_is_not_done_again(uow: UnitOfWorkFactory, job_id: str) -> None:
    carry_out(uow, job_id, lambda _: makes_a_company("alba"))
    carry_out(uow, job_id, lambda _: pytest.fail("it was done again"))


def test_a_job_whose_worker_died_is_done_from_the_beginning(uow: UnitOfWorkFactory, job_id: str) -> None:
    class Killed(BaseException):
        pass

    def dies(_: Progress) -> Keep:
        raise Killed

    with pytest.raises(Killed):
        carry_out(uow, job_id, dies)
    assert job(uow, job_id).state is JobState.RUNNING
    carry_out(uow, job_id, lambda _: makes_a_company("alba"))
    assert job(uow, job_id).state is JobState.SUCCEEDED


def test_nothing_of_a_job_is_kept_when_somebody_else_ended_it(uow: UnitOfWorkFactory, job_id: str) -> None:
    def work(_: Progress) -> Keep:
        with uow() as tx:
            tx.jobs.finish(job_id, JobState.FAILED, make.NOON, "given up")
            tx.commit()
        return makes_a_company("alba")

    carry_out(uow, job_id, work)
    assert job(uow, job_id).message == "given up"
    with uow() as tx:
        assert not tx.companies.find(["alba"])


def test_a_failure_is_told_in_its_own_words(uow: UnitOfWorkFactory, job_id: str) -> None:
    def work(_: Progress) -> Keep:
        raise Conflict("the film is sold", "Choose another")

    carry_out(uow, job_id, work)
    failed = job(uow, job_id)
    assert (failed.state, failed.message) == (JobState.FAILED, "the film is sold. Choose another")


def test_a_defect_is_told_without_internals(uow: UnitOfWorkFactory, job_id: str) -> None:
    carry_out(uow, job_id, lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
    failed = job(uow, job_id)
    assert failed.state is JobState.FAILED
    assert "division" not in failed.message


@pytest.mark.parametrize("stopped", [Unavailable("the database is away"), JobAborted()])
def test_it_stays_open_while_the_database_is_away_and_when_the_worker_is_told_to_stop(
    uow: UnitOfWorkFactory, job_id: str, stopped: Exception
) -> None:
    def work(_: Progress) -> Keep:
        raise stopped

    with pytest.raises(type(stopped)):
        carry_out(uow, job_id, work)
    assert job(uow, job_id).state is JobState.RUNNING


def test_a_running_job_stops_at_its_next_step_when_asked_to(uow: UnitOfWorkFactory, job_id: str) -> None:
    steps = []

    def work(progress: Progress) -> Keep:
        for step in range(3):
            progress(step, 3, f"step {step}")
            steps.append(step)
            cancel_job(uow, ACTOR, job_id)
        return makes_a_company("alba")

    carry_out(uow, job_id, work)
    assert steps == [0]
    assert job(uow, job_id).state is JobState.CANCELLED


def test_a_job_that_was_cancelled_as_it_began_stops_at_its_next_step(
    uow: UnitOfWorkFactory, job_id: str
) -> None:
    def work(progress: Progress) -> Keep:
        # As by whoever saw it wait a moment ago.
        with uow() as tx:
            tx.jobs.finish(job_id, JobState.CANCELLED, make.NOON, "cancelled before it began")
            tx.commit()
        for step in (progress.check, lambda: progress(1, 3)):
            with pytest.raises(Cancelled):
                step()
        raise Cancelled

    carry_out(uow, job_id, work)
    assert job(uow, job_id).message == "cancelled before it began"


def test_a_waiting_job_is_stopped_at_once(uow: UnitOfWorkFactory, job_id: str) -> None:
    assert cancel_job(uow, ACTOR, job_id).state is JobState.CANCELLED
    carry_out(uow, job_id, lambda _: pytest.fail("it was begun"))


def test_a_job_that_was_to_stop_when_its_worker_died_is_not_begun_again(
    uow: UnitOfWorkFactory, job_id: str
) -> None:
    with uow() as tx:
        tx.jobs.start(job_id, make.NOON)
        tx.jobs.request_cancel(job_id, make.NOON)
        tx.commit()
    carry_out(uow, job_id, lambda _: pytest.fail("it was begun"))
    assert job(uow, job_id).state is JobState.CANCELLED


def test_progress_is_seen_while_it_runs(uow: UnitOfWorkFactory, job_id: str) -> None:
    def work(progress: Progress) -> Keep:
        progress(1, 4, "reading")
        running = job(uow, job_id)
        assert (running.state, running.done, running.total, running.message) == (
            JobState.RUNNING,
            1,
            4,
            "reading",
        )
        return lambda _: None

    carry_out(uow, job_id, work)
    assert job(uow, job_id).state is JobState.SUCCEEDED
