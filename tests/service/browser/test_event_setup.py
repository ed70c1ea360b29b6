"""An organiser sets an event up: by hand, by file, from the service's own companies."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect

from tests.service.browser.site import PASSWORD, Site
from tests.service.organising import FILES, small_event


def new_event(page: Page, name: str = "Autumn Market") -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("First day").fill("2027-05-14")
    page.get_by_label("Last day").fill("2027-05-15")
    page.get_by_role("button", name="Make the event").click()


def test_a_new_event_begins_with_slots_and_tables_and_says_what_comes_next(site: Site) -> None:
    page = site.signed_in("marche-owner")
    page.goto("/events")
    expect(page.get_by_role("heading", name="No event yet")).to_be_visible()
    site.check(page, "events-empty")
    page.get_by_role("button", name="New event").click()
    site.check(page, "event-new")
    page.get_by_label("Last slot ends by").fill("09:40")
    new_event(page)
    expect(page.get_by_text("no slot fits between these times")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Autumn Market")
    page.get_by_label("Last slot ends by").fill("12:00")
    page.get_by_role("button", name="Make the event").dblclick()
    expect(page.get_by_text("Autumn Market is there. Next: who comes.")).to_be_visible()
    expect(page.locator(".card", has_text="Slots").locator(".big").first).to_have_text("10")
    site.check(page, "event-setup")
    page.goto("/events")
    expect(page.get_by_role("link", name="Autumn Market", exact=True)).to_have_count(1)
    site.check(page, "events")


def test_participants_are_added_changed_and_away_by_hand(site: Site) -> None:
    event = small_event(site.uow)
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}/participants")
    site.check(page, "participants")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Side").select_option("buyer")
    page.get_by_label("Name").fill("Nordlys")
    page.get_by_label("At least so many meetings").fill("9")
    page.get_by_label("At most in all").fill("3")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("At least so many meetings").fill("1")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Nordlys is added.")).to_be_visible()
    page.get_by_role("link", name="Nordlys").click()
    page.get_by_label("11:00").check()
    page.get_by_role("button", name="Save absences").click()
    expect(page.get_by_text("Nordlys is away in 1 slots.")).to_be_visible()
    expect(page.get_by_label("11:00")).to_be_checked()
    site.check(page, "participant")
    page.get_by_role("button", name="Has dropped out").click()
    expect(page.get_by_text("dropped out", exact=True)).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Nordlys is removed.")).to_be_visible()
    page.get_by_label("Part of the name").fill("alba")
    page.get_by_label("Side").select_option("seller")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_two_tabs_do_not_overwrite_each_other(site: Site) -> None:
    event = small_event(site.uow)
    page = site.signed_in("marche-owner")
    place = f"/events/{event.event_id}/participant?id=s1"
    page.goto(place)
    other = page.context.new_page()
    other.goto(place)
    other.get_by_label("At most in all").fill("2")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Alba Films is changed.")).to_be_visible()
    page.get_by_label("At most in all").fill("4")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Somebody changed this participant since you opened the form.")).to_be_visible()
    expect(page.get_by_label("At most in all")).to_have_value("4")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Alba Films is changed.")).to_be_visible()


def test_a_list_is_tried_with_its_row_errors_and_then_imported(site: Site) -> None:
    event = small_event(site.uow)
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}/import?table=wishes")
    rows = "participant_id,other_id,wish\ns1,b1,must\ns1,nobody,want\n=cmd(),b1,want\n"
    file: FilePayload = {"name": "wishes.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("#f-file").set_input_files(file)
    page.get_by_role("button", name="Try it first").click()
    expect(page.get_by_role("heading", name="Tried: nothing is written yet")).to_be_visible()
    expect(page.get_by_text("1 new")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(2)
    site.check(page, "import-tried")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    page.goto(f"/events/{event.event_id}/wishes")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("#f-participant").fill("Grim Sales")
    page.locator("#f-other").fill("Nobody at all")
    page.locator("form", has=page.get_by_role("heading", name="Add a wish")).get_by_role("button").click()
    expect(page.get_by_text("nobody of this event is called Nobody at all")).to_be_visible()
    page.locator("#f-other").fill("Lumen")
    page.locator("form", has=page.get_by_role("heading", name="Add a wish")).get_by_role("button").click()
    expect(page.get_by_text("The wish of Grim Sales is noted.")).to_be_visible()
    site.check(page, "wishes")


def test_slots_tables_and_companies_of_the_service_fill_an_event(site: Site) -> None:
    event = small_event(site.uow)
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}/places")
    page.get_by_text("Add tables").click()
    page.get_by_label("Names").fill("x1-x3")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("3 tables are added.")).to_be_visible()
    page.get_by_label("Remove the slot at 11:00").click()
    expect(page.get_by_text("The slot is removed.")).to_be_visible()
    site.check(page, "places")
    page.goto(f"/events/{event.event_id}/fill")
    page.get_by_role("button", name="Show whom it would add").click()
    expect(page.get_by_text("nobody was chosen")).to_be_visible()
    page.get_by_label("grim").check()
    page.get_by_label("Distributors in these territories").fill("US")
    page.get_by_role("button", name="Show whom it would add").click()
    expect(page.get_by_role("heading", name="It would add")).to_be_visible()
    site.check(page, "fill")
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("participants are added.")).to_be_visible()


def test_an_expired_session_comes_back_to_the_same_page(site: Site) -> None:
    event = small_event(site.uow)
    page = site.signed_in("marche-owner")
    page.goto(f"/events/{event.event_id}/import?table=slots")
    page.context.clear_cookies()
    file: FilePayload = {"name": "slots.csv", "mimeType": "text/csv", "buffer": FILES["slots"].encode()}
    page.locator("#f-file").set_input_files(file)
    page.get_by_role("button", name="Try it first").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("E-mail address").fill("marche-owner@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site.url}/events/{event.event_id}/import?table=slots")
