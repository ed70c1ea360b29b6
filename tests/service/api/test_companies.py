import pytest
from fastapi.testclient import TestClient

from service.domain.words import Scope
from tests.service.world import KINDS, World

ALBA = "/api/v1/companies/alba"
ANY = {"If-Match": "*"}


def test_everybody_finds_companies_by_name_kind_and_country(world: World) -> None:
    browser = world.sign_in("nobody")
    listed = browser.get("/api/v1/companies").json()["items"]
    assert [company["company_id"] for company in listed] == list(KINDS)
    agents = browser.get("/api/v1/companies?kind=sales_agent").json()["items"]
    assert [company["company_id"] for company in agents] == ["alba", "grim"]
    assert browser.get("/api/v1/companies?query=LUM").json()["items"][0]["name"] == "Lumen"
    assert browser.get("/api/v1/companies?country=FR").json()["items"] == []


def test_a_list_comes_in_pages(world: World) -> None:
    browser, seen, cursor = world.sign_in("nobody"), [], ""
    for _ in range(3):
        page = browser.get(
            "/api/v1/companies", params={"limit": 2, **({"cursor": cursor} if cursor else {})}
        ).json()
        seen += [company["company_id"] for company in page["items"]]
        cursor = page["next_cursor"]
    assert seen == list(KINDS)
    assert cursor is None


def test_an_administrator_adds_a_company(world: World) -> None:
    body = {"name": " Sepia Releasing ", "kinds": ["distributor"], "country": "US", "aliases": ["Sepia"]}
    answer = world.sign_in("admin").post("/api/v1/companies", json=body)
    assert answer.status_code == 201
    company = answer.json()
    assert company["company_id"].startswith("company_")
    assert company["name"] == "Sepia Releasing"
    assert answer.headers["etag"] == '"1"'
    found = world.sign_in("nobody").get(f"/api/v1/companies/{company['company_id']}")
    assert found.json() == company


@pytest.mark.parametrize("who", ["alba-owner", "nobody"])
def test_nobody_else_adds_one(world: World, who: str) -> None:
    answer = world.sign_in(who).post("/api/v1/companies", json={"name": "X", "kinds": []})
    assert answer.status_code == 403
    assert "administrator" in answer.json()["remedy"]


def test_an_owner_changes_what_is_named_and_nothing_else(world: World) -> None:
    owner = world.sign_in("alba-owner")
    etag = owner.get(ALBA).headers["etag"]
    body = {"website": "https://alba.example", "aliases": ["Alba SAS"]}
    changed = owner.patch(ALBA, json=body, headers={"If-Match": etag})
    assert changed.status_code == 200
    assert changed.json() == {
        "company_id": "alba",
        "name": "Alba",
        "kinds": ["sales_agent"],
        "country": "",
        "website": "https://alba.example",
        "aliases": ["Alba SAS"],
        "version": 2,
    }
    assert changed.headers["etag"] == '"2"'


def test_only_an_administrator_makes_an_agent_a_distributor_who_would_read_its_rivals(world: World) -> None:
    owner, more = world.sign_in("alba-owner"), {"kinds": ["sales_agent", "distributor"]}
    refused = owner.patch(ALBA, json=more, headers=ANY)
    assert refused.status_code == 403
    assert refused.json()["remedy"] == "Leave kinds as they are, or ask one"
    assert owner.patch(ALBA, json={"kinds": []}, headers=ANY).status_code == 403
    assert owner.patch(ALBA, json={"kinds": ["sales_agent"], "name": "A"}, headers=ANY).status_code == 200
    profile = {"territory": "FR", "kind": "independent"}
    assert owner.post("/api/v1/distributors", json=profile).status_code == 403
    assert world.sign_in("admin").patch(ALBA, json=more, headers=ANY).status_code == 200
    assert owner.post("/api/v1/distributors", json=profile).status_code == 201


def test_an_update_that_missed_another_is_refused(world: World) -> None:
    owner = world.sign_in("alba-owner")
    etag = owner.get(ALBA).headers["etag"]
    assert owner.patch(ALBA, json={"name": "A"}, headers={"If-Match": etag}).status_code == 200
    stale = owner.patch(ALBA, json={"name": "B"}, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:reelmatch:problem:precondition_failed")
    assert owner.patch(ALBA, json={"name": "C"}).status_code == 428
    assert owner.get(ALBA).json()["name"] == "A"


@pytest.mark.parametrize("who", ["alba-member", "grim-owner", "nobody"])
def test_others_may_look_at_a_company_but_not_change_it(world: World, who: str) -> None:
    browser = world.sign_in(who)
    assert browser.get(ALBA).status_code == 200
    assert browser.patch(ALBA, json={"name": "X"}, headers={"If-Match": "*"}).status_code == 403


def test_a_misspelt_field_is_refused(world: World) -> None:
    answer = world.sign_in("alba-owner").patch(ALBA, json={"nmae": "X"}, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "nmae")


def test_only_an_administrator_deletes_a_company_and_only_an_unused_one(world: World) -> None:
    admin, headers = world.sign_in("admin"), {"If-Match": "*"}
    assert world.sign_in("alba-owner").delete(ALBA, headers=headers).status_code == 403
    used = admin.delete("/api/v1/companies/lumen", headers=headers)
    assert (used.status_code, used.json()["status"]) == (409, 409)
    assert admin.delete("/api/v1/companies/marche", headers=headers).status_code == 204
    assert admin.get("/api/v1/companies/marche").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("alba-viewer", 200), ("admin", 200), ("grim-owner", 403), ("nobody", 403)]
)
def test_members_are_seen_from_inside(world: World, who: str, status: int) -> None:
    answer = world.sign_in(who).get(f"{ALBA}/members")
    assert answer.status_code == status
    if status == 200:
        assert [member["role"] for member in answer.json()["items"]] == ["owner", "member", "viewer"]


