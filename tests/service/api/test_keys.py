from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.clock import frozen_at, now
from service.domain.words import Scope
from tests.service.world import World

ANY = {"If-Match": "*"}
KEY = {"name": "sync", "company_id": "alba", "scopes": ["read", "match"]}


def test_an_owner_makes_lists_and_revokes_keys(world: World) -> None:
    owner = world.sign_in("alba-owner")
    made = owner.post("/api/v1/api-keys", json=KEY)
    assert made.status_code == 201
    text = made.json()["key"]
    assert text.startswith(f"{made.json()['prefix']}_")
    listed = owner.get("/api/v1/api-keys?company_id=alba")
    assert [key["name"] for key in listed.json()["items"]] == ["sync"]
    assert text not in listed.text
    program = TestClient(world.app, headers={"Authorization": f"Bearer {text}"})
    assert program.get("/api/v1/me").status_code == 200
    assert owner.delete(f"/api/v1/api-keys/{made.json()['key_id']}").status_code == 204
    assert program.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("who", ["alba-member", "grim-owner", "admin", "nobody"])
def test_nobody_else_makes_a_key_for_a_company(world: World, who: str) -> None:
    assert world.sign_in(who).post("/api/v1/api-keys", json=KEY).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("alba-member", 403), ("grim-owner", 403), ("admin", 200)])
def test_keys_are_listed_for_owners_and_administrators(world: World, who: str, status: int) -> None:
    assert world.sign_in(who).get("/api/v1/api-keys?company_id=alba").status_code == status


def test_a_key_of_another_company_cannot_be_revoked_or_found(world: World) -> None:
    made = world.sign_in("alba-owner").post("/api/v1/api-keys", json=KEY).json()
    stranger = world.sign_in("grim-owner")
    foreign, missing = (stranger.delete(f"/api/v1/api-keys/{name}") for name in (made["key_id"], "key_0"))
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["detail"].replace(made["key_id"], "key_0") == missing.json()["detail"]
    assert foreign.json()["remedy"] == missing.json()["remedy"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scopes": ["admin"]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00"}, "expires_at"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(world: World, change: dict[str, Any], field: str) -> None:
    answer = world.sign_in("alba-owner").post("/api/v1/api-keys", json={**KEY, **change})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_key_ends_when_it_expires(world: World) -> None:
    body = {**KEY, "expires_at": (now() + timedelta(days=1)).isoformat()}
    text = world.sign_in("alba-owner").post("/api/v1/api-keys", json=body).json()["key"]
    program = TestClient(world.app, headers={"Authorization": f"Bearer {text}"})
    assert program.get("/api/v1/me").status_code == 200
    with frozen_at(now() + timedelta(days=1, minutes=1)):
        assert program.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("change", ["removed", "demoted"])
def test_the_keys_of_who_is_owner_no_more_end(world: World, change: str) -> None:
    owner, other = world.sign_in("alba-owner"), world.sign_in("alba-member")
    path = "/api/v1/companies/alba/members/alba-member"
    assert owner.put(path, json={"role": "owner"}, headers=ANY).status_code == 200
    texts = [browser.post("/api/v1/api-keys", json=KEY).json()["key"] for browser in (owner, other)]
    kept, ended = (TestClient(world.app, headers={"Authorization": f"Bearer {text}"}) for text in texts)
    assert ended.get("/api/v1/me").status_code == 200
    if change == "removed":
        assert owner.delete(path, headers=ANY).status_code == 204
    else:
        assert owner.put(path, json={"role": "member"}, headers=ANY).status_code == 200
    assert ended.get("/api/v1/me").status_code == 401
    assert kept.get("/api/v1/me").status_code == 200
    trail = owner.get("/api/v1/audit?noun=api_key").json()["items"]
    assert [event["action"] for event in trail] == ["api_key.revoke", "api_key.create", "api_key.create"]


def test_an_administrators_key_administrates_and_a_companys_does_not(world: World) -> None:
    admin = world.program(None, Scope.ADMIN)
    assert admin.get("/api/v1/users").status_code == 200
    company = world.program("alba", *(scope for scope in Scope if scope is not Scope.ADMIN))
    assert company.get("/api/v1/users").status_code == 403
    assert company.get("/api/v1/api-keys?company_id=alba").status_code == 403
    assert company.get("/api/v1/companies").status_code == 200
