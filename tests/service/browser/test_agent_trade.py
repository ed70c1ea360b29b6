"""A sales agent's rights and deals in a browser, and a meeting that both sides agree on."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from service.clock import now
from service.domain.words import FeedbackKind
from tests.service import make
from tests.service.browser.agent_stock import stock_up
from tests.service.browser.site import Site
from tests.service.browser.test_agent_films import is_wider_than_the_screen

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def stocked(site: Site) -> Site:
    stock_up(site)
    return site


def test_rights_are_changed_and_what_is_in_the_way_is_named(stocked: Site) -> None:
    with stocked.uow() as tx:
        tx.rights.add(make.sold("offer", "alba", "lumen"))
        tx.commit()
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer")
    page.get_by_role("button", name="Change Held").first.click()
    expect(page.get_by_role("heading", name="Change rights")).to_be_visible()
    stocked.check(page, "agent-rights-change")
    page.get_by_label("Last day").fill("2028-12-31")
    page.get_by_label("Note", exact=True).fill("until the festival")
    page.get_by_role("button", name="Save the changes").dblclick()
    expect(page.get_by_text("Theatrical in France, sold to Lumen")).to_be_visible()
    expect(page.get_by_label("Note", exact=True)).to_have_value("until the festival")
    stocked.check(page, "agent-rights-conflict")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Look at what is in the way").click()
    expect(opened.value).to_have_url(re.compile(r"/films/offer#r-[0-9a-f]{16}$"))
    page.get_by_label("Last day").fill("2045-12-31")
    page.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_text("Rights changed: 2.")).to_be_visible()
    expect(page.get_by_text("31 Dec 2045").first).to_be_visible()


def test_two_tabs_that_change_the_same_rights_are_told(stocked: Site) -> None:
    first = stocked.signed_in("alba-member")
    second = first.context.new_page()
    for tab in (first, second):
        tab.goto("/films/offer")
        tab.get_by_role("button", name="Change Held").first.click()
    first.get_by_label("Note", exact=True).fill("first")
    first.get_by_role("button", name="Save the changes").click()
    expect(first.get_by_text("Rights changed: 2.")).to_be_visible()
    second.get_by_label("Note", exact=True).fill("second")
    second.get_by_role("button", name="Save the changes").click()
    expect(second.get_by_text("Somebody changed these rights while you were writing.")).to_be_visible()
    expect(second.get_by_label("Note", exact=True)).to_have_value("second")
    second.get_by_role("button", name="Save the changes").click()
    expect(second.get_by_text("Rights changed: 2.")).to_be_visible()


def test_a_deal_is_recorded_with_its_terms_and_its_outcome_later(stocked: Site) -> None:
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer")
    page.get_by_role("button", name="Record a deal").click()
    stocked.check(page, "agent-deal-new")
    page.get_by_label("Distributor required").fill("Lumen-Fr (FR)")
    page.get_by_label("Signed on").fill("2026-05-14")
    page.get_by_label("Licence from").fill("2026-09-01")
    page.get_by_label("Licence to").fill("2059-08-31")
    page.get_by_label("Minimum guarantee").fill("60000")
    page.get_by_label("Currency of the guarantee").fill("EUR")
    page.get_by_role("button", name="Record the deal").click()
    expect(page.get_by_text("you do not hold", exact=False).first).to_be_visible()
    expect(page.get_by_label("Minimum guarantee")).to_have_value("60000")
    page.get_by_label("Licence to").fill("2033-08-31")
    page.get_by_role("button", name="Record the deal").dblclick()
    expect(page.get_by_text("The deal with Lumen-Fr is recorded.")).to_be_visible()
    page.get_by_role("link", name="Change Lumen-Fr").click()
    stocked.check(page, "agent-deal")
    page.get_by_label("Released on").fill("2026-10-07")
    page.get_by_label("Admissions", exact=True).fill("41250")
    page.get_by_role("button", name="Save the deal").click()
    expect(page.get_by_text("The deal is saved.")).to_be_visible()
    expect(page.get_by_role("cell", name="41,250")).to_be_visible()
    phone = stocked.signed_in("alba-member", **PHONE)
    phone.goto("/films/offer/deals/new")
    assert not is_wider_than_the_screen(phone)
    stocked.check(phone, "agent-deal-new-phone")


def test_agent_and_distributor_agree_on_a_meeting(stocked: Site) -> None:
    with stocked.uow() as tx:
        tx.feedback.add(make.feedback(FeedbackKind.SHORTLISTED, "offer", "lumen-fr", "alba"))
        tx.commit()
    soon = (now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    agent, buyer = stocked.signed_in("alba-member"), stocked.signed_in("lumen-owner", **PHONE)
    agent.goto("/board")
    agent.get_by_role("button", name="Ask for a meeting").or_(
        agent.get_by_label("Ask for a meeting")
    ).first.click()
    agent.get_by_label("What the distributor reads").fill("Twenty minutes in Cannes?")
    agent.get_by_role("button", name="Ask for it").click()
    expect(agent.get_by_text("Meeting: not answered yet")).to_be_visible()
    stocked.check(agent, "agent-board-asked")
    buyer.goto("/meeting-requests")
    expect(buyer.get_by_text("Twenty minutes in Cannes?")).to_be_visible()
    assert not is_wider_than_the_screen(buyer)
    stocked.check(buyer, "meeting-requests-phone")
    buyer.get_by_text("Another time").click()
    buyer.get_by_label("When?").fill(soon)
    buyer.get_by_label("A few words").fill("After the screening")
    buyer.get_by_role("button", name="Propose it").click()
    expect(buyer.get_by_text("Your proposal is with the other side.")).to_be_visible()
    agent.goto("/meeting-requests")
    expect(agent.get_by_text("After the screening")).to_be_visible()
    stocked.check(agent, "meeting-requests")
    other = agent.context.new_page()
    other.goto("/meeting-requests")
    agent.get_by_role("button", name="Accept").click()
    expect(agent.get_by_text("You have accepted the meeting.")).to_be_visible()
    other.locator("summary", has_text="Decline").click()
    other.get_by_label("Why? The other side reads it.").fill("too late")
    other.get_by_role("button", name="Decline the meeting").click()
    expect(other.get_by_text("answered or taken back meanwhile")).to_be_visible()
    buyer.reload()
    expect(buyer.get_by_text("Accepted", exact=True)).to_be_visible()


def test_a_deal_changed_in_another_tab_is_told(stocked: Site) -> None:
    with stocked.uow() as tx:
        tx.deals.add(make.deal("offer", "lumen-fr", "made", agent_id="alba"))
        tx.commit()
    page = stocked.signed_in("alba-member")
    page.goto("/films/offer/deals/made")
    second = page.context.new_page()
    second.goto(page.url)
    for tab, number in ((page, "41250"), (second, "50000")):
        tab.get_by_label("Admissions", exact=True).fill(number)
        tab.get_by_role("button", name="Save the deal").click()
    expect(page.get_by_text("The deal is saved.")).to_be_visible()
    expect(second.get_by_text("Somebody changed this deal while you were writing.")).to_be_visible()
    expect(second.get_by_label("Admissions", exact=True)).to_have_value("50000")


def test_what_a_buyer_asks_is_declined_with_words_that_stay_words(stocked: Site) -> None:
    buyer, agent = stocked.signed_in("lumen-owner"), stocked.signed_in("alba-member")
    buyer.goto("/suggestions/offer")
    buyer.get_by_label("Ask for a meeting about The Draw").click()
    buyer.get_by_label("What the sales agent reads").fill("Tuesday at your stand?")
    buyer.get_by_role("button", name="Ask for it").click()
    expect(buyer.get_by_text("Meeting asked for", exact=True)).to_be_visible()
    agent.goto("/meeting-requests")
    expect(agent.get_by_text("Tuesday at your stand?")).to_be_visible()
    agent.locator("summary", has_text="Decline").click()
    agent.get_by_label("Why? The other side reads it.").fill("=cmd() <i>sold already</i>")
    agent.get_by_role("button", name="Decline the meeting").click()
    expect(agent.get_by_text("Declined", exact=True)).to_be_visible()
    buyer.goto("/meeting-requests")
    expect(buyer.get_by_text("=cmd() <i>sold already</i>")).to_be_visible()


def test_rights_are_imported_from_a_sheet_and_wrong_columns_are_corrected(
    stocked: Site, tmp_path: Path
) -> None:
    file = tmp_path / "rights.csv"
    rows = "grant_id,film_id,direction,territory,media_right,exclusive,starts_on,ends_on,status\n"
    file.write_text(
        f"{rows}g-be,offer,held,BE,theatrical,yes,2026-01-01,2031-12-31,active\n"
        "g-xx,offer,held,XX,theatrical,yes,2026-01-01,2031-12-31,active\n"
    )
    page = stocked.signed_in("alba-member")
    page.goto("/imports")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    page.get_by_label("What each row is").select_option("rights")
    page.get_by_role("button", name="Guess the columns again").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("would be added")).to_be_visible()
    expect(page.get_by_role("cell", name="XX").first).to_be_visible()
    page.get_by_role("button", name="Write the good rows").click()
    expect(page.get_by_text("Applied.")).to_be_visible()
    page.goto("/films/offer")
    expect(page.get_by_text("Belgium").first).to_be_visible()
