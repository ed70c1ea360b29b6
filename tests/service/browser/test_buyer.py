"""A distributor's day in a browser: going through suggestions, the picture of its taste, its brief, its deals."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from service.clock import now
from service.domain.accounts import Membership
from service.domain.words import Role
from tests.service import make
from tests.service.browser.site import Site
from tests.tastes import WORDS

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
TITLES = {"Western": "The Salt Ferry", "Horror": "Cellar Door", "War": "Long Retreat"}


def ready(site: Site, more: int = 0) -> None:
    """lumen-owner looks after fr-western too; alba offers films in France, `more` westerns among them."""
    with site.uow() as tx:
        company_id = tx.distributors.get("fr-western").company_id
        tx.accounts.add_membership(Membership("lumen-owner", company_id, Role.OWNER))
        films = [(title, genre) for genre, title in TITLES.items()]
        films += [(f"Dust {number}", "Western") for number in range(more)]
        for number, (title, genre) in enumerate(films):
            film_id = f"offer-{number}"
            tx.films.add(
                make.film(
                    film_id, "alba", title=title, synopsis=WORDS[genre], genres=(genre,), sales_agent="Alba"
                )
            )
            tx.rights.add(make.held(film_id, "alba", confirmed_on=now().date()))
        tx.commit()
    site.bundled.catch_up()


def opened(site: Site, place: str = "/suggestions", **options: Any) -> Page:
    page = site.signed_in("lumen-owner", **options)
    mark = "&" if "?" in place else "?"
    page.goto(f"{place}{mark}profile=fr-western")
    return page


def pick(page: Page, title: str) -> Locator:
    return page.get_by_role("article").filter(has=page.get_by_role("link", name=title, exact=True))


def test_going_through_the_suggestions_pass_undo_shortlist_and_ask_for_a_meeting(site: Site) -> None:
    ready(site)
    page = opened(site)
    expect(page.get_by_role("article").first).to_contain_text("The Salt Ferry")
    site.check(page, "buyer-suggestions")
    ferry = pick(page, "The Salt Ferry")
    ferry.get_by_role("button", name="Pass on The Salt Ferry").or_(
        ferry.get_by_label("Pass on The Salt Ferry")
    ).first.click()
    ferry.get_by_label("Why").select_option("other")
    ferry.get_by_role("button", name="Pass on it").click()
    expect(ferry.get_by_text("your own reason is missing")).to_be_visible()
    ferry.get_by_label("In your own words").last.fill("seen it in Berlin")
    ferry.get_by_role("button", name="Pass on it").click()
    expect(ferry.get_by_text("Another reason: seen it in Berlin")).to_be_visible()
    ferry.get_by_role("button", name="Take back: Passed, The Salt Ferry").click()
    expect(ferry.get_by_text("seen it in Berlin")).to_have_count(0)
    expect(ferry.locator("[data-arrived]")).to_be_focused()
    ferry.get_by_role("button", name="Shortlist The Salt Ferry").dblclick()
    expect(ferry.get_by_text("Shortlisted", exact=True)).to_have_count(1)
    expect(ferry.locator("[data-arrived]")).to_have_text("The Salt Ferry, Shortlisted")
    ferry.get_by_label("Ask for a meeting about The Salt Ferry").click()
    ferry.get_by_label("A note for your own company").fill("Tuesday")
    ferry.get_by_role("button", name="Ask for it").click()
    expect(ferry.get_by_text("Meeting asked for", exact=True)).to_be_visible()
    page.get_by_role("link", name="Shortlist", exact=True).click()
    expect(pick(page, "The Salt Ferry")).to_contain_text("Tuesday")
    site.check(page, "buyer-shortlist")
    with page.expect_download() as found:
        page.get_by_role("link", name="XLSX").click()
    assert found.value.suggested_filename == "shortlist.xlsx"


def test_filters_stay_in_the_address_with_the_back_button_and_the_next_day(site: Site) -> None:
    ready(site)
    page = opened(site)
    page.get_by_label("Genre").select_option("Horror")
    expect(page.get_by_role("article")).to_have_count(1)
    assert "genre=Horror" in page.url
    page.get_by_role("link", name="Cellar Door", exact=True).click()
    expect(page.get_by_role("heading", name="Cellar Door")).to_be_visible()
    site.check(page, "buyer-film")
    page.go_back()
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_label("Genre")).to_have_value("Horror")
    other = page.context.new_page()
    other.goto("/suggestions")
    expect(other.get_by_role("article")).to_have_count(1)
    other.get_by_role("link", name="Clear the filters").first.click()
    expect(other.get_by_role("article")).to_have_count(3)


def test_new_films_come_first_until_all_are_marked_as_seen_and_lists_page(site: Site) -> None:
    ready(site, more=14)
    page = opened(site)
    expect(page.get_by_role("article")).to_have_count(15)
    page.get_by_role("button", name="More films").click()
    expect(page.get_by_role("article")).to_have_count(2)
    page.get_by_role("button", name="Mark all as seen").click()
    expect(page.get_by_text("count as seen")).to_be_visible()
    with site.uow() as tx:
        tx.films.add(make.film("late", "alba", title="Late Arrival", synopsis=WORDS["War"], genres=("War",)))
        tx.rights.add(make.held("late", "alba", confirmed_on=now().date()))
        tx.commit()
    site.bundled.catch_up()
    page.wait_for_timeout(500)
    page.goto("/suggestions")
    first = page.get_by_role("article").first
    expect(first).to_contain_text("Late Arrival")
    expect(first.get_by_text("New", exact=True)).to_be_visible()


def test_a_lost_connection_an_ended_session_and_another_tab_lose_nothing(site: Site) -> None:
    ready(site)
    page = opened(site)
    ferry, cellar = pick(page, "The Salt Ferry"), pick(page, "Cellar Door")
    with site.lost_connection(page):
        ferry.get_by_role("button", name="Shortlist The Salt Ferry").click()
        expect(page.get_by_text("The connection is lost")).to_be_visible()
    ferry.get_by_role("button", name="Shortlist The Salt Ferry").click()
    expect(ferry.get_by_text("Shortlisted", exact=True)).to_be_visible()
    other = page.context.new_page()
    other.goto("/shortlist?profile=fr-western")
    pick(other, "The Salt Ferry").get_by_role("button", name="Take back").click()
    expect(other.get_by_text("Shortlisted", exact=True)).to_have_count(0)
    ferry.get_by_role("button", name="Take back").click()
    expect(ferry.get_by_text("Shortlisted", exact=True)).to_have_count(0)
    page.context.clear_cookies(name="reelmatch_session")
    cellar.get_by_role("button", name="Shortlist Cellar Door").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "next=/suggestions" in page.url.replace("%2F", "/")


def test_two_tabs_with_two_territories_do_not_mix(site: Site) -> None:
    ready(site)
    page = opened(site)
    other = page.context.new_page()
    other.goto("/brief?profile=fr-western")
    other.get_by_label("Territory").select_option("lumen-fr")
    other.get_by_role("button", name="Switch").click()
    expect(other.get_by_label("Territory")).to_have_value("lumen-fr")
    ferry = pick(page, "The Salt Ferry")
    ferry.get_by_role("button", name="Shortlist The Salt Ferry").click()
    expect(ferry.get_by_text("Shortlisted", exact=True)).to_be_visible()
    page.goto("/shortlist")
    expect(page.get_by_label("Territory")).to_have_value("lumen-fr")
    expect(page.get_by_text("Your shortlist is empty")).to_be_visible()
    page.goto("/shortlist?profile=fr-western")
    expect(pick(page, "The Salt Ferry")).to_be_visible()


def test_the_map_is_read_and_moved_by_mouse_and_by_keyboard(site: Site) -> None:
    ready(site)
    page = opened(site, "/taste")
    site.check(page, "buyer-taste")
    frame, drawing = page.locator("[data-map]"), page.locator("[data-map] svg")
    detail = frame.locator(".map-detail")
    first = frame.get_by_role("link").first
    first.focus()
    expect(detail).to_contain_text("suggested")
    page.keyboard.press("Tab")
    expect(frame.get_by_role("link").nth(1)).to_be_focused()
    shape = "document.activeElement.querySelector('rect, circle')"
    assert page.evaluate(f"getComputedStyle({shape}).strokeWidth") == "0.012px"
    frame.get_by_role("link").last.hover()
    expect(detail).to_contain_text("your release of")
    before = drawing.get_attribute("style")
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(drawing).not_to_have_attribute("style", before or "")
    nearer = drawing.get_attribute("style")
    page.keyboard.press("ArrowRight")
    expect(drawing).not_to_have_attribute("style", nearer or "")
    page.keyboard.press("0")
    frame.get_by_role("button", name="Nearer").click()
    expect(drawing).not_to_have_attribute("style", re.compile(r"scale\(1\)"))
    page.keyboard.press("0")
    first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Why, and why not")).to_be_visible()


def test_another_brief_is_tried_out_saved_and_taken_up(site: Site) -> None:
    ready(site)
    page = opened(site, "/brief")
    page.get_by_label("What you look for").fill(WORDS["Horror"])
    preview = page.locator("#preview")
    expect(preview.get_by_role("cell", name="Cellar Door")).to_be_visible()
    page.get_by_label("Genres never taken").fill("Western")
    expect(preview).to_contain_text("not suggested any more")
    site.check(page, "buyer-brief")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your brief is saved.")).to_be_visible()
    expect(page.locator("#taken-up")).to_contain_text("being taken up")
    site.bundled.catch_up()
    expect(page.locator("#taken-up")).to_contain_text("Suggestions follow your brief")
    page.goto("/suggestions")
    expect(page.get_by_role("link", name="The Salt Ferry")).to_have_count(0)


def test_two_people_who_change_the_same_brief_see_each_other(site: Site) -> None:
    ready(site)
    page = opened(site, "/brief")
    other = page.context.new_page()
    other.goto("/brief?profile=fr-western")
    for one, text in ((page, "Dust and horses"), (other, "Ghosts")):
        one.get_by_label("What you look for").fill(text)
        one.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Somebody changed this profile")).to_be_visible()
    expect(other.get_by_text("Dust and horses")).to_be_visible()
    expect(other.get_by_label("What you look for")).to_have_value("Ghosts")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Your brief is saved.")).to_be_visible()


def test_what_the_system_believes_is_read_and_a_missing_deal_is_added(site: Site) -> None:
    ready(site)
    with site.uow() as tx:
        tx.films.add(make.film("mule", title="The Lost Mule", synopsis=WORDS["Western"], year=2016))
        tx.commit()
    site.bundled.catch_up()
    page = opened(site, "/believes")
    site.check(page, "buyer-believes")
    page.get_by_role("button", name="Add a missing deal").click()
    page.get_by_label("Title of the film").fill("mule")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="The Lost Mule").click()
    page.get_by_role("button", name="Add the deal").click()
    expect(page.get_by_text("the deal has no date").first).to_be_visible()
    site.check(page, "buyer-deal")
    page.get_by_label("Released on").fill("2016-05-04")
    page.get_by_role("button", name="Add the deal").click()
    expect(page.get_by_text("The deal is added.")).to_be_visible()
    page.get_by_role("link", name="Correct The Lost Mule").click()
    page.get_by_role("spinbutton", name="Admissions").fill("1200")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_role("row", name="The Lost Mule").get_by_role("cell", name="1,200")).to_be_visible()
    page.get_by_role("link", name="Correct The Lost Mule").click()
    second = page.context.new_page()
    second.goto(page.url)
    page.get_by_role("spinbutton", name="Gross").fill("1234.56")
    page.get_by_role("textbox", name="Currency").fill("EUR")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_text("The deal is corrected.")).to_be_visible()
    second.get_by_role("spinbutton", name="Screens").fill("12")
    second.get_by_role("button", name="Save the correction").click()
    expect(second.get_by_text("Somebody changed this deal meanwhile.")).to_be_visible()
    page.get_by_role("link", name="Correct The Lost Mule").click()
    page.get_by_text("This deal never was").click()
    page.get_by_role("button", name="Take it out").click()
    expect(page.get_by_text("The deal is taken out.")).to_be_visible()


def test_it_all_fits_a_phone_and_a_dark_room(site: Site) -> None:
    ready(site)
    page = opened(site, **PHONE, color_scheme="dark")
    for place in ("suggestions", "suggestions/offer-0", "passed", "taste", "brief", "believes"):
        page.goto(f"/{place}?profile=fr-western")
        site.check(page, f"buyer-{place.replace('/', '-')}-phone")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, place


def test_the_shortlist_and_what_was_passed_are_lists_to_take_along(site: Site) -> None:
    ready(site)
    page = opened(site, "/suggestions/offer-0")
    page.get_by_role("button", name="Shortlist").first.click()
    expect(
        page.get_by_text("On your shortlist").or_(page.get_by_text("Shortlisted", exact=True)).first
    ).to_be_visible()
    page.goto("/shortlist?profile=fr-western")
    expect(page.get_by_role("link", name="The Salt Ferry")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="CSV").click()
    assert "The Salt Ferry" in downloading.value.path().read_text(encoding="utf-8-sig")
    page.goto("/brief/new")
    page.get_by_label("Territory").select_option("BE")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("is added.")).to_be_visible()
