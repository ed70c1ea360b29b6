from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.clock import frozen_at, now
from service.domain.accounts import Membership
from service.domain.words import Role, Scope
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.repositories.feedback import FeedbackFilter
from service.usecases.feedback_board import show_board
from tests.service import make
from tests.service.stock import stock
from tests.service.world import World

FEEDBACK = "/api/v1/feedback"


@pytest.fixture
def lumen(world: World) -> TestClient:
    stock(world.uow)
    return world.sign_in("lumen-owner")


def event(kind: str, **fields: str) -> dict[str, str]:
    return {"kind": kind, "film_id": "public", "distributor_id": "lumen-fr", **fields}


def board(browser: TestClient, **query: str) -> dict[tuple[str, str], dict[str, Any]]:
    shown = browser.get(f"{FEEDBACK}/board", params=query).json()["items"]
    return {(one["film_id"], one["distributor_id"]): one for one in shown}


def kinds(one: dict[str, Any]) -> list[str]:
    return [said["kind"] for said in one["events"]]


def test_what_happened_is_recorded_for_the_distributors_own_company(lumen: TestClient) -> None:
    answer = lumen.post(FEEDBACK, json=event("shortlisted", note="ask for a screener"))
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert said["event_id"].startswith("event_")
    assert (said["company_id"], said["user_id"], said["undoes"]) == ("lumen", "lumen-owner", None)
    assert lumen.get(FEEDBACK).json()["items"][0] == said


def test_who_shortlists_a_film_no_longer_passes_on_it(lumen: TestClient) -> None:
    lumen.post(FEEDBACK, json=event("passed", reason="too dark"))
    lumen.post(FEEDBACK, json=event("shortlisted"))
    here = board(lumen)["public", "lumen-fr"]
    assert (kinds(here), here["hidden_until"]) == (["shortlisted"], None)


def test_a_pass_needs_a_reason_hides_the_film_and_is_undone(lumen: TestClient) -> None:
    bare = lumen.post(FEEDBACK, json=event("passed"))
    assert (bare.status_code, bare.json()["errors"][0]["field"]) == (422, "reason")
    for reason in ("too dark", "still too dark"):
        passed = lumen.post(FEEDBACK, json=event("passed", reason=reason)).json()
    here = board(lumen)["public", "lumen-fr"]
    assert (kinds(here), here["events"][0]["reason"]) == (["passed"], "still too dark")
    assert here["hidden_until"] > now().isoformat()
    undone = lumen.post(f"{FEEDBACK}/{passed['event_id']}/undo")
    assert (undone.status_code, len(undone.json()["items"])) == (201, 2)
    assert ("public", "lumen-fr") not in board(lumen)
    again = lumen.post(f"{FEEDBACK}/{passed['event_id']}/undo")
    assert (again.status_code, "already" in again.json()["detail"]) == (409, True)
    what_undid = undone.json()["items"][0]["event_id"]
    assert lumen.post(f"{FEEDBACK}/{what_undid}/undo").status_code == 409


def test_a_film_is_shown_again_after_the_cool_down(world: World, settings: Settings) -> None:
    stock(world.uow)
    actor = Actor("lumen-owner", seats=(Seat("lumen", Role.MEMBER),))
    cool = timedelta(days=settings.pass_cooldown_days)
    for moment, hidden in ((make.NOON, True), (make.NOON + cool, False)):
        with frozen_at(moment):
            shown = show_board(world.uow, actor, settings, FeedbackFilter(film_id="tide"))
        assert (shown[0].hidden_until is not None) is hidden


def test_the_board_shows_the_last_of_each_kind(lumen: TestClient) -> None:
    for kind in ("seen", "shortlisted", "seen", "meeting_asked"):
        assert lumen.post(FEEDBACK, json=event(kind)).status_code == 201
    assert kinds(board(lumen)["public", "lumen-fr"]) == ["shortlisted", "seen", "meeting_asked"]
    assert set(board(lumen, film_id="tide")) == {("tide", "lumen-fr")}
    assert board(lumen, distributor_id="harbor-us") == {}


def test_a_batch_is_recorded_whole_or_not_at_all(lumen: TestClient) -> None:
    batch = [event("seen"), event("passed")]
    wrong = lumen.post(f"{FEEDBACK}/batches", json={"events": batch})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "events.1.reason")
    assert ("public", "lumen-fr") not in board(lumen)
    right = lumen.post(f"{FEEDBACK}/batches", json={"events": [event("seen"), event("seen", film_id="tide")]})
    assert (right.status_code, len(right.json()["items"])) == (201, 2)


REFUSED: list[tuple[str, dict[str, str], int]] = [
    ("harbor-owner", {}, 403),
    ("alba-owner", {}, 403),
    ("marche-owner", {}, 403),
    ("nobody", {}, 403),
    ("admin", {}, 403),
    ("lumen-owner", {"company_id": "alba"}, 403),
    ("lumen-owner", {"film_id": "draft"}, 404),
    ("lumen-owner", {"film_id": "none"}, 404),
    ("lumen-owner", {"distributor_id": "none"}, 404),
    ("grim-owner", {"film_id": "tide"}, 404),
    ("alba-viewer", {"film_id": "tide"}, 403),
    ("lumen-owner", {"kind": "undone"}, 422),
]


