"""Before and after the meetings: who attends prepares, the organiser keeps what was before and notes who came."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import expect

from service.clock import frozen_at
from service.domain.events import Event
from service.usecases.events import outcomes, schedules, setup, wishes
from tests.service import make
from tests.service.browser.site import Site
from tests.service.browser.test_kept import end_session
from tests.service.browser.test_sign_in import sign_in
from tests.service.organising import ORGANISER, attendee, planned, small_event


def test_who_attends_says_whom_to_meet_and_which_films_come(site: Site) -> None:
    event = small_event(site.uow)
    with site.uow() as tx:
        for film_id, title in (("ferry", "The Salt Ferry"), ("owl", "Owl Season")):
            tx.films.add(make.film(film_id, "alba", title=title))
            tx.rights.add(make.held(film_id, "alba"))
        tx.commit()
    organiser = site.signed_in("marche-owner")
    organiser.goto(f"/events/{event.event_id}/facts")
    organiser.get_by_role("button", name="Let them").click()
    expect(organiser.get_by_text("Participants can prepare themselves now.")).to_be_visible()
    page = site.signed_in("alba-owner", viewport={"width": 390, "height": 844})
    page.goto("/attending")
    page.locator("#f-other").fill("Lumen")
    page.get_by_role("button", name="Add").dblclick()
    expect(page.get_by_role("rowheader", name="Lumen")).to_be_visible()
    page.get_by_label("Owl Season").first.check()
    page.get_by_label("The Salt Ferry").first.check()
    page.get_by_label("The one to push").select_option(label="Owl Season")
    page.get_by_role("button", name="Keep the line-up").click()
    expect(page.get_by_text("Your line-up is kept.")).to_be_visible()
    site.check(page, "attending-phone")
    assert attendee(site.uow, event, "s1").film_ids == ("owl", "ferry")
    assert len(wishes.list_wishes(site.uow, ORGANISER, event.event_id)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("You have said nothing yet.")).to_be_visible()
    setup.update_event(site.uow, ORGANISER, event.event_id, {"invites": False}, None)
    page.goto("/attending")
    expect(page.get_by_role("heading", name="Nothing to prepare")).to_be_visible()


def test_an_organiser_keeps_what_was_before_and_notes_who_came(site: Site) -> None:
    event: Event = small_event(site.uow)
    planned(site.uow, site.bundled.settings, event)
    schedules.publish(site.uow, ORGANISER, event.event_id, 1, None)
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}")
    expect(page.locator(".chart svg")).to_be_visible()
    site.check(page, "plan-knob")
    page.goto(f"/events/{event.event_id}/history")
    page.locator("#f-participant").fill("Alba Films")
    page.locator("#f-other").fill("Lumen")
    page.get_by_label("What was").select_option("competitor")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("cell", name="competitors")).to_be_visible()
    site.check(page, "history")
    with frozen_at(datetime(2026, 5, 14, 12, tzinfo=UTC)):
        page.goto(f"/events/{event.event_id}/agendas")
        page.get_by_role("link", name="Who came").click()
        page.get_by_label("Who came,").first.select_option("buyer_missing")
        page.get_by_label("Who came,").last.select_option("held")
        end_session(page)
        page.get_by_role("button", name="Note it").click()
        sign_in(page, "marche-owner")
        expect(page.get_by_label("Who came,").first).to_have_value("buyer_missing")
        expect(page.get_by_label("Who came,").last).to_have_value("held")
        page.get_by_role("button", name="Note it").click()
        expect(page.get_by_text("Missed most often")).to_be_visible()
        site.check(page, "attendance")
    assert len(outcomes.count_no_shows(site.uow, ORGANISER, event.event_id)) == 1
