"""Imported files, their runs, and what is wrong with which row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import delete, exists, func, select, update

from service.domain.imports import ImportCounts, ImportFile, ImportProblem, ImportRun
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import ImportKind, ImportState, JobState
from service.errors import NotFound
from service.store.repositories.base import Repository, pk_of
from service.store.repositories.bulk import copy_rows
from service.store.repositories.phrases import text_of, texts
from service.store.tables.accounts import COMPANIES
from service.store.tables.work import IMPORT_FILES, IMPORT_PROBLEMS, IMPORT_RUNS, JOB_RUNS

__all__ = ["Imports"]

_IS_OPEN = IMPORT_RUNS.c.state.in_((ImportState.QUEUED.value, ImportState.RUNNING.value))
_COUNTS = tuple(field.name for field in fields(ImportCounts))
_DESCRIPTION = select(
    *(IMPORT_FILES.c[name] for name in ("file_id", "name", "sha256", "size_bytes", "uploaded_by", "at")),
    COMPANIES.c.company_id,
).select_from(IMPORT_FILES.outerjoin(COMPANIES, IMPORT_FILES.c.company_pk == COMPANIES.c.id))
_RUNS = select(
    IMPORT_RUNS, IMPORT_FILES.c.file_id, COMPANIES.c.company_id, IMPORT_RUNS.c.id.label("position")
).select_from(
    IMPORT_RUNS.join(IMPORT_FILES, IMPORT_RUNS.c.file_pk == IMPORT_FILES.c.id).outerjoin(
        COMPANIES, IMPORT_RUNS.c.company_pk == COMPANIES.c.id
    )
)


class Imports(Repository):
    """tx.imports."""

    def add_file(self, file: ImportFile) -> None:
        """Store an upload with its content."""
        values = {
            "file_id": file.file_id,
            "name": file.name,
            "sha256": file.sha256,
            "size_bytes": file.size_bytes,
            "content": file.content,
            "company_pk": self._optional_pk(COMPANIES.c.company_id, file.company_id, "company_id"),
            "uploaded_by": file.uploaded_by,
            "at": file.at,
        }
        self._insert(IMPORT_FILES, values)

    def file(self, file_id: str, *, content: bool = False) -> ImportFile:
        """The description, with the content if asked for; raises NotFound."""
        query = _DESCRIPTION.add_columns(IMPORT_FILES.c.content) if content else _DESCRIPTION
        row = self._first(query.where(IMPORT_FILES.c.file_id == file_id))
        if row is None:
            raise NotFound("file", file_id)
        return ImportFile(**row._mapping)

    def add_run(self, run: ImportRun) -> ImportRun:
        """Store a new run; Invalid when there is no such file."""
        values = {
            "run_id": run.run_id,
            "file_pk": self._pk(IMPORT_FILES.c.file_id, run.file_id, "file_id"),
            "kind": run.kind.value,
            "dry_run": run.dry_run,
            "mapping": run.mapping,
            "company_pk": self._optional_pk(COMPANIES.c.company_id, run.company_id, "company_id"),
            "requested_by": run.requested_by,
            "at": run.at,
            **_progress(run),
        }
        self._insert(IMPORT_RUNS, values)
        return self.run(run.run_id)

    def run(self, run_id: str) -> ImportRun:
        """Raises NotFound."""
        row = self._first(_RUNS.where(IMPORT_RUNS.c.run_id == run_id))
        if row is None:
            raise NotFound("import", run_id)
        return _run(row)

    def runs(
        self, page: PageRequest = FIRST, company_id: str | None = None, file_id: str | None = None
    ) -> Page[ImportRun]:
        """The latest first."""
        query = _RUNS
        if company_id is not None:
            query = query.where(COMPANIES.c.company_id == company_id)
        if file_id is not None:
            query = query.where(IMPORT_FILES.c.file_id == file_id)
        return self._page(query, IMPORT_RUNS.c.id, page, _run, newest_first=True)

    def update_run(self, run: ImportRun) -> bool:
        """Write state, counts, progress, message and end; False when it is final already, and stays so."""
        changed = update(IMPORT_RUNS).where(IMPORT_RUNS.c.run_id == run.run_id, _IS_OPEN)
        return self._connection.execute(changed.values(_progress(run))).rowcount == 1

    def alone(self, kind: ImportKind, company_id: str | None) -> bool:
        """Whether nobody else imports this list of this company, nor can until the unit of work ends."""
        what = func.hashtextextended(f"import {kind} {company_id or ''}", 0)
        return bool(self._connection.execute(select(func.pg_try_advisory_xact_lock(what))).scalar_one())

    def left_behind(self, kind: str, before: datetime) -> list[ImportRun]:
        """Those begun before that are not over, though no job of this kind is to carry them out or end them."""
        own = (JOB_RUNS.c.kind == kind) & (JOB_RUNS.c.key == IMPORT_RUNS.c.run_id)
        cared_for = exists().where(own, JOB_RUNS.c.state != JobState.FAILED.value)
        return [_run(row) for row in self._all(_RUNS.where(_IS_OPEN, IMPORT_RUNS.c.at < before, ~cared_for))]

    def add_problems(self, run_id: str, problems: Sequence[ImportProblem]) -> None:
        """Add what is wrong with rows, many at once."""
        pk = self._pk(IMPORT_RUNS.c.run_id, run_id, "run_id")
        rows = [{"run_pk": pk, **_columns(problem)} for problem in problems]
        copy_rows(self._connection, IMPORT_PROBLEMS, rows)

    def forget_problems(self, run_id: str) -> None:
        """Before a run starts again."""
        pk = pk_of(IMPORT_RUNS.c.run_id, run_id)
        self._connection.execute(delete(IMPORT_PROBLEMS).where(IMPORT_PROBLEMS.c.run_pk == pk))

    def problems(self, run_id: str, page: PageRequest = FIRST) -> Page[ImportProblem]:
        """In the order they were added."""
        query = select(IMPORT_PROBLEMS, IMPORT_PROBLEMS.c.id.label("position"))
        query = query.where(IMPORT_PROBLEMS.c.run_pk == pk_of(IMPORT_RUNS.c.run_id, run_id))
        return self._page(query, IMPORT_PROBLEMS.c.id, page, _problem)

    def refusals(self, run_id: str) -> Iterator[ImportProblem]:
        """Those for which rows were left out, in the order they were added."""
        query = select(IMPORT_PROBLEMS).where(
            IMPORT_PROBLEMS.c.run_pk == pk_of(IMPORT_RUNS.c.run_id, run_id), IMPORT_PROBLEMS.c.refused
        )
        yield from map(_problem, self._stream(query.order_by(IMPORT_PROBLEMS.c.id)))

    def refused_rows(self, run_id: str) -> frozenset[int]:
        """Lines of the rows that were left out."""
        wanted = IMPORT_PROBLEMS.c.run_pk == pk_of(IMPORT_RUNS.c.run_id, run_id)
        query = select(IMPORT_PROBLEMS.c.row).where(wanted, IMPORT_PROBLEMS.c.refused).distinct()
        return frozenset(row[0] for row in self._all(query))

    def forget_before(self, moment: datetime) -> int:
        """Delete files uploaded before, with their runs and problems; returns how many files went."""
        return self._connection.execute(delete(IMPORT_FILES).where(IMPORT_FILES.c.at < moment)).rowcount


def _progress(run: ImportRun) -> dict[str, Any]:
    return {
        "state": run.state.value,
        **{name: getattr(run.counts, name) for name in _COUNTS},
        "done": run.done,
        **texts(message=run.message),
        "finished_at": run.finished_at,
    }


def _run(row: Any) -> ImportRun:
    return ImportRun(
        run_id=row.run_id,
        file_id=row.file_id,
        kind=ImportKind(row.kind),
        dry_run=row.dry_run,
        state=ImportState(row.state),
        mapping=row.mapping,
        company_id=row.company_id,
        requested_by=row.requested_by,
        at=row.at,
        counts=ImportCounts(**{name: getattr(row, name) for name in _COUNTS}),
        done=row.done,
        message=text_of(row, "message"),
        finished_at=row.finished_at,
    )


def _columns(problem: ImportProblem) -> dict[str, Any]:
    said = texts(message=problem.message, remedy=problem.remedy)
    return {
        "row": problem.row,
        "field": problem.column,
        "value": problem.value,
        **said,
        "phrases": said["phrases"] and Jsonb(said["phrases"]),
        "refused": problem.refused,
    }


def _problem(row: Any) -> ImportProblem:
    return ImportProblem(
        row.row,
        row.field,
        row.value,
        text_of(row, "message"),
        text_of(row, "remedy"),
        row.refused,
    )
