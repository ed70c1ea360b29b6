"""What every page promises, on each page of the service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Page

from service.web.site import PAGES, UPLOADS
from tests.service.browser.site import Site
from tests.service.browser.whole_stock import Ids, filled

_MOST_KB: Final = 200
"""Of a first load, compressed and without pictures."""

_NARROW: Final = {"width": 360, "height": 740}
_FILES: Final = re.compile(r"\.(csv|ics|json|pdf|xlsx)$|/data$|/files/\{(name|what)\}|\.\{suffix\}$")
_WHOSE: Final = {
    "admin": "admin",
    "distributor": "lumen-owner",
    "organiser": "marche-owner",
    "organiser.attending": "alba-owner",
    "organiser.own_agenda": "alba-owner",
    "": "alba-owner",
}
"""Who opens the pages of a module of service/web/pages, the longest name first."""


def routes() -> dict[str, str]:
    """Each page and part by its path, with the module of service/web/pages that it is of; files are none."""
    found = {
        route.path: route.endpoint.__module__.removeprefix("service.web.pages.")
        for module in (*PAGES, *UPLOADS)
        for route in module.router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    }
    return {path: module for path, module in sorted(found.items()) if not _FILES.search(path)}


def addresses(user_id: str, ids: Ids) -> Iterator[str]:
    """Of all that this person opens."""
    for path, module in routes().items():
        longest = max((part for part in _WHOSE if module.startswith(part)), key=len)
        if _WHOSE[longest] == user_id:
            yield path.replace(":path}", "}").format(**ids.paths) + ids.queries.get(path, "")


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


def test_there_are_pages_to_open() -> None:
    known = {"/", "/account", "/admin", "/admin/bundles", "/how-good", "/sign-in", "/films/{film_id}"}
    assert known <= set(routes())


@pytest.mark.parametrize("user_id", sorted(set(_WHOSE.values())))
def test_every_page_is_light_named_narrow_and_usable_by_all(site: Site, user_id: str) -> None:
    """Requests to other hosts fail the test too: `Site` watches them."""
    ids = filled(site)[user_id]
    page = site.signed_in(user_id, viewport=_NARROW)
    load = Load(page)
    for path in addresses(user_id, ids):
        load.forget()
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        # Some addresses answer with a part, to be put into a page that is open.
        if answer.text().lstrip().lower().startswith("<!doctype html>"):
            keeps_its_promises(site, page, load, path)
    wrong = page.goto("/films/of-nobody")
    assert wrong is not None
    assert wrong.status == 404
    keeps_its_promises(site, page, load, "/nowhere")


def keeps_its_promises(site: Site, page: Page, load: Load, path: str) -> None:
    page.wait_for_load_state("networkidle")
    assert load.kilobytes < _MOST_KB, (path, load.kilobytes)
    assert load.kilobytes > 1, "nothing was measured"
    assert page.locator("h1").filter(visible=True).count(), f"{path} has no heading"
    assert re.fullmatch(r"\S.* · Reelmatch", page.title()), (path, page.title())
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= _NARROW["width"], f"{path} is {wide} pixels wide on a phone of {_NARROW['width']}"
    name = re.sub(r"[^a-z-]+", "-", urlsplit(path).path.strip("/"))[:60]
    site.check(page, f"promises-{name or 'first'}")
