"""A real browser, and the service on a real database that it looks at.

Every page that a test opens is watched: an error in a script, a refused resource or a request to another host
fails the test.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import uvicorn
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from scripts import chromium
from service.app import create_app
from service.bundle_store import BundleStore
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service.browser.site import Site
from tests.service.bundled import Bundled, publish_tastes, put_in_force
from tests.service.world import PASSWORDS, populate
from tests.tastes import WordEncoder

# A busy machine decides no test.
expect.set_options(timeout=30_000)

SCREENSHOTS = Path(__file__).resolve().parents[3] / "build" / "screenshots"


# For one file only: while it runs, its event loop is the thread's, and nothing else can start one.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    program = chromium.found(playwright.chromium.executable_path)
    if program is None:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail("CI must run the tests in a browser, but there is no Chromium")
        pytest.skip("no Chromium: install it, or run `playwright install chromium`")
    running = playwright.chromium.launch(executable_path=program, args=list(chromium.ARGUMENTS))
    yield running
    running.close()


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    """The market of tests/tastes.py, to this test alone."""
    return tastes_copy


@pytest.fixture
def site(
    browser: Browser,
    settings: Settings,
    uow: UnitOfWorkFactory,
) -> Iterator[Site]:
    """The service with the companies of tests/service/world.py and a bundle in force."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    known = settings.model_copy(
        update={"rate_per_minute": 100_000, "rate_anonymous_per_minute": 100_000, "public_url": url}
    )
    store = BundleStore.of(known)
    put_in_force(uow, publish_tastes(store))
    populate(uow)
    app = create_app(known, passwords=PASSWORDS, encoder=WordEncoder())
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait_until_ready(url)
        bundled = Bundled(uow, store, app.state.reelmatch.matchers, known)
        with Site(url, browser, bundled, SCREENSHOTS) as running:
            yield running
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()
        root.handlers[:] = handlers
        root.setLevel(level)


def _wait_until_ready(url: str) -> None:
    # The first answer comes late where a machine is busy.
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if httpx2.get(f"{url}/health/ready", timeout=60).status_code == 200:
            return
        time.sleep(0.05)
    raise AssertionError(httpx2.get(f"{url}/health/ready", timeout=60).text)
