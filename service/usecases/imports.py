"""Imports: a file is uploaded, its columns are mapped, a dry run shows what would change, then it is applied.

A run belongs to one company and touches only what is the company's own; without a company, administrators import
reference data. All good rows are written in one transaction together with the state of the run, so that a run
that is repeated after a crash changes nothing twice. A run whose request died is carried out by a worker.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from service.clock import now
from service.domain.imports import ImportFile, ImportProblem, ImportRun
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import CompanyKind, ImportKind, ImportState
from service.errors import Forbidden, Invalid, NotFound
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, may, require, require_allowed
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.tables_io.reading import MAX_ROWS, ReadTable, file_format, read_table
from service.usecases.importing.apply import PreviewedRow, preview_rows, target_for
from service.usecases.importing.corrections import correction_chunks
from service.usecases.importing.deals import TERMS
from service.usecases.importing.mapping import check_mapping, guess_kind, guess_mapping
from service.usecases.importing.rows import parse
from service.usecases.importing.run import JOB, run_import
from service.usecases.jobs import start_job

__all__ = [
    "JOB",
    "DescribedFile",
    "StartedImport",
    "describe_file",
    "get_import",
    "list_imports",
    "list_problems",
    "preview_import",
    "problems_csv",
    "run_import",
    "start_import",
    "upload_file",
]

_AT_ONCE: Final = {"csv": 256 * 1024}
_AT_ONCE_PACKED: Final = 32 * 1024
"""Bytes up to which a file is imported within the request."""

_SHOWN_ROWS: Final = 5
_LOOKED_AT: Final = 5_000
_NEEDS: Final = {
    ImportKind.FILMS: {CompanyKind.SALES_AGENT},
    ImportKind.RIGHTS: {CompanyKind.SALES_AGENT},
    ImportKind.DISTRIBUTORS: {CompanyKind.DISTRIBUTOR},
    ImportKind.DEALS: {CompanyKind.SALES_AGENT, CompanyKind.DISTRIBUTOR},
}
"""Kinds of company, one of which it takes."""


@dataclass(frozen=True, slots=True)
class DescribedFile:
    """A file with what is in it. rows: the first few. kind, mapping: guessed; kind is None where nothing fits."""

    file: ImportFile
    format: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: ImportKind | None
    mapping: dict[str, str]


@dataclass(frozen=True, slots=True)
class StartedImport:
    """A run, and the job that carries it out; None where it is over already."""

    run: ImportRun
    job_id: str | None


def upload_file(
    uow: UnitOfWorkFactory, actor: Actor, *, name: str, content: bytes, company_id: str | None
) -> DescribedFile:
    """Keep a file for an import. Raises Invalid and TooLarge when it cannot be read."""
    owner = _company(actor, company_id)
    require_allowed(actor, Action.WRITE, "import", _about(owner))
    head = read_table(content, max_rows=_SHOWN_ROWS)
    file = ImportFile(
        file_id=new_id("file"),
        name=_harmless(name),
        sha256=hashlib.sha256(content).digest(),
        size_bytes=len(content),
        company_id=owner,
        uploaded_by=actor.actor_id,
        at=now(),
        content=content,
    )
    # Tens of megabytes are written here, and read below, on whatever disk there is.
    with uow(statement_timeout_s=0) as tx:
        tx.imports.add_file(file)
        tx.commit()
    return _described(file, content, head, None)


def describe_file(
    uow: UnitOfWorkFactory, actor: Actor, file_id: str, kind: ImportKind | None = None
) -> DescribedFile:
    """What is in a file, with a mapping guessed for `kind`. Raises NotFound."""
    file = _file(uow, actor, file_id, Action.READ)
    content = file.content or b""
    return _described(file, content, read_table(content, max_rows=_SHOWN_ROWS), kind)


def start_import(
    uow: UnitOfWorkFactory,
    actor: Actor,
    file_id: str,
    kind: ImportKind,
    *,
    mapping: Mapping[str, str] | None,
    dry_run: bool,
) -> StartedImport:
    """Import a file, or try it. mapping: file's column -> ours, None for the guessed one.

    Small files are imported at once, large ones by a job. Raises Invalid for a wrong mapping.
    """
    file = _file(uow, actor, file_id, Action.WRITE)
    content = file.content or b""
    header = list(read_table(content, max_rows=1).frame.columns)
    chosen = dict(guess_mapping(kind, header) if mapping is None else mapping)
    check_mapping(kind, chosen, header)
    run = ImportRun(
        run_id=new_id("import"),
        file_id=file_id,
        kind=kind,
        dry_run=dry_run,
        state=ImportState.QUEUED,
        mapping=chosen,
        company_id=file.company_id,
        requested_by=actor.actor_id,
        at=now(),
    )
    at_once = len(content) <= _AT_ONCE.get(file_format(content), _AT_ONCE_PACKED)
    with uow() as tx:
        _require_fitting(tx, kind, file.company_id, chosen)
        run = tx.imports.add_run(run)
        job_id = None
        if not at_once:
            args = {"run_id": run.run_id}
            job_id = start_job(tx, actor, JOB, args, key=run.run_id, company_id=run.company_id).job_id
        tx.commit()
    return StartedImport(run_import(uow, None, run.run_id) if at_once else run, job_id)


def get_import(uow: UnitOfWorkFactory, actor: Actor, run_id: str) -> ImportRun:
    """Raises NotFound."""
    with uow() as tx:
        return _run(tx, actor, run_id)


def list_imports(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, company_id: str | None = None
) -> Page[ImportRun]:
    """The latest first: of a company, or all of reference data for administrators."""
    owner = _company(actor, company_id)
    require_allowed(actor, Action.READ, "import", _about(owner))
    with uow() as tx:
        found = tx.imports.runs(page, company_id=owner)
    return replace(found, items=tuple(run for run in found.items if run.company_id == owner))


def list_problems(
    uow: UnitOfWorkFactory, actor: Actor, run_id: str, page: PageRequest
) -> Page[ImportProblem]:
    """What is wrong with which row, by row."""
    with uow() as tx:
        _run(tx, actor, run_id)
        return tx.imports.problems(run_id, page)


def problems_csv(uow: UnitOfWorkFactory, actor: Actor, run_id: str) -> Iterator[bytes]:
    """The refused rows as a CSV to correct and import again: the reasons first, then the row as it was read."""
    with uow(statement_timeout_s=0) as tx:
        run = _run(tx, actor, run_id)
        content = tx.imports.file(run.file_id, content=True).content or b""
    return _problem_chunks(uow, run_id, read_table(content))


def preview_import(
    uow: UnitOfWorkFactory, actor: Actor, run_id: str, page: PageRequest = FIRST
) -> Page[PreviewedRow]:
    """The rows of the file that were not refused and would add or change something now, with what differs.

    A page looks at 5,000 rows and may have fewer than it could; positions are places in the file.
    """
    with uow(statement_timeout_s=0) as tx:
        run = _run(tx, actor, run_id)
        content = tx.imports.file(run.file_id, content=True).content or b""
        left_out = tx.imports.refused_rows(run_id)
    start = min(page.after or 0, MAX_ROWS)
    stop = start + _LOOKED_AT
    table = read_table(content, max_rows=stop + 1)
    part = table.part(start, stop)
    with uow() as tx:
        target = target_for(tx, run.kind, run.company_id)
        rows = preview_rows(target, parse(run.kind, part, run.mapping), left_out)
        found = tuple(islice(rows, page.size + 1))
    shown = found[: page.size]
    if len(found) > len(shown):
        return Page(shown, start + part.place(shown[-1].line) + 1)
    return Page(shown, stop if len(table.frame) > stop else None)


def _problem_chunks(uow: UnitOfWorkFactory, run_id: str, table: ReadTable) -> Iterator[bytes]:
    with uow(statement_timeout_s=0) as tx:
        yield from correction_chunks(table, tx.imports.refusals(run_id))


def _described(file: ImportFile, content: bytes, head: ReadTable, kind: ImportKind | None) -> DescribedFile:
    header = tuple(head.frame.columns)
    kind = kind or guess_kind(header)
    return DescribedFile(
        file=replace(file, content=None),
        format=file_format(content),
        header=header,
        rows=tuple(head.frame.itertuples(index=False, name=None)),
        kind=kind,
        mapping={} if kind is None else guess_mapping(kind, header),
    )


def _require_fitting(
    tx: UnitOfWork, kind: ImportKind, company_id: str | None, mapping: Mapping[str, str]
) -> None:
    """That the list is one this company imports."""
    if company_id is None:
        if kind is ImportKind.RIGHTS:
            raise Invalid.field(
                "company_id", "rights belong to a company", "Upload the file for a sales agent"
            )
        private = sorted(name for name, ours in mapping.items() if ours in TERMS)
        if private and kind is ImportKind.DEALS:
            raise Invalid.field(
                "mapping",
                phrase(
                    "the columns {names} are terms, which only a deal's parties import",
                    names=", ".join(private)[:300],
                ),
                "Leave them out of the mapping, or import on behalf of the company",
            )
        return
    kinds = tx.companies.get(company_id).kinds
    if kinds.isdisjoint(_NEEDS[kind]):
        wanted = " or ".join(sorted(_NEEDS[kind]))
        raise Forbidden(
            phrase("{kind} are imported by a {company}", kind=kind, company=wanted.replace("_", " ")),
            "Import on behalf of another company, or ask an administrator to add what the company does to its kinds",
        )


def _company(actor: Actor, company_id: str | None) -> str | None:
    """Whose import it is; None is reference data."""
    if company_id is None and (actor.is_administrator or actor.is_system):
        return None
    return actor.acting_for(company_id)


def _about(company_id: str | None) -> About:
    return About(company=company_id, is_open=company_id is None)


def _file(uow: UnitOfWorkFactory, actor: Actor, file_id: str, action: Action) -> ImportFile:
    with uow(statement_timeout_s=0) as tx:
        about = _about(tx.imports.file(file_id).company_id)
        if not may(actor, Action.READ, "import", about):
            raise NotFound("file", file_id)
        require_allowed(actor, action, "import", about)
        return tx.imports.file(file_id, content=True)


def _run(tx: UnitOfWork, actor: Actor, run_id: str) -> ImportRun:
    run = tx.imports.run(run_id)
    require(actor, Action.READ, "import", _about(run.company_id), run_id)
    return run


def _harmless(name: str) -> str:
    """A file's name as a label; it is never used as a path."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[^\w .()\[\]-]", "_", last).strip(" .")[:200] or "upload"
