"""Every error as problem details (RFC 9457); the one place that knows the HTTP status of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import Scope

from recommender.errors import (
    BundleError,
    DataError,
    EncoderError,
    QueryError,
    ReelmatchError,
    TrainingError,
    UnknownIdError,
)
from service import errors
from service.api.schemas.problems import Problem, ProblemField
from service.logs import request_id
from service.phrases import phrase, tidy

__all__ = [
    "MEDIA_TYPE",
    "TITLES",
    "BadRequest",
    "PreconditionRequired",
    "Teller",
    "Told",
    "as_problem",
    "install",
    "problems_of",
    "responses",
    "tell",
    "told",
]

MEDIA_TYPE: Final = "application/problem+json"

_LOG = structlog.get_logger(__name__)


class BadRequest(errors.ServiceError):
    """The request cannot even be read: a broken cursor, malformed JSON, a malformed header."""


class PreconditionRequired(errors.ServiceError):
    """An update without If-Match."""


Teller: TypeAlias = Callable[[Scope, Exception], Response]
"""Answers an error of the request that a scope describes: as a problem, or as a page where people look at it."""

_KINDS: Final[Mapping[type[Exception], tuple[int, str]]] = {
    BadRequest: (400, "bad_request"),
    errors.Unauthenticated: (401, "unauthenticated"),
    errors.Forbidden: (403, "forbidden"),
    errors.NotFound: (404, "not_found"),
    UnknownIdError: (404, "not_found"),
    errors.RightsConflict: (409, "rights_conflict"),
    errors.Conflict: (409, "conflict"),
    errors.PreconditionFailed: (412, "precondition_failed"),
    errors.TooLarge: (413, "too_large"),
    errors.Invalid: (422, "invalid"),
    QueryError: (422, "invalid"),
    DataError: (422, "invalid"),
    TrainingError: (422, "invalid"),
    PreconditionRequired: (428, "precondition_required"),
    errors.TooManyRequests: (429, "too_many_requests"),
    errors.Unavailable: (503, "unavailable"),
    BundleError: (503, "unavailable"),
    EncoderError: (503, "unavailable"),
    errors.ServiceError: (500, "internal"),
}
"""Error -> status, name in `type`. A subclass without a line is told as its base."""

TITLES: Final[Mapping[str, str]] = {
    "bad_request": phrase("The request cannot be read"),
    "unauthenticated": phrase("Not signed in"),
    "forbidden": phrase("Not allowed"),
    "not_found": phrase("Not found"),
    "rights_conflict": phrase("Contradicts the rights held or sold"),
    "conflict": phrase("Contradicts what is stored"),
    "precondition_failed": phrase("Changed since it was read"),
    "too_large": phrase("Too large"),
    "invalid": phrase("The request is not valid"),
    "precondition_required": phrase("The version is missing"),
    "too_many_requests": phrase("Too many requests"),
    "unavailable": phrase("Not available at the moment"),
    "internal": phrase("The service failed"),
}
"""Name in `type` -> what it is called, for programs and on pages."""

_REPAIRED_S: Final = 30.0
"""When to ask again where a bundle or the encoder cannot be used: somebody must see to it."""

_ALWAYS: Final = (400, 401, 403, 422, 429, 500, 503)
"""Statuses any endpoint may answer with."""

_REMEDIES: Final[Mapping[str, str]] = {
    "missing": "Add it",
    "extra_forbidden": "Leave it out; its name may be misspelt",
    "enum": "Send one of the allowed values",
    "literal_error": "Send one of the allowed values",
    "string_type": "Send a text in quotes",
    "string_too_long": "Shorten it",
    "string_too_short": "Lengthen it",
    "string_pattern_mismatch": "Write it as the API description shows; control characters are never allowed",
    "int_parsing": "Send a whole number",
    "int_type": "Send a whole number",
    "bool_parsing": "Send true or false",
    "date_from_datetime_parsing": "Send a day as YYYY-MM-DD",
    "date_parsing": "Send a day as YYYY-MM-DD",
}
"""Type of a validation error -> what to do about it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of an error: to programs as a problem, to people on a page that translates its texts.

    detail: without its full stop. headers: of the answer.
    """

    status: int
    name: str
    title: str
    detail: str
    remedy: str = ""
    fields: Sequence[errors.FieldProblem] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def problem(self) -> Problem:
        """For programs."""
        return Problem(
            type=f"urn:reelmatch:problem:{self.name}",
            title=self.title,
            status=self.status,
            detail=f"{self.detail}.",
            remedy=self.remedy,
            errors=[
                ProblemField(field=one.field, message=one.message, remedy=one.remedy) for one in self.fields
            ],
            request_id=request_id(),
        )


def told(error: Exception) -> Told:
    """What to tell of any error; what is not the caller's is logged and told without internals."""
    if isinstance(error, errors.ServiceError | ReelmatchError):
        return _known(error)
    if isinstance(error, RequestValidationError):
        return _unreadable(error)
    if isinstance(error, HTTPException):
        return _plain(error.status_code, str(error.detail), error.headers)
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        _LOG.warning("database_unavailable", error=type(error).__name__, reason=str(error).partition("\n")[0])
        return _known(errors.Unavailable("the database does not answer"))
    _LOG.error("request_failed", exc_info=error)
    return Told(
        500,
        "internal",
        TITLES["internal"],
        phrase("This is a defect of the service, not of your request"),
        phrase("Report the request_id; it names what happened in the logs"),
    )


