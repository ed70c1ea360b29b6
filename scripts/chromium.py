"""The browser of the tests, of measured clicks and of pictures: a Chromium of this machine, or Playwright's own."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["ARGUMENTS", "found"]

# The shell first: it draws no windows of its own beside the page.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")

# Root in a container has no sandbox; the rest keeps the browser from looking for anything outside.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found(managed: str = "") -> str | None:
    """The program to start. managed: where Playwright would have put its own; None where there is none."""
    here = next((path for name in NAMES if (path := shutil.which(name))), None)
    return here or (managed if managed and Path(managed).exists() else None)
