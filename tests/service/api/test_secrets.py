from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.service.world import PASSWORD, World

SESSIONS = "/api/v1/sessions"
KEY = {"name": "sync", "company_id": "alba", "scopes": ["read", "match"]}


def credentials(user_id: str, password: str = PASSWORD) -> dict[str, str]:
    return {"email": f"{user_id}@example.org", "password": password}


def test_no_secret_is_in_the_logs(web: TestClient, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    owner = world.sign_in("alba-owner")
    web.post(SESSIONS, json=credentials("alba-owner", "guessed password"))
    key = owner.post("/api/v1/api-keys", json=KEY).json()["key"]
    TestClient(world.app, headers={"Authorization": f"Bearer {key}"}).get("/api/v1/me")
    invited = (
        world.sign_in("admin").post("/api/v1/users", json={"email": "luc@a.example", "name": "Luc"}).json()
    )
    accept = {"invitation": invited["invitation"], "password": "three weddings, no cake"}
    web.post("/api/v1/invitations/accept", json=accept)
    written = capsys.readouterr().err
    assert written.count('"event": "request"') >= 7
    secrets = [PASSWORD, "guessed password", accept["password"], key, key.rpartition("_")[2]]
    secrets += [invited["invitation"], owner.cookies["reelmatch_session"], owner.headers["X-CSRF-Token"]]
    secrets += ["$argon2"]
    assert [secret for secret in secrets if secret in written] == []


def test_no_secret_is_in_the_database_beside_its_hash(
    web: TestClient, world: World, dump: Callable[[], str]
) -> None:
    owner = world.sign_in("alba-owner")
    once = {"Idempotency-Key": "one"}
    key = owner.post("/api/v1/api-keys", json=KEY, headers=once).json()["key"]
    body = {"email": "luc@a.example", "name": "Luc"}
    invited = world.sign_in("admin").post("/api/v1/users", json=body, headers=once).json()
    stored = dump()
    assert "luc@a.example" in stored
    secrets = [PASSWORD, key, key.rpartition("_")[2], invited["invitation"]]
    secrets += [owner.cookies["reelmatch_session"]]
    assert [secret for secret in secrets if secret in stored] == []
