"""A participant looks at the own agenda, answers before the event, and says afterwards what came of it."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from service.usecases.events import agendas, outcomes, people, schedules
from tests.service.browser.site import Site
from tests.service.browser.test_sign_in import sign_in
from tests.service.organising import ORGANISER, planned, small_event


def test_a_participant_accepts_declines_with_a_reason_and_proposes_another_time(site: Site) -> None:
    event = small_event(site.uow, date(2027, 5, 14))
    planned(site.uow, site.bundled.settings, event)
    page = site.signed_in("alba-member", viewport={"width": 390, "height": 844})
    page.goto("/agenda")
    expect(page.get_by_role("heading", name="No agenda yet")).to_be_visible()
    schedules.publish(site.uow, ORGANISER, event.event_id, 1, None)
    page.goto("/account")
    page.get_by_role("link", name="My agenda").click()
    lumen, harbor = (page.locator("li.card", has_text=name) for name in ("Lumen", "Harbor Pictures"))
    site.check(page, "agenda-phone")
    lumen.get_by_role("button", name="Accept").dblclick()
    expect(page.get_by_text("You have accepted the meeting.")).to_be_visible()
    harbor.get_by_text("Decline").first.click()
    harbor.get_by_label("Why?").fill("we met last week")
    harbor.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("You have declined.")).to_be_visible()
    harbor.get_by_text("Another time").first.click()
    harbor.get_by_role("button", name="Propose it").click()
    expect(page.get_by_text("Your proposal is with the organiser.")).to_be_visible()
    expect(harbor).to_contain_text("You asked for")
    said = agendas.list_responses(site.uow, ORGANISER, event.event_id)
    assert {(one.buyer_id, one.answer.value) for one in said} == {("b1", "accepted"), ("b2", "proposed")}
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    organiser = site.signed_in("marche-owner")
    organiser.goto(f"/events/{event.event_id}/schedule")
    expect(organiser.get_by_text("other time")).to_be_visible()
    organiser.goto(f"/events/{event.event_id}/answers")
    site.check(organiser, "answers")
    organiser.get_by_role("link", name="Move it there").click()
    expect(organiser.get_by_role("heading", name="Move a meeting")).to_be_visible()


def test_after_the_meeting_a_side_says_who_came_and_what_came_of_it(site: Site) -> None:
    event = small_event(site.uow)
    planned(site.uow, site.bundled.settings, event)
    schedules.publish(site.uow, ORGANISER, event.event_id, 1, None)
    page = site.signed_in("lumen-owner")
    page.goto("/agenda")
    site.check(page, "agenda-afterwards")
    alba, grim = (page.locator("li.card", has_text=name) for name in ("Alba Films", "Grim Sales"))
    alba.get_by_label("What came of it").select_option("follow_up")
    alba.get_by_label("A note").fill("send a link")
    alba.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("What came of it is noted.")).to_be_visible()
    grim.get_by_label("Who came").select_option("seller_missing")
    grim.get_by_role("button", name="Note it").click()
    expect(grim.get_by_text("The seller did not come")).to_be_visible()
    missed = outcomes.count_no_shows(site.uow, ORGANISER, event.event_id)
    assert [(one.participant_id, one.missed) for one in missed] == [("s2", 1)]


def test_the_agenda_is_taken_along_and_no_wrong_turn_answers_for_somebody(site: Site) -> None:
    event = small_event(site.uow, date(2027, 5, 14))
    planned(site.uow, site.bundled.settings, event)
    schedules.publish(site.uow, ORGANISER, event.event_id, 1, None)
    page = site.signed_in("alba-member")
    page.goto("/agenda")
    starts = {"PDF": b"%PDF", "Calendar": b"BEGIN:VCALENDAR"}
    for link, start in starts.items():
        with page.expect_download() as downloading:
            page.get_by_role("link", name=link, exact=True).click()
        assert downloading.value.path().read_bytes().startswith(start)
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.get_by_role("link", name="Calendar")).to_be_hidden()
    page.emulate_media(media="screen")
    other = page.context.new_page()
    other.goto(page.url)
    lumen = page.locator("li.card", has_text="Lumen")
    with site.lost_connection(page):
        lumen.get_by_role("button", name="Accept").click()
    page.goto("/agenda")
    assert agendas.list_responses(site.uow, ORGANISER, event.event_id) == ()
    with site.uow() as tx:
        tx.sessions.end_all("alba-member")
        tx.commit()
    lumen.get_by_role("button", name="Accept").click()
    sign_in(page, "alba-member")
    expect(page.get_by_role("heading", name="My agenda")).to_be_visible()
    lumen.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("You have accepted the meeting.")).to_be_visible()
    page.go_back()
    # What the second tab shows was published before; meanwhile Lumen dropped out, and it was published again.
    people.drop_out(site.uow, ORGANISER, event.event_id, "b1")
    planned(site.uow, site.bundled.settings, event)
    schedules.publish(site.uow, ORGANISER, event.event_id, 2, None)
    late = other.locator("li.card", has_text="Lumen")
    other.reload()
    expect(late).to_have_count(0)
    expect(other.locator("li.card", has_text="Harbor Pictures")).to_be_visible()
