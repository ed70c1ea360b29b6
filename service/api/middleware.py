"""What happens around every request: its id, its log line and figures, security headers, and who is kept out."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

from service.api.credentials import address_of, of_headers
from service.api.metrics import Metrics
from service.api.problems import Teller, as_problem
from service.errors import Forbidden, TooManyRequests
from service.security.csrf import SAFE_METHODS, same_origin
from service.security.throttle import Rates

__all__ = ["Gatekeeper", "RequestContext"]

_LOG = structlog.get_logger(__name__)

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_UNCOUNTED: Final = ("/health/", "/metrics", "/static/")

_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer, browsers would send our own forms with `Origin: null`.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_HSTS: Final = "max-age=31536000"


class RequestContext:
    """Gives a request its id, and its answer the headers, a log line and a place in the figures.

    An error that nobody handled is answered as a problem here, as are the plain texts in which libraries
    refuse a request. https: whether people reach the service by https, so that browsers shall insist on it.
    tell: how errors are answered.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, *, https: bool, tell: Teller = as_problem) -> None:
        self.app = app
        self.metrics = metrics
        self.tell = tell
        self.headers = {**_HEADERS, **({"Strict-Transport-Security": _HSTS} if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI asks."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        started = perf_counter()
        headers = {**self.headers, "X-Request-Id": request_id}
        answer = _Answer(send, headers, lambda error: self.tell(scope, error))
        try:
            await self.app(scope, receive, answer.send)
        except Exception as error:
            if answer.status:
                raise
            await self.tell(scope, error)(scope, receive, answer.send)
        finally:
            self._record(scope, answer.status, perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], _template(scope)
        self.metrics.request(
            method=method if route else "", route=route or "unknown", status=status, seconds=seconds
        )
        log = _LOG.debug if scope["path"].startswith(_UNCOUNTED) else _LOG.info
        log(
            "request",
            method=method,
            path=scope["path"],
            route=route,
            status=status,
            ms=round(1000 * seconds, 1),
            actor=scope.get("state", {}).get("actor_id", ""),
        )


class _Answer:
    """Adds headers to an answer on its way out, and turns a plain-text refusal into a problem."""

    def __init__(self, send: Send, headers: Mapping[str, str], tell: Callable[[Exception], Response]) -> None:
        self._send = send
        self._tell = tell
        self._headers = headers
        self._replaced = False
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=list(message["headers"]))
            self._replaced = self.status >= 400 and headers.get("content-type", "").startswith("text/plain")
            if self._replaced:
                await self._send_problem()
                return
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            message = {**message, "headers": headers.raw}
        if not self._replaced:
            await self._send(message)

    async def _send_problem(self) -> None:
        problem = self._tell(HTTPException(self.status))
        problem.headers.update(self._headers)
        await self._send(
            {"type": "http.response.start", "status": self.status, "headers": problem.raw_headers}
        )
        await self._send({"type": "http.response.body", "body": problem.body})


class Gatekeeper:
    """Keeps out who asks too fast, and what another site's page sends in a person's name."""

    def __init__(
        self,
        app: ASGIApp,
        rates: Rates,
        metrics: Metrics,
        *,
        https: bool,
        trusted_proxies: int,
        tell: Teller = as_problem,
    ) -> None:
        self.app = app
        self.tell = tell
        self.rates = rates
        self.metrics = metrics
        self.https = https
        self.trusted_proxies = trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI asks."""
        if scope["type"] != "http" or scope["path"].startswith(_UNCOUNTED):
            await self.app(scope, receive, send)
            return
        try:
            self._check(scope)
        except (TooManyRequests, Forbidden) as refusal:
            self.metrics.refused("rate" if isinstance(refusal, TooManyRequests) else "origin")
            await self.tell(scope, refusal)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if (credential := of_headers(headers, https=self.https)) is not None:
            self.rates.count_credential(credential.text)
        else:
            self.rates.count_address(address_of(scope, trusted_proxies=self.trusted_proxies))
        if (
            scope["method"] not in SAFE_METHODS
            and "authorization" not in headers
            and not same_origin(headers)
        ):
            raise Forbidden("this request comes from another site", "Send it from a page of this service")


def _template(scope: Scope) -> str:
    """The path with its ids left out, such as /api/v1/films/{film_id}; "" where no route matched."""
    route = scope.get("route")
    local = getattr(route, "path", "")
    if not local:
        return ""
    filled = str(local)
    for name, value in scope.get("path_params", {}).items():
        filled = filled.replace(f"{{{name}}}", str(value))
    path = str(scope["path"])
    return f"{path.removesuffix(filled)}{local}" if path.endswith(filled) else str(local)
