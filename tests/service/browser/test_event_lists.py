"""The lists of an event in a browser: imported, searched, changed by hand and by two at once, and taken along."""

from __future__ import annotations

import io
import zipfile

from playwright.sync_api import FilePayload, Page, expect

from service.domain.accounts import Membership
from service.domain.words import Role
from tests.service.browser.site import Site
from tests.service.browser.test_event_life import opened, saved
from tests.service.organising import import_csv, planned, small_event


def upload(page: Page, name: str, rows: str) -> None:
    file: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("#f-file").set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    expect(page.get_by_text("refused")).to_have_count(0)


def test_lists_are_imported_searched_and_taken_out_by_hand(site: Site) -> None:
    event = small_event(site.uow)
    place = f"/events/{event.event_id}"
    page = opened(site, event, "/import?table=history")
    upload(page, "before.csv", "participant_id,other_id,past\ns1,b1,met_before\ns2,b2,competitor\n")
    page.goto(f"{place}/history")
    page.get_by_label("Part of a name").fill("grim")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Take out").click()
    expect(page.get_by_text("It is taken out.")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{place}/import?table=lineups")
    upload(page, "films.csv", "seller_id,film_id\ns1,western-2010-0\n")
    page.goto(f"{place}/wishes")
    page.locator("#f-participant").fill("Grim Sales")
    page.locator("#f-other").fill("Lumen")
    page.locator("form", has=page.get_by_role("heading", name="Add a wish")).get_by_role("button").click()
    page.locator("#f-seller").fill("Alba Films")
    page.locator("#f-buyer").fill("Lumen")
    page.locator("#f-slot").select_option("a3")
    page.get_by_role("button", name="Fix it").click()
    expect(page.get_by_text("The meeting is fixed.")).to_be_visible()
    page.get_by_role("button", name="Let go").click()
    expect(page.get_by_text("The meeting is no longer fixed.")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The wish is taken back.")).to_be_visible()
    page.go_back()
    page.goto(f"{place}/places")
    page.locator("summary", has_text="Make slots").click()
    page.locator("#f-starts").fill("14:00")
    page.locator("#f-ends").fill("15:00")
    page.locator("#f-minutes").fill("30")
    page.get_by_role("button", name="Make slots").click()
    expect(page.get_by_text("2 slots are added.")).to_be_visible()
    row = page.locator("#tables tr", has_text="t1")
    row.locator("summary").click()
    row.get_by_role("button", name="It is gone").click()
    expect(page.get_by_text("Table t1 is closed.")).to_be_visible()


def test_a_table_changed_in_another_tab_is_not_overwritten(site: Site) -> None:
    event = small_event(site.uow)
    page = opened(site, event, "/places")
    other = page.context.new_page()
    other.goto(page.url)
    for tab, hall in ((page, "North"), (other, "South")):
        row = tab.locator("#tables tr", has_text="t1")
        row.locator("summary").click()
        row.get_by_label("Hall").fill(hall)
        row.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Table t1 is changed.")).to_be_visible()
    expect(other.get_by_role("alert")).to_contain_text("somebody changed table t1 meanwhile")
    expect(other.get_by_role("cell", name="North")).to_be_visible()


def test_a_name_that_is_a_formula_or_markup_stays_text_in_every_file(site: Site) -> None:
    event = small_event(site.uow)
    rows = 'participant_id,side,name\ns1,seller,"=HYPERLINK(""http://x"")"\nb1,buyer,<b>Lumen</b>\n'
    import_csv(site.uow, event, "participants", rows)
    planned(site.uow, site.bundled.settings, event)
    page = opened(site, event, "/agendas")
    expect(page.get_by_role("link", name="<b>Lumen</b>")).to_be_visible()
    page.get_by_text("Export and print").click()
    table = saved(page, "Meetings as CSV").path().read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in table
    assert not any(cell.lstrip('"').startswith("=") for cell in table.split(","))
    calendars = zipfile.ZipFile(io.BytesIO(saved(page, "All calendars (ZIP of ICS)").path().read_bytes()))
    assert len(calendars.namelist()) == 4


def test_the_facts_are_changed_by_one_and_a_second_is_told(site: Site) -> None:
    event = small_event(site.uow)
    page = opened(site, event, "/facts")
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("Name").first.fill("Spring Market 2026")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The event is changed.")).to_be_visible()
    other.get_by_label("Name").first.fill("Summer Market")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Somebody changed the event since you opened this form.")).to_be_visible()
    expect(other.get_by_label("Name").first).to_have_value("Summer Market")


def test_who_may_only_look_reads_everything_and_changes_nothing(site: Site) -> None:
    event = small_event(site.uow)
    planned(site.uow, site.bundled.settings, event)
    with site.uow() as tx:
        tx.accounts.add_membership(Membership("nobody", "marche", Role.VIEWER))
        tx.commit()
    page = site.signed_in("nobody")
    for place in ("", "/places", "/wishes", "/versions", "/facts"):
        page.goto(f"/events/{event.event_id}{place}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        sendable = page.locator("main form[method=post] button:not([disabled])")
        expect(sendable).to_have_count(0)
