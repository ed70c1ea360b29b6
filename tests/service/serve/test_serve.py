"""A bare folder becomes a service that answers. How it ends is looked at by the fixture."""

import json
from typing import Any

import httpx2
import pytest

from scripts.running_service import wait_until
from scripts.sample_service import SIGN_IN
from service.client import Client, ClientError
from tests.service.serve.conftest import Served


def test_a_program_gets_matches_with_reasons_in_five_lines(served: Served) -> None:
    with Client(served.url, key=served.key_of("sales_agent", "read", "match")) as reelmatch:
        (france,) = reelmatch.match("f240", ["FR"], k=3).territories
        assert [match.rank for match in france.matches] == [1, 2, 3]
        assert all(match.reasons for match in france.matches)
        assert all(0 < match.probability < 1 for match in france.matches)
        assert reelmatch.match({"title": "New", "synopsis": "A ferry in a storm."}, ["FR"], explain=False)
        with pytest.raises(ClientError, match="no film has the id") as refused:
            reelmatch.match("f999", ["FR"])
        assert refused.value.status == 404
        assert len(list(reelmatch.films(year_from=2026))) > 20


def test_it_says_that_it_is_ready_and_with_what(served: Served) -> None:
    ready = httpx2.get(f"{served.url}/health/ready", timeout=60).json()
    assert ready["status"] == "ready"
    assert ready["bundle"]
    figures = httpx2.get(f"{served.url}/metrics", timeout=60).text
    assert "reelmatch_bundle_age_seconds" in figures


def test_logs_are_json_with_request_ids_and_without_secrets(served: Served) -> None:
    key = served.key_of("", "admin")
    answer = httpx2.get(f"{served.url}/api/v1/users", headers={"Authorization": f"Bearer {key}"}, timeout=60)
    asked = answer.headers["X-Request-ID"]
    # The line of a request is written after its answer.
    lines = wait_until(lambda: _lines_with(served, asked), "the line of the request", 60)
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)
    assert key not in served.log.read_text()


def _lines_with(served: Served, request_id: str) -> list[dict[str, Any]]:
    """Every whole line of the log, once one of them is of this request."""
    text = served.log.read_text()
    lines = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
    return lines if any(line.get("request_id") == request_id for line in lines) else []


def test_the_people_of_the_sample_market_sign_in_as_they_were_told(served: Served) -> None:
    for line in served.people:
        told = SIGN_IN.fullmatch(line)
        assert told, line
        credentials = {"email": told["email"], "password": told["password"]}
        answer = httpx2.post(f"{served.url}/api/v1/sessions", json=credentials, timeout=60)
        assert answer.status_code == 201, answer.text
        assert told["password"] not in served.log.read_text()
