"""The client asks for nothing that the API's description does not have, and reads nothing that it does not promise."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import httpx2
import pytest

from service import client
from service.app import create_app
from service.client import Client, ClientError
from service.settings import Settings
from tests.service.world import PASSWORDS

ANSWER = {
    "run_id": "r",
    "bundle_version": "v",
    "on_offer": 0,
    "territories": [],
    "suggestions": [],
    "items": [],
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings(), passwords=PASSWORDS).openapi()


def _client(handle: Callable[[httpx2.Request], httpx2.Response], **options: Any) -> Client:
    http = httpx2.Client(base_url="http://test", transport=httpx2.MockTransport(handle))
    return Client("http://test", "rm_key", http=http, **options)


def _schema(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = document["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    return part


CALLS: list[tuple[str, str, Callable[[Client], object]]] = [
    ("post", "/matches", lambda c: c.match("f1", ["FR"])),
    ("post", "/matches", lambda c: c.match({"title": "T", "synopsis": "S"}, ["FR"], k=3, explain=False)),
    ("post", "/matches", lambda c: c.match("f1", ["FR"], exclude=["d1"], min_probability=0.1)),
    ("get", "/distributors/{distributor_id}/suggestions", lambda c: c.suggestions("d1", k=3)),
    ("get", "/distributors/{distributor_id}/suggestions", lambda c: c.suggestions("d1", new=True)),
    ("get", "/films", lambda c: list(c.films(year_from=2020, query="ferry"))),
    ("post", "/films", lambda c: c.create_film("T", "S", year=2026)),
    ("post", "/feedback", lambda c: c.give_feedback("passed", "f1", "d1", reason="r")),
    ("patch", "/films/{film_id}", lambda c: c.patch("/films/f1", {"title": "T"}, version=3)),
    ("get", "/films/{film_id}/avails", lambda c: c.avails("f1", ["FR"], ["svod"])),
]


@pytest.mark.parametrize(("method", "path", "call"), CALLS)
def test_every_call_is_one_that_the_description_has(
    document: dict[str, Any], method: str, path: str, call: Callable[[Client], object]
) -> None:
    seen: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={**ANSWER, "next_cursor": None})

    call(_client(handle))
    (request,) = seen
    assert request.method == method.upper()
    assert len(request.url.path.split("/")) == len(f"/api/v1{path}".split("/"))
    operation = document["paths"][f"/api/v1{path}"][method]
    known = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    assert set(request.url.params) <= known
    assert (request.headers.get("If-Match") == '"3"') is (method == "patch")
    if method != "get":
        body = _schema(document, operation["requestBody"]["content"]["application/json"]["schema"])
        assert set(json.loads(request.content)) <= set(body["properties"])
        assert request.headers["Idempotency-Key"]


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (client.MatchAnswer, "MatchesOut"),
        (client.Slate, "SuggestionsOut"),
        (client.Match, "MatchOut"),
        (client.Reason, "ReasonOut"),
        (client.Comparable, "ComparableOut"),
        (client.Outlook, "OutlookOut"),
    ],
)
def test_what_is_read_is_promised(document: dict[str, Any], kind: type, schema: str) -> None:
    promised = document["components"]["schemas"][schema]["properties"]
    assert {field.name for field in fields(kind)} <= set(promised)


def test_it_waits_where_the_service_is_away_and_sends_the_same_key_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    keys: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) < 3:
            return httpx2.Response(503, headers={"Retry-After": "2"}, json={})
        return httpx2.Response(201, json={"film_id": "f"})

    assert _client(handle).create_film("T") == {"film_id": "f"}
    assert waited == [2.0, 2.0]
    assert len(set(keys)) == 1


def test_a_refusal_is_told_with_its_remedy_and_not_repeated() -> None:
    calls = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        calls.append(request)
        return httpx2.Response(404, json={"detail": "no film has the id 'x'.", "remedy": "Look it up"})

    with pytest.raises(ClientError, match=r"no film has the id 'x'\. Look it up") as refused:
        _client(handle).match("x", ["FR"])
    assert refused.value.status == 404
    assert len(calls) == 1


def test_a_service_that_cannot_be_reached_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)

    def handle(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    with pytest.raises(ClientError, match="cannot be reached: refused") as failed:
        _client(handle, retries=2).get("/films")
    assert failed.value.status == 0


def test_the_key_does_not_show() -> None:
    assert "rm_key" not in repr(_client(lambda _: httpx2.Response(200)))


def test_lists_are_read_to_their_end() -> None:
    def handle(request: httpx2.Request) -> httpx2.Response:
        last = request.url.params.get("cursor") == "2"
        return httpx2.Response(
            200, json={"items": [{"film_id": "b" if last else "a"}], "next_cursor": None if last else "2"}
        )

    assert [film["film_id"] for film in _client(handle).films()] == ["a", "b"]
