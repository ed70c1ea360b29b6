import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.contextvars import bound_contextvars

from service import logs

KEY = "rm_0123456789ab_" + "c" * 64


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    logs.configure("info", bundle=lambda: "20260101-abcdef0123")
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_the_request_and_the_bundle(capsys: pytest.CaptureFixture[str]) -> None:
    with bound_contextvars(request_id="abc12345"):
        structlog.get_logger("service.x").info("film_added", film="film_1")
    (line,) = lines(capsys)
    assert line["event"] == "film_added"
    assert line["request_id"] == "abc12345"
    assert line["bundle"] == "20260101-abcdef0123"
    assert line["level"] == "info"
    assert line["logger"] == "service.x"
    assert line["timestamp"].endswith("Z")


def test_libraries_write_the_same_lines(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("sqlalchemy.pool").warning("connection lost after %d s", 3)
    (line,) = lines(capsys)
    assert (line["event"], line["bundle"]) == ("connection lost after 3 s", "20260101-abcdef0123")


def test_below_the_level_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().debug("detail")
    assert lines(capsys) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "tide"},
        {"new_password": "tide"},
        {"headers": {"Authorization": "Bearer tide", "accept": "*/*"}},
        {"headers": [{"Cookie": "tide"}]},
        {"session_token": "tide"},
        {"api_key": "tide"},
        {"password_hash": "tide"},
        {"url": "postgresql://reelmatch:tide@db/reelmatch"},
        {"reason": "hash $argon2id$v=19$m=8,t=1,p=1$tide$tide did not match"},
    ],
)
def test_secrets_are_removed_wherever_they_stand(
    fields: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    structlog.get_logger().info("something", **fields)
    written = capsys.readouterr().err
    assert "tide" not in written
    assert "[removed]" in written


def test_a_key_in_a_text_is_cut_to_its_prefix(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("library").error("refused %s", KEY)
    (line,) = lines(capsys)
    assert line["event"] == "refused rm_0123456789ab_[removed]"


def test_a_traceback_is_written_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise RuntimeError(f"cannot use {KEY}")
    except RuntimeError:
        structlog.get_logger().exception("failed")
    (line,) = lines(capsys)
    assert "RuntimeError" in line["exception"]
    assert "c" * 64 not in line["exception"]


def test_configuring_twice_writes_each_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    structlog.get_logger().info("once")
    assert len(lines(capsys)) == 1


def test_outside_of_a_request_there_is_no_request_id() -> None:
    assert logs.request_id() == ""
