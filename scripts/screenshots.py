"""Pictures of the pages for the README, taken of the invented sample market.

python scripts/screenshots.py            # writes docs/pictures/*.png; needs Chromium and the dev packages
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from scripts import chromium
from scripts.sample_service import Running, start, stop

OUT = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SIZE: ViewportSize = {"width": 1280, "height": 1150}


def matches(page: Page) -> None:
    """Who should see a film in France."""
    page.goto("/films/f253/matches?territory=FR")
    page.get_by_role("meter").first.or_(page.locator("meter").first).wait_for(state="attached")


def suggestions(page: Page) -> None:
    """What a distributor finds in the morning."""
    page.goto("/suggestions")


def taste(page: Page) -> None:
    """A catalogue as a picture."""
    page.goto("/taste")


def schedule(page: Page) -> None:
    """A day of meetings by slot and table."""
    page.goto("/events")
    page.get_by_role("main").get_by_role("link").first.click()
    page.goto(f"{page.url.split('?')[0].removesuffix('/')}/schedule")


PICTURES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "matches": ("sales agent", matches),
    "suggestions": ("distributor", suggestions),
    "taste": ("distributor", taste),
    "schedule": ("organiser", schedule),
}


def take(browser: Browser, running: Running) -> None:
    """Every picture, each as the person whose page it is."""
    people = {person["who"]: person for person in running.people}
    for name, (who, show) in PICTURES.items():
        context = browser.new_context(
            base_url=running.url, viewport=SIZE, locale="en-GB", color_scheme="light"
        )
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(people[who]["email"])
        page.get_by_label("Password").fill(people[who]["password"])
        page.get_by_role("button", name="Sign in").click()
        show(page)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=OUT / f"{name}.png")
        print(f"{OUT / name}.png", flush=True)
        context.close()


def main() -> int:
    """Start the sample market in a folder of its own, take the pictures, stop it."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        running = start(Path(folder), port=0)
        try:
            program = chromium.found(playwright.chromium.executable_path)
            browser = playwright.chromium.launch(executable_path=program, args=list(chromium.ARGUMENTS))
            take(browser, running)
            browser.close()
        finally:
            stop(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
