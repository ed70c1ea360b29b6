"""Whatever is sent to any operation: never a defect, never an answer that the description does not have."""

import warnings
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from service.domain.words import Scope
from tests.service.world import World

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.result import Ok
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )


def no_defect(context: Any, response: Any, case: Any) -> bool | None:
    """No bundle is loaded here: what needs one may ask to come back later, and nothing else of 500 or above."""
    if response.status_code == 503 and "retry-after" in response.headers:
        return None
    return not_a_server_error(context, response, case)


CHECKS = [
    no_defect,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
UNREADY = "GET /health/ready"
"""Answers 503 as long as no bundle is loaded, as here."""


def senders(world: World) -> dict[str, Mapping[str, str]]:
    owner = world.sign_in("alba-owner")
    return {
        "administrator": {"Authorization": world.program(None, Scope.ADMIN).headers["Authorization"]},
        "owner": {
            "Cookie": f"reelmatch_session={owner.cookies['reelmatch_session']}",
            "X-CSRF-Token": owner.headers["X-CSRF-Token"],
        },
        "nobody": {},
    }


@pytest.mark.filterwarnings("ignore")
def test_no_request_finds_a_defect_or_an_undescribed_answer(world: World) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", world.app)
    sent_by = senders(world)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.label == UNREADY:
            continue

        @settings(
            max_examples=4,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def send(case: Any) -> None:
            for headers in sent_by.values():
                case.validate_response(case.call(headers=dict(headers)), checks=CHECKS)

        send()
