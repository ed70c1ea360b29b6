"""For proxies and for Prometheus: whether the process lives, whether it can answer, and its figures."""

from __future__ import annotations

import hmac
import ipaddress
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel

from service.api.deps import StateDep
from service.api.problems import responses
from service.errors import Forbidden, Misconfigured, Unavailable
from service.state import AppState
from service.store.migrate import require_current

__all__ = ["router"]

router = APIRouter(tags=["operation"])


class HealthOut(BaseModel):
    """All is well. bundle: the version in force."""

    status: str
    bundle: str | None = None


@router.get("/health/live", responses=responses())
async def live() -> HealthOut:
    """Whether the process lives; restart it when this fails."""
    return HealthOut(status="live")


@router.get("/health/ready", responses=responses(503))
def ready(state: StateDep) -> HealthOut:
    """Whether it can answer: the database answers and is up to date, and a bundle is loaded."""
    try:
        with state.engine.connect() as connection:
            require_current(connection)
    except Misconfigured as error:
        raise Unavailable(error.message) from error
    if state.matchers is None or state.matchers.version is None:
        raise Unavailable("no bundle is loaded yet", retry_after_s=5.0)
    return HealthOut(status="ready", bundle=state.matchers.version)


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, state: StateDep, authorization: Annotated[str, Header()] = "") -> Response:
    """The figures, for whoever has the token; without a token set, for this machine only."""
    if not _may_read(state, request, authorization):
        raise Forbidden(
            "these figures need the token of REELMATCH_METRICS_TOKEN", "Send it as a bearer token"
        )
    return Response(state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(state: AppState, request: Request, authorization: str) -> bool:
    token = state.settings.metrics_token
    if token is not None:
        return hmac.compare_digest(authorization.encode(), f"Bearer {token.get_secret_value()}".encode())
    # A proxy on this machine speaks for others.
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
