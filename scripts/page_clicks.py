"""Pages in Chromium: what a first load takes from the network, and how long a click takes until it is drawn."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Browser, Error, Page, sync_playwright

from scripts import chromium
from scripts.large_market import Desks, browsed_as
from scripts.running_service import wait_until

__all__ = ["Click", "Weight", "clicks", "weigh"]

ROUNDS: Final = 9
LIMIT_MS: Final = 300.0

_WATCH: Final = """
addEventListener("click", () => sessionStorage.setItem("clicked", performance.timeOrigin + performance.now()), true);
const shown = () => document.querySelector("#territory ol.matches li")?.getClientRects().length
  && document.querySelector("#territory").dataset.territory;
const look = () => {
  const clicked = sessionStorage.getItem("clicked"), territory = shown();
  if (clicked && territory && territory !== sessionStorage.getItem("left")) {
    sessionStorage.setItem("took", performance.timeOrigin + performance.now() - clicked);
    sessionStorage.removeItem("clicked");
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""In each page: from a click until a ranked list is drawn which is not of the territory that is left."""


@dataclass(frozen=True, slots=True)
class Click:
    """From a click to the answer, in milliseconds."""

    name: str
    first_ms: float
    median_ms: float
    limit_ms: float = LIMIT_MS


@dataclass
class Weight:
    """What a browser took from the network for a page, by kind of request, as told by its own protocol."""

    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    @property
    def kilobytes(self) -> float:
        """Without pictures."""
        return sum(size for request, size in self.sizes.items() if self.kinds.get(request) != "Image") / 1024

    def asked(self, event: dict[str, Any]) -> None:
        """Something is requested."""
        self.kinds[event["requestId"]] = event.get("type", "")

    def loaded(self, event: dict[str, Any]) -> None:
        """It is there."""
        self.sizes[event["requestId"]] = event["encodedDataLength"]


def weigh(url: str, desks: Desks, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Weight]:
    """First loads: who opens a page, and its path."""
    found: dict[tuple[str, str], Weight] = {}
    with _browser() as browser:
        by_reader: dict[str, list[str]] = {}
        for who, path in wanted:
            by_reader.setdefault(who, []).append(path)
        for who, paths in by_reader.items():
            page = _page(browser, url, desks, who)
            for path in paths:
                found[who, path] = _weight(page, path)
            page.context.close()
    return found


def clicks(url: str, desks: Desks) -> tuple[Click, ...]:
    """Matches of a stored film from its page, and another territory from there."""
    with _browser() as browser:
        page = _page(browser, url, desks, "agent")
        page.add_init_script(_WATCH)
        matches = [_to_matches(page, film_id) for film_id in desks.films[: ROUNDS + 1]]
        territories = [
            took for film_id in desks.films[: ROUNDS + 1] for took in _to_territories(page, film_id)
        ][: ROUNDS + 1]
    return (
        _click("matches of a stored film, until the ranked list is drawn", matches),
        _click("another territory, until its list is drawn", territories),
    )


def _weight(page: Page, path: str) -> Weight:
    weight = Weight()
    told = page.context.new_cdp_session(page)
    told.send("Network.enable")
    told.send("Network.setCacheDisabled", {"cacheDisabled": True})
    told.on("Network.requestWillBeSent", weight.asked)
    told.on("Network.loadingFinished", weight.loaded)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    told.detach()
    return weight


def _to_matches(page: Page, film_id: str) -> float:
    page.goto(f"/films/{film_id}")
    page.wait_for_load_state("networkidle")
    link = page.locator(f'a[href$="/{film_id}/matches"]').first
    return _took(page, link.click, left="")


def _to_territories(page: Page, film_id: str) -> Iterator[float]:
    page.goto(f"/films/{film_id}/matches")
    page.wait_for_load_state("networkidle")
    shown = page.locator("#territory").get_attribute("data-territory") or ""
    # Where nobody can be asked there is no list.
    for link in page.locator(f'tr:has(meter) a[data-place]:not([data-place="{shown}"])').all()[:2]:
        left = page.locator("#territory").get_attribute("data-territory") or ""
        yield _took(page, link.click, left)


def _took(page: Page, click: Callable[[], None], left: str) -> float:
    page.evaluate("left => { sessionStorage.removeItem('took'); sessionStorage.setItem('left', left) }", left)
    click()
    # Playwright's own waiting evaluates a text in the page, which the pages forbid.
    took = wait_until(lambda: _noted(page), "a list is drawn", 60, 0.05)
    return float(took)


def _noted(page: Page) -> str | None:
    """None also while the page is being replaced by another."""
    try:
        took: str | None = page.evaluate("sessionStorage.getItem('took')")
    except Error:
        return None
    return took


def _click(name: str, took: Sequence[float]) -> Click:
    return Click(name, took[0], statistics.median(took[1:]))


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = chromium.found(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.ARGUMENTS))
        yield browser
        browser.close()


def _page(browser: Browser, url: str, desks: Desks, who: str) -> Page:
    context = browser.new_context(base_url=url, locale="en-GB", reduced_motion="reduce")
    if who in desks.emails:
        ((name, value),) = browsed_as(url, desks, who).items()
        context.add_cookies([{"name": name, "value": value, "url": url}])
    return context.new_page()
