"""The pages, their static files and compression."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from service.web.assets import MOUNT, Assets
from service.web.errors import is_page
from service.web.pages import (
    account,
    admin,
    agent,
    company,
    distributor,
    files,
    home,
    how_good,
    join,
    meeting_requests,
    organiser,
    sign_in,
)

__all__ = ["PAGES", "UPLOADS", "include_pages", "install"]

PAGES: Final[tuple[ModuleType, ...]] = (
    *(home, sign_in, join, account, company, how_good, files),
    *agent.PAGES,
    *distributor.PAGES,
    meeting_requests,
    *organiser.PAGES,
    *admin.PAGES,
)
"""Each has a `router`."""

UPLOADS: Final[tuple[ModuleType, ...]] = (*agent.UPLOADS, *organiser.UPLOADS, *admin.UPLOADS)
"""Those whose forms send files and may be as large as an upload."""


def include_pages(router: APIRouter, body_max: int, upload_max: int) -> None:
    """Let `router` answer at the pages' addresses too, each with its limit on bodies in bytes."""
    for module in (*PAGES, *UPLOADS):
        limit = upload_max if module in UPLOADS else body_max
        router.include_router(module.router, max_body_size=limit, include_in_schema=False)


def install(app: FastAPI) -> None:
    """Let `app` serve what the pages load, and compress what people look at."""
    app.mount(MOUNT, Assets(), name="static")
    app.add_middleware(Compressed)


class Compressed:
    """Compresses what people look at. Answers of the API are left alone: some are sent line by line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._compressing = GZipMiddleware(app, minimum_size=500, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI asks."""
        is_compressed = scope["type"] == "http" and is_page(scope["path"])
        await (self._compressing if is_compressed else self.app)(scope, receive, send)
