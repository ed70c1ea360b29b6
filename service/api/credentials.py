"""Where a request carries its proof of who is asking: an API key as a bearer, or the session's cookie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

__all__ = ["Credential", "address_of", "clear_cookie", "of_headers", "set_cookie"]

_PLAIN: Final = "reelmatch_session"
# Browsers take this name only by https, for the whole host, and from no subdomain.
_SECURE: Final = "__Host-reelmatch_session"


@dataclass(frozen=True, slots=True)
class Credential:
    """A key or a session token as it was sent, not yet believed."""

    text: str
    is_session: bool

    def __repr__(self) -> str:
        return f"Credential(is_session={self.is_session})"


def of_headers(headers: Headers, *, https: bool) -> Credential | None:
    """What the request carries; a bearer key goes before a cookie. A malformed bearer is kept, to be refused."""
    if (given := headers.get("authorization")) is not None:
        scheme, _, text = given.partition(" ")
        return Credential(text.strip() if scheme.lower() == "bearer" else "", is_session=False)
    token = cookie_parser(headers.get("cookie", "")).get(_name(https))
    return Credential(token, is_session=True) if token else None


def address_of(scope: Scope, *, trusted_proxies: int) -> str:
    """The network address of who asks; "" where unknown.

    Each of our proxies adds the address it was called from to X-Forwarded-For, so with n of them the n-th from
    the right is the first that a caller cannot have made up.
    """
    client: tuple[str, int] | None = scope.get("client")
    direct = client[0] if client else ""
    if not trusted_proxies:
        return direct
    listed = Headers(scope=scope).getlist("x-forwarded-for")
    hops = [hop.strip() for line in listed for hop in line.split(",") if hop.strip()]
    return hops[-trusted_proxies] if len(hops) >= trusted_proxies else direct


def set_cookie(response: Response, token: str, *, https: bool, max_age_s: int) -> None:
    """Let the browser keep the session's token, out of reach of scripts."""
    response.set_cookie(
        _name(https),
        token,
        max_age=max_age_s,
        path="/",
        secure=https,
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, *, https: bool) -> None:
    """Let the browser forget the session's token."""
    response.delete_cookie(_name(https), path="/", secure=https, httponly=True, samesite="lax")


def _name(https: bool) -> str:
    return _SECURE if https else _PLAIN
