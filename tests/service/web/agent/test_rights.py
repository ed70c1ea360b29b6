"""A film's avails, and recording, confirming and deleting its rights."""

from __future__ import annotations

import re
from datetime import date

import pytest
from fastapi.testclient import TestClient

from service.clock import now, today
from service.domain.words import FeedbackKind, MediaRight
from tests.service import make
from tests.service.world import World

NEW = "/films/offer/rights/new"
HELD = {"direction": "held", "film_id": "offer", "exclusive": "true", "media_rights": "svod"}


def keys_of(page: str) -> list[str]:
    return re.findall(r"/rights/([0-9a-f]{16})/confirm", page)


def test_avails_are_folded_by_groups_with_how_fresh_they_are(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        for territory in ("BE", "NL"):
            tx.rights.add(make.held("offer", "alba", territory=territory, confirmed_on=date(2020, 1, 5)))
        tx.commit()
    page = ann.get("/films/offer").text
    assert "Benelux" in page
    assert "Not confirmed lately" in page
    assert "confirmed 5 Jan 2020" in page
    assert "North America" in page


def test_rights_held_in_a_group_are_recorded_for_its_countries(ready: World, ann: TestClient) -> None:
    form = {
        **HELD,
        "territories": "Benelux, united kingdom",
        "starts_on": "2026-01-01",
        "ends_on": "2035-12-31",
    }
    answer = ann.post(NEW, data=form)
    assert "Rights recorded: 4." in answer.text
    with ready.uow() as tx:
        grants = [grant for grant in tx.rights.of_film("offer") if grant.media_right is MediaRight.SVOD]
    assert sorted(grant.territory for grant in grants) == ["BE", "GB", "LU", "NL"]
    assert {(grant.window, grant.confirmed_on) for grant in grants} == {(make.years(2026, 2035), today())}


def test_rights_sold_name_their_buyer(ready: World, ann: TestClient) -> None:
    form = {
        **HELD,
        "direction": "sold",
        "media_rights": "theatrical",
        "territories": "FR",
        "starts_on": "2026-01-01",
        "ends_on": "2030-12-31",
    }
    refused = ann.post(NEW, data=form)
    assert (refused.status_code, 'id="e-licensee"' in refused.text) == (422, True)
    unknown = ann.post(NEW, data={**form, "licensee": "nobody at all"})
    assert "no single distributor is called that" in unknown.text
    answer = ann.post(NEW, data={**form, "licensee": "lumen"})
    assert "Rights recorded: 1." in answer.text
    assert "to Lumen" in answer.text


def test_rights_that_are_sold_already_are_refused_in_words(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.rights.add(make.sold("offer", "alba", "lumen", grant_id="first"))
        tx.commit()
    form = {
        **HELD,
        "direction": "sold",
        "media_rights": "theatrical",
        "territories": "FR",
        "licensee": "Harbor",
    }
    answer = ann.post(NEW, data={**form, "starts_on": "2027-01-01", "ends_on": "2028-12-31"})
    assert answer.status_code == 409
    assert "first" in answer.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"territories": "Atlantis"}, "territories"),
        ({"territories": ""}, "territories"),
        ({"media_rights": ""}, "media_rights"),
        ({"starts_on": "2030-01-01", "ends_on": "2029-01-01"}, "window"),
        ({"starts_on": "tomorrow"}, "window"),
        ({"languages": "french!"}, "languages"),
    ],
)
def test_what_is_wrong_with_rights_stands_beside_its_field(
    ann: TestClient, wrong: dict[str, str], field: str
) -> None:
    answer = ann.post(NEW, data={**HELD, "territories": "BE", **wrong})
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text


def test_rights_alike_are_confirmed_and_deleted_together(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        for territory in ("BE", "NL"):
            tx.rights.add(make.held("offer", "alba", territory=territory, confirmed_on=date(2020, 1, 5)))
        tx.commit()
    page = ann.get("/films/offer").text
    assert len(keys_of(page)) == 2
    old = next(
        key
        for key in keys_of(page)
        if key in page[page.index("confirmed 5 Jan 2020", page.index("grants")) :]
    )
    answer = ann.post(f"/films/offer/rights/{old}/confirm")
    assert "Confirmed as of today: 2 rights." in answer.text
    assert "confirmed 5 Jan 2020" not in answer.text
    (key,) = keys_of(answer.text)
    assert "Deleted: 4 rights." in ann.post(f"/films/offer/rights/{key}/delete").text
    assert ann.post(f"/films/offer/rights/{key}/delete").status_code == 404


def test_everything_is_confirmed_at_once(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.rights.add(make.held("offer", "alba", territory="BE"))
        tx.commit()
    assert "never confirmed" in ann.get("/films/offer").text
    answer = ann.post("/films/offer/rights/confirm")
    assert "Confirmed as of today: 3 rights." in answer.text
    assert "never confirmed" not in answer.text


def test_rights_that_a_sale_relies_on_are_not_deleted(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.rights.add(make.sold("offer", "alba", "lumen"))
        tx.commit()
    page = ann.get("/films/offer").text
    held = keys_of(page)[0]
    assert ann.post(f"/films/offer/rights/{held}/delete").status_code == 409
    with ready.uow() as tx:
        assert len(tx.rights.of_film("offer")) == 3


def test_a_viewer_sees_rights_and_changes_none(ready: World) -> None:
    viewer = ready.sign_in("alba-viewer")
    page = viewer.get("/films/offer").text
    assert "Rights as recorded" in page
    assert not keys_of(page)
    assert viewer.post("/films/offer/rights/confirm").status_code == 403
    assert viewer.post(NEW, data={**HELD, "territories": "BE"}).status_code == 403


def test_the_film_shows_its_deals_and_what_buyers_answered_but_not_their_notes(
    ready: World, ann: TestClient
) -> None:
    with ready.uow() as tx:
        tx.deals.add(
            make.deal(
                "offer", "lumen-fr", "mine", agent_id="alba", admissions=41_250, window=make.years(2026, 2030)
            )
        )
        tx.feedback.add(
            make.feedback(FeedbackKind.OFFER, "offer", "harbor-us", "harbor", note="up to 90,000", at=now())
        )
        tx.commit()
    page = ann.get("/films/offer").text
    assert "Lumen-Fr" in page
    assert "41,250" in page
    assert "Harbor-Us" in page
    assert "90,000" not in page


def test_buyers_are_suggested_by_part_of_the_name(ann: TestClient) -> None:
    assert 'value="Lumen"' in ann.get("/buyers?licensee=lum").text
    assert "option" not in ann.get("/buyers?licensee=").text
