"""The page of requests for meetings, and asking from the pages of both sides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from service.clock import now
from tests.service import make
from tests.service.world import World

ASK = "/films/offer/follow-up"
PLACE = "/meeting-requests"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def ready(world: World) -> World:
    """alba offers a film in France, where lumen works."""
    with world.uow() as tx:
        tx.films.add(make.film("offer", "alba", title="The Draw"))
        tx.rights.add(make.held("offer", "alba", confirmed_on=now().date()))
        tx.commit()
    return world


@pytest.fixture
def ann(ready: World) -> TestClient:
    return ready.sign_in("alba-member")


@pytest.fixture
def lena(ready: World) -> TestClient:
    return ready.sign_in("lumen-owner")


def ask(ann: TestClient, **said: str) -> str:
    form = {"distributor_id": "lumen-fr", "kind": "meeting_asked", "back": "board", "note": "weak on price"}
    return ann.post(ASK, data={**form, **said}).text


def of(page: str) -> tuple[str, str]:
    """Where the one request is answered, and its version."""
    (place,) = set(re.findall(r'action="(/meeting-requests/[^"]+)"', page))
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return place, found[1]


def test_a_distributor_reads_what_the_agent_asks_and_answers(ann: TestClient, lena: TestClient) -> None:
    assert "No requests yet" in lena.get(PLACE).text
    ask(ann, message=f"A word about it? {SCRIPT}")
    page = lena.get(PLACE).text
    assert "Waits for your answer" in page
    assert "A word about it? &lt;script&gt;" in page
    assert SCRIPT not in page
    assert "weak on price" not in page
    place, version = of(page)
    answer = {"version": version, "answer": "declined"}
    refused = lena.post(place, data=answer)
    assert (refused.status_code, "a decline needs a reason" in refused.text) == (422, True)
    done = lena.post(place, data={**answer, "message": "not before autumn"})
    assert "You have declined." in done.text
    board = ann.get("/board").text
    assert "Meeting: declined" in board
    assert "not before autumn" in board


def test_another_time_is_proposed_in_the_readers_zone(ann: TestClient, lena: TestClient) -> None:
    soon = (now() + timedelta(days=4)).replace(hour=9, minute=30)
    ask(ann)
    place, version = of(lena.get(PLACE).text)
    lena.cookies.set("reelmatch_zone", "Europe/Paris")
    wrong = lena.post(place, data={"version": version, "answer": "proposed", "when": "soon", "message": "or"})
    assert (wrong.status_code, "this is no time" in wrong.text, ">or</textarea>" in wrong.text) == (
        422,
        True,
        True,
    )
    lena.post(place, data={"version": version, "answer": "proposed", "when": f"{soon:%Y-%m-%dT%H:%M}"})
    page = ann.get(PLACE).text
    assert "Waits for your answer" in page
    assert re.search(r"0?[78]:30, time of UTC", page)
    assert re.search(r"09:30, time of Europe/Paris", lena.get(PLACE).text)
    assert '<span class="quiet">time of Europe/Paris</span>' in wrong.text
    assert "Meeting: waits for your answer" in ann.get("/board").text


def test_two_tabs_answer_once_and_keep_what_was_typed(ann: TestClient, lena: TestClient) -> None:
    ask(ann)
    place, version = of(lena.get(PLACE).text)
    lena.post(place, data={"version": version, "answer": "accepted"})
    second = lena.post(
        place, data={"version": version, "answer": "declined", "message": "on second thoughts"}
    )
    assert second.status_code == 409
    assert "answered or taken back meanwhile" in second.text
    assert "on second thoughts" in second.text


def test_a_viewer_and_strangers_answer_nothing(ready: World, ann: TestClient, lena: TestClient) -> None:
    lena.post("/decisions", data={"kind": "meeting_asked", "film_id": "offer", "distributor_id": "lumen-fr"})
    place, version = of(ann.get(PLACE).text)
    viewer = ready.sign_in("alba-viewer")
    page = viewer.get(PLACE).text
    assert "The Draw" in page
    assert place not in page
    answer = {"version": version, "answer": "accepted"}
    assert viewer.post(place, data=answer).status_code == 403
    assert ready.sign_in("grim-owner").post(place, data=answer).status_code == 404
    assert "The Draw" not in ready.sign_in("grim-owner").get(PLACE).text


def test_programs_list_and_answer_requests_too(ready: World, ann: TestClient, lena: TestClient) -> None:
    ask(ann, message="hello")
    (request,) = lena.get("/api/v1/meeting-requests?state=open").json()["items"]
    assert (request["message"], request["waits_for"]) == ("hello", "buyer")
    place = f"/api/v1/meeting-requests/{request['request_id']}"
    etag = lena.get(place).headers["etag"]
    assert lena.post(f"{place}/answer", json={"answer": "accepted"}).status_code == 428
    done = lena.post(f"{place}/answer", json={"answer": "accepted"}, headers={"If-Match": etag})
    assert (done.status_code, done.json()["state"]) == (200, "accepted")
    assert ready.sign_in("grim-owner").get(place).status_code == 404
