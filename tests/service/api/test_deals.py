from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.service.stock import stock
from tests.service.world import World

DEALS = "/api/v1/deals"
ANY = {"If-Match": "*"}
WINDOW = {"starts_on": "2027-01-01", "ends_on": "2031-12-31"}


@pytest.fixture
def alba(world: World) -> TestClient:
    stock(world.uow)
    return world.sign_in("alba-member")


def deal(**fields: Any) -> dict[str, Any]:
    return {"film_id": "tide", "distributor_id": "harbor-us", "signed_on": "2026-11-20", **fields}


def test_an_agent_records_a_deal_its_terms_and_the_rights_sold_at_once(
    world: World, alba: TestClient
) -> None:
    body = deal(
        window=WINDOW,
        terms={"guarantee": {"amount": "60000.00", "currency": "EUR"}, "commission": "0.25"},
        sale={"exclusive": True},
    )
    answer = alba.post(DEALS, json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["agent_id"], made["territory"], made["is_public"]) == ("alba", "US", False)
    terms = alba.get(f"{DEALS}/{made['deal_id']}/terms")
    assert terms.json() == {
        "guarantee": {"amount": "60000.00", "currency": "EUR"},
        "commission": "0.2500",
        "expenses_cap": None,
        "note": "",
    }
    grants = alba.get(f"/api/v1/rights?deal_id={made['deal_id']}").json()["items"]
    assert [(grant["licensee_id"], grant["window"]) for grant in grants] == [("harbor", WINDOW)]
    assert world.sign_in("harbor-owner").get(f"{DEALS}/{made['deal_id']}").json() == made


def test_nothing_is_kept_of_a_deal_whose_sale_meets_another(alba: TestClient) -> None:
    before = alba.get(DEALS).json()
    answer = alba.post(DEALS, json=deal(distributor_id="lumen-fr", window=WINDOW, sale={}))
    assert (answer.status_code, "sold-fr" in answer.json()["detail"]) == (409, True)
    assert alba.get(DEALS).json() == before


def test_a_deal_outside_the_rights_held_is_refused(alba: TestClient) -> None:
    answer = alba.post(DEALS, json=deal(media_rights=["svod"]))
    assert answer.status_code == 409
    assert "does not hold svod rights in US" in answer.json()["detail"]


def test_a_distributor_records_what_it_bought_elsewhere(world: World, alba: TestClient) -> None:
    harbor = world.sign_in("harbor-owner")
    made = harbor.post(DEALS, json=deal(film_id="public", sales_agent="Elsewhere Sales")).json()
    assert (made["agent_id"], made["sales_agent"]) == (None, "Elsewhere Sales")
    assert alba.get(f"{DEALS}/{made['deal_id']}").status_code == 404
    claimed = harbor.post(DEALS, json=deal(agent_id="alba"))
    assert (claimed.status_code, "only the sales agent" in claimed.json()["detail"]) == (403, True)


BY_WHOM: list[tuple[str, dict[str, Any], int]] = [
    ("grim-owner", {}, 404),
    ("grim-owner", {"film_id": "public"}, 403),
    ("nobody", {"film_id": "public"}, 403),
    ("lumen-owner", {}, 403),
    ("alba-viewer", {}, 403),
    ("admin", {"film_id": "public"}, 403),
    ("admin", {"film_id": "public", "is_public": True}, 201),
    ("admin", {"is_public": True, "agent_id": "alba"}, 403),
]


def test_deals_are_recorded_by_their_parties(world: World, alba: TestClient) -> None:
    for who, fields, status in BY_WHOM:
        answer = world.sign_in(who).post(DEALS, json=deal(**fields))
        assert answer.status_code == status, f"{who} {fields}: {answer.text}"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"signed_on": None}, "release_date"),
    ({"distributor_id": "none"}, "distributor_id"),
    ({"sale": {}}, "window"),
    ({"outcome_public": True}, "outcome_public"),
    ({"gross": {"amount": "1", "currency": "euro"}}, "gross.currency"),
    ({"terms": {"commission": "25"}}, "terms.commission"),
    ({"media_rights": []}, "media_rights"),
    ({"window": {"starts_on": "2027-01-01", "ends_on": "2026-01-01"}}, "window"),
]


