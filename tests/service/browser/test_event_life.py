"""The life of an event in a browser: planned with the knob, printed, changed on the day, closed, deleted."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Download, Page, expect

from recommender.meetings.domain import Lock
from service.domain.events import Event
from service.domain.schedules import Schedule
from service.domain.words import Answer
from service.usecases.events import agendas, schedules
from tests.service.browser.site import Site
from tests.service.browser.whole_stock import AGENT as ALBA
from tests.service.organising import ORGANISER, carry_out_plans, planned, small_event


@pytest.fixture
def published(site: Site) -> Event:
    """The small event, its first plan published."""
    event = small_event(site.uow)
    planned(site.uow, site.bundled.settings, event)
    schedules.publish(site.uow, ORGANISER, event.event_id, 1, None)
    return event


def opened(site: Site, event: Event, page: str = "") -> Page:
    browser = site.signed_in("marche-owner")
    browser.goto(f"/events/{event.event_id}{page}")
    return browser


def latest(site: Site, event: Event) -> Schedule:
    return schedules.list_schedules(site.uow, ORGANISER, event.event_id)[0]


def saved(page: Page, link: str) -> Download:
    with page.expect_download() as downloading:
        page.get_by_role("link", name=link).click()
    return downloading.value


def test_the_knob_turned_by_keyboard_is_what_the_next_plan_is_made_with(site: Site) -> None:
    event = small_event(site.uow)
    page = opened(site, event)
    page.locator("#f-evenness").focus()
    page.keyboard.press("End")
    expect(page.locator('output[for="f-evenness"]')).to_have_text("1")
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Note").fill("As even as it gets")
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_role("heading", name="The plan waits for its turn")).to_be_visible()
    carry_out_plans(site.uow, site.bundled.settings)
    expect(page.get_by_text("proved to be the best possible")).to_be_visible()
    page.get_by_text("The figures", exact=True).click()
    expect(page.get_by_role("row", name="1 this version")).to_be_visible()
    version = latest(site, event)
    assert (version.report["evenness_knob"], version.note) == (1.0, "As even as it gets")


def test_fixed_meetings_that_contradict_are_named_and_the_rest_is_planned_if_asked(site: Site) -> None:
    event = small_event(site.uow)
    with site.uow() as tx:
        # Refused by hand: as if an absence had been stored after the meeting was fixed.
        tx.wishes.put_locks(event.event_id, [Lock("s1", "b1", "a1", "t1")])
        tx.participants.add_absences(event.event_id, {("b1", "a1")})
        tx.commit()
    page = opened(site, event)
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_role("heading", name="The plan waits for its turn")).to_be_visible()
    carry_out_plans(site.uow, site.bundled.settings)
    expect(page.get_by_text("The last plan could not be made.")).to_be_visible()
    clash = page.locator(".clash")
    expect(clash).to_contain_text("Fixed meeting: Alba Films and Lumen, 14 May 2026 at 09:00")
    expect(clash).to_contain_text("Absence: Lumen, 14 May 2026 at 09:00")
    site.check(page, "plan-failed")
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Plan the rest where fixed meetings contradict").check()
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_role("heading", name="The plan waits for its turn")).to_be_visible()
    carry_out_plans(site.uow, site.bundled.settings)
    expect(page.get_by_role("heading", name="What contradicts")).to_be_visible()


def test_on_the_day_a_late_arrival_and_a_lost_table_change_as_little_as_possible(
    site: Site, published: Event
) -> None:
    page = opened(site, published, "/incidents")
    late = page.locator("form", has=page.locator("#late"))
    page.locator("#late").fill("Lumen")
    page.locator("#f-until").fill("2026-05-14T09:30")
    late.get_by_role("button").click()
    expect(page.get_by_text("Lumen arrives at 09:30.")).to_be_visible()
    carry_out_plans(site.uow, site.bundled.settings)
    expect(page.get_by_text("Version 2", exact=True)).to_be_visible()
    page.goto(f"/events/{published.event_id}/incidents")
    page.locator("#f-table").select_option("t1")
    page.locator("form", has=page.locator("#f-table")).get_by_role("button").click()
    expect(page.get_by_text("Table t1 is gone.")).to_be_visible()
    carry_out_plans(site.uow, site.bundled.settings)
    expect(page.get_by_text("Version 3", exact=True)).to_be_visible()
    found = schedules.get_schedule(site.uow, ORGANISER, published.event_id)
    assert {one.table_id for one in found.meetings} == {"t2"}
    assert all(one.slot_id != "a1" for one in found.meetings if one.buyer_id == "b1")
    page.goto(f"/events/{published.event_id}/versions")
    page.get_by_role("button", name="Publish").first.click()
    expect(page.get_by_text("is published: everybody sees their agenda.")).to_be_visible()
    page.go_back()
    page.goto(f"/events/{published.event_id}/agendas")
    expect(page.get_by_text("Version 3")).to_be_visible()


def test_everything_can_be_taken_along_as_a_file_and_printed(site: Site, published: Event) -> None:
    page = opened(site, published, "/agendas")
    page.get_by_text("Export and print").click()
    starts = {
        "All agendas, to print (PDF)": b"%PDF",
        "Signs for the tables (PDF)": b"%PDF",
        "All calendars (ZIP of ICS)": b"PK",
        "Workbook: all, per day": b"PK",
        "Meetings as CSV": b"",
    }
    for link, start in starts.items():
        content = saved(page, link).path().read_bytes()
        assert content.startswith(start), link
        assert len(content) > 100, link
        expect(page.get_by_text("The file is saved.")).to_be_visible()
    assert json.loads(saved(page, "Meetings and figures as JSON").path().read_bytes())["meetings"]
    with site.lost_connection(page):
        page.get_by_role("link", name="Meetings as CSV").click()
        expect(page.get_by_text("The connection is lost. Try again in a moment.")).to_be_visible()
    page.goto(f"/events/{published.event_id}/agendas/s1")
    assert saved(page, "PDF").path().read_bytes().startswith(b"%PDF")
    assert b"BEGIN:VCALENDAR" in saved(page, "Calendar").path().read_bytes()
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.get_by_text("Lumen").first).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


def test_an_event_is_closed_opened_again_and_deleted_by_its_name(site: Site, published: Event) -> None:
    page = opened(site, published, "/facts")
    page.get_by_role("button", name="Close the event").click()
    expect(page.get_by_text("The event is closed.")).to_be_visible()
    page.goto(f"/events/{published.event_id}")
    expect(page.get_by_role("button", name="Plan", exact=True)).to_be_disabled()
    page.goto(f"/events/{published.event_id}/facts")
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_text("The event is open again.")).to_be_visible()
    page.goto(f"/events/{published.event_id}/facts")
    page.locator("#f-typed").fill("Spring")
    page.get_by_role("button", name="Delete the event").click()
    expect(page.get_by_text("this is not the name of the event")).to_be_visible()
    page.locator("#f-typed").fill("Spring Market")
    page.get_by_role("button", name="Delete the event").dblclick()
    expect(page.get_by_text("Spring Market is deleted.")).to_be_visible()
    assert page.goto(f"/events/{published.event_id}").status == 404  # type: ignore[union-attr]


def test_a_draft_is_deleted_and_why_two_do_not_meet_is_asked_by_name(site: Site, published: Event) -> None:
    planned(site.uow, site.bundled.settings, published)
    page = opened(site, published, "/versions")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Version 2 is deleted.")).to_be_visible()
    page.goto(f"/events/{published.event_id}/why-not")
    page.locator("#f-seller").fill("Alba Films")
    page.locator("#f-buyer").fill("Nobody")
    page.get_by_role("button", name="Why not?").click()
    expect(page.get_by_text("nobody of this event is called Nobody")).to_be_visible()
    page.goto(f"/events/{published.event_id}/agendas")
    page.get_by_label("Part of the name").fill("lumen")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_people_come_after_all_and_what_they_answered_is_settled(site: Site, published: Event) -> None:
    agendas.respond(site.uow, ALBA, published.event_id, "s1", "b1", Answer.DECLINED, reason="No time.")
    place = f"/events/{published.event_id}"
    page = opened(site, published, "/answers?answer=declined")
    page.get_by_role("button", name="Do not plan it again").click()
    expect(page.get_by_text("not planned again")).to_be_visible()
    page.goto(f"{place}/participant?id=b2")
    page.get_by_role("button", name="Has dropped out").click()
    expect(page.get_by_text("Harbor Pictures has dropped out.")).to_be_visible()
    page.get_by_role("button", name="Comes after all").click()
    expect(page.get_by_text("Harbor Pictures comes after all.")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_label("09:30").check()
    other = page.context.new_page()
    other.goto(f"{place}/participant?id=b2")
    page.get_by_role("button", name="Save absences").click()
    other.get_by_label("11:00").check()
    other.get_by_role("button", name="Save absences").click()
    expect(other.get_by_role("alert")).to_contain_text("somebody changed this participant meanwhile")
    page.goto(f"{place}/schedule?version=1")
    page.locator("#q").fill("lumen")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("td.marked")).to_have_count(2)
    page.goto(f"{place}/why-not?who=s1")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
