"""Errors as people see them: a page, or a message on the page that they are on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from service.api import problems
from service.errors import Unauthenticated
from service.logs import request_id
from service.web.marking import _
from service.web.page import NOBODY, Page
from service.web.reader import reader_of
from service.web.templating import render
from service.web.wrong import wrong_fields

__all__ = ["SIGN_IN", "is_page", "tell"]

SIGN_IN: Final = "/sign-in"

_FOR_PROGRAMS: Final = ("/api/", "/health/", "/metrics")
_KEPT_HEADERS: Final = ("retry-after", "allow")

_FILE: Final = re.compile(r"\.(csv|xlsx|parquet|json|pdf|ics|zip)$|/data$")
"""Addresses of files: a browser keeps what comes, and shows on what the link stood."""

_PLAIN: Final[Mapping[int, tuple[str, str, str]]] = {
    404: (
        problems.TITLES["not_found"],
        _("There is no such page"),
        _("Check the address, or begin at the first page"),
    ),
    405: (problems.TITLES["not_found"], _("There is nothing to look at here"), _("Begin at the first page")),
    413: (problems.TITLES["too_large"], _("This is more than can be sent at once"), _("Send less at once")),
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
    told = problems.told(error)
    problem = _for_people(error, told)
    reader = reader_of(headers, Request(scope).cookies)
    # Nobody is known where the page's own dependencies failed, or where there is no such page.
    asked = scope.get("state", {}).get("page")
    around = asked.around_error() if isinstance(asked, Page) else NOBODY
    context = {
        "problem": problem,
        "request_id": request_id(),
        "path": scope["path"],
        "notice": None,
        **around,
    }
    shown = render("error_part.html" if is_part else "error.html", reader, context)
    answer = HTMLResponse(shown, told.status)
    kept = {name: text for name, text in told.headers.items() if name.lower() in _KEPT_HEADERS}
    answer.headers.update(kept)
    if is_part:
        answer.headers.update({"HX-Retarget": "#messages", "HX-Reswap": "innerHTML"})
    return answer


def _for_people(error: Exception, told: problems.Told) -> problems.Told:
    """What is told in words of pages, where the framework found the address or its parts wrong."""
    if isinstance(error, HTTPException) and error.status_code in _PLAIN:
        title, detail, remedy = _PLAIN[error.status_code]
        return replace(told, title=title, detail=detail, remedy=remedy)
    if isinstance(error, RequestValidationError):
        return replace(told, fields=wrong_fields({**one, "loc": one["loc"][1:]} for one in error.errors()))
    return told


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
