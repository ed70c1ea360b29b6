import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.testclient import TestClient

from service.api.metrics import Metrics
from service.api.middleware import Gatekeeper, RequestContext
from service.api.problems import install
from service.logs import request_id
from service.security.throttle import Rates


def app(metrics: Metrics, *, https: bool = False, signed_in: int = 100, anonymous: int = 100) -> FastAPI:
    api = FastAPI(redirect_slashes=False)
    rates = Rates(signed_in=signed_in, anonymous=anonymous)
    api.add_middleware(Gatekeeper, rates=rates, metrics=metrics, https=https, trusted_proxies=1)
    api.add_middleware(RequestContext, metrics=metrics, https=https)
    install(api)
    films = APIRouter(prefix="/films")

    @films.get("/{film_id}/comparables/{number}")
    def comparables(film_id: str, number: int) -> dict[str, str]:
        return {"request_id": request_id()}

    @films.post("")
    async def add(request: Request) -> int:
        return len(await request.body())

    @films.get("/slow")
    def fail() -> None:
        raise RuntimeError("secret")

    @api.get("/health/live")
    def live() -> None: ...

    api.include_router(films, prefix="/api/v1", max_body_size=10)
    return api


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def client(metrics: Metrics) -> Iterator[TestClient]:
    with TestClient(app(metrics)) as client:
        yield client


def test_a_sane_request_id_is_kept_and_reaches_the_code(client: TestClient) -> None:
    answer = client.get("/api/v1/films/f1/comparables/2", headers={"X-Request-Id": "abc-123.def"})
    assert answer.headers["x-request-id"] == "abc-123.def"
    assert answer.json() == {"request_id": "abc-123.def"}


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with space", 'a"b\\c{}<>$()', "a/../../etc"])
def test_any_other_request_id_is_replaced(client: TestClient, given: str) -> None:
    answer = client.get("/api/v1/films/f1/comparables/2", headers={"X-Request-Id": given})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])


@pytest.mark.parametrize("path", ["/api/v1/films/f1/comparables/2", "/nothing", "/api/v1/films/slow"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_browsers_insist_on_https_where_it_is_used() -> None:
    with TestClient(app(Metrics(), https=True)) as client:
        assert "max-age" in client.get("/health/live").headers["strict-transport-security"]


def test_an_unforeseen_error_is_a_problem_without_internals(client: TestClient) -> None:
    answer = client.get("/api/v1/films/slow")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_above_the_limit_is_refused_as_a_problem(client: TestClient, chunked: bool) -> None:
    body = iter([b"x" * 6, b"x" * 6]) if chunked else b"x" * 12
    answer = client.post("/api/v1/films", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert answer.json()["remedy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.post("/api/v1/films", content=b"x" * 10).json() == 10


def test_a_large_body_that_nobody_reads_is_refused_too(client: TestClient) -> None:
    answer = client.request("GET", "/api/v1/films/f1/comparables/2", content=b"x" * 100)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_what_another_site_sends_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/films", content=b"x", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert (
        client.post("/api/v1/films", content=b"x", headers={"Origin": "https://evil.example"}).status_code
        == 403
    )
    assert (
        client.post("/api/v1/films", content=b"x", headers={"Origin": "http://testserver"}).status_code == 200
    )


def test_reading_from_another_site_is_left_to_the_browser(client: TestClient) -> None:
    path = "/api/v1/films/f1/comparables/2"
    assert client.get(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_program_with_a_key_has_no_origin_to_check(client: TestClient) -> None:
    headers = {"Authorization": "Bearer x", "Origin": "https://dashboard.example"}
    assert client.post("/api/v1/films", content=b"x", headers=headers).status_code == 200


def test_whoever_asks_too_fast_waits() -> None:
    with TestClient(app(Metrics(), anonymous=2)) as client:
        paths = ["/nothing"] * 3
        answers = [client.get(path) for path in paths]
        assert [answer.status_code for answer in answers] == [404, 404, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert answers[-1].json()["type"] == "urn:reelmatch:problem:too_many_requests"


def test_addresses_are_told_apart_behind_the_trusted_proxy_and_cannot_be_made_up() -> None:
    with TestClient(app(Metrics(), anonymous=1)) as client:

        def ask(forwarded: str) -> int:
            return client.get("/nothing", headers={"X-Forwarded-For": forwarded}).status_code

        assert ask("192.0.2.1") == 404
        assert ask("192.0.2.2") == 404
        assert ask("10.9.8.7, 192.0.2.2") == 429


def test_each_key_has_a_limit_of_its_own() -> None:
    with TestClient(app(Metrics(), signed_in=1)) as client:

        def ask(key: str) -> int:
            return client.get("/nothing", headers={"Authorization": f"Bearer {key}"}).status_code

        assert [ask("one"), ask("two"), ask("one")] == [404, 404, 429]


def test_health_is_never_refused() -> None:
    with TestClient(app(Metrics(), anonymous=1)) as client:
        assert {client.get("/health/live").status_code for _ in range(5)} == {200}


def test_latency_is_counted_by_route_template_not_by_id(client: TestClient, metrics: Metrics) -> None:
    client.get("/api/v1/films/f1/comparables/2")
    client.get("/api/v1/films/f2/comparables/2")
    client.get("/secret-path-nobody-knows")
    text = metrics.text().decode()
    route = 'method="GET",route="/api/v1/films/{film_id}/comparables/{number}",status="200"'
    assert f"reelmatch_request_seconds_count{{{route}}} 2.0" in text
    assert "secret-path" not in text
    assert 'route="unknown",status="404"' in text
