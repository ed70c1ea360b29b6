"""Passing, shortlisting, asking for a meeting, without any script."""

from __future__ import annotations

import io

import openpyxl
import pytest
from fastapi.testclient import TestClient

from service.domain.words import FeedbackKind
from service.store.repositories.feedback import FeedbackFilter
from tests.service.world import World

PASS = {
    "distributor_id": "fr-western",
    "film_id": "ferry",
    "kind": "passed",
    "reason": "too_large",
    "note": "=HYPERLINK(1) <i>no</i>",
    "back": "/suggestions?profile=fr-western",
}


def event_of(ready: World, kind: FeedbackKind) -> str:
    with ready.uow() as tx:
        (event,) = tx.feedback.current(FeedbackFilter(distributor_id="fr-western", kind=kind))
    return event.event_id


def test_a_pass_hides_the_film_is_listed_with_its_reason_and_can_be_taken_back(
    ready: World, lena: TestClient
) -> None:
    page = lena.post("/decisions", data=PASS).text
    assert "You passed on The &lt;b&gt;Salt" in page
    assert page.count("Ferry") == 1
    listed = lena.get("/passed").text
    assert "Too large for us" in listed
    assert "&lt;i&gt;no&lt;/i&gt;" in listed
    undo = {**PASS, "event_id": event_of(ready, FeedbackKind.PASSED), "back": "/passed"}
    assert "It is taken back." in lena.post("/decisions/undo", data=undo).text
    assert "It was already taken back." in lena.post("/decisions/undo", data=undo).text
    assert "Ferry" in lena.get("/suggestions").text


def test_the_agent_sees_a_meeting_that_was_asked_for_and_never_a_pass(ready: World, lena: TestClient) -> None:
    lena.post("/decisions", data=PASS)
    agent = ready.sign_in("alba-owner")
    approaches = agent.get("/api/v1/films/ferry/approaches")
    assert approaches.status_code == 200
    assert approaches.json()["items"] == []
    lena.post("/decisions", data={**PASS, "kind": "meeting_asked", "reason": "", "note": "only for us"})
    seen = agent.get("/api/v1/films/ferry/approaches").text
    assert "meeting_asked" in seen
    assert "only for us" not in seen
    for place in ("/passed?profile=fr-western", "/suggestions/ferry?profile=fr-western"):
        assert agent.get(place).status_code in (403, 404)


def test_another_reason_needs_words_and_what_was_typed_is_kept(lena: TestClient) -> None:
    answer = lena.post("/decisions", data={**PASS, "reason": "other", "note": ""})
    assert answer.status_code == 422
    assert "your own reason is missing" in answer.text
    assert 'value="other" selected' in answer.text
    assert "Ferry" in lena.get("/suggestions").text


def test_a_part_is_answered_with_the_part_alone(lena: TestClient) -> None:
    part = lena.post("/decisions", data=PASS, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert 'data-state="passed"' in part.text
    assert "data-arrived>The &lt;b&gt;Salt&lt;/b&gt; Ferry, Passed<" in part.text
    assert "<html" not in part.text


@pytest.mark.parametrize("change", [{"kind": "loved"}, {"kind": "undone"}, {"film_id": "no-such"}])
def test_what_no_form_sends_is_refused(lena: TestClient, change: dict[str, str]) -> None:
    answer = lena.post("/decisions", data=PASS | change)
    assert answer.status_code in (404, 422)


def test_a_decision_for_another_company_s_profile_is_not_found(lena: TestClient) -> None:
    assert lena.post("/decisions", data=PASS | {"distributor_id": "fr-horror"}).status_code == 404


@pytest.mark.parametrize("back", ["https://elsewhere.example", "//elsewhere.example", "/suggestions\\..", ""])
def test_a_form_leads_back_to_our_own_lists_only(lena: TestClient, back: str) -> None:
    answer = lena.post("/decisions", data=PASS | {"back": back}, follow_redirects=False)
    assert answer.headers["location"].startswith("/suggestions")
    assert "\\" not in answer.headers["location"]


def test_a_viewer_reads_and_decides_nothing(ready: World) -> None:
    paul = ready.sign_in("nobody")
    page = paul.get("/suggestions?profile=fr-western").text
    assert "Ferry" in page
    assert "Pass on it" not in page
    assert paul.post("/decisions", data=PASS).status_code == 403


def test_lists_are_files_in_which_no_text_is_a_formula(lena: TestClient) -> None:
    lena.post("/decisions", data=PASS)
    text = lena.get("/passed.csv?profile=fr-western").text
    assert "'=HYPERLINK" in text
    assert "Too large for us" in text
    book = openpyxl.load_workbook(io.BytesIO(lena.get("/passed.xlsx").content))
    header, row = book.active.iter_rows()
    cells = dict(zip((cell.value for cell in header), row, strict=True))
    assert cells["note"].data_type == "s"
    assert cells["title"].value == "The <b>Salt</b> Ferry"
    assert lena.get("/passed.pdf").status_code == 404
    assert lena.get("/shortlist.csv").text.count("\n") == 1
