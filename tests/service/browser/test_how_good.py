"""How good is it, as anybody reads it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from recommender.evaluation.baselines import Popularity
from service.domain.words import BundleState
from service.usecases import judging
from service.usecases.judging import Window, judged
from tests.service.browser.site import Site
from tests.tastes import UNTIL, WordEncoder, tasteful_market


@pytest.fixture(autouse=True)
def enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The market has 16 films a year in each territory."""
    monkeypatch.setattr(judging, "ENOUGH_QUERIES", 16)


def compare(site: Site) -> None:
    """As training would have: the bundle in force asked about the year after it."""
    with site.uow() as tx:
        version = tx.bundles.current().version
    assert version is not None
    window = Window.of(tasteful_market(), UNTIL, UNTIL.replace(year=2019))
    new = judged(site.bundled.store.load(version), window, WordEncoder(), (Popularity(),))
    told = {"from": "2018-01-01", "until": "2019-01-01", "verdict": "first", "reason": "", "new": new}
    with site.uow() as tx:
        tx.bundles.set_state(version, BundleState.READY, {**told, "in_force": None})
        tx.commit()


def test_the_figures_are_read_as_charts_tables_and_words(site: Site) -> None:
    compare(site)
    page = site.signed_in("lumen-owner")
    page.goto("/account")
    page.get_by_role("link", name="How good is it?").click()
    expect(page.get_by_role("heading", name="In each territory")).to_be_visible()
    expect(page.get_by_role("rowheader", name="France")).to_be_visible()
    expect(page.locator("figure.chart svg")).to_have_count(3)
    page.get_by_text("What is NDCG@10?").click()
    expect(page.get_by_text("Only the order counts.")).to_be_visible()
    page.get_by_text("The same as a table").click()
    site.check(page, "how-good")
    phone = site.signed_in("lumen-owner", viewport={"width": 390, "height": 844}, color_scheme="dark")
    phone.goto("/how-good")
    site.check(phone, "how-good-phone-dark")


def test_the_explanation_is_reached_by_keyboard(site: Site) -> None:
    compare(site)
    page = site.signed_in("alba-viewer")
    page.goto("/how-good")
    page.get_by_text("What is NDCG@10?").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Only the order counts.")).to_be_visible()
