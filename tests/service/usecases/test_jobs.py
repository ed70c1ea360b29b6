"""Who sees and stops which jobs."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from service.clock import now
from service.domain.paging import FIRST
from service.domain.words import CompanyKind, JobState, Role
from service.errors import Conflict, Forbidden, NotFound
from service.security.actor import Actor, Seat
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.jobs import cancel_job, get_job, list_jobs, open_jobs, start_job, waiting_tasks
from tests.service import make

SYSTEM = Actor.system("test")
ADMIN = Actor("admin", "admin", is_administrator=True)
ANN = Actor("ann", "ann", (Seat("alba", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
VIC = Actor("vic", "vic", (Seat("alba", Role.VIEWER, frozenset({CompanyKind.SALES_AGENT})),))
GUS = Actor("gus", "gus", (Seat("grim", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),))


@pytest.fixture
def jobs(uow: UnitOfWorkFactory) -> dict[str, str]:
    """One job of alba, one of nobody."""
    with uow() as tx:
        for company_id in ("alba", "grim"):
            tx.companies.add(make.company(company_id, CompanyKind.SALES_AGENT))
        own = start_job(tx, ANN, "match_batch", {"film_ids": ["f1"]}, company_id="alba")
        training = start_job(tx, SYSTEM, "train", {}, key="train")
        tx.commit()
    return {"alba": own.job_id, "nobody": training.job_id}


def test_a_job_and_its_task_come_together(
    uow: UnitOfWorkFactory, jobs: dict[str, str], database_url: str
) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT id, task_name, args, lock FROM procrastinate_jobs ORDER BY id"
        ).fetchall()
    with uow() as tx:
        own = tx.jobs.get(jobs["alba"])
    assert rows[0] == (own.queue_id, "match_batch", {"job_id": own.job_id, "film_ids": ["f1"]}, None)
    assert rows[1][3] == "train:train"


def test_neither_comes_without_the_other(
    uow: UnitOfWorkFactory, jobs: dict[str, str], database_url: str
) -> None:
    with pytest.raises(Conflict), uow() as tx:
        start_job(tx, SYSTEM, "train", {}, key="train")
    with uow() as tx:
        start_job(tx, SYSTEM, "train", {}, key="another")
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (2,)
    with uow() as tx:
        assert len(tx.jobs.list().items) == len(jobs)


def test_everybody_sees_the_jobs_of_their_company(uow: UnitOfWorkFactory, jobs: dict[str, str]) -> None:
    def seen(actor: Actor) -> list[str]:
        return [job.job_id for job in list_jobs(uow, actor, FIRST).items]

    assert seen(ANN) == seen(VIC) == [jobs["alba"]]
    assert seen(GUS) == []
    assert seen(ADMIN) == [jobs["nobody"], jobs["alba"]]
    with pytest.raises(NotFound):
        list_jobs(uow, GUS, FIRST, company_id="alba")
    assert get_job(uow, VIC, jobs["alba"]).kind == "match_batch"
    for hidden in (jobs["alba"], jobs["nobody"]):
        with pytest.raises(NotFound):
            get_job(uow, GUS, hidden)


def test_members_and_administrators_stop_jobs(uow: UnitOfWorkFactory, jobs: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        cancel_job(uow, GUS, jobs["alba"])
    with pytest.raises(Forbidden):
        cancel_job(uow, VIC, jobs["alba"])
    assert cancel_job(uow, ANN, jobs["alba"]).state is JobState.CANCELLED
    assert cancel_job(uow, ADMIN, jobs["nobody"]).state is JobState.CANCELLED


def test_stopping_twice_is_stopping_once(uow: UnitOfWorkFactory, jobs: dict[str, str]) -> None:
    cancel_job(uow, ANN, jobs["alba"])
    assert cancel_job(uow, ANN, jobs["alba"]).state is JobState.CANCELLED
    with uow() as tx:
        actions = [event.action for event in tx.audit.list().items]
    assert actions.count("match_batch.cancel") == 1


def test_open_jobs_are_counted(uow: UnitOfWorkFactory, jobs: dict[str, str]) -> None:
    with uow() as tx:
        tx.jobs.start(jobs["nobody"], make.NOON)
        tx.commit()
    assert open_jobs(uow) == {"queued": 1.0, "running": 1.0}


def test_what_waits_for_a_worker_is_counted_by_task_when_its_time_has_come(
    uow: UnitOfWorkFactory, jobs: dict[str, str]
) -> None:
    with uow() as tx:
        tx.jobs.defer("embed", {})
        tx.jobs.defer("embed", {}, scheduled_at=now() + timedelta(hours=1))
        tx.jobs.defer("housekeep", {"timestamp": 1})
        tx.commit()
    assert waiting_tasks(uow) == {"match_batch": 1.0, "train": 1.0, "embed": 1.0, "housekeep": 1.0}
