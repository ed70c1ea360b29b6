"""A spreadsheet of 20,000 rows, read by a worker while its owner watches."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

from playwright.sync_api import expect

from service.domain.words import ImportState
from service.store.unit_of_work import UnitOfWork
from service.usecases.imports import run_import
from tests.service.browser.agent_stock import stock_up
from tests.service.browser.site import Site

ROWS = 20_000
_OPENED_BEFORE = 3
"""Units of work until the first note of how far it is: the start, the rows themselves, the note."""


class Worker:
    """Does the import that waits, and stands still after its first note until `go_on` is set."""

    def __init__(self, site: Site, run_id: str) -> None:
        self.go_on = Event()
        self._uow = site.uow
        self._opened = count(1)
        self._thread = Thread(target=run_import, args=(self._open, None, run_id), daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Let it come to its end."""
        self.go_on.set()
        self._thread.join(120)
        assert not self._thread.is_alive()

    def _open(self, **limits: Any) -> UnitOfWork:
        if next(self._opened) > _OPENED_BEFORE:
            self.go_on.wait(120)
        return self._uow(**limits)


def test_the_bar_of_a_large_import_moves_and_ends_with_the_dry_run(site: Site, tmp_path: Path) -> None:
    stock_up(site)
    file = tmp_path / "library.csv"
    rows = (
        f"l{number},Library {number},A pilot and storm number {number}.,{1980 + number % 45}\n"
        for number in range(ROWS)
    )
    file.write_text("film_id,title,synopsis,year\n" + "".join(rows) + "bad,Bad,A storm.,soon\n")
    page = site.signed_in("alba-member")
    page.goto("/imports")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("It starts as soon as a worker is free.")).to_be_visible()
    bar = page.get_by_role("progressbar", name="Rows read")
    expect(bar).not_to_have_attribute("value", re.compile("."))
    worker = Worker(site, page.url.rpartition("/")[2])
    expect(page.get_by_text(re.compile(r"^[1-9][\d,]* of 20,001 rows$"))).to_be_visible()
    value = int(bar.get_attribute("value") or 0)
    assert 0 < value < ROWS + 1
    site.check(page, "agent-import-progress")
    # Who looks elsewhere meanwhile finds it again.
    page.goto("/imports")
    expect(page.get_by_role("row", name="dry run")).to_be_visible()
    page.go_back()
    expect(bar).to_have_attribute("max", str(ROWS + 1))
    worker.finish()
    expect(page.locator(".tally").get_by_text("20,000")).to_be_visible()
    expect(page.get_by_text("would be added")).to_be_visible()
    expect(page.get_by_role("cell", name="soon")).to_be_visible()
    site.check(page, "agent-import-large-dry-run")
    with site.uow() as tx:
        assert tx.imports.run(page.url.rpartition("/")[2]).state is ImportState.CHECKED
        assert not tx.films.find(["l0"])
