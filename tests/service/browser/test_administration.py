"""An administrator's day in a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from service.clock import now
from service.domain.words import JobState
from service.usecases.bundles import add_bundle
from service.usecases.merges import propose_merges
from tests.service.browser.site import PASSWORD, Site
from tests.service.browser.test_sign_in import sign_in
from tests.service.browser.whole_stock import ALIKE, propose_alike
from tests.service.bundled import publish_tastes

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def newer(site: Site) -> str:
    """A second bundle, not in force."""
    manifest = publish_tastes(site.bundled.store, seed=1)
    with site.uow() as tx:
        add_bundle(tx, manifest, 0)
        tx.commit()
    return manifest.version


def another_administrator(site: Site) -> Page:
    with site.uow() as tx:
        tx.accounts.update_user(replace(tx.accounts.user("nobody"), is_administrator=True))
        tx.commit()
    return site.signed_in("nobody")


def test_of_two_administrators_who_promote_at_once_one_is_told_and_decides_again(
    site: Site, newer: str
) -> None:
    third = publish_tastes(site.bundled.store, seed=2).version
    with site.uow() as tx:
        add_bundle(tx, publish_tastes(site.bundled.store, seed=2), 0)
        tx.commit()
    one, other = site.signed_in("admin"), another_administrator(site)
    one.goto(f"/admin/bundles/{newer}")
    other.goto(f"/admin/bundles/{third}")
    one.get_by_label("Why").fill("better on the spring")
    one.get_by_role("button", name="Put in force").dblclick()
    expect(one.get_by_text(f"The bundle {newer} is in force. Every replica takes it up.")).to_be_visible()
    other.get_by_label("Why").fill("looks good to me")
    other.get_by_role("button", name="Put in force").click()
    expect(other.get_by_role("alert")).to_contain_text("another bundle was put in force meanwhile")
    expect(other.get_by_text(f"In force now: {newer}")).to_be_visible()
    expect(other.get_by_label("Why")).to_have_value("looks good to me")
    site.check(other, "bundle-conflict")
    other.get_by_role("button", name="Put in force").click()
    expect(other.get_by_text(f"The bundle {third} is in force.")).to_be_visible()
    with site.uow() as tx:
        assert tx.bundles.current().version == third
        assert [promotion.version for promotion in tx.bundles.promotions().items][:2] == [third, newer]


def test_bundles_are_compared_promoted_and_rolled_back(site: Site, newer: str) -> None:
    with site.uow() as tx:
        before = tx.bundles.current().version
    page = site.signed_in("admin")
    page.goto("/admin")
    site.check(page, "admin")
    page.get_by_role("link", name="Bundles", exact=True).click()
    site.check(page, "bundles")
    page.get_by_role("button", name="Compare two").click()
    expect(page.get_by_role("cell", name="0.500").first).to_be_visible()
    site.check(page, "bundles-compared")
    page.get_by_role("link", name=newer).first.click()
    site.check(page, "bundle")
    page.get_by_role("button", name="Put in force").click()
    page.get_by_label("Why").fill("worse after all")
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_text(f"The bundle {before} is in force again.")).to_be_visible()
    expect(page.get_by_text("worse after all")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_training_is_watched_without_reloading_and_cancelled(site: Site) -> None:
    page = site.signed_in("admin")
    page.goto("/admin/bundles")
    page.get_by_role("button", name="Train now").click()
    expect(page.get_by_text("The training is asked for.")).to_be_visible()
    page.evaluate("window.isTheSamePage = true")
    with site.uow() as tx:
        (job,) = tx.jobs.list(state=JobState.QUEUED).items
        tx.jobs.start(job.job_id, now())
        tx.jobs.progress(job.job_id, 2, 5, now(), "training without the latest deals")
        tx.commit()
    expect(page.get_by_text("training without the latest deals")).to_be_visible()
    expect(page.get_by_text("2 / 5")).to_be_visible()
    assert page.evaluate("window.isTheSamePage")
    site.check(page, "jobs")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The job stops as soon as its worker looks.")).to_be_visible()
    with site.uow() as tx:
        tx.jobs.finish(job.job_id, JobState.CANCELLED, now(), "cancelled")
        tx.commit()
    expect(page.get_by_role("cell", name="Cancelled", exact=True)).to_be_visible()


def test_a_lost_connection_is_told_once_while_jobs_are_watched_and_until_it_is_back(site: Site) -> None:
    page = site.signed_in("admin")
    page.goto("/admin/bundles")
    page.get_by_role("button", name="Train now").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    with site.lost_connection(page):
        expect(page.get_by_role("alert")).to_contain_text("The connection is lost")
    expect(page.get_by_role("alert")).to_have_count(0)
    # A proxy in front of a service that is away.
    page.route("**/admin/jobs*", lambda asked: asked.fulfill(status=503, body="<h1>Bad gateway</h1>"))
    expect(page.get_by_role("alert")).to_contain_text("The service did not answer")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.unroute("**/admin/jobs*")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_somebody_is_invited_comes_in_and_is_made_an_administrator(site: Site) -> None:
    page = site.signed_in("admin")
    page.goto("/admin/users")
    site.check(page, "users")
    page.get_by_label("Name", exact=False).last.fill("Ines Vidal")
    page.get_by_label("E-mail address").fill("ines@alba.example")
    page.get_by_role("button", name="Make the invitation").click()
    link = page.get_by_label("Link").input_value()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy Link").click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    site.check(page, "invited")
    guest = site.visitor()
    guest.goto(link)
    assert "#" not in guest.url
    guest.get_by_label("New password").fill(PASSWORD)
    guest.get_by_label("The same again").fill(PASSWORD)
    guest.get_by_role("button", name="Set the password").click()
    guest.get_by_label("E-mail address").fill("ines@alba.example")
    guest.get_by_label("Password").fill(PASSWORD)
    guest.get_by_role("button", name="Sign in").click()
    guest.goto("/admin")
    expect(guest.get_by_text("this page is for administrators")).to_be_visible()
    page.get_by_role("button", name="I have copied it").click()
    page.get_by_role("button", name="Make an administrator").click()
    expect(page.get_by_text("Ines Vidal is an administrator now.")).to_be_visible()
    site.check(page, "user")
    guest.reload()
    expect(guest.get_by_role("heading", name="Administration")).to_be_visible()


def test_a_persons_data_is_kept_for_them_and_then_deleted(site: Site) -> None:
    page = site.signed_in("admin")
    page.goto("/admin/users?query=grim")
    page.get_by_role("link", name="Grim-Owner").click()
    page.get_by_role("link", name="Delete the person's data").click()
    site.check(page, "user-delete")
    with page.expect_download() as kept:
        page.get_by_role("button", name="First keep a copy for the person").click()
    assert "grim-owner@example.org" in Path(kept.value.path()).read_text()
    page.get_by_label("Type the person's e-mail address").fill("wrong@example.org")
    page.get_by_role("button", name="Delete for ever").click()
    expect(page.get_by_text("this is not the person's address")).to_be_visible()
    page.get_by_label("Type the person's e-mail address").fill("grim-owner@example.org")
    page.get_by_role("button", name="Delete for ever").click()
    expect(page.get_by_text("The person's data is deleted.")).to_be_visible()


def test_a_file_of_films_is_looked_at_and_written(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "films.csv"
    file.write_text("film_id,title,synopsis,year\nnew-1,The Ferry,A ferry.,2025\n,Lost,,2025\n")
    page = site.signed_in("admin", viewport=PHONE)
    page.goto("/admin/imports")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look what it would do").click()
    expect(page.get_by_role("heading", name="What is wrong")).to_be_visible()
    site.check(page, "import-tried")
    page.get_by_role("button", name="Write 1 rows").dblclick()
    expect(page.get_by_text("Written. Matches take it up")).to_be_visible()
    page.get_by_role("link", name="All imports").click()
    expect(page.get_by_role("cell", name="Applied")).to_have_count(1)


def test_duplicates_are_decided_side_by_side(site: Site) -> None:
    propose_alike(site.uow)
    page = site.signed_in("admin")
    page.goto("/admin/merges")
    page.get_by_role("link", name="Nordlys Film GmbH / Nordlys Film").click()
    site.check(page, "merge")
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_role("button", name="The same: merge them").click()
    expect(page.get_by_text("They are one now.")).to_be_visible()
    other.get_by_role("button", name="Different: never ask again").click()
    expect(other.get_by_role("alert")).to_contain_text("decided already")


def test_a_key_administrates_until_it_is_revoked_and_a_company_is_added(site: Site) -> None:
    page = site.signed_in("admin")
    page.goto("/admin/keys")
    page.get_by_label("What it is for").fill("provisioning")
    page.get_by_label("Administrate", exact=True).check()
    page.get_by_role("button", name="Make the key").click()
    key = page.get_by_label("Key", exact=True).input_value()
    asked = {"Authorization": f"Bearer {key}"}
    assert httpx2.get(f"{site.url}/api/v1/users", headers=asked).status_code == 200
    page.get_by_role("button", name="I have copied it").click()
    page.get_by_role("button", name="Revoke provisioning").click()
    expect(page.get_by_text("The key is revoked.")).to_be_visible()
    assert httpx2.get(f"{site.url}/api/v1/users", headers=asked).status_code == 401
    page.goto("/admin/companies")
    page.get_by_label("Name", exact=True).or_(page.get_by_label("Name required")).last.fill("Nordlys Film")
    page.get_by_role("checkbox", name="Sales agent").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Nordlys Film is added.")).to_be_visible()


def test_pairs_that_differ_are_never_asked_about_again(site: Site) -> None:
    propose_alike(site.uow)
    page = site.signed_in("admin")
    page.goto("/admin/merges")
    page.get_by_role("link", name="Nordlys Film GmbH / Nordlys Film").click()
    page.get_by_role("button", name="Different: never ask again").click()
    expect(page.get_by_role("link", name="Nordlys Film GmbH / Nordlys Film")).to_have_count(0)
    assert propose_merges(site.uow, "company", ALIKE) == 0


def test_an_expired_session_leads_back_to_the_page_that_was_open(site: Site) -> None:
    page = site.signed_in("admin")
    page.goto("/admin/audit?noun=user")
    site.check(page, "audit")
    with site.uow() as tx:
        tx.sessions.end_all("admin")
        tx.commit()
    page.get_by_role("button", name="Show").click()
    sign_in(page, "admin")
    expect(page.get_by_role("heading", name="Audit trail")).to_be_visible()
    expect(page.get_by_label("What was changed")).to_have_value("user")
