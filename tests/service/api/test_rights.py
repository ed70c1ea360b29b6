from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.clock import today
from service.domain.words import CompanyKind
from tests.service import make
from tests.service.stock import stock
from tests.service.world import World

RIGHTS = "/api/v1/rights"
ANY = {"If-Match": "*"}
WINDOW = {"starts_on": "2026-01-01", "ends_on": "2039-12-31"}


@pytest.fixture
def alba(world: World) -> TestClient:
    stock(world.uow)
    return world.sign_in("alba-member")


def held(**fields: Any) -> dict[str, Any]:
    return {
        "direction": "held",
        "film_id": "tide",
        "territories": ["Benelux"],
        "media_rights": ["svod"],
        "window": WINDOW,
        **fields,
    }


def sold(**fields: Any) -> dict[str, Any]:
    terms = {
        "direction": "sold",
        "territories": ["US"],
        "media_rights": ["theatrical"],
        "licensee_id": "harbor",
    }
    return held(**{**terms, "window": {"starts_on": "2027-01-01", "ends_on": "2030-12-31"}, **fields})


def test_one_request_records_a_grant_for_each_country_and_media_right(alba: TestClient) -> None:
    answer = alba.post(RIGHTS, json=held(media_rights=["svod", "est", "svod"]))
    assert answer.status_code == 201, answer.text
    grants = answer.json()["items"]
    assert [(grant["territory"], grant["media_right"]) for grant in grants] == [
        (territory, right) for territory in ("BE", "LU", "NL") for right in ("svod", "est")
    ]
    assert {grant["confirmed_on"] for grant in grants} == {today().isoformat()}
    assert alba.get(f"{RIGHTS}/{grants[0]['grant_id']}").json() == grants[0]


def test_the_whole_world_is_recorded_at_once(alba: TestClient) -> None:
    answer = alba.post(
        RIGHTS, json=held(film_id="draft", territories=["world"], media_rights=["svod", "est"])
    )
    assert len(answer.json()["items"]) == 2 * 249


def test_a_sale_that_meets_another_names_it_and_what_to_change(alba: TestClient) -> None:
    answer = alba.post(RIGHTS, json=sold(territories=["FR"], licensee_id="lumen"))
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, "urn:reelmatch:problem:rights_conflict")
    assert "theatrical in FR is sold from 2027-01-01 to 2030-12-31" in problem["detail"]
    assert "exclusively by the grant sold-fr" in problem["detail"]
    assert "window outside of from 2026-01-01 to 2030-12-31" in problem["remedy"]
    assert problem["errors"][0]["field"] == "window"


def test_a_sale_of_what_was_not_held_in_days_that_are_over_says_so(alba: TestClient) -> None:
    answer = alba.post(RIGHTS, json=sold(window={"starts_on": "2018-01-01", "ends_on": "2018-12-31"}))
    assert answer.status_code == 409
    assert "from 2018-01-01 to 2018-12-31, and these days are over" in answer.json()["detail"]


def test_all_grants_of_a_request_are_recorded_or_none(alba: TestClient) -> None:
    before = alba.get(RIGHTS).json()
    assert alba.post(RIGHTS, json=sold(territories=["US", "FR"])).status_code == 409
    outside = alba.post(RIGHTS, json=sold(territories=["US", "DE"]))
    assert outside.status_code == 409
    assert "does not hold theatrical exclusively in DE" in outside.json()["detail"]
    assert alba.get(RIGHTS).json() == before


def test_a_group_meets_a_sale_in_one_of_its_countries(alba: TestClient) -> None:
    assert alba.post(RIGHTS, json=held(territories=["NL"])).status_code == 201
    answer = alba.post(RIGHTS, json=held())
    assert (answer.status_code, "svod in NL is held" in answer.json()["detail"]) == (409, True)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"territories": ["Atlantis"]}, "territories"),
    ({"territories": []}, "territories"),
    ({"media_rights": []}, "media_rights"),
    ({"media_rights": ["smellovision"]}, "media_rights.0"),
    ({"languages": ["French"]}, "languages.0"),
    ({"window": {"starts_on": "2027-01-01", "ends_on": "2026-01-01"}}, "window"),
    ({"licensee_id": "harbor"}, "licensee_id"),
    ({"direction": "sold"}, "licensee_id"),
    ({"direction": "sold", "licensee_id": "grim"}, "licensee_id"),
    ({"direction": "sold", "licensee_id": "none"}, "licensee_id"),
    ({"direction": "sold", "licensee_id": "lumen", "deal_id": "known"}, "deal_id"),
    ({"confirmed_on": "2199-01-01"}, "confirmed_on"),
]


