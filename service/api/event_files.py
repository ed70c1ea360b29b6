"""Schedules and agendas as files."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.deps import ActorDep, UowDep
from service.api.downloads import CSV, XLSX, Download, download, file_responses
from service.api.idempotency import IdempotentRoute
from service.api.problems import responses
from service.api.schedules import NumberQuery
from service.usecases.events import exporting

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["events"])

JSON = "application/json"
PDF = "application/pdf"
ZIP = "application/zip"
ICS = "text/calendar; charset=utf-8"


def _sent(file: exporting.File, media_type: str) -> Download:
    return download(file.name, media_type, file.chunks)


@router.get(
    "/events/{event_id}/exports/schedule.xlsx",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(XLSX)},
)
def export_workbook(event_id: str, actor: ActorDep, uow: UowDep, number: NumberQuery = None) -> Download:
    """One workbook: all meetings, each day, each table, each participant, and the figures."""
    return _sent(exporting.export_workbook(uow, actor, event_id, number), XLSX)


@router.get(
    "/events/{event_id}/exports/schedule.csv",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(CSV)},
)
def export_schedule_csv(event_id: str, actor: ActorDep, uow: UowDep, number: NumberQuery = None) -> Download:
    """The meetings as CSV."""
    return _sent(exporting.export_schedule_csv(uow, actor, event_id, number), CSV)


@router.get(
    "/events/{event_id}/exports/schedule.json",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(JSON)},
)
def export_schedule_json(event_id: str, actor: ActorDep, uow: UowDep, number: NumberQuery = None) -> Download:
    """The meetings and figures as JSON."""
    return _sent(exporting.export_schedule_json(uow, actor, event_id, number), JSON)


@router.get(
    "/events/{event_id}/exports/calendars.zip",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(ZIP)},
)
def export_calendars(event_id: str, actor: ActorDep, uow: UowDep, number: NumberQuery = None) -> Download:
    """Everybody's agenda as a calendar of its own."""
    return _sent(exporting.export_calendars(uow, actor, event_id, number), ZIP)


@router.get(
    "/events/{event_id}/exports/agendas.pdf",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(PDF)},
)
def export_agendas_pdf(event_id: str, actor: ActorDep, uow: UowDep, number: NumberQuery = None) -> Download:
    """Everybody's agenda, each from a page of its own, to print."""
    return _sent(exporting.export_agendas_pdf(uow, actor, event_id, number), PDF)


@router.get(
    "/events/{event_id}/exports/badges.pdf",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(PDF)},
)
def export_badges(event_id: str, actor: ActorDep, uow: UowDep) -> Download:
    """Signs with the numbers of the tables, two on a page."""
    return _sent(exporting.export_badges(uow, actor, event_id), PDF)


@router.get(
    "/events/{event_id}/exports/tables/{table}.csv",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(CSV)},
)
def export_event_table(event_id: str, table: str, actor: ActorDep, uow: UowDep) -> Download:
    """One of the event's own tables, as it is imported; also for `reelmatch meetings plan`."""
    return _sent(exporting.export_event_table(uow, actor, event_id, table), CSV)


@router.get(
    "/events/{event_id}/agendas/{participant_id}/agenda.pdf",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(PDF)},
)
def export_agenda_pdf(
    event_id: str, participant_id: str, actor: ActorDep, uow: UowDep, number: NumberQuery = None
) -> Download:
    """Your own agenda to print; for the organiser anybody's."""
    return _sent(exporting.export_agenda_pdf(uow, actor, event_id, participant_id, number), PDF)


@router.get(
    "/events/{event_id}/agendas/{participant_id}/agenda.ics",
    response_class=Download,
    responses={**responses(404, 413), **file_responses(ICS)},
)
def export_agenda_ics(
    event_id: str, participant_id: str, actor: ActorDep, uow: UowDep, number: NumberQuery = None
) -> Download:
    """Your own agenda as a calendar; read it again to take up what changed."""
    return _sent(exporting.export_agenda_ics(uow, actor, event_id, participant_id, number), ICS)
