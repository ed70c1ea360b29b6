from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient
from psycopg.errors import OperationalError as LostConnection
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from recommender.errors import BundleError, EncoderError, QueryError, UnknownIdError
from service import errors
from service.api.metrics import Metrics
from service.api.middleware import RequestContext
from service.api.problems import BadRequest, PreconditionRequired, install, tell


class Body(BaseModel):
    title: str
    year: int | None = None
    released: date | None = None
    role: Annotated[str | None, Query(pattern="^(owner|viewer)$")] = None


RAISED: dict[str, Exception] = {}


def app() -> FastAPI:
    api = FastAPI(redirect_slashes=False)
    api.add_middleware(RequestContext, metrics=Metrics(), https=False)
    install(api)

    @api.get("/raise/{name}")
    def fail(name: str) -> None:
        raise RAISED[name]

    @api.post("/films")
    def add(body: Body, limit: Annotated[int, Query(ge=1)] = 1) -> Body:
        return body

    return api


@pytest.fixture
def client() -> Iterator[TestClient]:
    RAISED.clear()
    with TestClient(app()) as client:
        yield client


def told(client: TestClient, error: Exception) -> tuple[int, dict[str, Any], Any]:
    RAISED["it"] = error
    response = client.get("/raise/it")
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json(), response.headers


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (BadRequest("the cursor is broken", "Start again"), 400, "bad_request"),
        (errors.Unauthenticated("nobody is signed in", "Sign in"), 401, "unauthenticated"),
        (errors.Forbidden("not allowed", "Ask"), 403, "forbidden"),
        (errors.NotFound("film", "film_7"), 404, "not_found"),
        (UnknownIdError("film", "film_7"), 404, "not_found"),
        (errors.Conflict("taken", "Use another"), 409, "conflict"),
        (errors.RightsConflict("sold already", "Look at the avails"), 409, "rights_conflict"),
        (errors.PreconditionFailed("film", "film_7"), 412, "precondition_failed"),
        (errors.TooLarge("too much", "Send less"), 413, "too_large"),
        (errors.Invalid.field("year", "not a year", "Write four digits"), 422, "invalid"),
        (QueryError("the film has no title"), 422, "invalid"),
        (PreconditionRequired("no If-Match", "Read first"), 428, "precondition_required"),
        (errors.TooManyRequests("too fast", 12), 429, "too_many_requests"),
        (errors.Unavailable("the database does not answer"), 503, "unavailable"),
        (BundleError("no bundle yet"), 503, "unavailable"),
        (EncoderError("no model"), 503, "unavailable"),
        (PoolTimeout("QueuePool limit"), 503, "unavailable"),
        (
            OperationalError("select 1", {}, LostConnection("server closed the connection")),
            503,
            "unavailable",
        ),
    ],
)
def test_each_error_has_its_status_and_kind(
    client: TestClient, error: Exception, status: int, kind: str
) -> None:
    answered, problem, _ = told(client, error)
    assert answered == problem["status"] == status
    assert problem["type"] == f"urn:reelmatch:problem:{kind}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"]


def test_a_problem_says_what_to_do_next(client: TestClient) -> None:
    _, problem, _ = told(client, errors.Conflict("this address is taken", "Use another", field="email"))
    assert problem["detail"] == "this address is taken."
    assert problem["remedy"] == "Use another"
    assert problem["errors"] == [
        {"field": "email", "message": "this address is taken", "remedy": "Use another"}
    ]


@pytest.mark.parametrize(
    ("error", "wait_s"),
    [
        (errors.TooManyRequests("too fast", 12), "12"),
        (errors.Unavailable("away", 12), "12"),
        (EncoderError("no model"), "30"),
    ],
)
def test_who_must_wait_is_told_how_long(client: TestClient, error: Exception, wait_s: str) -> None:
    _, problem, headers = told(client, error)
    assert headers["retry-after"] == wait_s
    assert problem["remedy"] == f"Try again in {wait_s} seconds"


def test_who_is_not_signed_in_is_told_how_to(client: TestClient) -> None:
    _, _, headers = told(client, errors.Unauthenticated("nobody is signed in", "Sign in"))
    assert headers["www-authenticate"].startswith("Bearer")


def test_a_defect_tells_nothing_of_the_inside(client: TestClient) -> None:
    status, problem, _ = told(client, RuntimeError("password=tide in /srv/secret.py"))
    assert status == 500
    assert "tide" not in str(problem)
    assert problem["request_id"] in problem["remedy"] or "request_id" in problem["remedy"]


def test_a_lost_database_tells_nothing_of_the_inside(client: TestClient) -> None:
    error = OperationalError("select secret", {}, LostConnection("host db.internal is down"))
    _, problem, _ = told(client, error)
    assert "secret" not in str(problem)
    assert "internal" not in str(problem)


def test_every_error_of_the_service_has_a_status() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, errors.ServiceError):
            assert 400 <= tell(_made(kind)).status_code < 600


def _made(kind: type[errors.ServiceError]) -> errors.ServiceError:
    if kind is errors.Invalid:
        return errors.Invalid.field("a", "b", "c")
    if kind in (errors.NotFound, errors.PreconditionFailed):
        return kind("film", "film_7")
    if kind in (errors.TooManyRequests, errors.Unavailable):
        return kind("slow down", 2.0)
    return kind("wrong", "Put it right")


def test_each_wrong_field_is_named_with_a_remedy(client: TestClient) -> None:
    response = client.post("/films?limit=0", json={"year": "x", "released": "soon", "role": "king"})
    assert response.status_code == 422
    found = {item["field"]: item for item in response.json()["errors"]}
    assert set(found) == {"limit", "title", "year", "released", "role"}
    assert found["title"]["remedy"] == "Add it"
    assert all(item["message"] and item["remedy"] for item in found.values())


def test_what_was_sent_is_not_repeated(client: TestClient) -> None:
    assert "hunter2" not in client.post("/films", json={"title": ["hunter2"]}).text


def test_malformed_json_is_told_with_its_place(client: TestClient) -> None:
    response = client.post("/films", content=b'{"title": ', headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert "character 10" in response.json()["detail"]


def test_a_body_that_cannot_be_read_at_all_has_a_remedy(client: TestClient) -> None:
    for content in (b'{"title": "\xff"}', b'{"year": ' + b"1" * 5_000 + b"}"):
        response = client.post("/films", content=content, headers={"content-type": "application/json"})
        assert (response.status_code, "UTF-8" in response.json()["remedy"]) == (400, True)


def test_json_must_be_announced_as_json(client: TestClient) -> None:
    response = client.post("/films", content=b'{"title": "x"}', headers={"content-type": "text/plain"})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_an_unknown_path_is_a_problem_too(client: TestClient) -> None:
    response = client.get("/nothing/here")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")
    assert "openapi.json" in response.json()["remedy"]


def test_a_wrong_method_is_told_the_right_ones(client: TestClient) -> None:
    response = client.delete("/films")
    assert (response.status_code, response.headers["content-type"]) == (405, "application/problem+json")
    assert response.headers["allow"] == "POST"
    assert "POST" in response.json()["remedy"]
