"""Whatever is sent to any operation: never a defect, never an answer that the description does not have."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings

from service.app import create_app
from service.bundle_store import BundleStore
from service.domain.words import Scope
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service.bundled import publish_tastes, put_in_force
from tests.service.stock import stock
from tests.service.world import PASSWORDS, World
from tests.tastes import WordEncoder

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.result import Ok
    from schemathesis.generation import GenerationMode
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

EXAMPLES = {GenerationMode.POSITIVE: 3, GenerationMode.NEGATIVE: 2}
"""How many of each are sent: what the description allows, and what it does not."""

FILM = "western-2019-0"
"""Of the bundle."""

KNOWN = {
    "film_id": "tide",
    "distributor_id": "lumen-fr",
    "company_id": "alba",
    "user_id": "alba-member",
    "grant_id": "held-fr",
    "deal_id": "signed",
}
"""Ids that are there, put in place of made-up ones."""

ANSWERED = (
    *("GET /api/v1/films/{film_id}", "GET /api/v1/films/{film_id}/avails", "GET /api/v1/bundles/current"),
    *("GET /api/v1/deals/{deal_id}/terms", "GET /api/v1/companies/{company_id}/members"),
)
"""Operations of which we know that something was answered, so that more than refusals was looked at."""


def no_defect(context: Any, response: Any, case: Any) -> bool | None:
    """A film that was stored a moment ago is asked to wait for, and nothing else answers 500 or above."""
    if response.status_code == 503 and "being taken up" in response.text:
        return None
    return not_a_server_error(context, response, case)


CHECKS = [
    no_defect,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def app(api_settings: Settings, uow: UnitOfWorkFactory) -> FastAPI:
    """On a market whose bundle is in force."""
    put_in_force(uow, publish_tastes(BundleStore.of(api_settings)))
    return create_app(api_settings, passwords=PASSWORDS, encoder=WordEncoder())


def described(world: World) -> Any:
    """The running service's description, with everything stored and taken up.

    schemathesis would start the application a second time, and ask it before its bundle is loaded.
    """

    @asynccontextmanager
    async def is_running(app: FastAPI) -> AsyncIterator[None]:
        yield

    stock(world.uow)
    world.app.state.reelmatch.matchers.refresh()
    world.app.router.lifespan_context = is_running
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", world.app)


def senders(world: World) -> dict[str, Callable[[], Mapping[str, str]]]:
    """Who sends; a browser signs in anew for each operation, as one of them ends its sessions."""
    administrator = world.program(None, Scope.ADMIN).headers["Authorization"]

    def owner() -> Mapping[str, str]:
        browser = world.sign_in("alba-owner")
        return {
            "Cookie": f"reelmatch_session={browser.cookies['reelmatch_session']}",
            "X-CSRF-Token": browser.headers["X-CSRF-Token"],
        }

    return {
        "administrator": lambda: {"Authorization": administrator},
        "owner": owner,
        "nobody": dict,
    }


@pytest.mark.filterwarnings("ignore")
def test_no_request_finds_a_defect_or_an_undescribed_answer(world: World) -> None:
    schema = described(world)
    sent_by = senders(world)
    answered: Counter[str] = Counter()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        headers = {who: dict(sign_in()) for who, sign_in in sent_by.items()}
        for mode in EXAMPLES:
            if mode is GenerationMode.POSITIVE or _takes_anything(operation):
                _try(operation, mode, headers, answered)
    assert not [label for label in ANSWERED if not answered[label]], answered


@pytest.mark.filterwarnings("ignore")
def test_questions_are_answered_as_described(world: World) -> None:
    schema = described(world)
    headers = {"Authorization": world.program(None, Scope.ADMIN).headers["Authorization"]}
    answered: Counter[str] = Counter()
    asked: dict[tuple[str, str], dict[str, Any]] = {
        ("/api/v1/matches", "POST"): {"body": {"film_id": FILM, "territories": ["FR", "US"]}},
        ("/api/v1/matches/stream", "POST"): {"body": {"film_ids": [FILM, "none"], "territories": ["FR"]}},
        ("/api/v1/films/{film_id}/comparables", "GET"): {"path_parameters": {"film_id": FILM}},
        ("/api/v1/bundles/current", "GET"): {},
        ("/health/ready", "GET"): {},
    }
    for (path, method), parts in asked.items():
        _sent(schema[path][method].Case(**parts), headers, answered)
    assert len(answered) == sum(answered.values()) == len(asked)


def _try(
    operation: Any, mode: GenerationMode, headers: dict[str, dict[str, str]], answered: Counter[str]
) -> None:
    @settings(
        max_examples=EXAMPLES[mode],
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        for who in headers:
            _sent(case, headers[who], answered)
        known = {name: KNOWN[name] for name in case.path_parameters if name in KNOWN}
        if known and case.method != "DELETE":
            case.path_parameters.update(known)
            _sent(case, headers["owner"], answered)

    send()


def _sent(case: Any, headers: Mapping[str, str], answered: Counter[str]) -> None:
    response = case.call(headers=dict(headers))
    case.validate_response(response, checks=CHECKS)
    answered[case.operation.label] += response.status_code == 200


def _takes_anything(operation: Any) -> bool:
    return bool(operation.body or operation.path_parameters or operation.query or operation.headers)
