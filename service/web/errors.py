"""Errors as people see them: a page, or a message on the page that they are on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import quote, urlsplit

from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from service.api import problems
from service.errors import Unauthenticated
from service.web.marking import _
from service.web.page import NOBODY, Page
from service.web.reader import reader_of
from service.web.templating import render
from service.web.wrong import wrong_fields

__all__ = ["SIGN_IN", "TITLES", "is_page", "tell"]

SIGN_IN: Final = "/sign-in"

_FOR_PROGRAMS: Final = ("/api/", "/health/", "/metrics")
_KEPT_HEADERS: Final = ("retry-after", "allow")

_FILE: Final = re.compile(r"\.(csv|xlsx|parquet|json|pdf|ics|zip)$|/data$")
"""Addresses of files: a browser keeps what comes, and shows on what the link stood."""

TITLES: Final[Mapping[str, str]] = {
    "bad_request": _("The request cannot be read"),
    "unauthenticated": _("Not signed in"),
    "forbidden": _("Not allowed"),
    "not_found": _("Not found"),
    "rights_conflict": _("Contradicts the rights held or sold"),
    "conflict": _("Contradicts what is stored"),
    "precondition_failed": _("Changed since it was read"),
    "too_large": _("Too large"),
    "invalid": _("The request is not valid"),
    "precondition_required": _("The version is missing"),
    "too_many_requests": _("Too many requests"),
    "unavailable": _("Not available at the moment"),
    "internal": _("The service failed"),
}
"""Kind of a problem -> what it is called on pages."""

_PLAIN: Final[Mapping[int, tuple[str, str, str]]] = {
    404: (
        TITLES["not_found"],
        _("There is no such page"),
        _("Check the address, or begin at the first page"),
    ),
    405: (TITLES["not_found"], _("There is nothing to look at here"), _("Begin at the first page")),
    413: (TITLES["too_large"], _("This is more than can be sent at once"), _("Send less at once")),
}
"""Status that the framework answers with -> title, what is wrong, what to do."""


def is_page(path: str) -> bool:
    """Whether people look at this path; programs get problem details on the others."""
    return not path.startswith(_FOR_PROGRAMS)


def tell(scope: Scope, error: Exception) -> Response:
    """Any error as an answer: a problem for programs, a page for people, a message for a part of a page.

    Who is not signed in is sent to sign in, and comes back to where he or she wanted to go.
    """
    headers = Headers(scope=scope)
    # Who follows a link to a file of the API looks at what comes; a program does not navigate.
    is_of_api = not is_page(scope["path"])
    if is_of_api and headers.get("sec-fetch-mode") != "navigate":
        return problems.tell(error)
    is_part = "hx-request" in headers
    if isinstance(error, Unauthenticated):
        is_file = is_of_api or bool(_FILE.search(scope["path"]))
        return _to_sign_in(scope, headers, is_part=is_part, is_file=is_file)
    told = problems.tell(error)
    problem = _for_people(error, json.loads(bytes(told.body)))
    reader = reader_of(headers, Request(scope).cookies)
    # Nobody is known where the page's own dependencies failed, or where there is no such page.
    asked = scope.get("state", {}).get("page")
    around = asked.around_error() if isinstance(asked, Page) else NOBODY
    context = {"problem": problem, "path": scope["path"], "notice": None, **around}
    shown = render("error_part.html" if is_part else "error.html", reader, context)
    answer = HTMLResponse(shown, told.status_code)
    for name in _KEPT_HEADERS:
        if name in told.headers:
            answer.headers[name] = told.headers[name]
    if is_part:
        answer.headers.update({"HX-Retarget": "#messages", "HX-Reswap": "innerHTML"})
    return answer


def _for_people(error: Exception, problem: dict[str, Any]) -> dict[str, Any]:
    """A problem in words of pages: its title, and what the framework says of an address."""
    kind = problem["type"].rpartition(":")[2]
    problem |= {"title": TITLES.get(kind, problem["title"]), "detail": problem["detail"].removesuffix(".")}
    if isinstance(error, HTTPException) and error.status_code in _PLAIN:
        problem |= dict(zip(("title", "detail", "remedy"), _PLAIN[error.status_code], strict=True))
    elif isinstance(error, RequestValidationError):
        found = wrong_fields([{**one, "loc": one["loc"][1:]} for one in error.errors()])
        problem["errors"] = [asdict(one) for one in found]
    return problem


def _to_sign_in(scope: Scope, headers: Headers, *, is_part: bool, is_file: bool) -> Response:
    if is_part:
        # The part is of no use alone: sign in, and come back to the page around it.
        address = _sign_in_for(_place(headers.get("hx-current-url", "")))
        return Response(status_code=401, headers={"HX-Redirect": address})
    if scope["method"] in ("GET", "HEAD") and not is_file:
        query = scope["query_string"].decode("latin-1")
        place = f"{scope['path']}?{query}" if query else scope["path"]
    else:
        # Back to the page with the form or the link: what it asked for was not done.
        place = _place(headers.get("referer", ""))
    return RedirectResponse(_sign_in_for(place), 303)


def _sign_in_for(place: str) -> str:
    return SIGN_IN if place == "/" else f"{SIGN_IN}?next={quote(place)}"


def _place(address: str) -> str:
    """The path and query of a page's address; sign_in.py leads to places of our own only."""
    parts = urlsplit(address)
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path
