"""One's own account in a browser, from the invitation of the first administrator on."""

from __future__ import annotations

import json
from dataclasses import replace

from playwright.sync_api import expect

from service.usecases.people import set_up
from tests.service.browser.site import PASSWORD, Site

NEW = "dunes before the storm"


def test_the_first_administrator_comes_in_by_an_invitation_that_works_once(site: Site) -> None:
    with site.uow() as tx:
        tx.accounts.update_user(replace(tx.accounts.user("admin"), is_administrator=False))
        tx.commit()
    invitation = set_up(site.uow)
    page = site.visitor()
    page.goto(f"/welcome#{invitation}")
    page.get_by_label("Your name").fill("Ann")
    page.get_by_label("E-mail address").fill("ann@example.org")
    page.get_by_label("New password").fill(NEW)
    page.get_by_label("The same again").fill("another one altogether")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("the two passwords differ")).to_be_visible()
    page.get_by_label("New password").fill(NEW)
    page.get_by_label("The same again").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_label("E-mail address").fill("ann@example.org")
    page.get_by_label("Password").fill(NEW)
    page.get_by_role("button", name="Sign in").dblclick()
    expect(page.get_by_role("link", name="Administration")).to_be_visible()
    second = site.visitor()
    second.goto(f"/welcome#{invitation}")
    second.get_by_label("New password").fill(NEW)
    second.get_by_label("The same again").fill(NEW)
    second.get_by_role("button", name="Set the password").click()
    expect(second.get_by_role("alert").first).to_contain_text("invitation")


def test_name_password_and_sessions_are_ones_own(site: Site) -> None:
    page, elsewhere = site.signed_in("alba-member"), site.signed_in("alba-member")
    page.goto("/account")
    page.get_by_label("Your name").fill("Ben <b>Bold</b>")
    page.get_by_role("button", name="Change the name").click()
    page.goto("/account")
    expect(page.get_by_label("Your name")).to_have_value("Ben <b>Bold</b>")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Everything that is stored about you").click()
    assert "Ben <b>Bold</b>" in json.dumps(json.loads(downloading.value.path().read_bytes()))
    page.get_by_label("Current password").fill("a wrong one")
    page.get_by_label("New password").fill(NEW)
    page.get_by_label("The same again").fill(NEW)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("this is not the current password")).to_be_visible()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill(NEW)
    page.get_by_label("The same again").fill(NEW)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    elsewhere.goto("/films")
    expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/account")
    page.get_by_role("button", name="Sign out everywhere").click()
    page.goto("/films")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
