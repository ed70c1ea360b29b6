"""Deals of a film: recorded with their terms against the rights held, and how they went."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.domain.deals import DealTerms, Money
from service.domain.words import Direction
from service.store.repositories.deals import DealFilter
from tests.service import make
from tests.service.world import World

NEW = "/films/offer/deals/new"
DEAL: dict[str, Any] = {
    "distributor": "Lumen-Fr (FR)",
    "signed_on": "2026-05-14",
    "starts_on": "2026-09-01",
    "ends_on": "2033-08-31",
    "media_rights": ["theatrical"],
    "guarantee": "60000",
    "guarantee_currency": "EUR",
    "commission": "25",
    "sell": "yes",
    "exclusive": "yes",
}


def only_deal(world: World) -> Any:
    with world.uow() as tx:
        (deal,) = tx.deals.list(where=DealFilter(film_id="offer")).items
        return deal, tx.deals.terms(deal.deal_id)


def version_of(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_a_deal_is_recorded_with_its_terms_and_the_rights_sold(ready: World, ann: TestClient) -> None:
    assert 'value="Lumen-Fr (FR)"' in ann.get("/profiles?distributor=lum").text
    assert "The deal with Lumen-Fr is recorded." in ann.post(NEW, data=DEAL).text
    deal, terms = only_deal(ready)
    assert (deal.agent_id, deal.distributor_id, deal.is_public) == ("alba", "lumen-fr", False)
    assert terms == DealTerms(guarantee=Money(Decimal("60000.00"), "EUR"), commission=Decimal("0.25"))
    with ready.uow() as tx:
        (sold,) = [one for one in tx.rights.of_film("offer") if one.direction is Direction.SOLD]
    assert (sold.deal_id, sold.licensee_id, sold.territory) == (deal.deal_id, "lumen", "FR")


def test_a_deal_outside_of_what_is_held_is_refused_and_nothing_is_kept(ready: World, ann: TestClient) -> None:
    answer = ann.post(NEW, data={**DEAL, "ends_on": "2059-08-31"})
    assert answer.status_code == 409
    assert "you do not hold" in answer.text
    assert 'value="60000"' in answer.text
    with ready.uow() as tx:
        assert not tx.deals.list(where=DealFilter(film_id="offer")).items


def test_a_sale_in_the_way_is_named(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.rights.add(make.sold("offer", "alba", "lumen", grant_id="sale"))
        tx.commit()
    answer = ann.post(NEW, data=DEAL)
    assert answer.status_code == 409
    assert "this overlaps with other rights: Theatrical in France, sold to Lumen" in answer.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"distributor": "nobody"}, "distributor"),
        ({"distributor": ""}, "distributor"),
        ({"media_rights": []}, "media_rights"),
        ({"guarantee_currency": ""}, "guarantee_currency"),
        ({"guarantee_currency": "euro"}, "guarantee_currency"),
        ({"commission": "250"}, "commission"),
        ({"ends_on": "2026-01-01"}, "ends_on"),
        ({"signed_on": ""}, "release_date"),
        ({"starts_on": "", "ends_on": ""}, "window"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(ann: TestClient, wrong: dict[str, Any], field: str) -> None:
    answer = ann.post(NEW, data={**DEAL, **wrong})
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text


def test_the_outcome_and_the_terms_are_changed_one_by_one(ready: World, ann: TestClient) -> None:
    ann.post(NEW, data=DEAL)
    deal, _ = only_deal(ready)
    place = f"/films/offer/deals/{deal.deal_id}"
    assert place in ann.get("/films/offer").text
    form = {name: DEAL[name] for name in ("signed_on", "starts_on", "ends_on", "media_rights")}
    page = ann.get(place).text
    assert 'value="25"' in page
    wanted = {
        **form,
        "version": version_of(page),
        "release_date": "2026-10-07",
        "admissions": "41250",
        "gross": "300000",
        "currency": "EUR",
    }
    assert "The deal is saved." in ann.post(place, data=wanted).text
    overtaken = ann.post(place, data={**wanted, "admissions": "5"})
    assert overtaken.status_code == 412
    assert "41250" in overtaken.text
    assert 'value="5"' in overtaken.text
    page = ann.get(place).text
    changed = {"version": version_of(page), "commission": "20.5"}
    assert "The terms are saved." in ann.post(f"{place}/terms", data=changed).text
    deal, terms = only_deal(ready)
    assert (deal.admissions, deal.gross) == (41_250, Money(Decimal("300000.00"), "EUR"))
    assert terms == DealTerms(commission=Decimal("0.205"))
    assert ann.post(f"{place}/terms", data=changed).status_code == 412


def test_the_films_agent_alone_sees_and_records_its_deals(ready: World, ann: TestClient) -> None:
    ann.post(NEW, data=DEAL)
    deal, _ = only_deal(ready)
    place = f"/films/offer/deals/{deal.deal_id}"
    viewer = ready.sign_in("alba-viewer")
    assert viewer.get(NEW).status_code == 403
    assert viewer.post(NEW, data=DEAL).status_code == 403
    assert viewer.post(place, data={"version": "1", **DEAL}).status_code == 403
    for other in (ready.sign_in("grim-owner"), ready.sign_in("admin")):
        assert other.get(place).status_code in (403, 404)
        assert other.post(f"{place}/terms", data={"version": "1"}).status_code in (403, 404)
    assert "60000" not in ready.sign_in("lumen-owner").get("/films/offer").text


def test_text_of_users_stays_text(ready: World, ann: TestClient) -> None:
    ann.post(NEW, data={**DEAL, "terms_note": "<script>x</script>"})
    deal, _ = only_deal(ready)
    page = ann.get(f"/films/offer/deals/{deal.deal_id}").text
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page


def test_a_deal_in_the_way_of_a_sale_is_named_and_led_to(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.companies.add(make.company("rapid"))
        tx.distributors.add(make.profile("rapid-fr", "rapid", "FR"))
        tx.deals.add(make.deal("offer", "rapid-fr", "first", agent_id="alba", window=make.years(2026, 2030)))
        tx.commit()
    answer = ann.post(NEW, data=DEAL)
    assert answer.status_code == 409
    assert "these rights are sold in the deal with Rapid-Fr in France already" in answer.text
    assert 'href="/films/offer/deals/first"' in answer.text
    later = ann.post(NEW, data={**DEAL, "starts_on": "2031-01-01"})
    assert "The deal with Lumen-Fr is recorded." in later.text


def test_what_was_sold_in_a_deal_is_named_when_the_deal_would_leave_it(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.deals.add(make.deal("offer", "lumen-fr", "first", agent_id="alba", window=make.years(2026, 2030)))
        tx.rights.add(make.sold("offer", "alba", "lumen", deal_id="first", window=make.years(2026, 2027)))
        tx.commit()
    form = {"signed_on": "2026-05-14", "media_rights": ["theatrical"], "version": "1"}
    answer = ann.post(
        "/films/offer/deals/first", data={**form, "starts_on": "2027-01-01", "ends_on": "2030-12-31"}
    )
    assert answer.status_code == 409
    assert "what was sold in the deal is recorded: Theatrical in France, sold to Lumen" in answer.text
