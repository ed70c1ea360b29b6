"""Schedules as files: a workbook, CSV and JSON for the organiser, agendas as PDF and ICS, signs for the tables."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from service.domain.events import Event, Participant
from service.domain.schedules import Schedule
from service.domain.words import ScheduleState, Scope
from service.errors import Invalid
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import require_scope
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.tables_io.writing import csv_chunks, workbook_bytes
from service.usecases.events.access import event_to_plan
from service.usecases.events.agendas import Agenda, AgendaItem, agendas_of, get_agenda
from service.usecases.events.frames import KEPT_TABLES
from service.usecases.events.planned_tables import planned_table
from service.usecases.events.schedules import get_schedule
from service.usecases.events.talking import Talk
from service.usecases.exporting.agenda_ics import agenda_ics
from service.usecases.exporting.agenda_pdf import agendas_pdf
from service.usecases.exporting.badges_pdf import badges_pdf
from service.usecases.exporting.meeting_sheets import HEADS, MEETINGS, Programme, programme_sheets
from service.usecases.exporting.wording import PLAIN, Wording, headed

__all__ = [
    "File",
    "export_agenda_ics",
    "export_agenda_pdf",
    "export_agendas_pdf",
    "export_badges",
    "export_calendars",
    "export_event_table",
    "export_schedule_csv",
    "export_schedule_json",
    "export_workbook",
]


@dataclass(frozen=True, slots=True)
class File:
    """A file to download; its name has letters, digits, dots and dashes only."""

    name: str
    chunks: Sequence[bytes]


def export_workbook(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    number: int | None = None,
    wording: Wording = PLAIN,
) -> File:
    """A version (None for the latest) as XLSX: all, per day, per table, per participant, and the figures."""
    programme = _programme(uow, actor, event_id, number)
    return File(_named(programme, "xlsx"), [workbook_bytes(programme_sheets(programme, wording))])


def export_schedule_csv(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    number: int | None = None,
    wording: Wording = PLAIN,
) -> File:
    """The meetings of a version as CSV."""
    programme = _programme(uow, actor, event_id, number)
    return File(
        _named(programme, "csv"), list(csv_chunks(headed(MEETINGS, HEADS, wording), programme.rows(wording)))
    )


def export_schedule_json(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, number: int | None = None
) -> File:
    """A version with its figures and meetings as JSON."""
    programme = _programme(uow, actor, event_id, number)
    schedule = programme.schedule
    whole = {
        "event_id": event_id,
        "number": schedule.number,
        "state": schedule.state.value,
        "made_at": schedule.made_at.isoformat(),
        "published_at": schedule.published_at and schedule.published_at.isoformat(),
        "report": schedule.report,
        "meetings": [_meeting(programme, asdict(one)) for one in programme.meetings],
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False)
    return File(_named(programme, "json"), [text.encode()])


def export_event_table(uow: UnitOfWorkFactory, actor: Actor, event_id: str, table: str) -> File:
    """One of the event's tables, as it is planned now, as CSV that is read here and by `reelmatch meetings plan`."""
    require_scope(actor, Scope.EXPORT)
    if table not in KEPT_TABLES:
        names = ", ".join(KEPT_TABLES)
        raise Invalid.field(
            "table",
            phrase("an event has no table {table!r}", table=table),
            phrase("Name one of: {names}", names=names),
        )
    with uow(statement_timeout_s=0) as tx:
        frame = planned_table(tx, event_to_plan(tx, actor, event_id), table)
    rows = frame.itertuples(index=False, name=None)
    return File(f"{table}.csv", list(csv_chunks(list(frame.columns), rows)))


def export_agenda_pdf(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    participant_id: str,
    number: int | None = None,
    talks: Sequence[Talk] = (),
    wording: Wording = PLAIN,
) -> File:
    """One participant's agenda; for its own company as published. talks: what to say, printed after it."""
    agenda = get_agenda(uow, actor, event_id, participant_id, number)
    title = f"{agenda.event.name}: {agenda.participant.name}"
    return File("agenda.pdf", [agendas_pdf(title, [agenda], talks, wording)])


def export_agendas_pdf(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    number: int | None = None,
    wording: Wording = PLAIN,
) -> File:
    """Everybody's agenda in one document, to print; for the organiser."""
    require_scope(actor, Scope.EXPORT)
    schedule = get_schedule(uow, actor, event_id, number, checked=False).schedule
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id)
        agendas = _everybodys(tx, event, schedule)
    return File(f"agendas-{schedule.number}.pdf", [agendas_pdf(event.name, agendas, wording=wording)])


def export_agenda_ics(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    participant_id: str,
    number: int | None = None,
    talks: Sequence[Talk] = (),
    wording: Wording = PLAIN,
) -> File:
    """One participant's agenda as a calendar, with what was published before and is called off."""
    agenda = get_agenda(uow, actor, event_id, participant_id, number)
    with uow() as tx:
        (called_off,) = _called_off(tx, [agenda])
    return File("agenda.ics", [agenda_ics(agenda, called_off, talks, wording)])


