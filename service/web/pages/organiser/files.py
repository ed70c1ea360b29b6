"""The schedule, agendas, signs for tables and the lists of an event as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.api.downloads import CSV, XLSX, download
from service.api.event_files import ICS, JSON, PDF, ZIP
from service.errors import NotFound
from service.usecases.events import exporting
from service.usecases.events.exporting import File
from service.web.page import Page
from service.web.pages.organiser.desk import DeskDep
from service.web.pages.organiser.talks import talks_of
from service.web.wording import wording_of

__all__ = ["agenda_file", "router"]

router = APIRouter(prefix="/events/{event_id}/files")

Number = Annotated[int | None, Query(ge=1)]

_KINDS: Final = {"pdf": PDF, "ics": ICS, "csv": CSV, "xlsx": XLSX, "json": JSON, "zip": ZIP}

_OF_VERSION: Final[dict[str, Callable[..., File]]] = {
    "schedule.xlsx": exporting.export_workbook,
    "schedule.csv": exporting.export_schedule_csv,
    "schedule.json": lambda *given, **_: exporting.export_schedule_json(*given),
    "agendas.pdf": exporting.export_agendas_pdf,
    "calendars.zip": exporting.export_calendars,
}
_AGENDA_FILES: Final[dict[str, Callable[..., File]]] = {
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
    page, event_id = desk.page, desk.event.event_id
    given, wording = (page.uow, page.actor, event_id), wording_of(page.reader)
    table, _, kind = name.rpartition(".")
    if name in _OF_VERSION:
        return file_answer(_OF_VERSION[name](*given, version, wording=wording))
    if name in _AGENDA_FILES:
        return agenda_file(page, name, event_id, who, version)
    if name == "tables.pdf":
        return file_answer(exporting.export_badges(*given, wording))
    if kind != "csv":
        raise NotFound("file", name, "Look at the links of the pages")
    return file_answer(exporting.export_event_table(*given, table))


def agenda_file(page: Page, name: str, event_id: str, who: str, version: int | None = None) -> Response:
    """An agenda, with what to say in each meeting. Raises NotFound for a file that is none."""
    if name not in _AGENDA_FILES:
        raise NotFound("file", name, "Look at the links of your agenda")
    talks = talks_of(page, event_id, who, version)
    given = (page.uow, page.actor, event_id, who, version)
    return file_answer(_AGENDA_FILES[name](*given, talks=talks, wording=wording_of(page.reader)))


def file_answer(file: File) -> Response:
    """A file that browsers save."""
    return download(file.name, _KINDS[file.name.rpartition(".")[2]], file.chunks)
