"""What every page promises, on each page of each user that needs no id to be opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Page

from service.web.site import PAGES, UPLOADS
from tests.service.browser.site import Site

_MOST_KB: Final = 200
"""Of a first load, compressed and without pictures."""

_NARROW: Final = {"width": 360, "height": 740}
_USERS: Final = ("alba-owner", "lumen-owner", "marche-owner", "admin")
_FILES: Final = re.compile(r"\.(csv|ics|json|pdf|xlsx)$|/data$|/export$")


def addresses() -> tuple[str, ...]:
    """Every page that is asked for by its address alone; those that answer with a file are none."""
    found = {
        route.path
        for module in (*PAGES, *UPLOADS)
        for route in module.router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and "{" not in route.path
    }
    return tuple(sorted(path for path in found if not _FILES.search(path)))


@dataclass
class Load:
    """What the browser took from the network, as told by its own protocol; kinds: by request."""

    page: Page
    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        told = self.page.context.new_cdp_session(self.page)
        told.send("Network.enable")
        told.send("Network.setCacheDisabled", {"cacheDisabled": True})
        told.on("Network.requestWillBeSent", self._asked)
        told.on("Network.loadingFinished", self._loaded)

    @property
    def kilobytes(self) -> float:
        """Without pictures."""
        return sum(size for request, size in self.sizes.items() if self.kinds.get(request) != "Image") / 1024

    def forget(self) -> None:
        """Begin again."""
        self.kinds.clear()
        self.sizes.clear()

    def _asked(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event.get("type", "")

    def _loaded(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]


def opened(page: Page, load: Load) -> Iterator[str]:
    """Each page that this person may open, once it is there; `load` is of this page alone."""
    for path in addresses():
        load.forget()
        answer = page.goto(path)
        assert answer is not None
        if answer.status in (403, 404):
            continue
        assert answer.status == 200, (path, answer.status)
        # Some addresses answer with a part, to be put into a page that is open.
        if answer.text().lstrip().lower().startswith("<!doctype html>"):
            yield path


def test_there_are_pages_to_open() -> None:
    assert {"/", "/account", "/admin", "/admin/bundles", "/how-good", "/sign-in"} <= set(addresses())


@pytest.mark.parametrize("user_id", _USERS)
def test_every_page_is_light_named_narrow_and_usable_by_all(site: Site, user_id: str) -> None:
    """Requests to other hosts fail the test too: `Site` watches them."""
    page = site.signed_in(user_id, viewport=_NARROW)
    load = Load(page)
    seen = 0
    for path in opened(page, load):
        seen += 1
        page.wait_for_load_state("networkidle")
        assert load.kilobytes < _MOST_KB, (path, load.kilobytes)
        assert load.kilobytes > 1, "nothing was measured"
        assert page.locator("h1").filter(visible=True).count(), f"{path} has no heading"
        assert re.fullmatch(r"\S.* · Reelmatch", page.title()), (path, page.title())
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= _NARROW["width"], f"{path} is {wide} pixels wide on a phone of {_NARROW['width']}"
        site.check(page, f"promises-{user_id}{path.replace('/', '-')}")
    assert seen > 3
