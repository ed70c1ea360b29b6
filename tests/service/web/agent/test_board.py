"""The follow-up: noting where a distributor stands with a film, and the board of all."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from service.clock import now
from service.domain.words import CompanyKind, FeedbackKind, Role
from service.security.actor import Actor, Seat
from service.store.repositories.feedback import FeedbackFilter
from service.usecases.followup import follow_up
from tests.service import make
from tests.service.world import World

NOTE = "/films/offer/follow-up"
LUMEN = {"distributor_id": "lumen-fr", "back": "board"}
SCRIPT = "<script>alert(1)</script>"
ANN = Actor("alba-member", "alba-member", (Seat("alba", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))


def states(world: World) -> dict[str, FeedbackKind | None]:
    return {card.distributor_id: card.state for card in follow_up(world.uow, ANN)}


def test_a_distributor_is_shortlisted_moved_on_and_taken_back(ready: World, ann: TestClient) -> None:
    assert "Nothing to follow up yet" in ann.get("/board").text
    page = ann.post(NOTE, data={**LUMEN, "kind": "shortlisted", "note": "send the screener"}).text
    assert "Noted." in page
    assert "send the screener" in page
    assert states(ready) == {"lumen-fr": FeedbackKind.SHORTLISTED}
    ann.post(NOTE, data={**LUMEN, "kind": "meeting_asked", "note": "send the screener"})
    assert states(ready) == {"lumen-fr": FeedbackKind.MEETING_ASKED}
    (card,) = follow_up(ready.uow, ANN)
    ann.post(f"{NOTE}/undo", data={**LUMEN, "event_id": card.event_id})
    assert states(ready) == {"lumen-fr": FeedbackKind.SHORTLISTED}
    again = ann.post(f"{NOTE}/undo", data={**LUMEN, "event_id": card.event_id})
    assert "This was taken back already." in again.text


def test_nobody_else_reads_the_follow_up(ready: World, ann: TestClient) -> None:
    ann.post(NOTE, data={**LUMEN, "kind": "shortlisted", "note": "weak on price"})
    for who in ("lumen-owner", "grim-owner", "admin"):
        client = ready.sign_in(who)
        assert "weak on price" not in client.get("/films/offer").text
        assert client.get("/api/v1/feedback").status_code in (200, 403)
        assert "weak on price" not in client.get("/api/v1/feedback").text
    assert "Nothing to follow up yet" in ready.sign_in("grim-owner").get("/board").text


def test_an_agents_pass_hides_the_film_from_nobody(ready: World, ann: TestClient) -> None:
    answer = ann.post(NOTE, data={**LUMEN, "kind": "passed", "note": "too dark for them"})
    assert "too dark for them" in answer.text
    with ready.uow() as tx:
        assert not tx.feedback.hidden_films("lumen-fr", make.NOON.replace(year=2000))
    board = ann.get("/api/v1/feedback/board").json()["items"]
    assert board[0]["hidden_until"] is None


def test_a_pass_says_why(ready: World, ann: TestClient) -> None:
    answer = ann.post(NOTE, data={**LUMEN, "kind": "passed"})
    assert answer.status_code == 422
    assert "a pass needs a reason" in answer.text
    part = ann.post(NOTE, data={**LUMEN, "kind": "passed"}, headers={"HX-Request": "true"})
    assert (part.status_code, "<html" in part.text) == (422, False)
    assert states(ready) == {}


def test_what_buyers_say_by_themselves_comes_first(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.feedback.add(
            make.feedback(
                FeedbackKind.MEETING_ASKED, "offer", "harbor-us", "harbor", note="up to 90,000", at=now()
            )
        )
        tx.commit()
    page = ann.get("/board").text
    assert "Buyers came to you" in page
    assert "They said: meeting asked for" in page
    assert "90,000" not in page
    ann.post(NOTE, data={"distributor_id": "harbor-us", "kind": "met", "back": "board"})
    assert "Buyers came to you" not in ann.get("/board").text


def test_the_board_can_show_one_film_or_one_column(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.films.add(make.film("second", "alba", title="Second Film"))
        tx.commit()
    ann.post(NOTE, data={**LUMEN, "kind": "met"})
    ann.post("/films/second/follow-up", data={**LUMEN, "kind": "shortlisted"})
    one = ann.get("/board?film=second").text
    assert re.findall(r"<article.*?</article>", one, re.S)
    assert "/films/offer/matches" not in one
    met = ann.get("/board?state=met").text
    assert "/films/offer/matches" in met
    assert "/films/second/matches" not in met
    assert ready.sign_in("grim-owner").get("/board?film=second").status_code == 404


def test_a_part_of_the_page_answers_with_what_stands_now(ready: World, ann: TestClient) -> None:
    part = ann.post(NOTE, data={**LUMEN, "kind": "shortlisted"}, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div class="follow-up"')
    assert "data-arrived>Lumen-Fr, Shortlisted<" in part
    assert '<button class="plain">Undo<span class="only-read"> Lumen-Fr</span></button>' in part


@pytest.mark.parametrize(
    "wrong", [{"kind": "undone"}, {"kind": "married"}, {"kind": "met", "note": "x" * 5_001}]
)
def test_what_cannot_be_noted_is_refused(ready: World, ann: TestClient, wrong: dict[str, str]) -> None:
    assert ann.post(NOTE, data={**LUMEN, **wrong}).status_code == 422
    assert states(ready) == {}


def test_a_distributor_that_is_not_there_is_not_found(ready: World, ann: TestClient) -> None:
    assert ann.post(NOTE, data={"distributor_id": "nobody", "kind": "met"}).status_code == 404


def test_a_viewer_reads_the_board_and_notes_nothing(ready: World, ann: TestClient) -> None:
    ann.post(NOTE, data={**LUMEN, "kind": "met", "note": "liked it"})
    viewer = ready.sign_in("alba-viewer")
    page = viewer.get("/board").text
    assert "liked it" in page
    assert "<textarea" not in page
    assert viewer.post(NOTE, data={**LUMEN, "kind": "offer"}).status_code == 403


def test_the_board_is_exported_and_no_note_becomes_a_formula(ready: World, ann: TestClient) -> None:
    ann.post(NOTE, data={**LUMEN, "kind": "met", "note": "=1+1"})
    lines = ann.get("/api/v1/exports/follow_up.csv").text.lstrip("\ufeff").splitlines()
    assert lines[0] == "film_id,title,distributor_id,name,territory,state,at,note,said_by_them,said_at"
    assert lines[1].startswith("offer,The Draw,lumen-fr,Lumen-Fr,FR,met,")
    assert "'=1+1" in lines[1]
    told = ann.get("/files/follow_up.csv?company_id=alba").text.lstrip("\ufeff").splitlines()
    assert told[0].startswith("Film's id,Film,Distributor's id,Distributor,Territory,Where it stands")
    assert told[1].startswith("offer,The Draw,lumen-fr,Lumen-Fr,France,Met,")
    assert ready.sign_in("lumen-owner").get("/files/follow_up.csv?company_id=alba").status_code == 404
    assert ready.sign_in("lumen-owner").get("/api/v1/exports/follow_up.csv").status_code == 422


def test_notes_never_become_markup(ready: World, ann: TestClient) -> None:
    page = ann.post(NOTE, data={**LUMEN, "kind": "met", "note": SCRIPT}).text
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    with ready.uow() as tx:
        assert tx.feedback.current(FeedbackFilter(company_id="alba"))[0].note == SCRIPT
