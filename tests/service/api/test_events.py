"""A market organiser's whole way over HTTP: from files to agendas, and what happens after that."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import openpyxl  # type: ignore[import-untyped]
import pypdf
import pytest
from fastapi.testclient import TestClient

from service.jobs.worker import run_worker
from service.security.actor import Actor
from service.settings import Settings
from service.usecases.market_import import load_market
from tests.service.bundled import make_encoder
from tests.service.world import World

API = "/api/v1"
SAMPLE = Path(__file__).resolve().parents[3] / "data" / "sample"
TABLES = ("participants", "slots", "tables", "absences", "wishes", "locks", "values", "lineups")
EVENT = {
    "name": "Harbour Market",
    "time_zone": "Europe/Berlin",
    "starts_on": "2026-09-10",
    "ends_on": "2026-09-11",
}


@pytest.fixture
def organiser(world: World) -> TestClient:
    return world.sign_in("marche-owner")


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def small_event(organiser: TestClient) -> str:
    """Two sellers (s1 of alba), two buyers (b1 of lumen), three slots and two tables."""
    made = organiser.post(f"{API}/events", json=EVENT)
    assert made.status_code == 201, made.text
    key: str = made.json()["event_id"]
    pattern = {"days": ["2026-09-10"], "starts": "09:00", "ends": "10:30", "minutes": 30}
    slots = organiser.post(f"{API}/events/{key}/slot-patterns", json=pattern)
    assert [slot["slot_id"] for slot in slots.json()] == ["0910-0900", "0910-0930", "0910-1000"]
    tables = {"tables": [{"table_id": "t1"}, {"table_id": "t2", "hall": "North"}]}
    assert organiser.post(f"{API}/events/{key}/tables", json=tables).status_code == 201
    for one, side, company in (
        ("s1", "seller", "alba"),
        ("s2", "seller", None),
        ("b1", "buyer", "lumen"),
        ("b2", "buyer", None),
    ):
        body = {"participant_id": one, "side": side, "name": one.upper(), "company_id": company}
        assert organiser.post(f"{API}/events/{key}/participants", json=body).status_code == 201
    values = "seller_id,buyer_id,value,value_seller,value_buyer\ns1,b1,4,5,3\ns1,b2,3,3,3\ns2,b1,2,2,2\ns2,b2,1,1,1\n"
    done = upload(organiser, key, "values", values.encode())
    assert (done["applied"], done["added"]) == (True, 4)
    return key


def upload(organiser: TestClient, key: str, table: str, content: bytes, **form: str) -> dict[str, Any]:
    answer = organiser.post(
        f"{API}/events/{key}/imports/{table}", files={"file": (f"{table}.csv", content)}, data=form
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def planned(organiser: TestClient, key: str, settings: Settings, **body: Any) -> dict[str, Any]:
    asked = organiser.post(f"{API}/events/{key}/plans", json=body)
    assert asked.status_code == 202, asked.text
    run_worker(settings, until_idle=True, make_encoder=make_encoder)
    job = organiser.get(asked.headers["Location"]).json()
    assert job["state"] == "succeeded", job["message"]
    result: dict[str, Any] = job["result"]
    return result


def held(schedule: dict[str, Any]) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (one["seller_id"], one["buyer_id"]): (one["slot_id"], one["table_id"]) for one in schedule["meetings"]
    }


def test_the_sample_event_from_its_files_to_replanning(
    world: World, organiser: TestClient, api_settings: Settings
) -> None:
    load_market(world.uow, SAMPLE, Actor.system("test"))
    key = organiser.post(f"{API}/events", json=EVENT).json()["event_id"]
    for table in TABLES:
        content = (SAMPLE / "event" / f"{table}.csv").read_bytes()
        assert not upload(organiser, key, table, content, dry_run="true")["applied"]
        done = upload(organiser, key, table, content)
        assert (done["applied"], done["refused"]) == (True, 0), done["problems"]
    result = planned(organiser, key, api_settings, time_limit_s=60)
    assert result["meetings"] > 100
    assert result["gap"] < 0.01
    latest = organiser.get(f"{API}/events/{key}/schedules/latest")
    published = organiser.post(
        f"{API}/events/{key}/schedules/1/publish", headers={"If-Match": latest.headers["ETag"]}
    )
    assert published.json()["state"] == "published"
    before = held(latest.json())
    gone = next(iter(before))[1]
    assert organiser.post(f"{API}/events/{key}/participants/{gone}/drop-out").json()["withdrawn"]
    again = planned(organiser, key, api_settings, based_on=1, time_limit_s=60)
    theirs = [pair for pair in before if gone in pair]
    after = held(organiser.get(f"{API}/events/{key}/schedules/{again['number']}").json())
    assert again["changed"] == len(theirs)
    assert all(after[pair] == place for pair, place in before.items() if gone not in pair)
    difference = organiser.get(f"{API}/events/{key}/schedules/2/difference?since=1").json()
    assert len(difference["cancelled"]) == len(theirs)
    assert difference["moved"] == []
    book = openpyxl.load_workbook(
        io.BytesIO(organiser.get(f"{API}/events/{key}/exports/schedule.xlsx?number=2").content)
    )
    assert len(list(book["All"].iter_rows())) == again["meetings"] + 1


def test_a_small_event_is_edited_published_answered_and_exported(
    world: World, organiser: TestClient, api_settings: Settings
) -> None:
    key = small_event(organiser)
    planned(organiser, key, api_settings)
    latest = organiser.get(f"{API}/events/{key}/schedules/latest")
    places = held(latest.json())
    move = {"kind": "move", "seller_id": "s1", "buyer_id": "b1", "slot_id": places["s1", "b2"][0]}
    preview = organiser.post(f"{API}/events/{key}/changes/preview", json=move).json()
    assert "busy" in {conflict["rule"] for conflict in preview["conflicts"]}
    etag = {"If-Match": latest.headers["ETag"]}
    assert organiser.post(f"{API}/events/{key}/changes", json=move).status_code == 428
    refused = organiser.post(f"{API}/events/{key}/changes", json=move, headers=etag)
    assert (refused.status_code, "already" in refused.json()["detail"]) == (409, True)
    cancel = {"kind": "cancel", "seller_id": "s2", "buyer_id": "b2"}
    changed = organiser.post(f"{API}/events/{key}/changes", json=cancel, headers=etag)
    assert changed.status_code == 200, changed.text
    assert organiser.post(f"{API}/events/{key}/changes", json=cancel, headers=etag).status_code == 412
    why = organiser.get(f"{API}/events/{key}/why-not?seller_id=s2&buyer_id=b2").json()
    assert why["reason"].startswith("room")
    standby = organiser.get(f"{API}/events/{key}/stand-bys?participant_id=b2").json()
    assert [(one["meeting"]["seller_id"], one["meeting"]["buyer_id"]) for one in standby] == [("s2", "b2")]
    organiser.post(f"{API}/events/{key}/schedules/1/publish", headers={"If-Match": "*"})

    alba, lumen = world.sign_in("alba-member"), world.sign_in("lumen-owner")
    (own,) = alba.get(f"{API}/events/{key}/own-participants").json()
    assert own["participant_id"] == "s1"
    agenda = alba.get(f"{API}/events/{key}/agendas/s1").json()
    assert {item["other_id"]: item["value"] for item in agenda["meetings"]} == {"b1": 5, "b2": 3}
    accepted = alba.post(
        f"{API}/events/{key}/agendas/s1/responses", json={"other_id": "b1", "answer": "accepted"}
    )
    assert accepted.status_code == 201, accepted.text
    declined = {"other_id": "s1", "answer": "declined"}
    assert lumen.post(f"{API}/events/{key}/agendas/b1/responses", json=declined).status_code == 422
    declined["reason"] = "we passed on all of them"
    assert lumen.post(f"{API}/events/{key}/agendas/b1/responses", json=declined).status_code == 201
    answers = organiser.get(f"{API}/events/{key}/responses").json()
    assert {(one["side"], one["answer"]) for one in answers} == {
        ("seller", "accepted"),
        ("buyer", "declined"),
    }
    item = next(
        one
        for one in alba.get(f"{API}/events/{key}/agendas/s1").json()["meetings"]
        if one["other_id"] == "b1"
    )
    assert (item["other_answer"], "reason" in item) == ("declined", False)

    calendar = icalendar.Calendar.from_ical(alba.get(f"{API}/events/{key}/agendas/s1/agenda.ics").content)
    assert len(calendar.walk("VEVENT")) == 2
    pdf = pypdf.PdfReader(io.BytesIO(lumen.get(f"{API}/events/{key}/agendas/b1/agenda.pdf").content))
    assert "B1" in pdf.pages[0].extract_text()
    early = alba.post(
        f"{API}/events/{key}/agendas/s1/outcomes", json={"other_id": "b1", "attendance": "held"}
    )
    assert early.status_code in (201, 409)


ORGANISERS_OWN = (
    "participants",
    "participants/s1",
    "participants/s2",
    "absences",
    "wishes",
    "wishes?participant_id=s2",
    "locks",
    "tables",
    "schedules",
    "schedules/latest",
    "schedules/1",
    "schedules/1/difference?since=1",
    "why-not?seller_id=s1&buyer_id=b1",
    "left-out",
    "stand-bys?participant_id=s1",
    "responses",
    "outcomes",
    "no-shows",
    "agendas/s2",
    "agendas/b2",
    "agendas/s2/outcomes",
    "agendas/s2/agenda.pdf",
    "agendas/s2/agenda.ics",
    "exports/schedule.xlsx",
    "exports/schedule.csv",
    "exports/schedule.json",
    "exports/agendas.pdf",
    "exports/badges.pdf",
    "exports/tables/wishes.csv",
)
OF_ATTENDEES = ("", "slots", "own-participants")


def test_nobody_reads_across(world: World, organiser: TestClient, api_settings: Settings) -> None:
    key = small_event(organiser)
    planned(organiser, key, api_settings)
    people = {
        name: world.sign_in(name) for name in ("alba-member", "lumen-owner", "grim-owner", "nobody", "admin")
    }
    for path in (*OF_ATTENDEES, *ORGANISERS_OWN):
        where = f"{API}/events/{key}/{path}".rstrip("/")
        for name, browser in people.items():
            # An administrator may ask, and is told that the two do meet.
            of_admin = 422 if path.startswith("why-not") else 200
            expected = of_admin if name == "admin" else 404
            assert browser.get(where).status_code == expected, f"{name}: {path} of a draft"
    organiser.post(f"{API}/events/{key}/schedules/1/publish", headers={"If-Match": "*"})
    for path in (*OF_ATTENDEES, *ORGANISERS_OWN):
        where = f"{API}/events/{key}/{path}".rstrip("/")
        for name in ("alba-member", "lumen-owner"):
            expected = 200 if path in OF_ATTENDEES else 404
            assert people[name].get(where).status_code == expected, f"{name}: {path}"
        for name in ("grim-owner", "nobody"):
            assert people[name].get(where).status_code == 404, f"{name}: {path}"
    assert people["alba-member"].get(f"{API}/events/{key}").json()["plans"] is False
    assert [one["event_id"] for one in people["alba-member"].get(f"{API}/events").json()["items"]] == [key]
    assert people["grim-owner"].get(f"{API}/events").json()["items"] == []


WRITES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("patch", "", {"name": "Mine now"}),
    ("delete", "", {}),
    ("post", "plans", {}),
    ("post", "participants", {"side": "buyer"}),
    ("patch", "participants/s1", {"name": "Mine"}),
    ("post", "participants/s1/drop-out", {}),
    ("put", "participants/s2/lineup", {"film_ids": []}),
    ("post", "wishes", {"wishes": [{"participant_id": "s1", "other_id": "b1", "wish": "must"}]}),
    ("post", "locks", {"seller_id": "s1", "buyer_id": "b1", "slot_id": "0910-0900"}),
    ("post", "changes", {"kind": "cancel", "seller_id": "s1", "buyer_id": "b1"}),
    ("post", "schedules/1/publish", {}),
    ("post", "schedules/1/roll-back", {}),
    ("delete", "schedules/1", {}),
    ("post", "agendas/s2/responses", {"other_id": "b1", "answer": "accepted"}),
    ("post", "agendas/s2/outcomes", {"other_id": "b1", "attendance": "held"}),
    ("post", "outcomes", {"seller_id": "s1", "buyer_id": "b1", "attendance": "held"}),
)


def test_nobody_writes_across(world: World, organiser: TestClient, api_settings: Settings) -> None:
    key = small_event(organiser)
    planned(organiser, key, api_settings)
    organiser.post(f"{API}/events/{key}/schedules/1/publish", headers={"If-Match": "*"})
    before = organiser.get(f"{API}/events/{key}/schedules/latest").json()
    for name in ("alba-member", "lumen-owner", "grim-owner", "nobody", "admin"):
        browser = world.sign_in(name)
        for method, path, body in WRITES:
            where = f"{API}/events/{key}/{path}".rstrip("/")
            answer = browser.request(method, where, json=body, headers={"If-Match": "*"})
            assert answer.status_code in (403, 404), f"{name}: {method} {path} gives {answer.status_code}"
    assert organiser.get(f"{API}/events/{key}/schedules/latest").json() == before


def test_lists_have_cursors_and_updates_their_etags(organiser: TestClient) -> None:
    key = small_event(organiser)
    first = organiser.get(f"{API}/events/{key}/participants?limit=3").json()
    assert [one["participant_id"] for one in first["items"]] == ["s1", "s2", "b1"]
    rest = organiser.get(f"{API}/events/{key}/participants?limit=3&cursor={first['next_cursor']}").json()
    assert ([one["participant_id"] for one in rest["items"]], rest["next_cursor"]) == (["b2"], None)
    read = organiser.get(f"{API}/events/{key}/participants/s1")
    change = {"max_meetings": 2, "not_before": "09:30"}
    etag = {"If-Match": read.headers["ETag"]}
    assert (
        organiser.patch(f"{API}/events/{key}/participants/s1", json=change, headers=etag).json()[
            "max_meetings"
        ]
        == 2
    )
    assert (
        organiser.patch(f"{API}/events/{key}/participants/s1", json=change, headers=etag).status_code == 412
    )


def test_what_contradicts_is_told(organiser: TestClient) -> None:
    key = small_event(organiser)
    bad = organiser.patch(
        f"{API}/events/{key}/participants/s1",
        json={"min_meetings": 9, "max_meetings": 2},
        headers={"If-Match": "*"},
    )
    assert bad.status_code == 422
    assert bad.json()["errors"][0]["field"] == "min_meetings"
    assert organiser.post(f"{API}/events", json={**EVENT, "time_zone": "Mars/Olympus"}).status_code == 422
    taken = {
        "slots": [
            {
                "slot_id": "x",
                "day": "2026-09-10",
                "starts_at": "2026-09-10T09:10:00+02:00",
                "ends_at": "2026-09-10T09:20:00+02:00",
            }
        ]
    }
    overlap = organiser.post(f"{API}/events/{key}/slots", json=taken)
    assert overlap.status_code in (409, 422)
    assert "overlap" in overlap.text
    wish = {"wishes": [{"participant_id": "s1", "other_id": "s2", "wish": "must"}]}
    assert organiser.post(f"{API}/events/{key}/wishes", json=wish).status_code in (409, 422)
    twice = organiser.post(
        f"{API}/events/{key}/participants", json={"participant_id": "s1", "side": "seller"}
    )
    assert twice.status_code == 409