def tell(error: Exception) -> Response:
    """Any error as a response to a program."""
    what = told(error)
    body = what.problem().model_dump_json()
    return Response(body, what.status, headers=dict(what.headers), media_type=MEDIA_TYPE)


def as_problem(_: Scope, error: Exception) -> Response:
    """The teller of programs: `tell`, whatever was asked for."""
    return tell(error)


def install(app: FastAPI, teller: Teller = as_problem) -> None:
    """Let `app` tell all its errors by `teller`."""

    async def handler(request: Request, error: Exception) -> Response:
        return teller(request.scope, error)

    for kind in (
        *(errors.ServiceError, ReelmatchError, RequestValidationError, HTTPException),
        *(OperationalError, InterfaceError, PoolTimeout),
    ):
        app.add_exception_handler(kind, handler)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: the problems it may answer with, beside those any route may."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*_ALWAYS, *statuses})
    }


def _known(error: errors.ServiceError | ReelmatchError) -> Told:
    status, name = next(_KINDS[kind] for kind in type(error).__mro__ if kind in _KINDS)
    if isinstance(error, BundleError | EncoderError):
        return _known(errors.Unavailable(str(error), _REPAIRED_S))
    if not isinstance(error, errors.ServiceError):
        return Told(status, name, TITLES[name], tidy(str(error)))
    headers: dict[str, str] = {}
    if isinstance(error, errors.TooManyRequests | errors.Unavailable):
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="reelmatch"'
    fields: Sequence[errors.FieldProblem] = ()
    if isinstance(error, errors.Invalid):
        fields = error.problems
    elif isinstance(error, errors.Conflict) and error.field:
        fields = [errors.FieldProblem(error.field, error.message, error.remedy)]
    return Told(status, name, TITLES[name], error.message, error.remedy, fields, headers)


def _unreadable(error: RequestValidationError) -> Told:
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        where = found[0]["loc"][-1]
        message = phrase("the body is not JSON, at character {place}", place=where)
        return _known(BadRequest(message, "Send valid JSON in UTF-8"))
    # The first part of a place says only that it is in the body, the path or the query.
    return _known(
        errors.Invalid(problems_of([{**item, "loc": item["loc"][1:] or item["loc"]} for item in found]))
    )


def problems_of(found: Iterable[Mapping[str, Any]]) -> list[errors.FieldProblem]:
    """What pydantic found wrong, with what to do about each."""
    return [_field(item) for item in found]


def _field(item: Mapping[str, Any]) -> errors.FieldProblem:
    name = ".".join(str(part) for part in item["loc"])
    message = str(item["msg"]).removeprefix("Value error, ")
    return errors.FieldProblem(
        name, message, _REMEDIES.get(item["type"], "Correct it; the API description has examples")
    )


def _plain(status: int, detail: str, headers: Mapping[str, str] | None) -> Told:
    title = HTTPStatus(status).phrase
    remedy = {
        400: "Send what the API description shows, as JSON in UTF-8",
        404: "Look the path up in the API description, /api/v1/openapi.json",
        405: phrase("Use one of these methods: {names}", names=(headers or {}).get("Allow", "")),
        413: "Send less at once",
    }.get(status, "")
    name = title.lower().replace(" ", "_").replace("-", "_")
    return Told(status, name, title, tidy(detail), remedy, headers=headers or {})
