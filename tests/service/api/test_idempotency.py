from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.api import idempotency
from service.api.idempotency import STALE
from service.domain.words import Scope
from service.errors import Conflict
from service.usecases import companies
from tests.service.keys_of_before import let_pass
from tests.service.world import KINDS, World

PATH = "/api/v1/companies"
BODY = {"name": "Sepia Releasing", "kinds": ["distributor"]}


@pytest.fixture
def admin(world: World) -> TestClient:
    return world.program(None, Scope.ADMIN)


def post(client: TestClient, key: str = "key-1", body: dict[str, Any] | None = None) -> Any:
    return client.post(PATH, json=body or BODY, headers={"Idempotency-Key": key})


def count(world: World) -> int:
    with world.uow() as tx:
        return len(tx.companies.list().items) - len(KINDS)


def test_the_same_request_twice_is_carried_out_once(admin: TestClient, world: World) -> None:
    first, second = post(admin), post(admin)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first.headers["etag"] == second.headers["etag"]
    assert second.headers["content-type"] == "application/json"
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert count(world) == 1


def test_another_key_is_another_request(admin: TestClient, world: World) -> None:
    assert post(admin, "key-1").json()["company_id"] != post(admin, "key-2").json()["company_id"]
    assert count(world) == 2


def test_without_a_key_each_request_is_carried_out(admin: TestClient, world: World) -> None:
    for _ in range(2):
        assert admin.post(PATH, json=BODY).status_code == 201
    assert count(world) == 2


def test_a_key_with_another_body_is_refused(admin: TestClient, world: World) -> None:
    post(admin)
    answer = post(admin, body={**BODY, "name": "Harbor Nights"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert count(world) == 1


def test_a_form_that_is_built_again_is_the_same_request(world: World) -> None:
    member = world.sign_in("alba-member")

    def upload(boundary: str, text: str = "film_id,title\na,The Ferry\n") -> Any:
        head = 'Content-Disposition: form-data; name="file"; filename="a.csv"'
        body = f"--{boundary}\r\n{head}\r\n\r\n{text}\r\n--{boundary}--\r\n"
        kind = f"multipart/form-data; boundary={boundary}"
        headers = {"Idempotency-Key": "key-1", "Content-Type": kind}
        return member.post("/api/v1/import-files", content=body.encode(), headers=headers)

    first, again = upload("one"), upload("another")
    assert (first.status_code, again.json()) == (201, first.json())
    assert upload("one", "film_id,title\na,The Boat\n").status_code == 422


def test_the_keys_of_others_do_not_meet(admin: TestClient, world: World) -> None:
    post(admin)
    assert post(world.program(None, Scope.ADMIN)).status_code == 201
    assert count(world) == 2


def test_a_refused_request_may_be_put_right_under_its_key(admin: TestClient, world: World) -> None:
    assert post(admin, body={"name": "", "kinds": []}).status_code == 422
    assert post(admin).status_code == 201


def test_of_many_at_once_one_is_carried_out(admin: TestClient, world: World) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: post(admin), range(6)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["company_id"] for answer in answers if answer.status_code == 201}) == 1
    assert count(world) == 1
    assert post(admin).headers["idempotency-replayed"] == "true"


def test_while_it_is_being_carried_out_others_are_told_so(
    admin: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    create = companies.create_company

    def meanwhile(*args: Any) -> Any:
        seen.append(post(admin))
        return create(*args)

    monkeypatch.setattr(companies, "create_company", meanwhile)
    assert post(admin).status_code == 201
    assert seen[0].status_code == 409
    assert "being carried out" in seen[0].json()["detail"]
    assert count(world) == 1


def test_a_request_that_failed_may_be_tried_again(
    admin: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(companies, "create_company", _fails)
        assert post(admin).status_code == 500
    assert post(admin).status_code == 201


def _fails(*_: Any) -> Any:
    raise RuntimeError("defect")


def test_what_was_committed_is_not_carried_out_again_though_its_answer_is_lost(
    admin: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the process is killed between the commit and the answer."""
    with monkeypatch.context() as patch:
        patch.setattr(idempotency._Claim, "keep", _fails)
        patch.setattr(idempotency._Claim, "release", lambda _: None)
        assert post(admin).status_code == 500
    for wait in (timedelta(), STALE * 2):
        let_pass(world.uow, wait)
        answer = post(admin)
        assert answer.status_code == 409
        assert "carried out" in answer.json()["detail"]
    assert count(world) == 1


def test_a_claim_of_a_killed_process_is_taken_over_after_a_while(
    admin: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(companies, "create_company", _fails)
        patch.setattr(idempotency._Claim, "release", lambda _: None)
        assert post(admin).status_code == 500
    assert post(admin).status_code == 409
    let_pass(world.uow, STALE)
    assert post(admin).status_code == 201
    assert count(world) == 1


def test_whoever_was_taken_for_dead_keeps_nothing_after_all(
    admin: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_over: list[Any] = []
    create = companies.create_company

    def slow(*args: Any) -> Any:
        monkeypatch.setattr(companies, "create_company", create)
        let_pass(world.uow, STALE)
        taken_over.append(post(admin))
        return create(*args)

    monkeypatch.setattr(companies, "create_company", slow)
    late = post(admin)
    assert (taken_over[0].status_code, late.status_code) == (201, 409)
    assert "another one with it was begun" in late.json()["detail"]
    assert count(world) == 1
    assert post(admin).json() == taken_over[0].json()


def test_an_error_after_the_commit_does_not_give_the_key_back(
    admin: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = companies.create_company

    def commits_and_fails(*args: Any) -> Any:
        create(*args)
        raise Conflict("too late", "Look")

    with monkeypatch.context() as patch:
        patch.setattr(companies, "create_company", commits_and_fails)
        assert post(admin).status_code == 409
    assert post(admin).status_code == 409
    assert count(world) == 1


def test_an_answer_is_kept_for_a_day(admin: TestClient, world: World) -> None:
    first = post(admin).json()["company_id"]
    let_pass(world.uow, timedelta(hours=23))
    assert post(admin).json()["company_id"] == first
    let_pass(world.uow, timedelta(hours=2))
    assert post(admin).json()["company_id"] != first


def test_an_answer_with_a_secret_is_not_kept_but_not_carried_out_twice_either(world: World) -> None:
    owner = world.sign_in("alba-owner")
    body = {"name": "sync", "company_id": "alba", "scopes": ["read"]}
    headers = {"Idempotency-Key": "key-1"}
    assert owner.post("/api/v1/api-keys", json=body, headers=headers).status_code == 201
    assert owner.post("/api/v1/api-keys", json=body, headers=headers).status_code == 409
    assert len(owner.get("/api/v1/api-keys?company_id=alba").json()["items"]) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "é", "a\tb"])
def test_a_key_that_is_none_is_a_bad_request(admin: TestClient, key: str) -> None:
    answer = admin.post(PATH, json=BODY, headers={b"Idempotency-Key": key.encode()})
    assert answer.status_code == 400


def test_whoever_is_not_signed_in_gets_no_kept_answer(admin: TestClient, web: TestClient) -> None:
    post(admin)
    assert post(web).status_code == 401
    web.headers["Authorization"] = "Bearer rm_unknown"
    assert post(web).status_code == 401
