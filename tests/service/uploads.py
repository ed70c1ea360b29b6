"""Imports as tests start them, and what they told."""

from service.domain.imports import ImportRun
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind, ImportKind, Role
from service.security.actor import Actor, Seat
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import imports
from service.usecases.importing.apply import PreviewedRow

AGENT = Actor("ines", "ines", (Seat("agent", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
BUYER = Actor("bo", "bo", (Seat("buyer", Role.MEMBER, frozenset({CompanyKind.DISTRIBUTOR})),))
ADMIN = Actor("root", "root", is_administrator=True)


def run(
    uow: UnitOfWorkFactory,
    actor: Actor,
    kind: ImportKind,
    content: bytes | str,
    *,
    dry_run: bool = False,
    mapping: dict[str, str] | None = None,
) -> ImportRun:
    """Upload and import a small file at once."""
    data = content.encode() if isinstance(content, str) else content
    file = imports.upload_file(uow, actor, name="table.csv", content=data, company_id=None).file
    started = imports.start_import(uow, actor, file.file_id, kind, mapping=mapping, dry_run=dry_run)
    assert started.job_id is None
    return started.run


def refusals(uow: UnitOfWorkFactory, actor: Actor, done: ImportRun) -> list[tuple[int, str, str]]:
    """(row, column, message) of each refused row."""
    found = imports.list_problems(uow, actor, done.run_id, PageRequest())
    return [(problem.row, problem.column, problem.message) for problem in found.items if problem.refused]


def changes(uow: UnitOfWorkFactory, actor: Actor, kind: ImportKind, content: str) -> tuple[PreviewedRow, ...]:
    """What a dry run shows."""
    tried = run(uow, actor, kind, content, dry_run=True)
    return imports.preview_import(uow, actor, tried.run_id).items
