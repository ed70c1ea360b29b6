"""A company's own page: its people, keys, details and trail, and who may see which."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from service.domain.accounts import Membership
from service.domain.words import CompanyKind, Role
from tests.service import make
from tests.service.world import World

MARKUP = "<img src=x onerror=alert(1)>"
POSTS = (
    "/company/alba/details",
    "/company/alba/invitations",
    "/company/alba/members/alba-viewer",
    "/company/alba/members/alba-viewer/remove",
    "/company/alba/keys",
)
FORM = {"name": "X", "email": "x@example.org", "role": "owner", "scopes": "read", "kinds": "sales_agent"}


@pytest.fixture
def owner(world: World) -> TestClient:
    return world.sign_in("alba-owner")


def test_who_has_one_company_comes_to_it_and_who_has_none_is_told_what_to_do(world: World) -> None:
    answer = world.sign_in("alba-viewer").get("/company", follow_redirects=False)
    assert answer.headers["location"] == "/company/alba"
    assert "Ask a company" in world.sign_in("nobody").get("/company").text
    assert 'href="/company/alba"' in world.sign_in("alba-viewer").get("/account").text


def test_who_has_several_chooses(world: World) -> None:
    with world.uow() as tx:
        tx.accounts.add_membership(Membership("alba-owner", "lumen", Role.VIEWER))
        tx.commit()
    page = world.sign_in("alba-owner").get("/company").text
    assert 'href="/company/alba"' in page
    assert 'href="/company/lumen"' in page


@pytest.mark.parametrize("user_id", ["grim-owner", "nobody"])
def test_nobody_looks_into_another_company(world: World, user_id: str) -> None:
    browser = world.sign_in(user_id)
    for part in ("", "/details", "/keys", "/audit"):
        assert browser.get(f"/company/alba{part}").status_code == 403
    for path in POSTS:
        assert browser.post(path, data={**FORM, "version": "1"}).status_code == 403, path
    assert browser.get("/company/unknown").status_code == 404
    with world.uow() as tx:
        assert tx.companies.get("alba").version == 1
        assert len(tx.accounts.members_of("alba").items) == 3


def test_a_member_reads_and_changes_nothing(world: World) -> None:
    browser = world.sign_in("alba-member")
    page = browser.get("/company/alba").text
    assert "alba-owner@example.org" in page
    assert "Invite a person" not in page
    assert "/company/alba/keys" not in page
    assert browser.get("/company/alba/details").status_code == 200
    assert browser.get("/company/alba/keys").status_code == 403
    assert browser.get("/company/alba/audit").status_code == 403
    for path in POSTS:
        assert browser.post(path, data={**FORM, "version": "1"}).status_code == 403, path


def test_an_owner_invites_by_a_link_whoever_it_is_and_takes_it_back(world: World, owner: TestClient) -> None:
    place = "/company/alba/invitations"
    for email in ("ines@alba.example", "nobody@example.org"):
        page = owner.post(place, data={"name": MARKUP, "email": email, "role": "member"}).text
        assert re.search(r"/join#join_[^\"]+", page)
        assert MARKUP not in page
    listed = owner.get("/company/alba").text
    assert "ines@alba.example" in listed
    assert MARKUP not in listed
    assert "ines@alba.example" not in world.sign_in("alba-member").get("/company/alba").text
    taken_back = re.findall(rf'"({place}/\w+/withdraw)"', listed)[0]
    assert "The invitation is taken back." in owner.post(taken_back).text
    assert "ines@alba.example" not in owner.get("/company/alba").text
    member = owner.post(place, data={"name": "M", "email": "alba-member@example.org", "role": "viewer"})
    assert member.status_code == 422
    assert 'value="alba-member@example.org"' in member.text


def test_roles_change_and_an_owner_remains(world: World, owner: TestClient) -> None:
    place = "/company/alba/members"
    changed = owner.post(f"{place}/alba-viewer", data={"role": "member", "version": "1"})
    assert "is changed" in changed.text
    last = owner.post(f"{place}/alba-owner", data={"role": "viewer", "version": "1"})
    assert last.status_code == 422
    assert "keeps at least one owner" in last.text
    gone = owner.post(f"{place}/alba-viewer/remove", data={"version": "2"})
    assert "no member any more" in gone.text
    assert owner.post(f"{place}/alba-owner/remove", data={"version": "1"}).status_code == 422
    member = world.sign_in("alba-member")
    left = member.post(f"{place}/alba-member/remove", data={"version": "1"})
    assert "You have left the company." in left.text
    assert owner.post(f"{place}/nobody", data={"role": "owner", "version": "1"}).status_code == 404


def test_nobody_undoes_what_another_owner_just_decided(world: World, owner: TestClient) -> None:
    page = owner.get("/company/alba").text
    place = "/company/alba/members/alba-viewer"
    seen = re.findall(rf'{place}".*?name="version" value="(\d+)"', page)[0]
    world.sign_in("admin").post(place, data={"role": "owner", "version": seen})
    for path, form in ((place, {"role": "member"}), (f"{place}/remove", {})):
        late = owner.post(path, data={**form, "version": seen})
        assert late.status_code == 409
        assert "meanwhile" in late.text
    with world.uow() as tx:
        assert tx.accounts.membership("alba-viewer", "alba").role is Role.OWNER


def test_many_members_come_in_pages(world: World, owner: TestClient) -> None:
    with world.uow() as tx:
        for number in range(60):
            user = tx.accounts.add_user(make.user(f"clerk-{number:02d}", name=f"Clerk {number:02d}"))
            tx.accounts.add_membership(Membership(user.user_id, "alba", Role.VIEWER))
        tx.commit()
    first = owner.get("/company/alba").text
    assert "Clerk 46" in first
    assert "Clerk 47" not in first
    following = re.findall(r'href="(/company/alba\?after=\d+)"', first)[0]
    assert "Clerk 59" in owner.get(following).text


def test_a_key_is_shown_once_does_what_it_may_and_is_revoked(world: World, owner: TestClient) -> None:
    page = owner.post("/company/alba/keys", data={"name": "sync", "scopes": ["read"]}).text
    key = re.findall(r'value="(rm_[^"]+)"', page)[0]
    program = TestClient(world.app, headers={"Authorization": f"Bearer {key}"})
    assert program.get("/api/v1/films").status_code == 200
    listed = owner.get("/company/alba/keys").text
    assert "sync" in listed
    assert key not in listed
    key_id = re.findall(r"/company/alba/keys/(\w+)/revoke", listed)[0]
    assert world.sign_in("grim-owner").post(f"/company/grim/keys/{key_id}/revoke").status_code == 404
    assert "The key is revoked." in owner.post(f"/company/alba/keys/{key_id}/revoke").text
    assert program.get("/api/v1/films").status_code == 401
    assert owner.post("/company/alba/keys", data={"name": "all", "scopes": ["admin"]}).status_code == 422


def test_details_are_kept_when_somebody_was_faster(world: World, owner: TestClient) -> None:
    page = owner.get("/company/alba/details").text
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    form = {"name": "Alba Sales", "kinds": "sales_agent", "country": "FR", "version": version}
    assert "The company is changed." in owner.post("/company/alba/details", data=form).text
    late = owner.post("/company/alba/details", data={**form, "name": "Alba Late"})
    assert late.status_code == 409
    assert "what you typed is still here" in late.text
    assert 'value="Alba Late"' in late.text
    wrong = owner.post("/company/alba/details", data={**form, "version": "2", "country": "France"})
    assert wrong.status_code == 422
    assert owner.post("/company/alba/details", data={**form, "version": "2", "name": ""}).status_code == 422
    with world.uow() as tx:
        assert tx.companies.get("alba").name == "Alba Sales"


def test_what_a_company_does_is_changed_by_administrators_alone(world: World, owner: TestClient) -> None:
    form = {"name": "Alba", "kinds": ["sales_agent", "distributor"], "version": "1"}
    for browser, asked, kinds in (
        (owner, False, {CompanyKind.SALES_AGENT}),
        (world.sign_in("admin"), True, {CompanyKind.SALES_AGENT, CompanyKind.DISTRIBUTOR}),
    ):
        assert ('name="kinds"' in browser.get("/company/alba/details").text) is asked
        browser.post("/company/alba/details", data=form)
        with world.uow() as tx:
            company = tx.companies.get("alba")
        assert company.kinds == kinds
        form["version"] = str(company.version)


def test_what_is_emptied_is_cleared(world: World, owner: TestClient) -> None:
    form = {"name": "Alba", "kinds": "sales_agent", "website": "https://a.example", "aliases": "A, B"}
    owner.post("/company/alba/details", data={**form, "country": "FR", "version": "1"})
    cleared = {"name": "Alba", "website": "", "country": "", "aliases": ""}
    owner.post("/company/alba/details", data={**cleared, "version": "2"})
    with world.uow() as tx:
        company = tx.companies.get("alba")
    assert (company.website, company.country, company.aliases) == ("", "", ())


def test_owners_read_their_trail_alone(world: World, owner: TestClient) -> None:
    owner.post("/company/alba/members/alba-viewer", data={"role": "member", "version": "1"})
    grim = world.sign_in("grim-owner")
    assert "Role changed" in owner.get("/company/alba/audit").text
    assert "Nothing was changed yet" in grim.get("/company/grim/audit").text


def test_an_administrator_looks_after_any_company(world: World) -> None:
    admin = world.sign_in("admin")
    form = {"name": "New", "email": "new@example.org", "role": "owner"}
    assert "shown only now" in admin.post("/company/harbor/invitations", data=form).text
    page = admin.get("/company/harbor/keys").text
    assert "No keys yet" in page
    assert "Make a key" not in page
    assert admin.post("/company/harbor/keys", data={"name": "x", "scopes": "read"}).status_code == 403