def test_nobody_is_taken_in_without_being_asked(world: World) -> None:
    body = {"email": "grim-owner@example.org", "name": "G", "role": "viewer"}
    assert world.sign_in("alba-owner").post(f"{ALBA}/members", json=body).status_code == 405
    assert "grim-owner" not in world.sign_in("alba-owner").get(f"{ALBA}/members").text


def test_a_role_changes_at_once(world: World) -> None:
    owner, member = world.sign_in("alba-owner"), world.sign_in("alba-member")
    assert member.get("/api/v1/api-keys?company_id=alba").status_code == 403
    changed = owner.put(f"{ALBA}/members/alba-member", json={"role": "owner"}, headers=ANY)
    assert changed.json()["role"] == "owner"
    assert member.get("/api/v1/api-keys?company_id=alba").status_code == 200
    assert owner.delete(f"{ALBA}/members/alba-member", headers=ANY).status_code == 204
    assert member.get(f"{ALBA}/members").status_code == 403


def test_a_company_keeps_an_owner_unless_an_administrator_decides(world: World) -> None:
    owner, path = world.sign_in("alba-owner"), f"{ALBA}/members/alba-owner"
    assert owner.put(path, json={"role": "viewer"}, headers=ANY).status_code == 409
    assert owner.delete(path, headers=ANY).status_code == 409
    assert world.sign_in("admin").delete(path, headers=ANY).status_code == 204


def test_people_may_leave(world: World) -> None:
    member = world.sign_in("alba-member")
    assert member.delete(f"{ALBA}/members/alba-viewer", headers=ANY).status_code == 403
    assert member.delete(f"{ALBA}/members/alba-member", headers=ANY).status_code == 204


def test_who_is_no_member_is_not_found(world: World) -> None:
    owner = world.sign_in("alba-owner")
    for user_id in ("grim-owner", "stranger"):
        assert owner.put(f"{ALBA}/members/{user_id}", json={"role": "viewer"}, headers=ANY).status_code == 404
        assert owner.delete(f"{ALBA}/members/{user_id}", headers=ANY).status_code == 404


def events(browser: TestClient, **params: str) -> list[tuple[str, str, str]]:
    answer = browser.get("/api/v1/audit", params=params)
    assert answer.status_code == 200, answer.text
    return [(item["actor"], item["action"], item["object_id"]) for item in answer.json()["items"]]


def test_the_trail_tells_owners_who_changed_what_and_in_which_request(world: World) -> None:
    owner = world.sign_in("alba-owner")
    headers = {"If-Match": "*", "X-Request-Id": "request-77"}
    owner.patch(ALBA, json={"name": "Alba Sales"}, headers=headers)
    world.sign_in("admin").put(f"{ALBA}/members/alba-member", json={"role": "viewer"}, headers=ANY)
    answer = owner.get("/api/v1/audit").json()["items"]
    assert [(item["actor"], item["action"]) for item in answer] == [
        ("admin", "member.role"),
        ("alba-owner", "company.update"),
    ]
    assert answer[0]["diff"] == {"role": ["member", "viewer"]}
    assert answer[1]["diff"] == {"name": ["Alba", "Alba Sales"]}
    assert answer[1]["request_id"] == "request-77"


def test_the_trail_of_others_is_closed(world: World) -> None:
    assert world.sign_in("alba-member").get("/api/v1/audit").status_code == 403
    assert world.sign_in("grim-owner").get("/api/v1/audit?company_id=alba").status_code == 404
    assert world.program("alba", Scope.READ).get("/api/v1/audit").status_code == 403


def test_the_trail_can_be_searched(world: World) -> None:
    admin = world.sign_in("admin")
    admin.patch(ALBA, json={"name": "A"}, headers={"If-Match": "*"})
    assert events(admin, noun="company") == [("admin", "company.update", "alba")]
    assert events(admin, who="admin", object_id="alba") == [("admin", "company.update", "alba")]
    assert events(admin, company_id="grim") == []
    assert events(admin, who="admin", noun="user") == [("admin", "user.sign_in", "admin")]
