"""Carrying out a run, in the request that started it or in a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from time import sleep
from typing import Final

import structlog

from service.clock import now
from service.domain.imports import ImportCounts, ImportFile, ImportRun
from service.domain.words import ImportKind, ImportState, JobState
from service.errors import ServiceError, Unavailable
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.tables_io.reading import read_table
from service.usecases.audit import record
from service.usecases.importing.apply import apply_rows, target_for
from service.usecases.importing.items import Effect, Item
from service.usecases.importing.mapping import check_mapping
from service.usecases.importing.rows import ParsedTable, parse
from service.usecases.importing.trail import record_items
from service.usecases.jobs import start_job
from service.usecases.merges import NOUNS, propose_merges

__all__ = ["JOB", "adopt_imports", "run_import"]

JOB: Final = "import_file"
"""Name of the job's kind and of the queue's task."""

_LEFT_AFTER: Final = timedelta(minutes=2)
"""What a request imports takes seconds."""

_ASKED_AGAIN_S: Final = 0.2

_LOG = structlog.get_logger(__name__)

_JOB_STATES: Final = {
    ImportState.CHECKED: JobState.SUCCEEDED,
    ImportState.APPLIED: JobState.SUCCEEDED,
    ImportState.CANCELLED: JobState.CANCELLED,
    ImportState.FAILED: JobState.FAILED,
}
"""How the job ends that carries out a run which ends so."""

_FINAL: Final = tuple(_JOB_STATES)
_DEFECT: Final = "it failed unexpectedly and changed nothing; the log says why"
_NOTHING_CHANGED: Final = "cancelled; nothing was changed"


class _CancelledError(Exception):
    """Somebody asked to stop, or ended it."""


def run_import(uow: UnitOfWorkFactory, job_id: str | None, run_id: str) -> ImportRun:
    """Carry out a run and return it in its final state; a run that is final already is left as it is.

    job_id: the job that carries it out, which tells how far it is and how it ended, and may be asked to stop.
    Raises Unavailable where trying again later may help; the run is then as if it had not begun.
    """
    with uow(statement_timeout_s=0) as tx:
        run = tx.imports.run(run_id)
        if run.state in _FINAL:
            return run
        if job_id is not None and not tx.jobs.start(job_id, now()):
            return _end(tx, None, replace(run, state=ImportState.CANCELLED, message=_NOTHING_CHANGED))
        file = tx.imports.file(run.file_id, content=True)
        run = replace(run, state=ImportState.RUNNING, counts=ImportCounts(), done=0, message="")
        tx.imports.update_run(run)
        tx.commit()
    try:
        return _carry_out(uow, job_id, run, file)
    except _CancelledError:
        failed = replace(run, state=ImportState.CANCELLED, message=_NOTHING_CHANGED)
    except Unavailable:
        raise
    except ServiceError as error:
        failed = replace(run, state=ImportState.FAILED, message=error.whole)
    except Exception:
        _LOG.exception("import_failed", run=run_id)
        failed = replace(run, state=ImportState.FAILED, message=_DEFECT)
    with uow() as tx:
        return _end(tx, job_id, failed)


def adopt_imports(uow: UnitOfWorkFactory, actor: Actor) -> int:
    """Queue the runs whose request died, and end those whose job was given up; returns how many were left so."""
    with uow() as tx:
        left = tx.imports.left_behind(JOB, now() - _LEFT_AFTER)
        for run in left:
            if tx.jobs.has_been(JOB, run.run_id):
                tx.imports.update_run(
                    replace(run, state=ImportState.FAILED, message=_DEFECT, finished_at=now())
                )
            else:
                start_job(tx, actor, JOB, {"run_id": run.run_id}, key=run.run_id, company_id=run.company_id)
        if left:
            tx.commit()
    return len(left)


def _carry_out(uow: UnitOfWorkFactory, job_id: str | None, run: ImportRun, file: ImportFile) -> ImportRun:
    table = read_table(file.content or b"")
    check_mapping(run.kind, run.mapping, list(table.frame.columns))
    parsed = parse(run.kind, table, run.mapping)
    report = _reporter(uow, job_id, run, parsed.total)
    with _alone(uow, run, report) as tx:
        target = target_for(tx, run.kind, run.company_id)
        counts, written = apply_rows(tx, target, parsed, report)
        if not run.dry_run:
            record_items(tx, run, written)
            done = _keep(tx, job_id, replace(run, state=ImportState.APPLIED), counts, parsed)
    if not run.dry_run:
        _look_for_doubles(uow, run.kind, [item for item in written if item.effect is Effect.ADDED])
        return done
    # The rows that a dry run wrote are gone with their unit of work; what was found is kept in another.
    with uow(statement_timeout_s=0) as tx:
        return _keep(tx, job_id, replace(run, state=ImportState.CHECKED), counts, parsed)


@contextmanager
def _alone(uow: UnitOfWorkFactory, run: ImportRun, report: Callable[[int], None]) -> Iterator[UnitOfWork]:
    """A unit of work in which nobody else imports this list of this company, so that what it counts is true."""
    while True:
        with uow(statement_timeout_s=0) as tx:
            if tx.imports.alone(run.kind, run.company_id):
                yield tx
                return
        # Asked again rather than waited for: without a connection, and so that it can be cancelled.
        report(0)
        sleep(_ASKED_AGAIN_S)


def _look_for_doubles(uow: UnitOfWorkFactory, kind: ImportKind, added: Sequence[Item]) -> None:
    if kind not in NOUNS or not added:
        return
    is_film = kind is ImportKind.FILMS
    new_ids = {item.after[0].film_id if is_film else item.after[0].company_id for item in added}
    try:
        propose_merges(uow, NOUNS[kind], new_ids)
    except ServiceError as error:
        # The import is done all the same; the next look finds them too.
        _LOG.warning("merges_not_proposed", reason=str(error))


def _keep(
    tx: UnitOfWork, job_id: str | None, run: ImportRun, counts: ImportCounts, parsed: ParsedTable
) -> ImportRun:
    tx.imports.forget_problems(run.run_id)
    tx.imports.add_problems(run.run_id, sorted(parsed.problems, key=lambda problem: problem.row))
    if run.state is ImportState.APPLIED:
        record(
            tx,
            Actor(run.requested_by),
            "import.apply",
            "import",
            run.run_id,
            company_id=run.company_id,
            after={"kind": run.kind, "file_id": run.file_id, **asdict(counts)},
        )
    return _end(tx, job_id, replace(run, counts=counts, done=counts.total))


def _end(tx: UnitOfWork, job_id: str | None, run: ImportRun) -> ImportRun:
    """Note how a run ended, with its job in the same transaction; nothing is kept of one that ended otherwise."""
    ended = replace(run, finished_at=now())
    if not tx.imports.update_run(ended):
        return tx.imports.run(run.run_id)
    if job_id is not None:
        result = {"run_id": run.run_id, **asdict(run.counts)}
        is_kept = tx.jobs.finish(job_id, _JOB_STATES[run.state], now(), run.message, result)
        if not is_kept and _JOB_STATES[run.state] is JobState.SUCCEEDED:
            raise _CancelledError
    tx.commit()
    return ended


def _reporter(
    uow: UnitOfWorkFactory, job_id: str | None, run: ImportRun, total: int
) -> Callable[[int], None]:
    """Writes progress in units of work of its own, visible before the import is."""

    def report(done: int) -> None:
        with uow() as tx:
            is_open = tx.imports.update_run(replace(run, done=done, counts=ImportCounts(total=total)))
            to_stop = job_id is not None and tx.jobs.progress(job_id, done, total, now())
            tx.commit()
        if to_stop or not is_open:
            raise _CancelledError

    return report
