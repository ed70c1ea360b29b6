"""Events, tried by everybody who has no business there: reading and writing."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from service.settings import Settings
from tests.service.api.markets import API, planned, small_event
from tests.service.world import World

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
    "history",
    "agendas/s2/partners",
    "responses",
    "outcomes",
    "no-shows",
    "agendas/s2",
    "agendas/b2",
    "agendas/s2/outcomes",
    "agendas/s2/talks",
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
            # An administrator may ask, and is told that the two do meet, and that there is no bundle to talk from.
            of_admin = 422 if path.startswith("why-not") else 503 if path.endswith("talks") else 200
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
    ("post", "history", {"history": [{"participant_id": "s1", "other_id": "b1", "past": "competitor"}]}),
    ("delete", "history?participant_id=s1&other_id=b1&past=competitor", {}),
    ("put", "agendas/s2/wishes", {"other_id": "b1", "wish": "want"}),
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
