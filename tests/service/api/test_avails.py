from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.service import make
from tests.service.stock import stock
from tests.service.world import World

AVAILS = "/api/v1/films/tide/avails"


@pytest.fixture
def alba(world: World) -> TestClient:
    stock(world.uow)
    return world.sign_in("alba-viewer")


def rows(browser: TestClient, query: str = "", path: str = AVAILS) -> list[dict[str, Any]]:
    answer = browser.get(f"{path}{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def test_the_table_has_each_territory_and_media_right(alba: TestClient) -> None:
    query = "?territory=US&territory=Benelux&media_right=svod&media_right=theatrical"
    cells = [(row["territory"], row["media_right"], row["status"]) for row in rows(alba, query)]
    assert cells == [
        (territory, right, "available" if (territory, right) == ("US", "theatrical") else "unknown")
        for territory in ("BE", "LU", "NL", "US")
        for right in ("theatrical", "svod")
    ]


def test_a_row_says_what_is_free_until_when_and_how_fresh_that_is(alba: TestClient) -> None:
    answer = alba.get(f"{AVAILS}?territory=FR&as_of=2026-11-22").json()
    row = answer["rows"][0]
    assert (answer["film_id"], answer["as_of"]) == ("tide", "2026-11-22")
    assert row["status"] == "partly"
    assert row["free"] == [{"starts_on": "2031-01-01", "ends_on": "2039-12-31"}]
    assert (row["exclusive"], row["until"]) == (True, None)
    assert row["confirmed_on"]


def test_a_rival_reads_that_a_right_is_sold_but_no_licence_period(world: World, alba: TestClient) -> None:
    with world.uow() as tx:
        tx.distributors.add(make.profile("harbor-fr", "harbor", "FR"))
        tx.commit()
    rival, buyer = world.sign_in("harbor-owner"), world.sign_in("lumen-owner")
    for window, status in (("", "partly"), ("&starts_on=2027-01-01&ends_on=2028-12-31", "sold")):
        query = f"?territory=FR&as_of=2026-11-22{window}"
        (row,) = rows(rival, query)
        assert (row["status"], row["free"], row["until"]) == (status, [], None)
        assert rows(buyer, query) == rows(alba, query)


ASKED: list[tuple[str, str]] = [
    ("&starts_on=2027-01-01&ends_on=2028-12-31", "sold"),
    ("&starts_on=2031-01-01&ends_on=2032-12-31", "available"),
    ("&starts_on=2040-01-01", "unknown"),
    ("&as_of=2026-11-22&language=pt-BR", "partly"),
]


def test_a_window_a_language_and_a_day_may_be_asked_for(alba: TestClient) -> None:
    for query, status in ASKED:
        assert [row["status"] for row in rows(alba, f"?territory=FR{query}")] == [status]


def test_a_group_is_the_same_as_its_countries(alba: TestClient) -> None:
    countries = "".join(f"&territory={code}" for code in ("DK", "NO", "SE", "FR"))
    assert rows(alba, "?territory=Scandinavia&territory=FR") == rows(alba, f"?{countries}")


WRONG: list[tuple[str, str]] = [
    ("?territory=Atlantis", "territories"),
    ("?media_right=x", "media_right.0"),
    ("?as_of=x", "as_of"),
    ("?starts_on=2027-01-02&ends_on=2027-01-01", "ends_on"),
    ("?language=French", "language"),
]


def test_what_is_wrong_is_named(alba: TestClient) -> None:
    for query, field in WRONG:
        answer = alba.get(f"{AVAILS}{query}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text


def test_rights_in_reference_data_are_seen_by_who_holds_them(world: World, alba: TestClient) -> None:
    body = {"direction": "held", "film_id": "public", "territories": ["FR"], "media_rights": ["svod"]}
    assert world.sign_in("alba-member").post("/api/v1/rights", json=body).status_code == 201
    path = "/api/v1/films/public/avails"
    assert [row["status"] for row in rows(alba, path=path)] == ["available"]
    assert world.sign_in("lumen-owner").get(path).status_code == 403
    assert rows(world.sign_in("admin"), path=path) == []


def test_everybody_reads_the_groups(world: World) -> None:
    groups = {
        group["name"]: group for group in world.sign_in("nobody").get("/api/v1/territory-groups").json()
    }
    assert groups["benelux"]["territories"] == ["BE", "LU", "NL"]
