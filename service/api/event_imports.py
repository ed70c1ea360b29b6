"""Tables of an event as files; their bodies may be as large as an upload."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, UploadFile

from service.api.deps import ActorDep, UowDep
from service.api.idempotency import IdempotentRoute
from service.api.problems import responses
from service.api.schemas.wishes import EventImportOut
from service.usecases.events.importing import import_table

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["events"])


@router.post("/events/{event_id}/imports/{table}", responses=responses(404, 409, 413))
def import_event_table(
    event_id: str,
    table: str,
    file: UploadFile,
    actor: ActorDep,
    uow: UowDep,
    dry_run: Annotated[bool, Form(description="Only tell what would happen.")] = False,
    replace: Annotated[bool, Form(description="Remove what the file lacks.")] = False,
) -> EventImportOut:
    """Import participants, slots, tables, absences, wishes, locks, values, lineups or history: CSV, XLSX or Parquet.

    Rows add or change what has the same key; what is wrong is told by row and column, and left out.
    """
    done = import_table(uow, actor, event_id, table, file.file.read(), dry_run=dry_run, replace_all=replace)
    return EventImportOut.of(done)
