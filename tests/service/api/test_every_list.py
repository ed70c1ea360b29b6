"""Every list of the API's description, tried with another company's ids, by a wrong role, and by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.clock import now
from service.domain.imports import MergeProposal
from service.domain.matching import MatchRun
from service.domain.words import RunKind, Scope
from service.security.actor import Actor
from service.usecases import keys
from service.usecases.jobs import start_job
from tests.service.api import test_events_across as events
from tests.service.api import test_reading_across as trade
from tests.service.stock import stock
from tests.service.world import World

API = "/api/v1"
NO_SECRET = {"companies", "distributors", "territory-groups", "bundles", "bundles/promotions", "events"}
"""What everybody signed in may read, and a list that test_events_across tries by itself."""

PRIVATE = {
    "users": ("admin", "alba-member@example.org", Scope.READ),
    "api-keys?company_id=alba": ("alba-owner", "key of alba", Scope.READ),
    "companies/alba/invitations": ("alba-owner", "ines@alba.example", Scope.MATCH),
    "companies/alba/members": ("alba-owner", "alba-member@example.org", Scope.MATCH),
    "audit?company_id=alba": ("alba-owner", "match_batch.start", Scope.MATCH),
    "films?owner_id=alba": ("alba-member", "draft", Scope.MATCH),
    "rights?company_id=alba": ("alba-member", "held-fr", Scope.MATCH),
    "deals?film_id=tide": ("alba-member", "signed", Scope.MATCH),
    "feedback?company_id=lumen": ("lumen-owner", "tide", Scope.MATCH),
    "feedback/board?company_id=lumen": ("lumen-owner", "tide", Scope.MATCH),
    "meeting-requests": ("alba-member", "tea on the terrace", Scope.MATCH),
    "imports?company_id=alba": ("alba-member", "{run_id}", Scope.MATCH),
    "imports/{run_id}/changes": ("alba-member", "The Ferry of Alba", Scope.MATCH),
    "imports/{run_id}/problems": ("alba-member", "not-a-year", Scope.MATCH),
    "merges": ("alba-member", "merge-of-alba", Scope.MATCH),
    "match-runs?company_id=alba": ("alba-member", "run-of-alba", Scope.READ),
    "jobs?company_id=alba": ("alba-member", "match_batch", Scope.MATCH),
}
"""List -> who may read it, what is in it that nobody else may, and a scope that is not enough."""


def lists(document: dict[str, Any]) -> Iterator[str]:
    """Paths, with the names of their ids, whose answer is a page or an array."""
    for path, methods in document["paths"].items():
        told = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = told.get("application/json", {}).get("schema", {})
        if "PageOf_" in schema.get("$ref", "") or schema.get("type") == "array":
            yield path.removeprefix(f"{API}/")


@pytest.fixture
def filled(world: World) -> dict[str, str]:
    """One secret of alba in each list; the id of its import."""
    stock(world.uow)
    ann = Actor("alba-member", "alba-member")
    with world.uow() as tx:
        start_job(tx, ann, "match_batch", {}, company_id="alba")
        tx.match_runs.add(MatchRun("run-of-alba", RunKind.MATCH, "v1", 1, {}, {}, "ann", "alba", now()))
        tx.merges.propose([MergeProposal("merge-of-alba", "film", "tide", "draft", 0.9, {}, at=now())])
        tx.commit()
    keys.make_key(world.uow, Actor.system("test"), name="key of alba", company_id="alba", scopes=[Scope.READ])
    member = world.sign_in("alba-member")
    asked = {"kind": "meeting_asked", "film_id": "tide", "distributor_id": "lumen-fr"}
    answer = world.sign_in("lumen-owner").post(
        f"{API}/feedback", json={**asked, "message": "tea on the terrace"}
    )
    assert answer.status_code == 201, answer.text
    ines = {"email": "ines@alba.example", "name": "Ines", "role": "viewer"}
    answer = world.sign_in("alba-owner").post(f"{API}/companies/alba/invitations", json=ines)
    assert answer.status_code == 201, answer.text
    content = "film_id,title,year\na,The Ferry of Alba,2024\nb,The Other,not-a-year\n"
    file = member.post(f"{API}/import-files", files={"file": ("films.csv", content.encode())}).json()
    body = {"file_id": file["file_id"], "kind": "films", "dry_run": True}
    return {"run_id": member.post(f"{API}/imports", json=body).json()["run_id"]}


def test_every_list_of_the_description_is_tried(world: World) -> None:
    of_events = [f"events/e/{path}" for path in (*events.OF_ATTENDEES, *events.ORGANISERS_OWN)]
    tried = [*NO_SECRET, *PRIVATE, *trade.LISTS, *trade.ITEMS, *of_events]
    paths = [path.partition("?")[0].replace("{run_id}", "run") for path in tried]
    for found in lists(world.app.openapi()):
        pattern = re.sub(r"\{\w+\}", "[^/]+", found)
        assert any(re.fullmatch(pattern, path) for path in paths), f"nobody tries to read {found} across"


def test_nobody_reads_anothers_list(world: World, filled: dict[str, str]) -> None:
    browsers = {who: world.sign_in(who) for who in (*trade.WHO, "alba-owner", "alba-member")}
    stranger = TestClient(world.app)
    for template, (keeper, secret, scope) in PRIVATE.items():
        path, secret = (text.format(**filled) for text in (template, secret))
        seen = browsers[keeper].get(f"{API}/{path}")
        assert seen.status_code == 200, f"{keeper} {path}: {seen.text}"
        assert secret in seen.text, f"{keeper} does not see {secret} in {path}"
        for who in ("grim-owner", "marche-owner", "nobody"):
            other = browsers[who].get(f"{API}/{path}")
            assert other.status_code in (200, 403, 404), f"{who} {path}"
            assert secret not in other.text, f"{who} reads {path}"
        assert stranger.get(f"{API}/{path}").status_code == 401, path
        program = world.program(None if keeper == "admin" else "alba", scope)
        refused = program.get(f"{API}/{path}")
        assert refused.status_code in (403, 404), f"{scope} is enough for {path}"
