"""An owner looks after the company."""

from __future__ import annotations

import httpx2
from playwright.sync_api import expect

from tests.service.browser.site import PASSWORD, Site


def test_an_owner_invites_a_colleague_who_comes_in(site: Site) -> None:
    page = site.signed_in("alba-owner")
    page.goto("/account")
    page.get_by_role("link", name="Alba").click()
    site.check(page, "company-members")
    page.get_by_label("Name", exact=False).last.fill("Luc Amar")
    page.get_by_label("E-mail address").fill("luc@alba.example")
    page.get_by_label("Role", exact=True).select_option("member")
    page.get_by_role("button", name="Invite", exact=True).click()
    guest = site.visitor()
    guest.goto(page.get_by_label("Link").input_value())
    expect(guest.get_by_role("heading", name="Join Alba?")).to_be_visible()
    site.check(guest, "join")
    guest.get_by_label("New password").fill(PASSWORD)
    guest.get_by_label("The same again").fill(PASSWORD)
    guest.get_by_role("button", name="Set the password and accept").click()
    guest.get_by_label("E-mail address").fill("luc@alba.example")
    guest.get_by_label("Password").fill(PASSWORD)
    guest.get_by_role("button", name="Sign in").click()
    guest.goto("/company")
    expect(guest.get_by_role("heading", name="Alba")).to_be_visible()
    expect(guest.get_by_role("button", name="Invite", exact=True)).to_have_count(0)
    page.go_back()
    page.reload()
    page.get_by_label("Role of Luc Amar", exact=True).select_option("viewer")
    page.get_by_role("button", name="Save the role of Luc Amar").click()
    expect(page.get_by_text("What Luc Amar may do is changed.")).to_be_visible()
    page.get_by_role("button", name="Remove Luc Amar").click()
    expect(page.get_by_text("The person is no member any more.")).to_be_visible()
    guest.reload()
    expect(guest.get_by_text("Luc Amar")).to_have_count(0)


def test_somebody_of_another_company_is_asked_and_joins_or_not(site: Site) -> None:
    page = site.signed_in("alba-owner")
    page.goto("/company/alba")

    def invite() -> str:
        page.goto("/company/alba")
        page.get_by_label("Name", exact=False).last.fill("Gail")
        page.get_by_label("E-mail address").fill("grim-owner@example.org")
        page.get_by_role("button", name="Invite", exact=True).click()
        return page.get_by_label("Link").input_value()

    grim = site.signed_in("grim-owner")
    grim.goto(invite())
    grim.get_by_role("button", name="Decline").click()
    expect(grim.get_by_text("The invitation is declined.")).to_be_visible()
    link = invite()
    page.goto("/company/alba")
    expect(
        page.get_by_role("button", name="Take back the invitation of grim-owner@example.org")
    ).to_be_visible()
    site.check(page, "company-invited")
    grim.goto(link)
    grim.get_by_role("button", name="Accept", exact=True).click()
    expect(grim.get_by_text("You are a member of Alba now.")).to_be_visible()


def test_the_last_owner_is_kept_and_told_why(site: Site) -> None:
    page = site.signed_in("alba-owner")
    page.goto("/company/alba")
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_text("a company keeps at least one owner").first).to_be_visible()


def test_a_key_is_shown_once_and_works_until_it_is_revoked(site: Site) -> None:
    page = site.signed_in("alba-owner", viewport={"width": 390, "height": 844})
    page.goto("/company/alba/keys")
    site.check(page, "company-keys")
    page.get_by_label("What it is for").fill("nightly sync")
    page.get_by_label("Match", exact=True).check()
    page.get_by_role("button", name="Make the key").dblclick()
    key = page.get_by_label("Key", exact=True).input_value()
    site.check(page, "new-key")
    asked = {"Authorization": f"Bearer {key}"}
    assert httpx2.get(f"{site.url}/api/v1/films", headers=asked).status_code == 200
    page.get_by_role("button", name="I have copied it").click()
    expect(page.get_by_text("nightly sync")).to_have_count(1)
    page.get_by_role("button", name="Revoke nightly sync").click()
    expect(page.get_by_text("Revoked", exact=True)).to_be_visible()
    assert httpx2.get(f"{site.url}/api/v1/films", headers=asked).status_code == 401


def test_two_tabs_that_change_the_company_do_not_overwrite_each_other(site: Site) -> None:
    page = site.signed_in("alba-owner")
    page.goto("/company/alba/details")
    site.check(page, "company-details")
    other = page.context.new_page()
    other.goto("/company/alba/details")
    page.get_by_label("Website").fill("https://alba.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The company is changed.")).to_be_visible()
    other.get_by_label("Country").fill("FR")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("alert")).to_contain_text("what you typed is still here")
    expect(other.get_by_label("Country")).to_have_value("FR")
    site.check(other, "company-conflict")
    page.get_by_role("link", name="Audit trail").click()
    page.get_by_text("1 field", exact=True).click()
    expect(page.get_by_text("https://alba.example")).to_be_visible()
    site.check(page, "company-audit")
