"""A run is carried out once, whatever becomes of whoever began it, and the trail tells what it did."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from typing import Any

import pytest

from service.clock import frozen_at, now
from service.domain.imports import ImportCounts
from service.domain.paging import PageRequest, every
from service.domain.words import (
    ImportKind,
    ImportState,
    JobState,
)
from service.security.actor import Actor
from service.store.repositories.audit import AuditFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases import films, imports
from service.usecases.importing import run as carrying_out
from service.usecases.importing.apply import apply_rows
from service.usecases.importing.rows import parse
from service.usecases.importing.run import adopt_imports
from tests.service import make
from tests.service.at_once import wait_until_blocked
from tests.service.uploads import AGENT, run

WORKER = Actor.system("worker")
FILMS = b"film_id,title,year,genres,stage\na,The Ferry,2024,Drama|Comedy,production\nb,The Storm,2025,,\n"


@pytest.fixture(autouse=True)
def market(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.commit()


def test_a_large_file_becomes_a_job_which_says_how_far_it_is(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(imports._AT_ONCE, "csv", 0)
    file = imports.upload_file(uow, AGENT, name="a.csv", content=FILMS, company_id=None).file
    started = imports.start_import(uow, AGENT, file.file_id, ImportKind.FILMS, mapping=None, dry_run=False)
    assert started.job_id
    assert started.run.state is ImportState.QUEUED
    done = imports.run_import(uow, started.job_id, started.run.run_id)
    assert done.counts == ImportCounts(total=2, added=2)
    with uow() as tx:
        job = tx.jobs.get(started.job_id)
    assert (job.state, job.done, job.total) == (JobState.SUCCEEDED, 2, 2)
    assert job.result == {
        "run_id": done.run_id,
        "total": 2,
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
    }
    # A worker that died after the commit comes again.
    assert imports.run_import(uow, started.job_id, started.run.run_id) == done


def test_a_cancelled_import_changes_nothing(uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(imports._AT_ONCE, "csv", 0)
    for before_start in (True, False):
        file = imports.upload_file(uow, AGENT, name="a.csv", content=FILMS, company_id=None).file
        started = imports.start_import(
            uow, AGENT, file.file_id, ImportKind.FILMS, mapping=None, dry_run=False
        )
        assert started.job_id
        with uow() as tx:
            if before_start:
                tx.jobs.finish(started.job_id, JobState.CANCELLED, make.NOON)
            else:
                tx.jobs.request_cancel(started.job_id, make.NOON)
            tx.commit()
        done = imports.run_import(uow, started.job_id, started.run.run_id)
        assert done.state is ImportState.CANCELLED
        with uow() as tx:
            assert tx.jobs.get(started.job_id).state is JobState.CANCELLED
            assert tx.films.find(["a"]) == {}


def test_a_run_whose_request_died_is_carried_out_by_a_worker(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(imports, "run_import", _dies)
        with pytest.raises(KeyboardInterrupt):
            run(uow, AGENT, ImportKind.FILMS, FILMS)
    assert adopt_imports(uow, WORKER) == 0
    with frozen_at(now() + timedelta(minutes=3)):
        assert [adopt_imports(uow, WORKER) for _ in range(2)] == [1, 0]
    (left,) = imports.list_imports(uow, AGENT, PageRequest()).items
    with uow() as tx:
        (job,) = tx.jobs.list().items
    assert imports.run_import(uow, job.job_id, left.run_id).counts.added == 2


def test_a_run_whose_job_was_given_up_failed(uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(imports._AT_ONCE, "csv", 0)
    file = imports.upload_file(uow, AGENT, name="a.csv", content=FILMS, company_id=None).file
    started = imports.start_import(uow, AGENT, file.file_id, ImportKind.FILMS, mapping=None, dry_run=False)
    with uow() as tx:
        tx.jobs.finish(started.job_id or "", JobState.FAILED, make.NOON)
        tx.commit()
    with frozen_at(now() + timedelta(minutes=3)):
        adopt_imports(uow, WORKER)
    assert imports.get_import(uow, AGENT, started.run.run_id).state is ImportState.FAILED


def test_a_run_that_two_carry_out_is_applied_once(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*args: Any) -> Any:
        monkeypatch.setattr(carrying_out, "parse", parse)
        with uow() as tx:
            (begun,) = tx.imports.runs().items
        imports.run_import(uow, None, begun.run_id)
        return parse(*args)

    monkeypatch.setattr(carrying_out, "parse", overtaken)
    done = run(uow, AGENT, ImportKind.FILMS, FILMS)
    assert (done.state, done.counts.added) == (ImportState.APPLIED, 2)
    with uow() as tx:
        assert [event.action for event in tx.audit.list().items].count("import.apply") == 1


def test_an_import_that_was_cancelled_at_the_end_changes_nothing(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(*args: Any) -> Any:
        written = apply_rows(*args)
        with uow() as tx:
            tx.jobs.finish(started.job_id or "", JobState.CANCELLED, make.NOON)
            tx.commit()
        return written

    monkeypatch.setattr(carrying_out, "apply_rows", cancelled)
    monkeypatch.setitem(imports._AT_ONCE, "csv", 0)
    file = imports.upload_file(uow, AGENT, name="a.csv", content=FILMS, company_id=None).file
    started = imports.start_import(uow, AGENT, file.file_id, ImportKind.FILMS, mapping=None, dry_run=False)
    done = imports.run_import(uow, started.job_id, started.run.run_id)
    assert done.state is ImportState.CANCELLED
    with uow() as tx:
        assert tx.films.find(["a"]) == {}


def test_an_import_keeps_what_was_edited_while_it_ran(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    """A cell that the file lacks, edited between the reading of its row and the writing."""
    run(uow, AGENT, ImportKind.FILMS, FILMS)
    edits = []

    def edited(tx: UnitOfWork, rows: Any, write: Any) -> Any:
        edits.append(pool.submit(films.update_film, uow, AGENT, "a", {"logline": "They wait."}, None))
        wait_until_blocked(database_url, edits[0])
        return write_good(tx, rows, write)

    write_good = UnitOfWork.write_good
    monkeypatch.setattr(UnitOfWork, "write_good", edited)
    with ThreadPoolExecutor(1) as pool:
        run(uow, AGENT, ImportKind.FILMS, "film_id,title\na,The Boat\n")
        edits[0].result(timeout=30)
    with uow() as tx:
        assert tx.films.get("a").logline == "They wait."


def test_several_imports_of_one_file_at_once_add_its_rows_once(uow: UnitOfWorkFactory) -> None:
    content = "film_id,title\n" + "".join(f"f{number},Film {number}\n" for number in range(300))
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(run, uow, AGENT, ImportKind.FILMS, content) for _ in range(3)]
        counts = [each.result(timeout=60).counts for each in runs]
    assert sorted(count.added for count in counts) == [0, 0, 300]
    assert sorted(count.unchanged for count in counts) == [0, 300, 300]
    with uow() as tx:
        trail = list(every(lambda page: tx.audit.list(page, AuditFilter(noun="film"))))
    assert [event.action for event in trail] == ["film.create"] * 300


def test_an_import_that_waits_for_another_can_be_cancelled(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(imports._AT_ONCE, "csv", 0)
    file = imports.upload_file(uow, AGENT, name="a.csv", content=FILMS, company_id=None).file
    started = imports.start_import(uow, AGENT, file.file_id, ImportKind.FILMS, mapping=None, dry_run=False)
    with uow() as other, ThreadPoolExecutor(1) as pool:
        assert other.imports.alone(ImportKind.FILMS, "agent")
        waiting = pool.submit(imports.run_import, uow, started.job_id, started.run.run_id)
        while imports.get_import(uow, AGENT, started.run.run_id).state is not ImportState.RUNNING:
            sleep(0.01)
        with uow() as tx:
            tx.jobs.request_cancel(started.job_id or "", make.NOON)
            tx.commit()
        assert waiting.result(timeout=30).state is ImportState.CANCELLED


def _dies(*_: Any) -> Any:
    raise KeyboardInterrupt


def test_the_trail_tells_of_an_import(uow: UnitOfWorkFactory) -> None:
    done = run(uow, AGENT, ImportKind.FILMS, FILMS)
    with uow() as tx:
        event = tx.audit.list().items[0]
    assert (event.actor, event.action, event.company_id, event.object_id) == (
        "ines",
        "import.apply",
        "agent",
        done.run_id,
    )
    assert event.diff["added"] == [None, 2]


def test_the_trail_tells_what_an_import_changed_of_which_film(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.FILMS, FILMS)
    run(uow, AGENT, ImportKind.FILMS, FILMS.replace(b"2024", b"2023"))
    with uow() as tx:
        trail = [
            (event.actor, event.action, event.company_id, event.object_id, event.diff)
            for event in tx.audit.list(where=AuditFilter(noun="film")).items
        ]
    assert trail == [
        ("ines", "film.update", "agent", "a", {"film.year": [2024, 2023]}),
        ("ines", "film.create", "agent", "b", {}),
        ("ines", "film.create", "agent", "a", {}),
    ]