def test_nobody_speaks_for_another_company(world: World, lumen: TestClient) -> None:
    for who, fields, status in REFUSED:
        answer = world.sign_in(who).post(FEEDBACK, json=event("met") | fields)
        assert answer.status_code == status, f"{who} {fields}: {answer.text}"


def test_an_agent_keeps_its_own_follow_up_that_no_distributor_reads(world: World, lumen: TestClient) -> None:
    alba = world.sign_in("alba-member")
    for kind in ("shortlisted", "met"):
        said = alba.post(FEEDBACK, json=event(kind, film_id="tide", note="weak on price"))
        assert said.json()["company_id"] == "alba"
    assert kinds(board(alba)["tide", "lumen-fr"]) == ["shortlisted", "met"]
    assert kinds(board(lumen)["tide", "lumen-fr"]) == ["passed"]
    assert "weak on price" not in lumen.get(FEEDBACK).text


def test_an_agents_pass_hides_nothing_from_the_distributor(world: World, lumen: TestClient) -> None:
    alba = world.sign_in("alba-member")
    passed = alba.post(FEEDBACK, json=event("passed", film_id="tide", reason="asks too little"))
    assert passed.status_code == 201
    assert board(alba)["tide", "lumen-fr"]["hidden_until"] is None
    lumen.post(f"{FEEDBACK}/pass/undo")
    assert ("tide", "lumen-fr") not in board(lumen)
    with world.uow() as tx:
        assert not tx.feedback.hidden_films("lumen-fr", make.NOON - timedelta(days=9_000))


def test_only_the_company_that_said_it_takes_it_back(world: World, lumen: TestClient) -> None:
    for who in ("alba-owner", "harbor-owner", "admin", "nobody"):
        assert world.sign_in(who).post(f"{FEEDBACK}/pass/undo").status_code == 404
    assert world.program("lumen", Scope.READ).post(f"{FEEDBACK}/pass/undo").status_code == 403
    assert lumen.post(f"{FEEDBACK}/pass/undo").status_code == 201


def test_what_is_addressed_to_the_agent_reaches_it_and_a_pass_never_does(
    world: World, lumen: TestClient
) -> None:
    alba, path = world.sign_in("alba-viewer"), "/api/v1/films/tide/approaches"
    assert [(one["kind"], one["distributor_id"]) for one in alba.get(path).json()["items"]] == [
        ("offer", "harbor-us")
    ]
    lumen.post(FEEDBACK, json=event("meeting_asked", film_id="tide", note="our limit is 50,000"))
    answer = alba.get(path)
    assert [one["kind"] for one in answer.json()["items"]] == ["offer", "meeting_asked"]
    assert "50,000" not in answer.text


def test_events_come_in_pages_the_latest_first(lumen: TestClient) -> None:
    for kind in ("seen", "shortlisted"):
        lumen.post(FEEDBACK, json=event(kind))
    first = lumen.get(f"{FEEDBACK}?limit=2").json()
    assert [said["kind"] for said in first["items"]] == ["shortlisted", "seen"]
    rest = lumen.get(f"{FEEDBACK}?limit=2&cursor={first['next_cursor']}").json()
    assert [said["event_id"] for said in rest["items"]] == ["pass"]
    assert [said["kind"] for said in lumen.get(f"{FEEDBACK}?kind=seen").json()["items"]] == ["seen"]


def test_board_and_approaches_come_in_pages_and_miss_nothing_that_changes_in_between(
    world: World, lumen: TestClient
) -> None:
    with world.uow() as tx:
        tx.films.add(make.film("other"))
        tx.commit()
    for film_id in ("public", "other"):
        for kind in ("seen", "offer"):
            assert lumen.post(FEEDBACK, json=event(kind, film_id=film_id)).status_code == 201
    whole = [one["film_id"] for one in lumen.get(f"{FEEDBACK}/board").json()["items"]]
    assert len(whole) == len(set(whole)) == 3
    first = lumen.get(f"{FEEDBACK}/board?limit=2").json()
    assert [one["film_id"] for one in first["items"]] == whole[:2]
    # What stands of all of them is said anew: their order is that of what was said first.
    for film_id in whole:
        lumen.post(FEEDBACK, json=event("seen", film_id=film_id))
    rest = lumen.get(f"{FEEDBACK}/board", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert ([one["film_id"] for one in rest["items"]], rest["next_cursor"]) == (whole[2:], None)

    lumen.post(FEEDBACK, json=event("meeting_asked", film_id="tide"))
    agent, path = world.sign_in("alba-viewer"), "/api/v1/films/tide/approaches?limit=1"
    one = agent.get(path).json()
    other = agent.get(f"{path}&cursor={one['next_cursor']}").json()
    assert [said["kind"] for said in (*one["items"], *other["items"])] == ["offer", "meeting_asked"]
    assert other["next_cursor"] is None


def test_who_is_in_several_companies_says_for_which(world: World, lumen: TestClient) -> None:
    with world.uow() as tx:
        tx.accounts.add_membership(Membership("harbor-owner", "lumen", Role.VIEWER))
        tx.commit()
    both = world.sign_in("harbor-owner")
    asked = both.get(FEEDBACK)
    assert (asked.status_code, asked.json()["errors"][0]["field"]) == (422, "company_id")
    assert "harbor, lumen" in asked.json()["remedy"]
    assert [said["event_id"] for said in both.get(f"{FEEDBACK}?company_id=lumen").json()["items"]] == ["pass"]
    assert both.get(f"{FEEDBACK}?company_id=alba").status_code == 404