def export_calendars(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    number: int | None = None,
    wording: Wording = PLAIN,
) -> File:
    """Everybody's agenda as a calendar, each in a file of its own, in one ZIP; for the organiser."""
    require_scope(actor, Scope.EXPORT)
    schedule = get_schedule(uow, actor, event_id, number, checked=False).schedule
    with uow() as tx:
        agendas = _everybodys(tx, event_to_plan(tx, actor, event_id), schedule)
        called_off = _called_off(tx, agendas)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (agenda, gone) in enumerate(zip(agendas, called_off, strict=True), start=1):
            # The same version gives the same bytes.
            entry = zipfile.ZipInfo(
                _calendar_name(agenda.participant, place), schedule.made_at.timetuple()[:6]
            )
            archive.writestr(entry, agenda_ics(agenda, gone, wording=wording), zipfile.ZIP_DEFLATED)
    return File(f"calendars-{schedule.number}.zip", [whole.getvalue()])


def export_badges(uow: UnitOfWorkFactory, actor: Actor, event_id: str, wording: Wording = PLAIN) -> File:
    """A sign for each table that is open."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id)
        tables = [table for table in tx.venues.tables(event_id) if not table.closed]
        people = tx.participants.all(event_id)
    names = {one.colleagues: one.name for one in reversed(people) if one.colleagues}
    names |= {one.participant_id: one.name for one in people}
    assert event.created_at is not None
    return File("tables.pdf", [badges_pdf(event.name, event.created_at, tables, names, wording)])


def _programme(uow: UnitOfWorkFactory, actor: Actor, event_id: str, number: int | None) -> Programme:
    require_scope(actor, Scope.EXPORT)
    found = get_schedule(uow, actor, event_id, number, checked=False)
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id)
        zone = ZoneInfo(event.time_zone)
        slots = (
            replace(slot, starts_at=slot.starts_at.astimezone(zone), ends_at=slot.ends_at.astimezone(zone))
            for slot in tx.venues.slots(event_id)
        )
        held = {(one.seller_id, one.buyer_id): one.slot_id for one in found.meetings}
        films = tx.films.find({film for one in found.meetings for film in one.films})
        return Programme(
            schedule=found.schedule,
            meetings=found.meetings,
            people={one.participant_id: one for one in tx.participants.all(event_id)},
            slots={slot.slot_id: slot for slot in slots},
            tables={table.table_id: table for table in tx.venues.tables(event_id)},
            titles={film_id: film.film.title for film_id, film in films.items()},
            answers={
                (one.seller_id, one.buyer_id, one.side): one.answer
                for one in tx.replies.responses(event_id)
                if held.get((one.seller_id, one.buyer_id)) == one.slot_id
            },
        )


def _everybodys(tx: UnitOfWork, event: Event, schedule: Schedule) -> tuple[Agenda, ...]:
    """The agendas of all who come."""
    people = [one for one in tx.participants.all(event.event_id) if not one.withdrawn]
    return agendas_of(tx, event, schedule, people)


def _called_off(tx: UnitOfWork, agendas: Sequence[Agenda]) -> list[list[AgendaItem]]:
    """For each agenda of a version what people had before it, and no longer have."""
    gone: list[dict[str, AgendaItem]] = [{} for _ in agendas]
    people = [agenda.participant for agenda in agendas]
    for older in _published_before(tx, agendas[0].event.event_id, agendas[0].schedule) if agendas else ():
        for mine, was in zip(gone, agendas_of(tx, agendas[0].event, older, people), strict=True):
            mine |= {item.other.participant_id: item for item in was.items}
    met = [{item.other.participant_id for item in agenda.items} for agenda in agendas]
    return [
        [item for key, item in mine.items() if key not in still]
        for mine, still in zip(gone, met, strict=True)
    ]


def _calendar_name(one: Participant, place: int) -> str:
    """Of letters, digits, dots and dashes; the place keeps apart who is called alike."""
    words = re.sub(r"[^\w.-]+", "-", one.called).strip("-.")[:60]
    return f"{place:04}-{words or 'agenda'}.ics"


def _named(programme: Programme, suffix: str) -> str:
    return f"schedule-{programme.schedule.number}.{suffix}"


def _meeting(programme: Programme, fields: Mapping[str, Any]) -> dict[str, Any]:
    slot = programme.slots[fields["slot_id"]]
    times = {"starts_at": slot.starts_at.isoformat(), "ends_at": slot.ends_at.isoformat()}
    return {**fields, **times, "films": list(fields["films"])}


_ONCE_PUBLISHED: Final = (ScheduleState.PUBLISHED, ScheduleState.REPLACED)


def _published_before(tx: UnitOfWork, event_id: str, schedule: Schedule) -> Iterator[Schedule]:
    """Versions that people had before this one, the earliest first."""
    for one in reversed(tx.schedules.all(event_id)):
        if one.number < schedule.number and one.state in _ONCE_PUBLISHED:
            yield one
