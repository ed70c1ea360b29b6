import pytest
from fastapi.testclient import TestClient

from service.clock import now
from service.usecases import people
from tests.service.world import PASSWORD, World

SESSIONS = "/api/v1/sessions"


def credentials(user_id: str, password: str = PASSWORD) -> dict[str, str]:
    return {"email": f"{user_id}@example.org", "password": password}


def test_an_invited_person_sets_a_password_and_signs_in(web: TestClient, world: World) -> None:
    body = {"email": "luc@alba.example", "name": "Luc Amar"}
    invited = world.sign_in("admin").post("/api/v1/users", json=body)
    assert invited.status_code == 201
    assert invited.json()["user"]["is_invited"]
    accept = {"invitation": invited.json()["invitation"], "password": "three weddings, no cake"}
    assert web.post("/api/v1/invitations/accept", json=accept).json()["name"] == "Luc Amar"
    signed_in = web.post(SESSIONS, json={"email": body["email"], "password": accept["password"]})
    assert signed_in.status_code == 201
    again = web.post("/api/v1/invitations/accept", json=accept)
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "invitation")


@pytest.mark.parametrize("invitation", ["", "x", "admin.made-up", "stranger.made-up", "\x00.x"])
def test_a_made_up_invitation_is_refused_without_telling_who_exists(
    web: TestClient, world: World, invitation: str
) -> None:
    body = {"invitation": invitation, "password": "three weddings, no cake"}
    answer = web.post("/api/v1/invitations/accept", json=body)
    assert answer.status_code == 422
    assert "admin" not in answer.text


def test_the_first_administrator_comes_by_the_invitation_that_serve_prints(
    web: TestClient, world: World
) -> None:
    with world.uow() as tx:
        for user in tx.accounts.users().items:
            tx.accounts.erase_user(user.user_id, now())
        tx.commit()
    old = people.set_up(world.uow)
    text = people.set_up(world.uow)
    assert text is not None
    body = {"invitation": text, "password": "three weddings, no cake", "name": "Ines Vidal"}
    assert web.post("/api/v1/invitations/accept", json={**body, "invitation": old}).status_code == 422
    missing = web.post("/api/v1/invitations/accept", json=body)
    assert missing.json()["errors"][0]["field"] == "email"
    accepted = web.post("/api/v1/invitations/accept", json={**body, "email": "ines@alba.example"})
    assert accepted.json()["is_administrator"]
    assert accepted.json()["email"] == "ines@alba.example"
    assert people.set_up(world.uow) is None


def test_administrators_see_everybody_and_others_only_themselves(world: World) -> None:
    admin, member = world.sign_in("admin"), world.sign_in("alba-member")
    assert len(admin.get("/api/v1/users").json()["items"]) == 9
    assert [user["user_id"] for user in admin.get("/api/v1/users?query=VIEWER").json()["items"]] == [
        "alba-viewer"
    ]
    assert member.get("/api/v1/users").status_code == 403
    assert member.get("/api/v1/users/alba-member").status_code == 200
    assert member.get("/api/v1/users/alba-owner").status_code == 404
    assert member.get("/api/v1/users/stranger").status_code == 404


def test_people_change_their_name_but_not_their_rank(world: World) -> None:
    member = world.sign_in("alba-member")
    path = "/api/v1/users/alba-member"
    etag = member.get(path).headers["etag"]
    changed = member.patch(path, json={"name": "Mia"}, headers={"If-Match": etag})
    assert (changed.status_code, changed.json()["name"]) == (200, "Mia")
    stale = member.patch(path, json={"name": "Noa"}, headers={"If-Match": etag})
    assert stale.status_code == 412
    any_version = {"If-Match": "*"}
    assert member.patch(path, json={"is_administrator": True}, headers=any_version).status_code == 403
    assert member.patch(path, json={"email": "ADMIN@example.org"}, headers=any_version).status_code == 403
    taken = world.sign_in("admin").patch(path, json={"email": "ADMIN@example.org"}, headers=any_version)
    assert (taken.status_code, taken.json()["errors"][0]["field"]) == (409, "email")


def test_an_administrator_makes_others_but_does_not_step_down_alone(world: World) -> None:
    admin, headers = world.sign_in("admin"), {"If-Match": "*"}
    promoted = admin.patch("/api/v1/users/nobody", json={"is_administrator": True}, headers=headers)
    assert promoted.json()["is_administrator"]
    body = {"is_administrator": False}
    assert admin.patch("/api/v1/users/admin", json=body, headers=headers).status_code == 409


def test_a_lost_password_is_replaced_by_an_invitation_from_an_administrator(
    web: TestClient, world: World
) -> None:
    lost = world.sign_in("alba-member")
    assert lost.post("/api/v1/users/alba-member/invitations").status_code == 403
    assert world.sign_in("alba-owner").post("/api/v1/users/alba-member/invitations").status_code == 404
    fresh = world.sign_in("admin").post("/api/v1/users/alba-member/invitations")
    assert fresh.status_code == 201
    assert lost.get("/api/v1/me").status_code == 401
    assert web.post(SESSIONS, json=credentials("alba-member")).status_code == 401
