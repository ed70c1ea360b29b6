"""Spreadsheets: which column is which, the dry run, applying it, and what was imported before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from service.api.downloads import CSV, download
from service.domain.imports import ImportRun
from service.domain.paging import Page as Listed
from service.domain.paging import PageRequest
from service.domain.words import ImportKind, ImportState
from service.errors import Invalid
from service.usecases import imports
from service.usecases.importing.apply import PreviewedRow
from service.usecases.importing.columns import COLUMNS, KEYS
from service.usecases.importing.items import Effect
from service.usecases.imports import DescribedFile
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import After, chosen_columns, further
from service.web.page import Page, PageDep
from service.web.pages.agent.own import Agent, agent_of, options
from service.web.reader import Reader
from service.web.words import field_name

__all__ = ["list_page", "router"]

router = APIRouter(prefix="/imports")

KINDS: Final = (ImportKind.FILMS, ImportKind.RIGHTS, ImportKind.DEALS)
_FINAL: Final = (ImportState.CHECKED, ImportState.APPLIED, ImportState.FAILED, ImportState.CANCELLED)
_SHOWN_PROBLEMS: Final = 50
_SHOWN_CHANGES: Final = 20
_NOT_SHOWN: Final = {"owner_id", "company_id"}


@dataclass(frozen=True, slots=True)
class Change:
    """What one row would do. cells: field, before, after, without those that stay empty, of its first object."""

    line: int
    is_new: bool
    objects: int
    cells: list[tuple[str, str, str]]


@router.get("")
def show(page: PageDep) -> Response:
    """Where a file is chosen, and the imports so far."""
    return list_page(page, agent_of(page), empty_form())


@router.get("/files/{file_id}")
def ask_mapping(page: PageDep, file_id: str) -> Response:
    """The columns of a file, and which of ours each likely is."""
    asked = page.request.query_params.get("kind", "")
    kind = next((kind for kind in KINDS if kind == asked), None)
    file = imports.describe_file(page.uow, page.actor, file_id, kind)
    return _mapping(
        page, file, kind or (file.kind if file.kind in KINDS else None), empty_form(), file.mapping
    )


@router.post("/files/{file_id}")
def try_out(page: PageDep, file_id: str, form: FormDep) -> Response:
    """Try the import: nothing is written."""
    kind = next((kind for kind in KINDS if kind == form.text("kind")), KINDS[0])
    file = imports.describe_file(page.uow, page.actor, file_id, kind)
    chosen = chosen_columns(file.header, form)
    try:
        started = imports.start_import(page.uow, page.actor, file_id, kind, mapping=chosen, dry_run=True)
    except Invalid as error:
        return _mapping(page, file, kind, form.refused(error), chosen, 422)
    return page.go(_place(started.run))


@router.get("/{run_id}")
def show_run(page: PageDep, run_id: str, after: After = None) -> Response:
    """How far it is, and then what it would do or did. after: a place in the file."""
    run = imports.get_import(page.uow, page.actor, run_id)
    is_over = run.state in _FINAL
    if page.is_part and not is_over:
        return page.show("agent/_import_progress.html", run=run)
    if page.is_part:
        # The rest of the page is new too.
        return page.go(_place(run))
    first = PageRequest(_SHOWN_PROBLEMS)
    problems = imports.list_problems(page.uow, page.actor, run_id, first) if is_over else None
    is_tried = run.state is ImportState.CHECKED
    asked = PageRequest(_SHOWN_CHANGES, after)
    preview = imports.preview_import(page.uow, page.actor, run_id, asked) if is_tried else Listed(())
    return page.show(
        "agent/import.html",
        run=run,
        is_over=is_over,
        file=imports.describe_file(page.uow, page.actor, run.file_id, run.kind).file,
        problems=problems,
        preview=[_change(page.reader, row) for row in preview.items],
        further=further(page.request, preview),
    )


@router.post("/{run_id}/apply")
def apply(page: PageDep, run_id: str) -> Response:
    """Write what the dry run showed."""
    tried = imports.get_import(page.uow, page.actor, run_id)
    started = imports.start_import(
        page.uow, page.actor, tried.file_id, tried.kind, mapping=tried.mapping, dry_run=False
    )
    return page.go(_place(started.run))


@router.get("/{run_id}/problems.csv")
def download_problems(page: PageDep, run_id: str) -> Response:
    """The refused rows, to correct and import again."""
    return download("problems.csv", CSV, imports.problems_csv(page.uow, page.actor, run_id))


def list_page(page: Page, agent: Agent, form: Form, status: int = 200) -> Response:
    """The first page of imports, also with what is wrong with a file."""
    after = page.request.query_params.get("after", "")
    asked = PageRequest(size=25, after=int(after) if after.isdigit() else None)
    found = imports.list_imports(page.uow, page.actor, asked, agent.company_id)
    more = f"?company={quote(agent.company_id)}&after={found.next_after}" if found.next_after else ""
    return page.show(
        "agent/imports.html",
        status,
        agent=agent,
        chosen=empty_form({"company": agent.company_id}),
        runs=found.items,
        more=more,
        form=form,
        kinds=KINDS,
    )


def _mapping(
    page: Page,
    file: DescribedFile,
    kind: ImportKind | None,
    form: Form,
    chosen: dict[str, str],
    status: int = 200,
) -> Response:
    shown = kind or KINDS[0]
    return page.show(
        "agent/import_mapping.html",
        status,
        file=file,
        kind=shown,
        is_guessed=kind is not None,
        form=form,
        chosen=chosen,
        kinds=options(page, KINDS),
        columns=[column.name for column in COLUMNS[shown]],
        keys=KEYS[shown],
    )


def _change(reader: Reader, row: PreviewedRow) -> Change:
    first: dict[str, list[Any]] = next(iter(row.differences.values()), {})
    cells = [
        (field_name(reader, name.rpartition(".")[2]), _said(before), _said(after))
        for name, (before, after) in first.items()
        if name not in _NOT_SHOWN
    ]
    changed = [cell for cell in cells if cell[1] or cell[2]]
    return Change(row.line, row.effect is Effect.ADDED, len(row.differences), changed)


def _said(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _place(run: ImportRun) -> str:
    return f"/imports/{run.run_id}"
