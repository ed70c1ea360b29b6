from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.clock import frozen_at, now
from service.domain.accounts import ApiKey
from service.domain.words import Scope
from service.security.identity import new_api_key
from service.settings import Settings
from service.store.repositories.api_keys import ApiKeys
from tests.service.world import PASSWORD, PASSWORDS, World

SESSIONS = "/api/v1/sessions"


def credentials(user_id: str, password: str = PASSWORD) -> dict[str, str]:
    return {"email": f"{user_id}@example.org", "password": password}


def without(answer: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name not in names}


def test_whoever_signs_in_gets_a_cookie_out_of_reach_of_scripts(web: TestClient, world: World) -> None:
    answer = web.post(SESSIONS, json={"email": " ADMIN@example.org", "password": PASSWORD})
    assert answer.status_code == 201
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("reelmatch_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert answer.json()["user"]["user_id"] == "admin"
    assert web.get("/api/v1/me").json()["user"]["user_id"] == "admin"


def test_by_https_the_cookie_is_bound_to_the_host(api_settings: Settings, world: World) -> None:
    settings = api_settings.model_copy(update={"public_url": "https://reelmatch.example"})
    with TestClient(create_app(settings, passwords=PASSWORDS), base_url="https://testserver") as web:
        cookie = web.post(SESSIONS, json=credentials("admin")).headers["set-cookie"]
        assert cookie.startswith("__Host-reelmatch_session=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert web.get("/api/v1/me").status_code == 200
        token = web.cookies["__Host-reelmatch_session"]
        plain = {"Cookie": f"reelmatch_session={token}"}
        assert TestClient(web.app).get("/api/v1/me", headers=plain).status_code == 401


def test_unknown_people_and_wrong_passwords_get_the_same_answer(web: TestClient, world: World) -> None:
    wrong = web.post(SESSIONS, json=credentials("admin", "salt pans at high tide"))
    unknown = web.post(SESSIONS, json=credentials("stranger"))
    assert wrong.status_code == unknown.status_code == 401
    assert without(wrong, "request_id") == without(unknown, "request_id")


def test_guessing_is_locked_out_alike_for_known_and_unknown_people(web: TestClient, world: World) -> None:
    def guesses(user_id: str) -> list[int]:
        return [web.post(SESSIONS, json=credentials(user_id, "wrong")).status_code for _ in range(7)]

    assert guesses("admin") == guesses("stranger") == [401] * 5 + [429] * 2
    locked = web.post(SESSIONS, json=credentials("admin"))
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) >= 1


def test_without_signing_in_nobody_is_known(web: TestClient, world: World) -> None:
    assert web.get("/api/v1/me").status_code == 401
    assert web.get("/api/v1/me", headers={"Cookie": "reelmatch_session=made-up"}).status_code == 401
    for header in ("Bearer rm_made_up", "Bearer", "Basic YWRtaW46", "", "rm_0"):
        assert web.get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_wrong_keys_are_counted_by_address(api_settings: Settings, world: World) -> None:
    settings = api_settings.model_copy(update={"rate_anonymous_per_minute": 3})
    with TestClient(create_app(settings, passwords=PASSWORDS)) as web:
        answers = [
            web.get("/api/v1/me", headers={"Authorization": f"Bearer rm_{number}"}).status_code
            for number in range(5)
        ]
    assert answers == [401] * 3 + [429] * 2


def test_beyond_the_limit_of_an_address_guesses_never_reach_the_database(
    api_settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[bytes] = []
    by_hash = ApiKeys.by_hash

    def noting(self: ApiKeys, key_hash: bytes) -> ApiKey | None:
        looked_up.append(key_hash)
        return by_hash(self, key_hash)

    monkeypatch.setattr(ApiKeys, "by_hash", noting)
    settings = api_settings.model_copy(update={"rate_anonymous_per_minute": 3})
    known, new = ({"Authorization": world.program("alba", Scope.READ).headers["Authorization"]} for _ in "12")
    with TestClient(create_app(settings, passwords=PASSWORDS)) as web:
        assert web.get("/api/v1/me", headers=known).status_code == 200
        guesses = [{"Authorization": f"Bearer {new_api_key().text}"} for _ in range(6)]
        answers = [web.get("/api/v1/me", headers=guess).status_code for guess in guesses]
        assert answers == [401] * 3 + [429] * 3
        assert len(looked_up) == 1 + 3
        assert web.get("/api/v1/me", headers=known).status_code == 200
        assert web.get("/api/v1/me", headers=new).status_code == 429


def test_me_tells_companies_roles_and_territories(world: World) -> None:
    me = world.sign_in("lumen-owner").get("/api/v1/me").json()
    assert me["seats"] == [
        {"company_id": "lumen", "role": "owner", "kinds": ["distributor"], "territories": ["FR"]}
    ]
    assert me["scopes"] is None
    assert not me["is_administrator"]


def test_a_program_is_told_its_scopes(world: World) -> None:
    me = world.program("alba", Scope.READ, Scope.MATCH).get("/api/v1/me").json()
    assert me["scopes"] == ["match", "read"]
    assert me["user"] is None
    assert me["csrf_token"] is None
    assert [seat["role"] for seat in me["seats"]] == ["member"]


def test_signing_out_ends_the_session_for_good(world: World) -> None:
    browser = world.sign_in("admin")
    token = browser.cookies["reelmatch_session"]
    assert browser.delete(f"{SESSIONS}/current").status_code == 204
    assert "reelmatch_session" not in browser.cookies
    stolen = {"Cookie": f"reelmatch_session={token}"}
    assert TestClient(world.app).get("/api/v1/me", headers=stolen).status_code == 401


def test_each_sign_in_starts_a_session_of_its_own(world: World) -> None:
    one, other = world.sign_in("admin"), world.sign_in("admin")
    assert one.cookies["reelmatch_session"] != other.cookies["reelmatch_session"]
    assert one.delete(SESSIONS).status_code == 204
    assert other.get("/api/v1/me").status_code == 401


def test_signing_in_again_ends_the_session_of_before(world: World) -> None:
    browser = world.sign_in("admin")
    stolen = {"Cookie": f"reelmatch_session={browser.cookies['reelmatch_session']}"}
    assert browser.post(SESSIONS, json=credentials("admin")).status_code == 201
    assert TestClient(world.app).get("/api/v1/me", headers=stolen).status_code == 401


def test_a_session_ends_when_nobody_uses_it(world: World) -> None:
    browser = world.sign_in("admin")
    with frozen_at(now() + timedelta(minutes=119)):
        assert browser.get("/api/v1/me").status_code == 200
    with frozen_at(now() + timedelta(minutes=119 + 119)):
        assert browser.get("/api/v1/me").status_code == 200
    with frozen_at(now() + timedelta(minutes=119 + 119 + 121)):
        assert browser.get("/api/v1/me").status_code == 401


def test_a_session_ends_after_half_a_day_however_busy(world: World) -> None:
    browser, started = world.sign_in("admin"), now()
    for hour in range(1, 12):
        with frozen_at(started + timedelta(hours=hour)):
            assert browser.get("/api/v1/me").status_code == 200
    with frozen_at(started + timedelta(hours=12, seconds=1)):
        assert browser.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("token", [None, "", "0" * 64, "é"])
def test_changing_anything_needs_the_token_of_the_session(world: World, token: str | None) -> None:
    browser = world.sign_in("alba-owner")
    del browser.headers["X-CSRF-Token"]
    headers = {} if token is None else {b"X-CSRF-Token": token.encode()}
    answer = browser.delete(SESSIONS, headers=headers)
    assert answer.status_code == 403
    assert "X-CSRF-Token" in answer.json()["remedy"]
    assert browser.get("/api/v1/me").status_code == 200


def test_the_token_of_another_session_does_not_count(world: World) -> None:
    browser, other = world.sign_in("alba-owner"), world.sign_in("alba-owner")
    browser.headers["X-CSRF-Token"] = other.headers["X-CSRF-Token"]
    assert browser.delete(SESSIONS).status_code == 403


def test_a_form_may_carry_the_token_in_a_field(world: World) -> None:
    browser = world.sign_in("alba-owner")
    token = browser.headers.pop("X-CSRF-Token")
    assert browser.request("DELETE", SESSIONS, data={"csrf_token": "wrong"}).status_code == 403
    assert browser.request("DELETE", SESSIONS, data={"csrf_token": token}).status_code == 204


def test_a_new_password_ends_all_other_sessions(world: World) -> None:
    browser, other = world.sign_in("admin"), world.sign_in("admin")
    before = browser.cookies["reelmatch_session"]
    body = {"current_password": PASSWORD, "new_password": "nine candles in the nursery"}
    answer = browser.put("/api/v1/me/password", json=body)
    assert answer.status_code == 200
    assert browser.cookies["reelmatch_session"] != before
    assert browser.get("/api/v1/me").status_code == 200
    assert other.get("/api/v1/me").status_code == 401
    assert other.post(SESSIONS, json=credentials("admin")).status_code == 401
    assert other.post(SESSIONS, json=credentials("admin", "nine candles in the nursery")).status_code == 201


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("wrong", "nine candles in the nursery", "current_password"), (PASSWORD, "short", "new_password")],
)
def test_a_password_is_changed_only_with_the_old_one_to_a_good_one(
    world: World, current: str, new: str, field: str
) -> None:
    body = {"current_password": current, "new_password": new}
    answer = world.sign_in("admin").put("/api/v1/me/password", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert new not in answer.text
