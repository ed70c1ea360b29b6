"""A session that ends while a form is sent loses nothing of what was typed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from service.domain.words import FeedbackKind
from tests.service import make
from tests.service.browser.site import Site
from tests.service.browser.test_sign_in import sign_in

SYNOPSIS = "A ferry, a storm, a letter that nobody opens."


def end_session(page: Page) -> None:
    page.context.clear_cookies(name="reelmatch_session")


def kept(page: Page) -> list[str]:
    """What waits in this tab."""
    keys: list[str] = page.evaluate("Object.keys(sessionStorage)")
    return [key for key in keys if key.startswith("kept:")]


def type_film(page: Page) -> None:
    page.goto("/films/new")
    page.get_by_label("Title required").fill("The Night Ferry")
    page.get_by_label("Synopsis", exact=True).fill(SYNOPSIS)
    page.get_by_label("Stage").select_option("production")


def test_who_signs_in_again_is_back_at_the_form_with_all_that_was_typed(site: Site) -> None:
    page = site.signed_in("alba-member")
    type_film(page)
    end_session(page)
    page.get_by_role("button", name="Add the film").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page, "alba-member")
    expect(page).to_have_url(f"{site.url}/films/new")
    expect(page.get_by_text("Your session had ended")).to_be_visible()
    expect(page.get_by_label("Title required")).to_have_value("The Night Ferry")
    expect(page.get_by_label("Synopsis", exact=True)).to_have_value(SYNOPSIS)
    expect(page.get_by_label("Stage")).to_have_value("production")
    site.check(page, "kept-form")
    page.get_by_role("button", name="Add the film").click()
    expect(page.get_by_text("The Night Ferry is added.")).to_be_visible()
    page.goto("/films/new")
    expect(page.get_by_label("Title required")).to_have_value("")
    assert kept(page) == []


def test_a_form_that_does_not_get_through_keeps_what_was_typed(site: Site) -> None:
    page = site.signed_in("alba-member")
    type_film(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Add the film").click()
    expect(page.get_by_text("The connection is lost.")).to_be_visible()
    expect(page.get_by_label("Title required")).to_have_value("The Night Ferry")
    page.context.set_offline(False)
    # The network is there, the service is not.
    page.route("**/films/new", lambda route: route.abort())
    page.get_by_role("button", name="Add the film").click()
    page.wait_for_url("chrome-error://chromewebdata/")
    page.unroute("**/films/new")
    page.goto("/films/new")
    expect(page.get_by_text("What you sent may not have arrived.")).to_be_visible()
    expect(page.get_by_label("Title required")).to_have_value("The Night Ferry")
    expect(page.get_by_label("Synopsis", exact=True)).to_have_value(SYNOPSIS)
    page.get_by_role("button", name="Add the film").click()
    expect(page.get_by_text("The Night Ferry is added.")).to_be_visible()
    assert kept(page) == []


def test_somebody_else_at_the_same_browser_sees_nothing_of_it(site: Site) -> None:
    page = site.signed_in("alba-member")
    type_film(page)
    end_session(page)
    page.get_by_role("button", name="Add the film").click()
    sign_in(page, "grim-owner")
    expect(page).to_have_url(f"{site.url}/films/new")
    expect(page.get_by_label("Title required")).to_have_value("")
    assert "Night Ferry" not in page.content()
    assert kept(page) == []


def test_passwords_are_never_kept(site: Site) -> None:
    page = site.signed_in("alba-member")
    page.goto("/account")
    for box in page.locator('input[type="password"]').all():
        box.fill("a secret of mine")
    end_session(page)
    page.locator('form:has(input[type="password"]) button').first.click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "a secret of mine" not in page.evaluate("JSON.stringify({...sessionStorage})")


def test_a_part_that_is_sent_without_leaving_the_page_is_kept_too(site: Site) -> None:
    with site.uow() as tx:
        tx.films.add(make.film("offer", "alba", title="The Draw"))
        tx.rights.add(make.held("offer", "alba"))
        tx.feedback.add(make.feedback(FeedbackKind.SHORTLISTED, "offer", "lumen-fr", "alba"))
        tx.commit()
    page = site.signed_in("alba-member")
    page.goto("/board")
    page.get_by_text("Move or note").click()
    page.get_by_label("Note, only for your company").fill("they want the festival cut")
    end_session(page)
    page.get_by_role("button", name="Save").first.click()
    sign_in(page, "alba-member")
    expect(page.get_by_label("Note, only for your company")).to_have_value("they want the festival cut")
