"""Files to import; their bodies may be as large as an upload."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, UploadFile

from service.api.deps import ActorDep, UowDep
from service.api.idempotency import IdempotentRoute
from service.api.problems import responses
from service.api.schemas.imports import FileOut
from service.usecases import imports

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute)


@router.post("/import-files", status_code=201, tags=["imports"], responses=responses(404, 413))
def upload_file(
    file: UploadFile,
    actor: ActorDep,
    uow: UowDep,
    company_id: Annotated[
        str | None,
        Form(max_length=200, description="For which of your companies; without it, of your only one."),
    ] = None,
) -> FileOut:
    """Upload a CSV (also gzipped), XLSX or Parquet of films, distributors, deals or rights."""
    described = imports.upload_file(
        uow, actor, name=file.filename or "", content=file.file.read(), company_id=company_id or None
    )
    return FileOut.of(described)
