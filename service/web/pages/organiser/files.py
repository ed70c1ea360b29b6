"""The schedule, agendas, signs for tables and the lists of an event as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.api.downloads import CSV, XLSX, download
from service.api.event_files import ICS, JSON, PDF
from service.errors import NotFound
from service.usecases.events import exporting
from service.usecases.events.exporting import File
from service.web.pages.organiser.desk import DeskDep

__all__ = ["AGENDA_FILES", "file_answer", "router"]

router = APIRouter(prefix="/events/{event_id}/files")

Number = Annotated[int | None, Query(ge=1)]

_KINDS: Final = {"pdf": PDF, "ics": ICS, "csv": CSV, "xlsx": XLSX, "json": JSON}

_OF_VERSION: Final[dict[str, Callable[..., File]]] = {
    "schedule.xlsx": exporting.export_workbook,
    "schedule.csv": exporting.export_schedule_csv,
    "schedule.json": exporting.export_schedule_json,
    "agendas.pdf": exporting.export_agendas_pdf,
}
AGENDA_FILES: Final[dict[str, Callable[..., File]]] = {
    "agenda.pdf": exporting.export_agenda_pdf,
    "agenda.ics": exporting.export_agenda_ics,
}
"""Of one participant."""


@router.get("/{name}")
def show(
    desk: DeskDep,
    name: str,
    who: Annotated[str, Query(max_length=200)] = "",
    version: Number = None,
) -> Response:
    """A file by its name; version: None for the latest."""
    given = (desk.page.uow, desk.page.actor, desk.event.event_id)
    table, _, kind = name.rpartition(".")
    if name in _OF_VERSION:
        return file_answer(_OF_VERSION[name](*given, version))
    if name in AGENDA_FILES:
        return file_answer(AGENDA_FILES[name](*given, who, version))
    if name == "tables.pdf":
        return file_answer(exporting.export_badges(*given))
    if kind != "csv":
        raise NotFound("file", name, "Look at the links of the pages")
    return file_answer(exporting.export_event_table(*given, table))


def file_answer(file: File) -> Response:
    """A file that browsers save."""
    return download(file.name, _KINDS[file.name.rpartition(".")[2]], file.chunks)
