"""A market organiser's whole way over HTTP: from files to agendas, and what happens after that."""

from __future__ import annotations

import io
from pathlib import Path

import icalendar
import openpyxl
import pypdf
from fastapi.testclient import TestClient

from service.security.actor import Actor
from service.settings import Settings
from service.usecases.market_import import load_market
from tests.service.api.markets import API, EVENT, held, planned, small_event, upload
from tests.service.world import World

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "sample"
TABLES = ("participants", "slots", "tables", "absences", "wishes", "locks", "values", "lineups")


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
    (own,) = alba.get(f"{API}/events/{key}/own-participants").json()["items"]
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
    answers = organiser.get(f"{API}/events/{key}/responses").json()["items"]
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
