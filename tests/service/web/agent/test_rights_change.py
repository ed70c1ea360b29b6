"""Changing rights that are alike, and what is in the way of it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from fastapi.testclient import TestClient

from service.clock import today
from service.domain.words import GrantStatus, MediaRight
from tests.service import make
from tests.service.world import World

HELD = {
    "direction": "held",
    "film_id": "offer",
    "exclusive": "true",
    "status": "active",
    "media_rights": "theatrical",
}


def places(client: TestClient) -> list[str]:
    """Where rights that are alike are changed."""
    return re.findall(r'href="(/films/offer/rights/[0-9a-f]{16})"', client.get("/films/offer").text)


def opened(client: TestClient) -> tuple[str, dict[str, str]]:
    """The form of the first rights: its address, and its hidden fields with the days of the stock."""
    place = places(client)[0]
    page = client.get(place).text
    (version,) = re.findall(r'name="version" value="([0-9a-f]+)"', page)
    return place, {**HELD, "version": version, "starts_on": "2020-01-01", "ends_on": "2039-12-31"}


def grants(world: World) -> dict[tuple[str, MediaRight], str]:
    with world.uow() as tx:
        return {(one.territory, one.media_right): one.grant_id for one in tx.rights.of_film("offer")}


def test_window_places_uses_and_the_day_of_confirmation_change_together(
    ready: World, ann: TestClient
) -> None:
    before = grants(ready)
    place, form = opened(ann)
    wanted = {
        **form,
        "territories": "FR, BE",
        "media_rights": ["theatrical", "svod"],
        "ends_on": "2041-12-31",
        "confirmed_on": "2026-01-05",
    }
    answer = ann.post(place, data=wanted)
    assert "Rights changed: 4." in answer.text
    after = grants(ready)
    assert set(after) == {
        (territory, right) for territory in ("FR", "BE") for right in (MediaRight.THEATRICAL, MediaRight.SVOD)
    }
    assert after["FR", MediaRight.THEATRICAL] == before["FR", MediaRight.THEATRICAL]
    with ready.uow() as tx:
        stored = tx.rights.of_film("offer")
    assert {(one.window.ends_on, one.confirmed_on) for one in stored} == {
        (date(2041, 12, 31), date(2026, 1, 5))
    }


def test_rights_are_withdrawn_by_their_status(ready: World, ann: TestClient) -> None:
    place, form = opened(ann)
    ann.post(place, data={**form, "territories": "FR, US", "status": "inactive"})
    assert not grants(ready)
    assert "Withdrawn" in ann.get("/films/offer").text


def test_a_sale_in_the_way_is_named_and_led_to(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.rights.add(make.sold("offer", "alba", "lumen", grant_id="sale"))
        tx.commit()
    place, form = opened(ann)
    answer = ann.post(place, data={**form, "territories": "FR, US", "ends_on": "2028-12-31"})
    assert answer.status_code == 409
    assert "Theatrical in France, sold to Lumen 1 Jan 2026 to 31 Dec 2030" in answer.text
    assert 'value="2028-12-31"' in answer.text
    (link,) = re.findall(r'href="/films/offer#(r-[0-9a-f]{16})"', answer.text)
    assert f'id="{link}"' in ann.get("/films/offer").text
    with ready.uow() as tx:
        assert {one.window.ends_on for one in tx.rights.of_film("offer")} == {
            date(2039, 12, 31),
            date(2030, 12, 31),
        }


def test_what_is_sold_stays_within_what_is_held(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.rights.add(make.sold("offer", "alba", "lumen", grant_id="sale"))
        tx.rights.add(make.sold("offer", "alba", "lumen", grant_id="later", window=make.years(2031, 2032)))
        tx.commit()
    place = next(place for place in places(ann) if 'value="2030-12-31"' in ann.get(place).text)
    (version,) = re.findall(r'name="version" value="([0-9a-f]+)"', ann.get(place).text)
    sale = {**HELD, "direction": "sold", "version": version, "territories": "FR", "licensee": "Lumen"}
    answer = ann.post(place, data={**sale, "starts_on": "2019-01-01", "ends_on": "2019-12-31"})
    assert answer.status_code == 409
    assert "you do not hold these rights as they would be sold" in answer.text
    answer = ann.post(place, data={**sale, "starts_on": "2026-01-01", "ends_on": "2032-12-31"})
    assert answer.status_code == 409
    assert "this overlaps with other rights: Theatrical in France, sold to Lumen" in answer.text


def test_two_tabs_do_not_overwrite_each_other(ready: World, ann: TestClient) -> None:
    place, form = opened(ann)
    ann.post(place, data={**form, "territories": "FR, US", "note": "first"})
    answer = ann.post(place, data={**form, "territories": "FR, US", "note": "second"})
    assert answer.status_code == 412
    assert "Somebody changed these rights while you were writing." in answer.text
    assert "first" in answer.text
    assert "second</textarea>" in answer.text
    (version,) = re.findall(r'name="version" value="([0-9a-f]+)"', answer.text)
    saved = ann.post(place, data={**form, "version": version, "territories": "FR, US", "note": "second"})
    assert saved.status_code == 200
    with ready.uow() as tx:
        assert {one.note for one in tx.rights.of_film("offer")} == {"second"}


def test_rights_that_others_took_apart_keep_what_was_typed(ready: World, ann: TestClient) -> None:
    place, form = opened(ann)
    with ready.uow() as tx:
        tx.rights.delete(next(iter(grants(ready).values())))
        tx.commit()
    answer = ann.post(place, data={**form, "territories": "FR, US", "note": "my long note"})
    assert answer.status_code == 412
    assert "my long note</textarea>" in answer.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"territories": "Atlantis"}, "territories"),
        ({"starts_on": "2045-01-01"}, "window"),
        ({"confirmed_on": "2150-01-01"}, "confirmed_on"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(ann: TestClient, wrong: dict[str, str], field: str) -> None:
    place, form = opened(ann)
    answer = ann.post(place, data={**form, "territories": "FR, US", **wrong})
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text


def test_rights_are_changed_by_members_of_their_agent_alone(ready: World, ann: TestClient) -> None:
    place, form = opened(ann)
    viewer, stranger = ready.sign_in("alba-viewer"), ready.sign_in("grim-owner")
    wanted = {**form, "territories": "FR, US"}
    assert viewer.get(place).status_code == 403
    assert viewer.post(place, data=wanted).status_code == 403
    assert stranger.get(place).status_code == 404
    assert stranger.post(place, data=wanted).status_code == 404
    with ready.uow() as tx:
        assert {one.status for one in tx.rights.of_film("offer")} == {GrantStatus.ACTIVE}
        assert {one.confirmed_on for one in tx.rights.of_film("offer")} == {today()}
