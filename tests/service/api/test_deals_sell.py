"""A right is sold once: what a deal sells counts whether or not a grant records it, and moves with the deal."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.clock import today
from service.domain.words import MediaRight
from tests.service import make
from tests.service.stock import stock
from tests.service.world import World

DEALS = "/api/v1/deals"
RIGHTS = "/api/v1/rights"
ANY = {"If-Match": "*"}
DAYS = {"starts_on": "2027-01-01", "ends_on": "2028-12-31"}
LONGER = {"starts_on": "2027-01-01", "ends_on": "2033-12-31"}


@pytest.fixture
def alba(world: World) -> TestClient:
    """Alba holds its film's svod rights in the United States as well, where rapid rivals harbor."""
    stock(world.uow)
    with world.uow() as tx:
        tx.companies.add(make.company("rapid"))
        tx.distributors.add(make.profile("rapid-us", "rapid", "US"))
        tx.rights.add(
            make.held("tide", "alba", territory="US", media_right=MediaRight.SVOD, confirmed_on=today())
        )
        tx.commit()
    return world.sign_in("alba-owner")


def deal(**fields: Any) -> dict[str, Any]:
    return {
        "film_id": "tide",
        "distributor_id": "harbor-us",
        "signed_on": "2026-11-20",
        "media_rights": ["svod"],
        "window": DAYS,
        **fields,
    }


def recorded(alba: TestClient, **fields: Any) -> dict[str, Any]:
    answer = alba.post(DEALS, json=deal(**fields))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def sold(**fields: Any) -> dict[str, Any]:
    return {
        "direction": "sold",
        "film_id": "tide",
        "territories": ["US"],
        "media_rights": ["svod"],
        "window": DAYS,
        "licensee_id": "rapid",
        **fields,
    }


def avail(browser: TestClient, window: dict[str, str]) -> tuple[str, list[Any], bool]:
    asked = {"territory": "US", "media_right": "svod", **window}
    answer = browser.get("/api/v1/films/tide/avails", params=asked)
    assert answer.status_code == 200, answer.text
    (row,) = answer.json()["rows"]
    return row["status"], row["free"], row["exclusive"]


def windows(alba: TestClient, deal_id: str) -> list[Any]:
    return [one["window"] for one in alba.get(f"{RIGHTS}?deal_id={deal_id}").json()["items"]]


def test_what_a_deal_sold_is_sold_in_avails_and_private_to_its_parties(
    world: World, alba: TestClient
) -> None:
    with world.uow() as tx:
        tx.distributors.add(make.profile("lumen-us", "lumen", "US"))
        tx.commit()
    recorded(alba)
    free = [{"starts_on": "2029-01-01", "ends_on": "2033-12-31"}]
    for browser, told in (
        (alba, free),
        (world.sign_in("harbor-owner"), free),
        (world.sign_in("lumen-owner"), []),
    ):
        assert avail(browser, DAYS)[0] == "sold"
        assert avail(browser, LONGER)[:2] == ("partly", told)


def test_a_deal_without_a_licence_period_sells_all_days(alba: TestClient) -> None:
    recorded(alba, window=None)
    assert avail(alba, {"starts_on": "2035-01-01"})[0] == "sold"


def test_what_a_deal_sold_is_not_sold_to_another(alba: TestClient) -> None:
    first = recorded(alba)["deal_id"]
    before = alba.get(DEALS).json()
    for answer in (
        alba.post(DEALS, json=deal(distributor_id="rapid-us", sale={"exclusive": True})),
        alba.post(DEALS, json=deal(distributor_id="rapid-us", sale={"exclusive": False})),
        alba.post(RIGHTS, json=sold()),
        alba.post(RIGHTS, json=sold(exclusive=False)),
    ):
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (409, "urn:reelmatch:problem:rights_conflict")
        assert f"sold from 2027-01-01 to 2028-12-31 already: in the deal {first}" in problem["detail"]
        assert f"what the deal {first} sold" in problem["remedy"]
        assert problem["errors"][0]["field"] == "window"
    assert alba.get(DEALS).json() == before
    assert (
        alba.post(RIGHTS, json=sold(window={"starts_on": "2029-01-01", "ends_on": "2030-12-31"})).status_code
        == 201
    )


def test_what_a_deal_sold_is_recorded_as_its_sale(alba: TestClient) -> None:
    first = recorded(alba)["deal_id"]
    other = alba.post(RIGHTS, json=sold(licensee_id="rapid", deal_id=first))
    assert other.status_code == 409
    mine = alba.post(RIGHTS, json=sold(licensee_id="harbor", deal_id=first, exclusive=False))
    assert mine.status_code == 201, mine.text
    assert (
        alba.post(DEALS, json=deal(distributor_id="rapid-us", sale={"exclusive": False})).status_code == 201
    )
    assert avail(alba, DAYS)[0] == "partly"


def test_two_deals_that_share_a_right_are_recorded_one_after_the_other(alba: TestClient) -> None:
    pair = [(recorded(alba, distributor_id=f"{name}-us")["deal_id"], name) for name in ("harbor", "rapid")]
    for deal_id, name in pair:
        sale = sold(licensee_id=name, deal_id=deal_id, exclusive=False)
        assert alba.post(RIGHTS, json=sale).status_code == 201
    assert avail(alba, DAYS)[0] == "partly"


