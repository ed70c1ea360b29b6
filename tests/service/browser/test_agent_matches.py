"""A sales agent's matches, comparisons, what if and follow-up in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from service.clock import now
from service.domain.words import FeedbackKind
from tests.service import make
from tests.service.browser.agent_stock import stock_up
from tests.service.browser.site import Site
from tests.tastes import WORDS

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def stocked(site: Site) -> Site:
    stock_up(site)
    return site


def territory(page: Page) -> str:
    return page.locator("#territory").get_attribute("data-territory") or ""


def test_a_territory_is_chosen_on_the_map_in_the_list_and_by_its_address(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/matches?territory=US")
    assert territory(page) == "US"
    expect(page.locator('[data-map="US"]')).to_have_class(re.compile("^step-[1-4] chosen$"))
    page.locator('[data-map="KR"]').click()
    expect(page.get_by_role("heading", name="Nobody is asked here")).to_be_visible()
    expect(page).to_have_url(f"{stocked.url}/films/offer/matches?territory=KR")
    stocked.check(page, "agent-matches-closed")
    page.get_by_role("link", name="France").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Fr-Western")).to_be_visible()
    expect(page.locator("#territory")).to_be_focused()
    stocked.check(page, "agent-matches")
    page.go_back()
    expect(page.get_by_role("heading", name="Nobody is asked here")).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("heading", name="Fr-Western")).to_be_visible()
    page.get_by_text("Comparable releases and all reasons").first.click()
    expect(page.get_by_text("better than").first).to_be_visible()


def test_filters_stay_while_one_looks_around(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/matches?territory=FR")
    page.get_by_label("Distributors").select_option("5")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".match")).to_have_count(5)
    page.get_by_role("link", name="United States").click()
    expect(page.locator('#territory[data-territory="US"] .match')).to_have_count(5)
    assert "k=5" in page.url
    page.get_by_label("At least, in per cent").fill("99.9")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="No distributor reaches that probability")).to_be_visible()
    assert territory(page) == "US"
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".match")).to_have_count(5)


def test_whom_to_ask_is_shortlisted_noted_and_followed_up_on_the_board(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/matches?territory=FR")
    best = page.locator("#d-fr-western")
    best.get_by_role("button", name="Shortlist").click()
    expect(best.get_by_text("Shortlisted", exact=True).first).to_be_visible()
    arrived = best.locator("[data-arrived]")
    expect(arrived).to_have_text("Fr-Western, Shortlisted")
    expect(arrived).to_be_focused()
    best.locator("summary", has_text="Note").click()
    best.get_by_label("Note, only for your company").fill("Send the screener <b>first</b>")
    best.get_by_role("button", name="Save the note").click()
    expect(best.locator("summary", has_text="Send the screener <b>first</b>")).to_be_visible()
    best.get_by_role("button", name="Ask for a meeting").click()
    best.get_by_role("button", name="Ask for it").click()
    expect(best.get_by_text("Meeting asked for", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Follow-up").click()
    column = page.get_by_role("region", name="Meeting asked for")
    expect(column.get_by_text("Send the screener <b>first</b>").first).to_be_visible()
    stocked.check(page, "agent-board")
    column.get_by_role("button", name="We met").dblclick()
    expect(page.get_by_role("region", name="Met").get_by_role("heading", name="Fr-Western")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(column.get_by_role("heading", name="Fr-Western")).to_be_visible()
    column.get_by_text("Move or note").click()
    column.get_by_label("Where it stands").select_option("passed")
    column.get_by_label("Note, only for your company").fill("")
    column.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("a pass needs a reason")
    stocked.check(page, "agent-note-refused")
    page.get_by_label("Note, only for your company").fill("Too dark for them")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.goto("/board")
    expect(page.get_by_role("region", name="Passed").get_by_text("Too dark for them").first).to_be_visible()


def test_what_a_buyer_says_comes_to_the_board_and_the_film(stocked: Site) -> None:
    with stocked.uow() as tx:
        said = make.feedback(FeedbackKind.MEETING_ASKED, "offer", "harbor-us", "harbor", at=now())
        tx.feedback.add(said)
        tx.commit()
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer")
    expect(page.get_by_text("Harbor-Us: meeting asked for")).to_be_visible()
    page.get_by_role("link", name="Follow up", exact=True).click()
    expect(page.get_by_role("region", name="Buyers came to you")).to_contain_text(
        "They said: meeting asked for"
    )


def test_a_note_that_cannot_be_sent_says_so_and_is_kept(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/matches?territory=FR")
    best = page.locator("#d-fr-western")
    best.locator("summary", has_text="Note").click()
    best.get_by_label("Note, only for your company").fill("Written on the train")
    with stocked.lost_connection(page):
        best.get_by_role("button", name="Save the note").click()
        expect(page.get_by_text("The connection is lost.")).to_be_visible()
    expect(best.get_by_label("Note, only for your company")).to_have_value("Written on the train")
    best.get_by_role("button", name="Save the note").click()
    expect(best.locator("summary", has_text="Written on the train")).to_be_visible()


def test_a_part_asked_for_after_the_session_ended_leads_to_signing_in(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/matches?territory=FR")
    page.context.clear_cookies(name="reelmatch_session")
    page.get_by_role("link", name="United States").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "matches" in page.url


def test_distributors_are_compared_side_by_side(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/matches?territory=FR")
    page.get_by_role("button", name="Compare the ticked").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose 2 to 4")
    page.get_by_role("button", name="Back to the matches").click()
    boxes = page.get_by_role("checkbox", name="Compare")
    for place in range(4):
        boxes.nth(place).check()
    expect(boxes.nth(4)).to_be_disabled()
    page.get_by_role("button", name="Compare the ticked").click()
    expect(page.get_by_role("columnheader")).to_have_count(4)
    expect(page.get_by_role("rowheader", name="Likeness to its releases")).to_be_visible()
    stocked.check(page, "agent-compare")


def test_what_if_shows_who_moves_and_why_and_stores_nothing(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/what-if?territory=FR")
    page.get_by_label("Synopsis").fill(WORDS["Horror"])
    page.get_by_label("Genres").fill("Horror")
    page.get_by_label("Festivals").fill("Cannes")
    page.get_by_role("button", name="See what moves").click()
    expect(page.get_by_role("heading", name="What moves in France")).to_be_visible()
    expect(page.get_by_text("not used by the matching: festivals")).to_be_visible()
    first = page.locator(".moves tbody tr").first
    expect(first).to_contain_text("Fr-Horror")
    expect(first).to_contain_text("up")
    expect(first).to_contain_text("Genres")
    stocked.check(page, "agent-what-if")
    page.get_by_label("Budget").fill("a lot")
    page.get_by_role("button", name="See what moves").click()
    expect(page.get_by_text("Nothing was saved yet")).to_be_visible()
    page.get_by_role("button", name="Back to the film as it is").click()
    expect(page.get_by_label("Genres")).to_have_value("Western")


def test_matches_and_shortlist_are_taken_along_as_spreadsheets(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/matches?territory=FR")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export to Excel").click()
    assert downloading.value.path().read_bytes().startswith(b"PK")
    page.locator("#d-fr-western").get_by_role("button", name="Shortlist").click()
    expect(page.get_by_text("Shortlisted", exact=True).first).to_be_visible()
    page.goto("/board")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="CSV").click()
    assert "fr-western" in downloading.value.path().read_text(encoding="utf-8-sig")


def test_without_scripts_everything_is_links_and_forms(stocked: Site) -> None:
    page = stocked.signed_in("alba-member", java_script_enabled=False)
    page.goto("/films/offer/matches?territory=FR")
    page.get_by_role("link", name="United States").click()
    assert territory(page) == "US"
    page.locator("#d-us-western").get_by_role("button", name="Shortlist").click()
    expect(page.get_by_text("Noted.")).to_be_visible()
    page.goto("/films/offer/what-if?territory=FR")
    page.get_by_label("Genres").fill("Horror")
    page.get_by_role("button", name="See what moves").click()
    expect(page.get_by_role("heading", name="What moves in France")).to_be_visible()


def test_the_pages_fit_a_phone_in_the_dark(stocked: Site) -> None:
    page = stocked.signed_in("alba-member", **PHONE, color_scheme="dark")
    places = {
        "matches": "/films/offer/matches?territory=FR",
        "what-if": "/films/offer/what-if?territory=FR",
        "compare": "/films/offer/compare?d=fr-western&d=fr-novice",
        "board": "/board",
    }
    for name, place in places.items():
        page.goto(place)
        width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert width[0] <= width[1], place
        stocked.check(page, f"agent-{name}-phone")
