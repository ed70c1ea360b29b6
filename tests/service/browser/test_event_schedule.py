"""An organiser plans, looks at the schedule, moves meetings by mouse and by keyboard, publishes and plans again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from service.domain.events import Event
from service.usecases.events import schedules
from service.usecases.events.planning import PlanRequest
from tests.service.browser.site import Site
from tests.service.organising import ORGANISER, carry_out_plans, import_csv, planned, small_event

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def event(site: Site) -> Event:
    """The small event with a first draft."""
    made = small_event(site.uow)
    planned(site.uow, site.bundled.settings, made)
    return made


def meeting(page: Page, seller: str, buyer: str) -> Locator:
    return page.locator(f'#grid td[data-seller="{seller}"][data-buyer="{buyer}"]')


def place_of(site: Site, event: Event, seller: str, buyer: str) -> tuple[str, str]:
    found = schedules.get_schedule(site.uow, ORGANISER, event.event_id)
    one = next(each for each in found.meetings if (each.seller_id, each.buyer_id) == (seller, buyer))
    return one.slot_id, one.table_id


def free_place(page: Page) -> Locator:
    return page.locator("#grid td:not([data-seller])").first


def test_one_button_plans_and_the_result_is_told_in_a_sentence(site: Site) -> None:
    event = small_event(site.uow)
    import_csv(site.uow, event, "wishes", "participant_id,other_id,wish\ns1,b1,must\n")
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}")
    expect(page.get_by_role("heading", name="Ready to plan")).to_be_visible()
    page.get_by_role("button", name="Plan", exact=True).dblclick()
    expect(page.get_by_role("heading", name="The plan waits for its turn")).to_be_visible()
    site.check(page, "plan-waits")
    carry_out_plans(site.uow, site.bundled.settings)
    expect(
        page.get_by_text("4 meetings, proved to be the best possible. 1 of 1 musts are kept.")
    ).to_be_visible()
    planned(site.uow, site.bundled.settings, event, PlanRequest(evenness=1.0))
    page.goto(f"/events/{event.event_id}")
    expect(page.locator(".chart svg")).to_be_visible()
    page.get_by_text("Gaps", exact=True).first.click()
    site.check(page, "plan")
    page.get_by_role("button", name="Plan", exact=True).click()
    stop = page.get_by_role("button", name="Stop")
    stop.focus()
    with page.expect_response(re.compile("progress")):
        pass
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The last plan was stopped. Nothing was changed.")).to_be_visible()


def test_a_must_that_is_impossible_is_told_with_what_to_change(site: Site) -> None:
    event = small_event(site.uow)
    import_csv(site.uow, event, "wishes", "participant_id,other_id,wish\ns1,b1,must\ns1,b2,must\n")
    limited = "participant_id,side,name,max_meetings\ns1,seller,Alba Films,1\n"
    import_csv(site.uow, event, "participants", limited)
    planned(site.uow, site.bundled.settings, event)
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}")
    expect(page.get_by_text("1 of 2 musts are kept.")).to_be_visible()
    clash = page.locator(".clash")
    expect(clash).to_contain_text("Alba Films")
    expect(clash).to_contain_text("What would help")
    site.check(page, "plan-clash")
    page.get_by_role("link", name="Why not?").nth(1).click()
    expect(page.get_by_role("heading", name="The answer")).to_be_visible()
    expect(page.get_by_text("To have it:")).to_be_visible()
    site.check(page, "why-not")


def test_a_meeting_is_dragged_to_a_free_place_and_keeps_its_pair(site: Site, event: Event) -> None:
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}/schedule")
    site.check(page, "schedule")
    target = page.locator('#grid td[data-slot="a3"]:not([data-seller])').first
    wanted = (target.get_attribute("data-slot"), target.get_attribute("data-table"))
    other = page.context.new_page()
    other.goto(f"/events/{event.event_id}/schedule/change?kind=move&seller=s1&buyer=b1&slot=a3&table=t2")
    drag_and_wait(page, meeting(page, "s1", "b1"), target)
    expect(page.get_by_text("The meeting of Alba Films and Lumen is now on")).to_be_visible()
    assert place_of(site, event, "s1", "b1") == wanted
    other.get_by_role("button", name="Move it").click()
    expect(other.get_by_text("Somebody changed the schedule since you looked at it")).to_be_visible()
    assert place_of(site, event, "s1", "b1") == wanted
    page.get_by_role("navigation").get_by_role("link", name="Agendas").click()
    page.get_by_role("link", name="Lumen").click()
    page.go_back()
    expect(page.get_by_role("heading", name="Agendas")).to_be_visible()
    page.get_by_text("Export and print").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Workbook").click()
    assert taken.value.suggested_filename.startswith("schedule-")
    expect(page.get_by_text("The file is saved.")).to_be_visible()


def test_a_drag_that_would_break_a_rule_says_so_and_changes_nothing(site: Site, event: Event) -> None:
    slot, _ = place_of(site, event, "s1", "b1")
    others = {"a1", "a2", "a3"} - {slot, place_of(site, event, "s1", "b2")[0]}
    import_csv(
        site.uow, event, "absences", "participant_id,slot_id\n" + "".join(f"s1,{one}\n" for one in others)
    )
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}/schedule")
    target = page.locator(f'#grid td[data-slot="{others.pop()}"]:not([data-seller])').first
    drag_and_wait(page, meeting(page, "s1", "b1"), target)
    expect(page.get_by_text("This cannot be done:")).to_be_visible()
    expect(page.locator("#panel")).to_contain_text("Alba Films is away")
    site.check(page, "schedule-conflict")
    with site.lost_connection(page):
        meeting(page, "s2", "b1").get_by_role("link").click()
        expect(page.get_by_text("The connection is lost.")).to_be_visible()
    meeting(page, "s2", "b1").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Grim Sales – Lumen")).to_be_visible()
    assert place_of(site, event, "s1", "b1")[0] == slot


def drag_and_wait(page: Page, source: Locator, target: Locator) -> None:
    """Drag as a hand does: pick up, wait until the places are told, put down."""
    source.hover()
    page.mouse.down()
    target.hover()
    expect(page.locator("#grid td[data-drop]").first).to_be_attached()
    target.hover()
    page.mouse.up()


def test_the_same_by_keyboard_with_swap_lock_cancel_and_stand_by(site: Site, event: Event) -> None:
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}/schedule")
    meeting(page, "s1", "b1").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Alba Films – Lumen")).to_be_focused()
    page.get_by_role("button", name="Pick up to move").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Picked up: Alba Films – Lumen.")).to_be_visible()
    expect(page.locator(".held")).to_be_focused()
    site.check(page, "schedule-picked-up")
    page.get_by_role("button", name="Swap with the meeting").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The two meetings have changed places.")).to_be_visible()
    expect(page.locator("#grid")).to_be_focused()
    meeting(page, "s1", "b1").get_by_role("link").click()
    page.get_by_role("button", name="Fix it").click()
    expect(page.get_by_text("The meeting is fixed: planning keeps it where it is.")).to_be_visible()
    meeting(page, "s2", "b2").get_by_role("link").click()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("would no longer meet")).to_be_visible()
    page.locator("#panel").get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("The meeting of Grim Sales and Harbor Pictures is cancelled.")).to_be_visible()
    free_place(page).get_by_role("link").click()
    expect(page.locator("#panel")).to_contain_text("Grim Sales – Harbor Pictures")
    site.check(page, "schedule-stand-by")
    page.locator(".stand-bys").get_by_role("button", name="Add").first.click()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Grim Sales and Harbor Pictures meet on")).to_be_visible()


def test_a_change_in_another_tab_is_told_before_anything_is_overwritten(site: Site, event: Event) -> None:
    page = site.signed_in("marche-owner")
    place = f"/events/{event.event_id}/schedule/change?kind=cancel&seller=s2&buyer=b2"
    page.goto(place)
    other = page.context.new_page()
    other.goto(f"/events/{event.event_id}/schedule/change?kind=cancel&seller=s1&buyer=b1")
    other.get_by_role("button", name="Cancel it").click()
    expect(other.get_by_text("The meeting of Alba Films and Lumen is cancelled.")).to_be_visible()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("Somebody changed the schedule since you looked at it")).to_be_visible()
    assert len(schedules.get_schedule(site.uow, ORGANISER, event.event_id).meetings) == 3
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("The meeting of Grim Sales and Harbor Pictures is cancelled.")).to_be_visible()


def test_publishing_twice_by_a_double_click_publishes_once(site: Site, event: Event) -> None:
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}/versions")
    other = page.context.new_page()
    other.goto(f"/events/{event.event_id}/versions")
    page.get_by_role("button", name="Publish").dblclick()
    expect(page.get_by_text("Version 1 is published")).to_be_visible()
    other.get_by_role("button", name="Publish").click()
    expect(other.get_by_text("Version 1 is published already.")).to_be_visible()
    page.goto(f"/events/{event.event_id}/incidents")
    site.check(page, "incidents")
    page.locator("#out").fill("Harbor Pictures")
    page.locator("form", has=page.locator("#out")).get_by_role("button").click()
    carry_out_plans(site.uow, site.bundled.settings)
    page.goto(f"/events/{event.event_id}/versions")
    expect(page.get_by_text("Harbor Pictures has dropped out")).to_be_visible()
    expect(page.get_by_text("Publishing it changes 2 published meetings and adds 0.")).to_be_visible()
    site.check(page, "versions")
    page.get_by_role("link", name="Show the differences").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    site.check(page, "versions-compared")
    page.goto(f"/events/{event.event_id}/versions")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 2 is published")).to_be_visible()
    page.get_by_role("button", name="Roll back to it").click()
    expect(page.get_by_text("Version 3 is a draft with those meetings.")).to_be_visible()


def test_everything_is_there_on_a_phone(site: Site, event: Event) -> None:
    page = site.signed_in("marche-owner", **PHONE)
    for name in ("", "/schedule", "/agendas", "/agendas/s1", "/versions", "/setup"):
        page.goto(f"/events/{event.event_id}{name}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, (name, width)
        site.check(page, f"phone-event{name.replace('/', '-')}")