def test_a_deal_does_not_sell_what_a_grant_sold_exclusively(alba: TestClient) -> None:
    assert alba.post(RIGHTS, json=sold()).status_code == 201
    for window in (DAYS, None):
        answer = alba.post(DEALS, json=deal(window=window))
        assert answer.status_code == 409
        assert "sells it exclusively from 2027-01-01 to 2028-12-31" in answer.json()["detail"]
    made = recorded(alba, window={"starts_on": "2029-01-01", "ends_on": "2030-12-31"})
    moved = alba.patch(f"{DEALS}/{made['deal_id']}", json={"window": LONGER}, headers=ANY)
    assert (moved.status_code, "sells it exclusively" in moved.json()["detail"]) == (409, True)


def test_what_is_recorded_as_sold_moves_with_the_licence_period(world: World, alba: TestClient) -> None:
    made = recorded(alba, sale={"exclusive": True})
    path = f"{DEALS}/{made['deal_id']}"
    changed = alba.patch(path, json={"window": LONGER}, headers=ANY)
    assert changed.status_code == 200, changed.text
    assert windows(alba, made["deal_id"]) == [LONGER]
    assert avail(alba, {"starts_on": "2029-01-01", "ends_on": "2033-12-31"})[0] == "sold"
    assert (
        alba.post(RIGHTS, json=sold(window={"starts_on": "2029-01-01", "ends_on": "2033-12-31"})).status_code
        == 409
    )
    trail = alba.get("/api/v1/audit", params={"noun": "rights"}).json()["items"]
    assert trail[0]["action"] == "rights.update"
    assert trail[0]["diff"]["window"] == [DAYS, LONGER]
    assert alba.patch(path, json={"window": None}, headers=ANY).status_code == 200
    assert windows(alba, made["deal_id"]) == [LONGER]


def test_a_licence_period_that_its_sale_cannot_follow_stays(alba: TestClient) -> None:
    made = recorded(alba, sale={"exclusive": True})
    later = {"starts_on": "2029-01-01", "ends_on": "2030-12-31"}
    grant_id = alba.post(RIGHTS, json=sold(window=later)).json()["items"][0]["grant_id"]
    path = f"{DEALS}/{made['deal_id']}"
    for window, words in (
        (LONGER, f"exclusively by the grant {grant_id}"),
        ({"starts_on": "2027-01-01", "ends_on": "2045-12-31"}, "does not hold svod exclusively in US"),
    ):
        answer = alba.patch(path, json={"window": window}, headers=ANY)
        assert (answer.status_code, words in answer.json()["detail"]) == (409, True), answer.text
    assert alba.get(path).json() == made
    assert windows(alba, made["deal_id"]) == [DAYS]


def test_what_was_recorded_for_other_days_is_named_when_the_licence_period_leaves_it(
    alba: TestClient,
) -> None:
    made = recorded(alba)
    short = {"starts_on": "2028-01-01", "ends_on": "2028-12-31"}
    sale = alba.post(RIGHTS, json=sold(licensee_id="harbor", deal_id=made["deal_id"], window=short))
    grant_id = sale.json()["items"][0]["grant_id"]
    answer = alba.patch(
        f"{DEALS}/{made['deal_id']}", json={"window": {**DAYS, "ends_on": "2027-12-31"}}, headers=ANY
    )
    assert answer.status_code == 409
    assert f"the grant {grant_id} records what this deal sold from 2028-01-01" in answer.json()["detail"]
    assert f"window of the grant {grant_id}" in answer.json()["remedy"]


def test_a_sale_stays_inside_the_licence_period_of_its_deal(alba: TestClient) -> None:
    made = recorded(alba, sale={"exclusive": True})
    (grant,) = alba.get(f"{RIGHTS}?deal_id={made['deal_id']}").json()["items"]
    answer = alba.patch(f"{RIGHTS}/{grant['grant_id']}", json={"window": LONGER}, headers=ANY)
    assert answer.status_code == 409
    assert f"outside of the licence period of the deal {made['deal_id']}" in answer.json()["detail"]
    assert "moves its sale too" in answer.json()["remedy"]


def test_a_media_right_that_is_recorded_as_sold_is_not_taken_out_of_its_deal(alba: TestClient) -> None:
    made = recorded(alba, sale={"exclusive": True})
    (grant,) = alba.get(f"{RIGHTS}?deal_id={made['deal_id']}").json()["items"]
    path = f"{DEALS}/{made['deal_id']}"
    body = {"media_rights": ["theatrical"]}
    answer = alba.patch(path, json=body, headers=ANY)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "media_rights")
    assert (
        f"svod is recorded as sold in this deal, by the grant {grant['grant_id']}" in answer.json()["detail"]
    )
    assert f"Delete the grant {grant['grant_id']} first" in answer.json()["remedy"]
    assert alba.delete(f"{RIGHTS}/{grant['grant_id']}", headers=ANY).status_code == 204
    assert alba.patch(path, json=body, headers=ANY).status_code == 200


def test_a_buyer_does_not_change_what_an_agents_deal_sells(world: World, alba: TestClient) -> None:
    path, harbor = f"{DEALS}/{recorded(alba)['deal_id']}", world.sign_in("harbor-owner")
    for body in ({"window": LONGER}, {"media_rights": ["svod", "theatrical"]}):
        answer = harbor.patch(path, json=body, headers=ANY)
        assert (answer.status_code, "only the sales agent" in answer.json()["detail"]) == (403, True)
    assert harbor.patch(path, json={"window": DAYS, "admissions": 5}, headers=ANY).status_code == 200
