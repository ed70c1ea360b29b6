"""The OpenAPI description: what holds for many operations is told of each, here and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from fastapi import FastAPI

from service.api.etags import set_etag
from service.api.examples import Examples
from service.api.idempotency import HEADER, REPLAYED
from service.api.matches import NDJSON
from service.api.problems import responses
from service.api.router import PREFIX, RESOURCES, UPLOADS
from service.api.schemas.problems import Problem, ProblemField

__all__ = ["description_of"]

Described = dict[str, Any]

_WRITES: Final = ("post", "put", "patch", "delete")

_KEY: Final[Described] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": (
        "Carries the request out once, however often it is sent: a UUID of your own, kept for a day. The same key with "
        "another request is refused."
    ),
    # Other characters than these cannot be sent in a header.
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
}
_REPLAYED: Final[Described] = {
    "description": f"`true` where this is the answer to an earlier request with the same {HEADER}.",
    "schema": {"type": "string", "enum": ["true"]},
}
_ETAG: Final[Described] = {
    "description": "The version that was answered; send it as If-Match with an update.",
    "schema": {"type": "string", "example": '"3"'},
}


def description_of(app: FastAPI) -> Callable[[], Described]:
    """What makes the description of an application, in place of its own."""
    plain = app.openapi

    def described() -> Described:
        document = plain()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if Problem.__name__ in schemas:
            return document
        for model in (Problem, ProblemField):
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schema.pop("$defs", None)
            schemas[model.__name__] = schema
        for methods in document["paths"].values():
            for method, operation in methods.items():
                if method in _WRITES:
                    _tell_of_writing(operation)
        for path, method in _versioned():
            for answer in _successes(document["paths"][path][method]):
                answer.setdefault("headers", {})["ETag"] = _ETAG
        _show(document)
        return document

    return described


def _tell_of_writing(operation: Described) -> None:
    told: Described = {str(status): told for status, told in responses(409, 413).items()}
    if "security" in operation and not _is_streamed(operation):
        operation.setdefault("parameters", []).append(_KEY)
        for answer in _successes(operation):
            answer.setdefault("headers", {})[REPLAYED] = _REPLAYED
    else:
        # A key is heeded of those who are signed in, and where the answer can be kept.
        del told["409"]
    found = {**told, **operation["responses"]}
    operation["responses"] = {status: found[status] for status in sorted(found)}


def _versioned() -> Iterator[tuple[str, str]]:
    """Path and method of every endpoint that answers with a version: those whose code calls `set_etag`."""
    for module in (*RESOURCES, *UPLOADS):
        for route in module.router.routes:
            if set_etag.__name__ in route.endpoint.__code__.co_names:
                yield from ((f"{PREFIX}{route.path}", method.lower()) for method in route.methods)


def _show(document: Described) -> None:
    """An example in every answer that is JSON."""
    examples = Examples(document["components"]["schemas"])
    for methods in document["paths"].values():
        for operation in methods.values():
            for answer in _successes(operation):
                told = answer.get("content", {}).get("application/json")
                if told is not None and told["schema"].get("format") != "binary":
                    told["example"] = examples.of(told["schema"])


def _is_streamed(operation: Described) -> bool:
    return any(NDJSON in answer.get("content", {}) for answer in _successes(operation))


def _successes(operation: Described) -> Iterator[Described]:
    return (answer for status, answer in operation["responses"].items() if status < "300")
