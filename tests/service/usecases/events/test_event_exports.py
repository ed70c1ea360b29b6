"""Schedules as files, opened again by the libraries that others read them with."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from typing import Any

import icalendar
import openpyxl
import pypdf
import pytest

from service.domain.events import Event
from service.errors import Forbidden, Invalid, NotFound
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import editing, exporting, schedules
from service.usecases.exporting import scripts
from tests.service.usecases.events import market
from tests.service.usecases.events.market import AGENT, ORGANISER, imported
from tests.service.usecases.events.planned import plan

FORMULA = "=HYPERLINK(1)"
NAMES = f"participant_id,side,name\ns2,seller,{FORMULA}\nb1,buyer,Λούμεν Ünïón Кино\nb2,buyer,서울 Films\n"


@pytest.fixture
def event(uow: UnitOfWorkFactory, settings: Settings) -> Event:
    """Published, with names in several scripts and one that is a formula."""
    market.companies(uow)
    event = market.small_event(uow)
    imported(uow, event, "participants", NAMES)
    plan(uow, settings, event)
    schedules.publish(uow, ORGANISER, event.event_id, 1, None)
    return event


def content(file: exporting.File) -> bytes:
    return b"".join(file.chunks)


def pages(file: exporting.File) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content(file))).pages]


def calendar(file: exporting.File) -> Any:
    return icalendar.Calendar.from_ical(content(file))


def test_the_workbook_has_a_sheet_for_everything_and_runs_nothing(
    uow: UnitOfWorkFactory, event: Event
) -> None:
    file = exporting.export_workbook(uow, ORGANISER, event.event_id)
    book = openpyxl.load_workbook(io.BytesIO(content(file)))
    assert file.name == "schedule-1.xlsx"
    assert book.sheetnames[:4] == ["All", "2026-05-14", "Tables", "Participants"]
    assert {"Table t1", "Table t2", "Alba", "=HYPERLINK(1)", "서울 Films", "Figures"} <= set(book.sheetnames)
    rows = list(book["All"].iter_rows(values_only=True))
    assert len(rows) == 5
    sellers = [cell for cell in book["All"]["F"] if cell.value == FORMULA]
    assert sellers
    assert {cell.data_type for cell in sellers} == {"s"}
    assert len(list(book["Alba"].iter_rows())) == 3
    figures = dict(row[:2] for row in book["Figures"].iter_rows(values_only=True))
    assert figures["total_value"] == 10


def test_csv_and_json_tell_the_same(uow: UnitOfWorkFactory, event: Event) -> None:
    text = content(exporting.export_schedule_csv(uow, ORGANISER, event.event_id)).decode("utf-8-sig")
    assert f"'{FORMULA}" in text, "a formula is made harmless"
    whole = json.loads(content(exporting.export_schedule_json(uow, ORGANISER, event.event_id)))
    assert (whole["number"], whole["state"], len(whole["meetings"])) == (1, "published", 4)
    assert len(text.strip().splitlines()) == 5
    assert whole["meetings"][0]["starts_at"].endswith("+02:00")


def test_a_table_comes_back_as_it_was_imported(uow: UnitOfWorkFactory, event: Event) -> None:
    for table in ("participants", "slots", "tables", "values"):
        text = content(exporting.export_event_table(uow, ORGANISER, event.event_id, table)).decode(
            "utf-8-sig"
        )
        changes = imported(uow, event, table, text).changes
        assert (changes.added, changes.changed) == (0, 0), table
        assert changes.unchanged
    with pytest.raises(Invalid, match="no table 'chairs'"):
        exporting.export_event_table(uow, ORGANISER, event.event_id, "chairs")


def test_an_agenda_is_printed_in_greek_and_cyrillic(uow: UnitOfWorkFactory, event: Event) -> None:
    (page,) = pages(exporting.export_agenda_pdf(uow, AGENT, event.event_id, "s1"))
    assert "Alba" in page
    assert "Spring Market" in page
    assert "Λούμεν Ünïón Кино" in page
    assert "09:00" in page


def test_names_in_a_script_without_a_font_are_written_in_latin_letters_beside_the_id(
    uow: UnitOfWorkFactory, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripts, "_installed", dict)
    (page,) = pages(exporting.export_agenda_pdf(uow, AGENT, event.event_id, "s1"))
    assert "SeoUl Films (b2)" in page


def test_all_agendas_are_printed_each_on_its_own_page(uow: UnitOfWorkFactory, event: Event) -> None:
    found = pages(exporting.export_agendas_pdf(uow, ORGANISER, event.event_id))
    assert len(found) == 4
    assert FORMULA in found[1]


def test_tables_have_signs(uow: UnitOfWorkFactory, event: Event) -> None:
    imported(uow, event, "tables", "table_id,reserved_for,hall\nt1,agent,North\n")
    (page,) = pages(exporting.export_badges(uow, ORGANISER, event.event_id))
    assert {"t1", "t2", "North", "Alba"} <= set(page.split())


def test_a_calendar_has_the_meetings_in_the_zone_of_the_event(uow: UnitOfWorkFactory, event: Event) -> None:
    found = calendar(exporting.export_agenda_ics(uow, AGENT, event.event_id, "s1"))
    meetings = found.walk("VEVENT")
    assert len(meetings) == 2
    assert meetings[0]["dtstart"].dt == datetime.fromisoformat("2026-05-14T09:00:00+02:00")
    assert meetings[0]["dtstart"].params["TZID"] == "Europe/Berlin"
    assert found.walk("VTIMEZONE")[0]["tzid"] == "Europe/Berlin"
    assert {str(meeting["status"]) for meeting in meetings} == {"CONFIRMED"}
    assert {int(meeting["sequence"]) for meeting in meetings} == {1}


def test_a_calendar_is_called_by_a_name_of_several_lines_and_without_a_name_by_the_id(
    uow: UnitOfWorkFactory, event: Event
) -> None:
    people = 'participant_id,side,name\ns2,seller,"Alba\nFilms"\ns3,seller,\n'
    imported(uow, event, "participants", people)
    for one, name in (("s2", "Alba Films"), ("s3", "s3")):
        found = calendar(exporting.export_agenda_ics(uow, ORGANISER, event.event_id, one))
        assert str(found["x-wr-calname"]) == f"{event.name}: {name}"


def test_a_meeting_keeps_its_uid_and_a_cancelled_one_is_told(uow: UnitOfWorkFactory, event: Event) -> None:
    key = event.event_id
    first = {
        str(one["uid"]): one
        for one in calendar(exporting.export_agenda_ics(uow, AGENT, key, "s1")).walk("VEVENT")
    }
    theirs = calendar(exporting.export_agenda_ics(uow, ORGANISER, key, "b1")).walk("VEVENT")
    assert set(first) & {str(one["uid"]) for one in theirs}, "both sides have the same meeting"
    editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s1", "b2"), None)
    schedules.publish(uow, ORGANISER, key, 2, None)
    second = {
        str(one["uid"]): one
        for one in calendar(exporting.export_agenda_ics(uow, AGENT, key, "s1")).walk("VEVENT")
    }
    assert set(second) == set(first)
    assert sorted(str(one["status"]) for one in second.values()) == ["CANCELLED", "CONFIRMED"]
    assert {int(one["sequence"]) for one in second.values()} == {2}


def test_all_calendars_come_in_one_download(uow: UnitOfWorkFactory, event: Event) -> None:
    key = event.event_id
    editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s1", "b2"), None)
    schedules.publish(uow, ORGANISER, key, 2, None)
    file = exporting.export_calendars(uow, ORGANISER, key)
    archive = zipfile.ZipFile(io.BytesIO(content(file)))
    names = archive.namelist()
    assert (file.name, len(names)) == ("calendars-2.zip", 4)
    assert [name for name in names if "/" in name or "=" in name or " " in name] == []
    assert archive.read("0001-Alba.ics") == content(exporting.export_agenda_ics(uow, AGENT, key, "s1"))
    assert content(exporting.export_calendars(uow, ORGANISER, key)) == content(file)


def test_the_same_version_gives_the_same_bytes(uow: UnitOfWorkFactory, event: Event) -> None:
    for export in (exporting.export_workbook, exporting.export_agendas_pdf, exporting.export_schedule_json):
        assert content(export(uow, ORGANISER, event.event_id)) == content(
            export(uow, ORGANISER, event.event_id)
        )


def test_nobody_exports_what_they_may_not_see(uow: UnitOfWorkFactory, event: Event) -> None:
    for export in (
        exporting.export_workbook,
        exporting.export_schedule_csv,
        exporting.export_schedule_json,
        exporting.export_agendas_pdf,
        exporting.export_calendars,
        exporting.export_badges,
    ):
        for actor in (AGENT, market.RIVAL):
            with pytest.raises(NotFound):
                export(uow, actor, event.event_id)
    for one in (exporting.export_agenda_pdf, exporting.export_agenda_ics):
        with pytest.raises(NotFound):
            one(uow, AGENT, event.event_id, "s2")
    reader = Actor(
        "key",
        seats=(Seat("marche", ORGANISER.seats[0].role, ORGANISER.seats[0].kinds),),
        scopes=frozenset({"read"}),
    )
    with pytest.raises(Forbidden, match="export"):
        exporting.export_workbook(uow, reader, event.event_id)


def test_sessions_of_slots_come_by_file_and_leave_by_file(uow: UnitOfWorkFactory, event: Event) -> None:
    slots = content(exporting.export_event_table(uow, ORGANISER, event.event_id, "slots")).decode("utf-8-sig")
    header, *rows = slots.splitlines()
    assert header == "slot_id,day,starts_at,ends_at,session"
    named = "\n".join([header, *(f"{row}Morning" for row in rows)])
    imported(uow, event, "slots", named)
    again = content(exporting.export_event_table(uow, ORGANISER, event.event_id, "slots")).decode("utf-8-sig")
    assert again.splitlines() == named.splitlines()
