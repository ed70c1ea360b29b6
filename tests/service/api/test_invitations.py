"""Invitations into companies: nobody is taken in who did not accept, and what is answered tells of nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.clock import frozen_at, now
from service.domain.words import Scope
from tests.service.world import PASSWORD, World

API = "/api/v1"
ALBA = f"{API}/companies/alba/invitations"
GRIM = f"{API}/companies/grim/invitations"
ANY = {"If-Match": "*"}
INES = "ines@new.example"
KNOWN = "grim-owner@example.org"


def body(email: str, role: str = "member") -> dict[str, str]:
    return {"email": email, "name": "Somebody", "role": role}


def invited(browser: TestClient, email: str, place: str = ALBA, role: str = "member") -> dict[str, Any]:
    answer = browser.post(place, json=body(email, role))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def send(browser: TestClient, what: str, invitation: str, **more: str) -> Any:
    return browser.post(f"{API}/invitations/{what}", json={"invitation": invitation, **more})


@pytest.fixture
def alba(world: World) -> TestClient:
    return world.sign_in("alba-owner")


def test_the_answer_does_not_tell_whether_the_address_has_an_account(world: World, alba: TestClient) -> None:
    new, known = invited(alba, INES), invited(alba, KNOWN)
    told = [
        {name: value for name, value in one.items() if name not in ("invitation_id", "invitation", "email")}
        for one in (new, known)
    ]
    told[0]["expires_at"] = told[1]["expires_at"]
    assert told[0] == told[1]
    assert told[0]["name"] == "Somebody"
    assert "grim-owner" not in str({**known, "email": ""})
    stranger = TestClient(world.app)
    for one in (new, known):
        offer = send(stranger, "look", one["invitation"]).json()
        assert offer == {
            "company_id": "alba",
            "company": "Alba",
            "email": one["email"],
            "role": "member",
            "expires_at": one["expires_at"],
        }


def test_until_it_is_accepted_nothing_changes_for_who_is_invited(world: World, alba: TestClient) -> None:
    made = invited(alba, KNOWN)
    grim = world.sign_in("grim-owner")
    assert [seat["company_id"] for seat in grim.get(f"{API}/me").json()["seats"]] == ["grim"]
    assert grim.get(f"{API}/jobs").status_code == 200
    assert KNOWN not in alba.get(f"{API}/companies/alba/members").text
    joined = send(grim, "join", made["invitation"])
    assert (joined.status_code, joined.json()["company_id"]) == (200, "alba")
    assert {seat["company_id"] for seat in grim.get(f"{API}/me").json()["seats"]} == {"grim", "alba"}
    assert KNOWN in alba.get(f"{API}/companies/alba/members").text
    assert alba.get(ALBA).json()["items"] == []
    assert send(grim, "join", made["invitation"]).status_code == 422


def test_a_new_person_makes_an_account_with_it(world: World, alba: TestClient) -> None:
    made = invited(alba, INES)
    stranger = TestClient(world.app)
    weak = send(stranger, "accept", made["invitation"], password="short")
    assert (weak.status_code, weak.json()["errors"][0]["field"]) == (422, "password")
    accepted = send(stranger, "accept", made["invitation"], password=PASSWORD, name="Ines Vidal")
    assert (accepted.json()["name"], accepted.json()["email"]) == ("Ines Vidal", INES)
    credentials = {"email": INES, "password": PASSWORD}
    signed_in = stranger.post(f"{API}/sessions", json=credentials)
    assert signed_in.status_code == 201
    assert stranger.get(f"{API}/me").json()["seats"][0]["role"] == "member"
    assert send(stranger, "accept", made["invitation"], password=PASSWORD).status_code == 422


def test_no_invitation_into_a_company_sets_the_password_of_an_account(world: World, alba: TestClient) -> None:
    pending = {"email": "ada@example.org", "name": "Ada", "is_administrator": True}
    assert world.sign_in("admin").post(f"{API}/users", json=pending).status_code == 201
    for email in (KNOWN, KNOWN.upper(), "ada@example.org"):
        made = invited(alba, email)
        refused = send(TestClient(world.app), "accept", made["invitation"], password="another one of these")
        assert (refused.status_code, refused.json()["remedy"]) == (409, "Sign in with it, then accept")
        credentials = {"email": email, "password": "another one of these"}
        assert TestClient(world.app).post(f"{API}/sessions", json=credentials).status_code == 401
    assert world.sign_in("grim-owner")


def test_it_is_for_its_address_alone_and_for_people(world: World, alba: TestClient) -> None:
    made = invited(alba, KNOWN, role="owner")
    for who in ("lumen-owner", "alba-member", "admin"):
        refused = send(world.sign_in(who), "join", made["invitation"])
        assert (refused.status_code, refused.json()["remedy"]) == (403, f"Sign in as {KNOWN}")
    assert send(TestClient(world.app), "join", made["invitation"]).status_code == 401
    assert send(world.program("grim", Scope.WRITE), "join", made["invitation"]).status_code == 401
    assert send(world.sign_in("grim-owner"), "join", "join_made-up").status_code == 422


def test_a_new_one_takes_the_place_of_the_one_before(world: World, alba: TestClient) -> None:
    first, second = invited(alba, KNOWN), invited(alba, KNOWN.upper(), role="viewer")
    assert [(one["email"], one["role"]) for one in alba.get(ALBA).json()["items"]] == [
        (KNOWN.upper(), "viewer")
    ]
    grim = world.sign_in("grim-owner")
    assert send(grim, "join", first["invitation"]).status_code == 422
    assert send(grim, "join", second["invitation"]).json()["role"] == "viewer"
    again = alba.post(ALBA, json=body(KNOWN))
    assert (again.status_code, again.json()["remedy"]) == (409, "Change the role instead")


def test_it_can_be_taken_back_declined_and_expires(world: World, alba: TestClient) -> None:
    grim = world.sign_in("grim-owner")
    taken_back = invited(alba, KNOWN)
    other = f"{GRIM}/{taken_back['invitation_id']}"
    assert grim.delete(other).status_code == 404
    assert alba.delete(f"{ALBA}/{taken_back['invitation_id']}").status_code == 204
    assert alba.delete(f"{ALBA}/{taken_back['invitation_id']}").status_code == 404
    declined = invited(alba, KNOWN)
    assert send(TestClient(world.app), "decline", declined["invitation"]).status_code == 204
    late = invited(alba, KNOWN)
    for one in (taken_back, declined):
        assert send(grim, "join", one["invitation"]).status_code == 422
    with frozen_at(now() + timedelta(days=7, minutes=1)):
        grim, alba = world.sign_in("grim-owner"), world.sign_in("alba-owner")
        assert send(grim, "join", late["invitation"]).status_code == 422
        assert alba.get(ALBA).json()["items"] == []
        with world.uow() as tx:
            assert tx.invitations.forget_expired(now()) == 1


def test_what_somebody_invited_ends_with_what_let_them(world: World, alba: TestClient) -> None:
    admin, place = world.sign_in("admin"), f"{API}/companies/alba/members/alba-member"
    assert admin.put(place, json={"role": "owner"}, headers=ANY).status_code == 200
    own = invited(world.sign_in("alba-member"), "second-self@new.example", role="owner")
    other = invited(alba, INES)
    assert alba.put(place, json={"role": "member"}, headers=ANY).status_code == 200
    stranger = TestClient(world.app)
    assert send(stranger, "look", own["invitation"]).status_code == 422
    assert send(stranger, "look", other["invitation"]).status_code == 200


def test_who_left_accepts_again_and_nobody_is_let_in_by_another_companys_owner(
    world: World, alba: TestClient
) -> None:
    member = world.sign_in("alba-member")
    assert member.delete(f"{API}/companies/alba/members/alba-member", headers=ANY).status_code == 204
    assert alba.post(f"{API}/users/alba-member/invitations").status_code == 404
    made = invited(alba, "alba-member@example.org")
    assert alba.post(f"{API}/users/alba-member/invitations").status_code == 404
    assert send(member, "join", made["invitation"]).status_code == 200
    assert alba.post(f"{API}/users/alba-member/invitations").status_code == 404


@pytest.mark.parametrize("who", ["alba-member", "alba-viewer", "grim-owner", "nobody"])
def test_only_owners_invite_and_see_who_is_invited(world: World, alba: TestClient, who: str) -> None:
    made, browser = invited(alba, INES), world.sign_in(who)
    assert browser.post(ALBA, json=body("x@new.example", "owner")).status_code == 403
    assert browser.get(ALBA).status_code == 403
    assert browser.delete(f"{ALBA}/{made['invitation_id']}").status_code == 403


def test_the_trail_tells_who_invited_whom_and_keeps_no_address_of_who_never_came(
    world: World, alba: TestClient
) -> None:
    gone = invited(alba, INES)
    send(TestClient(world.app), "decline", gone["invitation"])
    made = invited(alba, KNOWN)
    send(world.sign_in("grim-owner"), "join", made["invitation"])
    trail = alba.get(f"{API}/audit").json()["items"]
    assert [(item["actor"], item["action"]) for item in trail] == [
        ("grim-owner", "member.add"),
        ("alba-owner", "invitation.create"),
        (gone["invitation_id"], "invitation.decline"),
        ("alba-owner", "invitation.create"),
    ]
    assert trail[0]["diff"] == {"role": [None, "member"], "invited_by": [None, "alba-owner"]}
    assert INES not in str(trail)


def test_an_administrator_comes_in_by_the_same_way(world: World) -> None:
    admin = world.sign_in("admin")
    made = invited(admin, "admin@example.org", GRIM, "owner")
    assert made["invited_by"] == "admin"
    assert send(admin, "join", made["invitation"]).status_code == 200
    by_key = invited(world.program(None, Scope.ADMIN), INES, GRIM)
    assert by_key["invited_by"] is None
