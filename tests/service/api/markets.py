"""An organiser's event over HTTP, and how it is planned."""

from __future__ import annotations

from typing import Any, Final

from fastapi.testclient import TestClient

from service.jobs.worker import run_worker
from service.settings import Settings
from tests.service.bundled import make_encoder

API: Final = "/api/v1"
EVENT: Final = {
    "name": "Harbour Market",
    "time_zone": "Europe/Berlin",
    "starts_on": "2026-09-10",
    "ends_on": "2026-09-11",
}


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