def test_what_is_wrong_is_named(alba: TestClient) -> None:
    for fields, field in WRONG:
        answer = alba.post(DEALS, json=deal(**fields))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text


def test_a_deal_is_private_until_it_is_announced(world: World, alba: TestClient) -> None:
    grim, path = world.sign_in("grim-owner"), f"{DEALS}/signed"
    assert grim.get(path).status_code == 404
    announced = alba.patch(path, json={"is_public": True}, headers=ANY)
    assert announced.json()["window"] == {"starts_on": "2026-01-01", "ends_on": "2030-12-31"}
    shown = grim.get(path).json()
    assert (shown["is_public"], shown["window"], shown["admissions"]) == (True, None, None)
    assert grim.get(f"{path}/terms").status_code == 404
    alba.patch(path, json={"outcome_public": True}, headers=ANY)
    assert grim.get(path).json()["admissions"] == 41_250


def test_a_change_keeps_the_rest_and_never_the_parties(alba: TestClient) -> None:
    path = f"{DEALS}/signed"
    before = alba.get(path)
    body = {"gross": {"amount": "1.50", "currency": "EUR"}, "screens": 40, "admissions": None}
    changed = alba.patch(path, json=body, headers={"If-Match": before.headers["etag"]})
    assert changed.json() == {**before.json(), **body, "version": 2}
    assert alba.patch(path, json=body, headers={"If-Match": before.headers["etag"]}).status_code == 412
    assert alba.patch(path, json={"film_id": "draft"}, headers=ANY).status_code == 422


def test_terms_are_replaced_under_the_deals_etag(world: World, alba: TestClient) -> None:
    path = f"{DEALS}/signed/terms"
    etag = alba.get(path).headers["etag"]
    assert etag == alba.get(f"{DEALS}/signed").headers["etag"]
    new = alba.put(path, json={"commission": "0.2"}, headers={"If-Match": etag})
    assert (new.json()["guarantee"], new.json()["commission"]) == (None, "0.2")
    assert alba.put(path, json={}, headers={"If-Match": etag}).status_code == 412
    assert alba.put(path, json={}, headers=ANY).status_code == 200
    assert world.sign_in("lumen-owner").get(path).json()["commission"] is None


def test_terms_are_in_the_trail_of_their_company_and_of_no_administrator(
    world: World, alba: TestClient
) -> None:
    alba.put(f"{DEALS}/signed/terms", json={"note": "seen by two"}, headers=ANY)
    assert "seen by two" in world.sign_in("alba-owner").get("/api/v1/audit").text
    for who in ("admin", "grim-owner"):
        assert "seen by two" not in world.sign_in(who).get("/api/v1/audit").text


def test_a_deal_with_rights_sold_in_it_cannot_be_deleted(world: World, alba: TestClient) -> None:
    owner = world.sign_in("alba-owner")
    assert alba.delete(f"{DEALS}/signed", headers=ANY).status_code == 403
    assert owner.delete(f"{DEALS}/signed", headers=ANY).status_code == 409
    assert owner.delete("/api/v1/rights/sold-fr", headers=ANY).status_code == 204
    assert owner.delete(f"{DEALS}/signed", headers=ANY).status_code == 204


def test_a_list_is_filtered(alba: TestClient) -> None:
    def found(**query: str) -> list[str]:
        return [item["deal_id"] for item in alba.get(DEALS, params=query).json()["items"]]

    assert found() == ["signed", "known"]
    assert found(film_id="tide") == found(distributor_id="lumen-fr") == found(territory="FR") == ["signed"]
    assert found(agent_id="grim") == []
    assert found(released_from="2026-06-02") == []
    assert found(released_to="2026-06-01", limit="1") == ["signed"]
