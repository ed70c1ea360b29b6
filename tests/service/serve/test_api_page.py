"""docs/api.md is true: each request is sent, and each answer has what is shown."""

import json
import re
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.service.serve.conftest import Served

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"```http as (?P<who>\w+)\n(?P<method>[A-Z]+) (?P<path>\S+)\n(?P<headers>(?:[\w-]+: [^\n]*\n)*)(?P<body>.*?)```\n\n"
    r"```json (?P<status>\d+)\n(?P<answer>.*?)```",
    re.DOTALL,
)
WHO = {"agent": "sales_agent", "buyer": "distributor", "organiser": "organiser", "administrator": ""}


def test_every_request_of_the_page_gets_the_answer_it_shows(served: Served) -> None:
    examples = list(EXAMPLE.finditer(PAGE))
    assert len(examples) == PAGE.count("```http")
    assert {example["who"] for example in examples} == set(WHO)
    scopes = {who: ("admin",) if who == "administrator" else ("read", "write", "match") for who in WHO}
    keys = {who: served.key_of(kind, *scopes[who]) for who, kind in WHO.items()}
    known: dict[str, str] = {}
    with httpx2.Client(base_url=f"{served.url}/api/v1", timeout=60) as http:
        for example in examples:
            where = f"{example['who']}: {example['method']} {example['path']}"
            request = http.build_request(
                example["method"],
                _filled(example["path"], known),
                content=_filled(example["body"], known) or None,
                headers={
                    "Authorization": f"Bearer {keys[example['who']]}",
                    "Content-Type": "application/json",
                    **dict(line.split(": ", 1) for line in example["headers"].splitlines()),
                },
            )
            answer = _patient(http, request)
            assert answer.status_code == int(example["status"]), f"{where}: {answer.text}"
            _compare(json.loads(example["answer"]), answer.json(), known, where)


def test_the_python_on_the_page_prints_matches(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    key = served.key_of("sales_agent", "read", "match")
    for placeholder, real in (("http://127.0.0.1:8000", served.url), ("rm_...", key)):
        assert program.count(placeholder) == 1
        program = program.replace(placeholder, real)
    exec(compile(program, "docs/api.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert {line[:2] for line in printed} == {"FR", "US"}
    assert all(re.fullmatch(r"[A-Z]{2} \d+ .+ \d+%", line) for line in printed)


def _patient(http: httpx2.Client, request: httpx2.Request) -> httpx2.Response:
    """The answer, once there is one: what was written a moment ago is 503 until it is taken up; a job takes a while."""
    answer = http.send(request)
    while "/jobs/" in request.url.path and answer.json().get("state") in ("queued", "running"):
        time.sleep(0.5)
        answer = http.send(request)
    for _ in range(10):
        if answer.status_code != 503:
            break
        time.sleep(float(answer.headers["Retry-After"]))
        answer = http.send(request)
    return answer


def _filled(text: str, known: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], found[0]), text)


def _compare(shown: Any, answer: Any, known: dict[str, str], where: str) -> None:
    if shown == "...":
        return
    if isinstance(shown, str) and (name := re.fullmatch(r"\{(\w+)\}", shown)):
        assert known.setdefault(name[1], answer) == answer, where
    elif isinstance(shown, dict):
        assert isinstance(answer, dict), where
        for key, value in shown.items():
            if key != "...":
                assert key in answer, f"{where}: no {key} in {sorted(answer)}"
                _compare(value, answer[key], known, f"{where} {key}")
    elif isinstance(shown, list):
        assert len(answer) >= len(shown), f"{where}: {answer}"
        for number, value in enumerate(shown):
            _compare(value, answer[number], known, f"{where} [{number}]")
    else:
        assert shown == answer, where
