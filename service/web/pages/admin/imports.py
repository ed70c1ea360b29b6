"""Reference data from files: upload one, look at what it would do, then let it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from service.api.downloads import CSV, download
from service.domain.imports import ImportRun
from service.domain.paging import Page as Listed
from service.domain.words import ImportKind, ImportState
from service.errors import Conflict, Invalid, ServiceError, TooLarge
from service.usecases import imports
from service.usecases.importing.columns import COLUMNS, KEYS
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import After, chosen, chosen_columns, further, request_of
from service.web.page import AdministratorsPageDep, Page

__all__ = ["router"]

router = APIRouter(prefix="/admin/imports")

_SHOWN: Final = 20
_OPEN = (ImportState.QUEUED, ImportState.RUNNING)


@router.get("")
def listed(page: AdministratorsPageDep, after: After = None) -> Response:
    """The imports of reference data, the latest first."""
    return _listed(page, after=after)


@router.post("")
def upload(page: AdministratorsPageDep, form: FormDep) -> Response:
    """Take a file, and try what it would do; nothing is written yet."""
    try:
        run = _tried(page, form)
    except (Invalid, Conflict, TooLarge) as error:
        return _listed(page, 413 if isinstance(error, TooLarge) else 422, form.refused(_of_the_file(error)))
    return page.go(f"/admin/imports/{run}")


@router.get("/{run_id}")
def show(page: AdministratorsPageDep, run_id: str, after: After = None) -> Response:
    """One run: what would change or did, and what is wrong with which row. after: a place in the file."""
    run = imports.get_import(page.uow, page.actor, run_id)
    is_checked = run.state is ImportState.CHECKED
    first = request_of(after, _SHOWN)
    preview = imports.preview_import(page.uow, page.actor, run_id, first) if is_checked else Listed(())
    return page.show(
        "admin/_import.html" if page.is_part else "admin/import.html",
        run=run,
        is_open=run.state in _OPEN,
        is_checked=is_checked,
        rows=preview.items,
        further=further(page.request, preview),
        problems=imports.list_problems(page.uow, page.actor, run_id, request_of(None, _SHOWN)),
    )


@router.get("/{run_id}/columns")
def ask_columns(page: AdministratorsPageDep, run_id: str) -> Response:
    """Which column of the file is which, as the run read it."""
    run = imports.get_import(page.uow, page.actor, run_id)
    return _columns(page, run, empty_form(), dict(run.mapping))


@router.post("/{run_id}/columns")
def try_columns(page: AdministratorsPageDep, run_id: str, form: FormDep) -> Response:
    """Try the same file once more, read otherwise; nothing is written."""
    run = imports.get_import(page.uow, page.actor, run_id)
    header = imports.describe_file(page.uow, page.actor, run.file_id, run.kind).header
    wanted = chosen_columns(header, form)
    try:
        started = imports.start_import(
            page.uow, page.actor, run.file_id, run.kind, mapping=wanted, dry_run=True
        )
    except (Invalid, Conflict) as error:
        return _columns(page, run, form.refused(error), wanted, 422)
    return page.go(f"/admin/imports/{started.run.run_id}")


@router.post("/{run_id}/apply")
def apply(page: AdministratorsPageDep, run_id: str) -> Response:
    """Write what the dry run has shown."""
    run = imports.get_import(page.uow, page.actor, run_id)
    started = imports.start_import(
        page.uow, page.actor, run.file_id, run.kind, mapping=run.mapping, dry_run=False
    )
    return page.go(f"/admin/imports/{started.run.run_id}")


@router.get("/{run_id}/problems.csv")
def problems(page: AdministratorsPageDep, run_id: str) -> Response:
    """The refused rows, to correct and import again."""
    return download("problems.csv", CSV, imports.problems_csv(page.uow, page.actor, run_id))


def _tried(page: Page, form: Form) -> str:
    file = form.file("file")
    if file is None:
        raise Invalid.field("file", page.say("a file is needed"), page.say("Choose one"))
    described = imports.upload_file(
        page.uow, page.actor, name=file.filename or "", content=file.file.read(), company_id=None
    )
    kind = chosen(ImportKind, form.text("kind")) or described.kind
    if kind is None:
        raise Invalid.field(
            "kind", page.say("the columns do not say which list this is"), page.say("Choose it")
        )
    started = imports.start_import(
        page.uow, page.actor, described.file.file_id, kind, mapping=None, dry_run=True
    )
    return started.run.run_id


def _columns(page: Page, run: ImportRun, form: Form, wanted: dict[str, str], status: int = 200) -> Response:
    return page.show(
        "admin/import_columns.html",
        status,
        run=run,
        kind=run.kind,
        file=imports.describe_file(page.uow, page.actor, run.file_id, run.kind),
        form=form,
        chosen=wanted,
        columns=[column.name for column in COLUMNS[run.kind]],
        keys=KEYS[run.kind],
    )


def _of_the_file(error: ServiceError) -> Invalid:
    """Whatever is wrong with it is shown beside the file; a wrong choice of list beside that."""
    if isinstance(error, Invalid) and error.problems[0].field in ("file", "kind"):
        return error
    return Invalid.field("file", error.message, error.remedy)


def _listed(page: Page, status: int = 200, form: Form | None = None, after: int | None = None) -> Response:
    found = imports.list_imports(page.uow, page.actor, request_of(after))
    return page.show(
        "admin/imports.html",
        status,
        runs=found.items,
        further=further(page.request, found),
        kinds=[kind for kind in ImportKind if kind is not ImportKind.RIGHTS],
        form=form or empty_form(),
    )
