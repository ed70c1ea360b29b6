"""Imports of uploaded files: dry runs, what they would change, and what is wrong with which row."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.deps import ActorDep, UowDep
from service.api.downloads import CSV, Download, download, file_responses
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.imports import (
    FileOut,
    ImportIn,
    ImportOut,
    PreviewedRowOut,
    RowProblemOut,
    StartedImportOut,
)
from service.domain.words import ImportKind
from service.usecases import imports

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute)

KindQuery = Annotated[
    ImportKind | None,
    Query(description="The list that the mapping is guessed for; without it, the likeliest."),
]


@router.get("/import-files/{file_id}", tags=["imports"], responses=responses(404, 413))
def describe_file(file_id: str, actor: ActorDep, uow: UowDep, kind: KindQuery = None) -> FileOut:
    """The columns of a file, its first rows, and which column is likely which."""
    return FileOut.of(imports.describe_file(uow, actor, file_id, kind))


@router.post("/imports", status_code=201, tags=["imports"], responses=responses(404, 409, 413))
def start_import(body: ImportIn, actor: ActorDep, uow: UowDep, response: Response) -> StartedImportOut:
    """Import a file, or try it with `dry_run`: a small one at once, a large one by a job."""
    started = imports.start_import(
        uow, actor, body.file_id, body.kind, mapping=body.mapping, dry_run=body.dry_run
    )
    response.headers["Location"] = f"/api/v1/imports/{started.run.run_id}"
    return StartedImportOut(**ImportOut.of(started.run).model_dump(), job_id=started.job_id)


@router.get("/imports", tags=["imports"], responses=responses(404))
def list_imports(
    actor: ActorDep, uow: UowDep, paging: PagingDep, company_id: str | None = None
) -> PageOf[ImportOut]:
    """The imports of your company, the latest first; for administrators those of reference data."""
    return paging.render(imports.list_imports(uow, actor, paging.request, company_id), ImportOut.of)


@router.get("/imports/{run_id}", tags=["imports"], responses=responses(404))
def get_import(run_id: str, actor: ActorDep, uow: UowDep) -> ImportOut:
    """How far an import is, and what it did."""
    return ImportOut.of(imports.get_import(uow, actor, run_id))


@router.get("/imports/{run_id}/changes", tags=["imports"], responses=responses(404, 413))
def preview_import(run_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[PreviewedRowOut]:
    """The rows that would add or change something now, with what differs, without those that were refused.

    A page comes from 5,000 rows of the file at most: it may hold fewer rows than `limit`, and others may follow.
    """
    return paging.render(imports.preview_import(uow, actor, run_id, paging.request), PreviewedRowOut.of)


@router.get("/imports/{run_id}/problems", tags=["imports"], responses=responses(404))
def list_problems(run_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[RowProblemOut]:
    """What is wrong with which row."""
    return paging.render(imports.list_problems(uow, actor, run_id, paging.request), RowProblemOut.of)


@router.get(
    "/imports/{run_id}/problems.csv",
    tags=["imports"],
    response_class=Download,
    responses={**responses(404, 413), **file_responses(CSV)},
)
def download_problems(run_id: str, actor: ActorDep, uow: UowDep) -> Download:
    """The refused rows as a CSV: all that is wrong first, then the row whole, to correct and import again."""
    return download("problems.csv", CSV, imports.problems_csv(uow, actor, run_id))
