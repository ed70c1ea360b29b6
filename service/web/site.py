"""Adds the pages, their static files and compression to the application."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from service.settings import Settings
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
    meeting_requests,
    organiser,
    sign_in,
)

__all__ = ["PAGES", "UPLOADS", "install"]

PAGES: Final[tuple[ModuleType, ...]] = (
    *(home, sign_in, account, company, how_good, files),
    *agent.PAGES,
    *distributor.PAGES,
    meeting_requests,
    *organiser.PAGES,
    *admin.PAGES,
)
"""Each has a `router`."""

UPLOADS: Final[tuple[ModuleType, ...]] = (*agent.UPLOADS, *organiser.UPLOADS, *admin.UPLOADS)
"""Those whose forms send files and may be as large as an upload."""


def install(app: FastAPI, settings: Settings) -> None:
    """Let `app` answer at the pages' addresses too."""
    router = APIRouter(include_in_schema=False)
    for module in (*PAGES, *UPLOADS):
        limit = settings.upload_max_mb * 1024**2 if module in UPLOADS else settings.body_max_kb * 1024
        router.include_router(module.router, max_body_size=limit)
    app.include_router(router)
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
