"""The running service as people meet it: somebody signed in, a page, and what every page must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx2
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from service.store.unit_of_work import UnitOfWorkFactory
from tests.service.bundled import Bundled
from tests.service.world import PASSWORD

__all__ = ["PASSWORD", "Site"]

_SERIOUS: Final = ("serious", "critical")
_STATUS: Final = re.compile(
    r"Failed to load resource: the server responded with a status of (4\d\d|503)"
    r"|Response Status Error Code (4\d\d|503) from"
)
"""Chromium's and htmx's notes of an answer that a test may well be about."""

_OFFLINE: Final = re.compile(r"ERR_INTERNET_DISCONNECTED|^htmx:(afterRequest|sendError)")


class Site:
    """The service at `url`, and browsers that look at it."""

    def __init__(self, url: str, browser: Browser, bundled: Bundled, screenshots: Path) -> None:
        self.url = url
        self.bundled = bundled
        self._browser = browser
        self._screenshots = screenshots
        self._contexts: list[BrowserContext] = []
        self._wrong: list[str] = []
        self._is_offline_allowed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()
        if kind is None:
            assert not self._wrong, self._wrong

    @property
    def uow(self) -> UnitOfWorkFactory:
        """Units of work on the database behind it."""
        return self.bundled.uow

    def visitor(self, **options: Any) -> Page:
        """A page in a browser that nobody has signed in with. options: of Playwright's new_context."""
        settings = {"locale": "en-GB", "timezone_id": "Europe/Paris", "reduced_motion": "reduce", **options}
        context = self._browser.new_context(base_url=self.url, **settings)
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        context.on("request", self._watch_request)
        page = context.new_page()
        page.on("console", self._watch_console)
        page.on("pageerror", lambda error: self._wrong.append(str(error)))
        return page

    def signed_in(self, user_id: str, **options: Any) -> Page:
        """A page in a browser that this person of tests/service/world.py is signed in with."""
        page = self.visitor(**options)
        body = {"email": f"{user_id}@example.org", "password": PASSWORD}
        answer = httpx2.post(f"{self.url}/api/v1/sessions", json=body)
        assert answer.status_code == 201, answer.text
        token = answer.cookies["reelmatch_session"]
        page.context.add_cookies([{"name": "reelmatch_session", "value": token, "url": self.url}])
        return page

    def check(self, page: Page, name: str) -> None:
        """Keep a picture of the page; axe must find nothing serious in it. name: of the picture."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self._screenshots / f"{name}.png", full_page=True)
        found = Axe().run(page).response["violations"]
        serious = [
            (one["id"], one["help"], [node["html"][:200] for node in one["nodes"][:3]])
            for one in found
            if one["impact"] in _SERIOUS
        ]
        assert not serious, serious

    @contextmanager
    def lost_connection(self, page: Page) -> Iterator[None]:
        """Inside, the page's browser reaches nothing."""
        self._is_offline_allowed = True
        page.context.set_offline(True)
        yield
        page.context.set_offline(False)

    def _watch_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self.url:
            self._wrong.append(f"another host is asked: {request.url}")

    def _watch_console(self, message: ConsoleMessage) -> None:
        is_expected = _STATUS.match(message.text) or (
            self._is_offline_allowed and _OFFLINE.search(message.text)
        )
        if message.type == "error" and not is_expected:
            self._wrong.append(f"{message.text} ({message.location.get('url')})")
