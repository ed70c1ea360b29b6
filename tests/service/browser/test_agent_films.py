"""A sales agent's films, rights and imports in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.service.browser.agent_stock import stock_up
from tests.service.browser.site import PASSWORD, Site

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def stocked(site: Site) -> Site:
    stock_up(site)
    return site


def is_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_a_film_is_added_from_a_pasted_synopsis_found_again_and_deleted(stocked: Site) -> None:
    page = stocked.signed_in("alba-owner")
    page.goto("/films")
    stocked.check(page, "agent-films")
    page.get_by_role("button", name="Add a film").click()
    stocked.check(page, "agent-film-new")
    page.get_by_label("Title", exact=False).first.fill("Low Water")
    page.get_by_label("Synopsis", exact=True).fill("A pilot on her last crossing.\n\nA letter.")
    page.get_by_role("button", name="Add the film").dblclick()
    expect(page.get_by_text("Low Water is added.")).to_be_visible()
    expect(page.get_by_role("heading", name="Low Water")).to_be_visible()
    page.goto("/films")
    page.get_by_label("Title").fill("low")
    expect(page.get_by_role("link", name="The Draw")).to_have_count(0)
    expect(page.get_by_role("link", name="Low Water")).to_have_count(1)
    assert "query=low" in page.url
    page.reload()
    expect(page.get_by_role("link", name="Low Water")).to_have_count(1)
    page.get_by_role("link", name="Low Water").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("link", name="Delete this film").click()
    stocked.check(page, "agent-film-delete")
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("Low Water is deleted.")).to_be_visible()


def test_filters_answer_at_once_and_the_back_button_leads_back(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films")
    page.get_by_label("Genre").select_option("Comedy")
    expect(page.get_by_role("link", name="The Draw")).to_have_count(0)
    page.get_by_role("link", name="Odd Socks").click()
    expect(page.get_by_role("heading", name="Odd Socks")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="Odd Socks")).to_be_visible()
    assert "genre=Comedy" in page.url
    expect(page.get_by_role("link", name="The Draw")).to_have_count(0)


def test_two_tabs_that_change_one_film_do_not_overwrite_each_other_unseen(stocked: Site) -> None:
    first = stocked.signed_in("alba-member")
    second = first.context.new_page()
    for tab in (first, second):
        tab.goto("/films/offer/edit")
    first.get_by_label("Original title").fill("Le Tirage")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text("The changes are saved.")).to_be_visible()
    second.get_by_label("Cast").fill("Ines Vidal")
    second.get_by_role("button", name="Save").click()
    warning = second.get_by_role("alert")
    expect(warning).to_contain_text("Somebody changed this film while you were writing.")
    expect(warning).to_contain_text("Le Tirage")
    expect(second.get_by_label("Cast")).to_have_value("Ines Vidal")
    stocked.check(second, "agent-film-conflict")
    second.get_by_label("Original title").fill("Le Tirage")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_text("The changes are saved.")).to_be_visible()


def test_a_session_that_ends_while_one_writes_comes_back_to_signing_in(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/edit")
    page.context.clear_cookies(name="reelmatch_session")
    page.get_by_label("Cast").fill("Ines Vidal")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("E-mail address").fill("alba-member@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{stocked.url}/films/offer/edit")
    expect(page.get_by_label("Cast")).to_be_visible()


def test_rights_are_recorded_confirmed_and_taken_away(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/comic")
    stocked.check(page, "agent-film-without-rights")
    page.get_by_role("button", name="Add rights held").first.click()
    stocked.check(page, "agent-rights")
    page.get_by_label("Territories").fill("Benelux, Latin America, GB, Atlantis")
    page.get_by_label("SVOD").check()
    page.get_by_label("Theatrical", exact=True).check()
    page.get_by_label("Last day").fill("2035-12-31")
    page.get_by_role("button", name="Record the rights").click()
    expect(page.get_by_text("'Atlantis' is no territory")).to_be_visible()
    expect(page.get_by_label("SVOD")).to_be_checked()
    page.get_by_label("Territories").fill("Benelux, Latin America, GB")
    page.get_by_role("button", name="Record the rights").click()
    expect(page.get_by_text("Rights recorded: ")).to_be_visible()
    benelux = page.locator("summary", has_text="Benelux")
    benelux.click()
    expect(page.get_by_role("row", name="Luxembourg")).to_be_visible()
    stocked.check(page, "agent-film")
    page.get_by_role("button", name="Confirm today").click()
    expect(page.get_by_text("Confirmed as of today")).to_be_visible()
    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete these rights").click()
    expect(page.get_by_role("heading", name="No rights recorded")).to_be_visible()


def test_a_film_with_rights_is_not_deleted_and_who_may_only_look_is_shown_no_way_to(stocked: Site) -> None:
    member = stocked.signed_in("alba-member")
    member.goto("/films/offer/edit")
    expect(member.get_by_role("button", name="Save")).to_be_visible()
    expect(member.get_by_role("link", name="Delete this film")).to_have_count(0)
    page = stocked.signed_in("alba-owner")
    page.goto("/films/offer/edit")
    page.get_by_role("link", name="Delete this film").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.goto("/films")
    expect(page.get_by_role("link", name="The Draw")).to_be_visible()
    viewer = stocked.signed_in("alba-viewer")
    viewer.goto("/films")
    expect(viewer.get_by_role("link", name="The Draw")).to_be_visible()
    expect(viewer.get_by_role("button", name="Add a film")).to_have_count(0)
    with viewer.expect_download() as downloading:
        viewer.get_by_role("button", name="Export").click()
    assert downloading.value.path().read_bytes().startswith(b"PK")


def test_rights_sold_name_a_buyer_from_the_list(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/rights/new?direction=sold")
    page.get_by_label("Buyer").press_sequentially("Lum")
    expect(page.locator("datalist#buyers option")).to_have_count(1)
    page.get_by_label("Buyer").fill("Lumen")
    page.get_by_label("Territories").fill("FR")
    page.get_by_label("Theatrical", exact=True).check()
    page.get_by_label("First day").fill("2026-01-01")
    page.get_by_label("Last day").fill("2031-12-31")
    page.get_by_role("button", name="Record the rights").click()
    expect(page.get_by_text("to Lumen")).to_be_visible()
    page.goto("/films")
    expect(page.get_by_role("row", name="The Draw").get_by_text("1 partly available")).to_be_visible()


def test_a_spreadsheet_is_looked_at_before_it_is_written(stocked: Site, tmp_path: Path) -> None:
    file = tmp_path / "catalogue 2027.csv"
    file.write_text(
        "film_id,Film title,Plot,Year\nlow,Low Water,A pilot.,2026\nhigh,High Water,A storm.,soon\n"
    )
    page = stocked.signed_in("alba-member")
    page.goto("/imports")
    stocked.check(page, "agent-imports")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="catalogue 2027.csv")).to_be_visible()
    expect(page.get_by_label("What the column Plot is")).to_have_value("synopsis")
    stocked.check(page, "agent-import-columns")
    page.get_by_label("What the column Plot is").select_option("logline")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("would be added")).to_be_visible()
    expect(page.get_by_role("cell", name="soon")).to_be_visible()
    stocked.check(page, "agent-import-dry-run")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the refused rows").click()
    assert "High Water" in downloading.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Write the good rows").dblclick()
    expect(page.get_by_text("Applied.")).to_be_visible()
    page.get_by_role("button", name="To my films").click()
    expect(page.get_by_role("link", name="Low Water")).to_be_visible()
    expect(page.get_by_role("link", name="High Water")).to_have_count(0)


def test_the_pages_fit_a_phone(stocked: Site) -> None:
    page = stocked.signed_in("alba-member", **PHONE)
    for place, name in (
        ("/films", "films"),
        ("/films/offer", "film"),
        ("/films/offer/edit", "edit"),
        ("/imports", "imports"),
    ):
        page.goto(place)
        assert not is_wider_than_the_screen(page), place
        stocked.check(page, f"agent-{name}-phone")
