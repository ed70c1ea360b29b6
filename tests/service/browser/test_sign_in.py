"""Signing in and out in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.service.browser.site import PASSWORD, Site


def sign_in(page: Page, user_id: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(f"{user_id}@example.org")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_who_signs_in_comes_to_the_page_that_was_asked_for(site: Site) -> None:
    page = site.visitor()
    page.goto("/account?from=mail")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    site.check(page, "sign-in")
    sign_in(page, "alba-member")
    expect(page).to_have_url(f"{site.url}/account?from=mail")
    expect(page.get_by_role("heading", name="Account")).to_be_visible()
    site.check(page, "account")


def test_a_wrong_password_is_told_beside_the_field_and_the_address_is_kept(site: Site) -> None:
    page = site.visitor()
    page.goto("/sign-in")
    sign_in(page, "alba-member", "wrong")
    expect(page.get_by_text("e-mail address or password is wrong")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value("alba-member@example.org")
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")


def test_no_link_leads_from_signing_in_to_another_site(site: Site) -> None:
    page = site.visitor()
    page.goto("/sign-in?next=//elsewhere.example/steal")
    sign_in(page, "nobody")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert page.url.startswith(site.url)


def test_who_signs_out_is_gone_in_the_other_tab_too(site: Site) -> None:
    page = site.signed_in("alba-member")
    other = page.context.new_page()
    other.goto("/account")
    page.goto("/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_whole_way_through_the_form_goes_by_keyboard(site: Site) -> None:
    page = site.visitor()
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("lumen-owner@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
