"""What holds for every operation of the API, whoever wrote it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jsonschema_rs import Draft202012Validator

from service.api.idempotency import HEADER, IdempotentRoute
from service.api.router import RESOURCES, UPLOADS
from service.app import create_app
from service.settings import Settings
from tests.service.world import PASSWORDS, World

OPEN = {
    ("post", "/api/v1/sessions"),
    ("post", "/api/v1/invitations/accept"),
    ("post", "/api/v1/invitations/decline"),
    ("post", "/api/v1/invitations/look"),
    ("get", "/health/live"),
    ("get", "/health/ready"),
}
"""Whoever is not signed in may call these."""

STREAM = ("post", "/api/v1/matches/stream")
"""What was sent in parts is not kept, so it takes no key."""


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings(), passwords=PASSWORDS).openapi()


def test_the_description_is_there_for_everybody(web: TestClient, document: dict[str, Any]) -> None:
    assert web.get("/api/v1/openapi.json").json() == document


def test_every_route_can_be_repeated_safely_under_a_key() -> None:
    for module in (*RESOURCES, *UPLOADS):
        for route in module.router.routes:
            assert isinstance(route, IdempotentRoute), (
                f"{module.__name__}: {route.path} lacks route_class=IdempotentRoute"
            )


def test_every_operation_has_words_a_tag_and_its_problems(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        where = f"{method.upper()} {path}"
        assert operation.get("tags"), f"{where} has no tag"
        assert operation.get("description"), f"{where} says nothing about itself"
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], f"{where} {status}"
        assert {"401", "422", "429", "500", "503"} <= set(operation["responses"]), where


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert schemas[name].get("examples"), f"{method.upper()} {path}: {name} has no example"


def test_every_answer_has_an_example_that_is_one(document: dict[str, Any]) -> None:
    shown = 0
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            told = answer.get("content", {}).get("application/json")
            if status >= "300" or told is None or told["schema"].get("format") == "binary":
                continue
            where = f"{method.upper()} {path}"
            assert "example" in told, f"{where} has no example of its answer"
            schema = {**told["schema"], "components": document["components"]}
            problems = [error.message for error in Draft202012Validator(schema).iter_errors(told["example"])]
            assert not problems, f"{where}: {problems}"
            shown += 1
    assert shown > 80


def test_every_write_tells_of_its_key_and_of_what_is_too_large(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        keys = [one for one in operation.get("parameters", ()) if one["name"] == HEADER]
        statuses = set(operation["responses"])
        if method == "get":
            assert not keys, path
        elif (method, path) in {*OPEN, STREAM}:
            assert not keys, path
            assert "413" in statuses, path
        else:
            assert len(keys) == 1, f"{method.upper()} {path}"
            assert {"409", "413"} <= statuses, f"{method.upper()} {path}"


def test_who_answers_with_a_version_says_so(document: dict[str, Any]) -> None:
    telling = {
        f"{method} {path.removeprefix('/api/v1')}"
        for method, path, operation in operations(document)
        for status, answer in operation["responses"].items()
        if "ETag" in answer.get("headers", {}) and status < "300"
    }
    for noun in ("films/{film_id}", "companies/{company_id}", "rights/{grant_id}", "deals/{deal_id}"):
        assert {f"get /{noun}", f"patch /{noun}"} <= telling
    assert {"post /films", "put /deals/{deal_id}/terms", "get /events/{event_id}/schedules/latest"} <= telling
    assert not {"get /films", "delete /films/{film_id}", "post /matches"} & telling


def test_the_form_of_problems_is_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert {"Problem", "ProblemField"} <= set(schemas)
    assert "HTTPValidationError" not in schemas
    assert schemas["Problem"]["properties"]["errors"]["items"] == {
        "$ref": "#/components/schemas/ProblemField"
    }


def test_both_ways_to_sign_in_are_described(document: dict[str, Any]) -> None:
    assert set(document["components"]["securitySchemes"]) == {"API key", "Session"}


def test_no_operation_answers_who_is_not_signed_in(web: TestClient, document: dict[str, Any]) -> None:
    for method, path, _ in operations(document):
        if (method, path) in OPEN:
            continue
        filled = path.replace("{", "").replace("}", "")
        answer = web.request(method.upper(), filled)
        assert answer.status_code == 401, f"{method.upper()} {path} answers {answer.status_code}"


def test_no_list_answers_a_browser_whose_session_has_ended(app: FastAPI, world: World) -> None:
    browser = world.sign_in("admin")
    token = browser.cookies["reelmatch_session"]
    assert browser.delete("/api/v1/sessions").status_code == 204
    ended = TestClient(app, headers={"Cookie": f"reelmatch_session={token}"})
    for method, path, _ in operations(app.openapi()):
        if method == "get" and (method, path) not in OPEN and "{" not in path:
            assert ended.get(path).status_code == 401, path


def test_operations_have_short_distinct_names(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