def test_what_is_wrong_is_named(alba: TestClient) -> None:
    for fields, field in WRONG:
        answer = alba.post(RIGHTS, json=held(**fields))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text


def test_rights_are_recorded_by_the_films_own_agent(world: World, alba: TestClient) -> None:
    assert alba.post(RIGHTS, json=held(film_id="grim-film")).status_code == 404
    assert alba.post(RIGHTS, json=held(company_id="grim")).status_code == 404
    assert world.sign_in("alba-viewer").post(RIGHTS, json=held()).status_code == 403
    for who in ("lumen-owner", "nobody", "admin"):
        assert world.sign_in(who).post(RIGHTS, json=held()).status_code == 403


def test_a_company_of_both_kinds_does_not_claim_a_film_that_it_is_only_offered(world: World) -> None:
    stock(world.uow)
    with world.uow() as tx:
        grim = tx.companies.get("grim")
        tx.companies.update(make.company("grim", *grim.kinds, CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile("grim-fr", "grim", "FR"))
        tx.commit()
    answer = world.sign_in("grim-owner").post(RIGHTS, json=held())
    assert (answer.status_code, "another sales agent" in answer.json()["detail"]) == (403, True)


def test_rights_in_reference_data_belong_to_who_records_them_first(world: World, alba: TestClient) -> None:
    assert alba.post(RIGHTS, json=held(film_id="public")).status_code == 201
    answer = world.sign_in("grim-owner").post(RIGHTS, json=held(film_id="public"))
    assert answer.status_code == 409
    assert answer.json()["detail"].endswith("svod in BE is claimed by another company.")
    assert "grant_" not in answer.text


def test_who_holds_nothing_cannot_learn_when_others_sold_it(world: World, alba: TestClient) -> None:
    window = {"starts_on": "2027-01-01", "ends_on": "2031-12-31"}
    right = {"film_id": "public", "territories": ["US"], "media_rights": ["theatrical"]}
    for body in (held(**right), sold(**right, window=window)):
        assert alba.post(RIGHTS, json=body).status_code == 201
    grim = world.sign_in("grim-owner")

    def said(year: int) -> str:
        days = {"starts_on": f"{year}-01-01", "ends_on": f"{year}-12-31"}
        answer = grim.post(RIGHTS, json=sold(**right, window=days))
        return str(answer.json()["detail"]).replace(str(year), "the year")

    assert "does not hold theatrical" in said(2028)
    assert said(2028) == said(2035)


def test_a_grant_is_changed_withdrawn_and_deleted(alba: TestClient) -> None:
    path = f"{RIGHTS}/held-us"
    etag = alba.get(path).headers["etag"]
    body = {"languages": ["en"], "window": {"starts_on": "2026-01-01"}, "holdback_until": "2027-01-01"}
    changed = alba.patch(path, json=body, headers={"If-Match": etag})
    assert changed.status_code == 200, changed.text
    assert changed.json()["window"] == {"starts_on": "2026-01-01", "ends_on": None}
    assert changed.json()["note"]
    assert alba.patch(path, json={"note": "x"}, headers={"If-Match": etag}).status_code == 412
    assert alba.patch(path, json={"status": "inactive"}, headers=ANY).json()["status"] == "inactive"
    assert alba.delete(path, headers=ANY).status_code == 204
    assert alba.get(path).status_code == 404


def test_what_a_sale_relies_on_cannot_be_withdrawn(alba: TestClient) -> None:
    for answer in (
        alba.patch(f"{RIGHTS}/held-fr", json={"status": "inactive"}, headers=ANY),
        alba.delete(f"{RIGHTS}/held-fr", headers=ANY),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:reelmatch:problem:rights_conflict")


def test_a_draft_that_becomes_active_is_checked(alba: TestClient) -> None:
    answer = alba.patch(f"{RIGHTS}/sold-draft", json={"status": "active"}, headers=ANY)
    assert (answer.status_code, "sold-fr" in answer.json()["detail"]) == (409, True)


def test_confirming_makes_rights_fresh(world: World, alba: TestClient) -> None:
    with world.uow() as tx:
        tx.rights.confirm(["held-us", "held-fr"], today() - timedelta(days=900))
        tx.commit()
    rows = alba.get("/api/v1/films/tide/avails?territory=US").json()["rows"]
    assert rows[0]["status"] == "stale"
    late = alba.get(f"{RIGHTS}?direction=held&unconfirmed_since={today()}").json()["items"]
    assert [grant["grant_id"] for grant in late] == ["held-fr", "held-us"]
    confirmed = alba.post(f"{RIGHTS}/confirmations", json={"film_id": "tide"}).json()
    assert confirmed == {"confirmed": 3, "confirmed_on": today().isoformat()}
    assert alba.get("/api/v1/films/tide/avails?territory=US").json()["rows"][0]["status"] == "available"


def test_only_ones_own_rights_are_confirmed(world: World, alba: TestClient) -> None:
    path = f"{RIGHTS}/confirmations"
    assert alba.post(path, json={"grant_ids": ["held-us", "none"]}).status_code == 404
    assert alba.post(path, json={}).status_code == 422
    assert alba.post(path, json={"grant_ids": ["held-us", "held-fr"]}).json()["confirmed"] == 2
    grim = world.sign_in("grim-owner")
    assert grim.post(path, json={"grant_ids": ["held-us"]}).status_code == 404
    assert grim.post(path, json={"film_id": "tide"}).status_code == 404
    assert world.sign_in("lumen-owner").post(path, json={"grant_ids": ["sold-fr"]}).status_code == 403


def test_an_administrator_sees_what_is_held_and_not_to_whom_it_is_sold(
    world: World, alba: TestClient
) -> None:
    admin = world.sign_in("admin")
    seen = admin.get(RIGHTS).json()["items"]
    assert {grant["direction"] for grant in seen} == {"held"}
    assert admin.get(f"{RIGHTS}/held-fr").status_code == 200
    assert admin.get(f"{RIGHTS}/sold-fr").status_code == 404
    assert alba.patch(f"{RIGHTS}/sold-draft", json={"note": "Soon."}, headers=ANY).status_code == 200
    (event,) = admin.get("/api/v1/audit?noun=rights").json()["items"]
    assert (event["action"], event["diff"]) == ("rights.update", {})


def test_the_trail_tells_what_was_changed_of_many_grants(world: World, alba: TestClient) -> None:
    made = alba.post(RIGHTS, json=held(media_rights=["svod", "est"])).json()["items"]
    alba.post(f"{RIGHTS}/confirmations", json={"grant_ids": [grant["grant_id"] for grant in made]})
    confirmed, created = world.sign_in("alba-owner").get("/api/v1/audit?noun=rights").json()["items"]
    assert created["diff"]["window"] == [None, WINDOW]
    assert created["diff"]["territory"] == [None, ["BE", "LU", "NL"]]
    assert created["diff"]["media_right"] == [None, ["svod", "est"]]
    assert list(confirmed["diff"]) == ["grant_ids"]


def test_a_list_is_filtered(alba: TestClient) -> None:
    def found(**query: str) -> list[str]:
        return [grant["grant_id"] for grant in alba.get(RIGHTS, params=query).json()["items"]]

    assert found(territory="US") == ["held-us"]
    assert found(direction="sold", status="active") == ["sold-fr"]
    assert found(licensee_id="lumen", status="draft") == ["sold-draft"]
    assert found(deal_id="signed") == ["sold-fr"]
    assert found(starts_on="2035-01-01") == ["held-fr", "held-us"]
    assert found(film_id="draft") == []
    assert found(media_right="svod") == []
