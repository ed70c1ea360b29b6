"""My brief, and what the system believes, without any script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.store.repositories.deals import DealFilter
from service.usecases.embedding import embed_pending
from tests.service import make
from tests.service.world import World
from tests.tastes import WORDS, WordEncoder

BRIEF = {"distributor_id": "fr-western", "brief": WORDS["Horror"], "genres_never": "Western, War"}


def version(ready: World) -> int:
    with ready.uow() as tx:
        return tx.distributors.get("fr-western").version


def test_a_preview_shows_what_leaves_and_stores_nothing(ready: World, lena: TestClient) -> None:
    page = lena.post("/brief/preview", data=BRIEF)
    assert "not suggested any more" in page.text
    assert "you never take Western, as your brief says" in page.text
    assert "grave" in page.text
    with ready.uow() as tx:
        assert tx.distributors.get("fr-western").genres_never == ()
    part = lena.post("/brief/preview", data=BRIEF, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "<h2>What would change</h2>" in part


def test_a_saved_brief_says_when_it_is_in_force(app: FastAPI, ready: World, lena: TestClient) -> None:
    page = lena.post("/brief", data=BRIEF | {"version": str(version(ready))}).text
    assert "Your brief is saved." in page
    assert "being taken up" in page
    embed_pending(ready.uow, WordEncoder(), lambda _done, _total: None)
    app.state.reelmatch.matchers.refresh()
    part = lena.get("/brief/taken-up?profile=fr-western", headers={"HX-Request": "true"}).text
    assert "Suggestions follow your brief" in part
    assert "hx-get" not in part
    assert "Ferry" not in lena.get("/suggestions").text


def test_who_saves_over_another_s_change_sees_it_first_and_keeps_the_own_text(
    ready: World, lena: TestClient
) -> None:
    first = version(ready)
    lena.post("/brief", data=BRIEF | {"version": str(first)})
    mine = {**BRIEF, "brief": "Mine <i>", "version": str(first)}
    answer = lena.post("/brief", data=mine)
    assert answer.status_code == 409
    assert "Mine &lt;i&gt;" in answer.text
    assert WORDS["Horror"] in answer.text
    assert lena.post("/brief", data={**mine, "version": str(first + 1)}).status_code == 200
    with ready.uow() as tx:
        assert tx.distributors.get("fr-western").distributor.brief == "Mine <i>"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"budget_min_usd": "5", "budget_max_usd": "4"}, "the most is less than the least"),
        ({"budget_max_usd": "much"}, "budget_max_usd"),
        ({"media_rights": "radio"}, "media_rights"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_lost(
    lena: TestClient, change: dict[str, str], text: str
) -> None:
    for place in ("/brief", "/brief/preview"):
        answer = lena.post(place, data=BRIEF | change)
        assert answer.status_code == 422
        assert text in answer.text
        assert WORDS["Horror"] in answer.text


def test_another_territory_gets_a_profile_of_its_own_once(lena: TestClient) -> None:
    company = lena.get("/brief/new").text
    assert "<option" in company
    form = {"territory": "BE", "brief": WORDS["War"], "company_id": "lumen"}
    assert "Your profile for Belgium is added." in lena.post("/brief/new", data=form).text
    again = lena.post("/brief/new", data=form)
    assert again.status_code == 422
    assert WORDS["War"] in again.text
    waiting = lena.get("/suggestions")
    assert waiting.status_code == 503
    assert "being taken up" in waiting.text


def test_a_viewer_changes_nothing(ready: World) -> None:
    paul = ready.sign_in("nobody")
    assert "disabled" in paul.get("/brief?profile=fr-western").text
    assert paul.post("/brief", data=BRIEF).status_code == 403
    assert "Add a missing deal" not in paul.get("/believes").text
    form = {"distributor_id": "fr-western", "film_id": "ferry", "release_date": "2020-01-01"}
    assert paul.post("/believes/deals/new", data=form).status_code == 403
    assert paul.get("/brief/new").status_code == 403


def test_beliefs_tell_what_was_learnt_and_what_cannot_be_changed(lena: TestClient) -> None:
    page = lena.get("/believes").text
    for text in ("Western Hand 0", "Learnt from", "What you cannot change here", "smallest quarter"):
        assert text in page


def test_names_are_corrected(ready: World, lena: TestClient) -> None:
    form = {
        "distributor_id": "fr-western",
        "name": "West & Co",
        "aliases": "Prairie <b>, Dust",
        "version": str(version(ready)),
    }
    page = lena.post("/believes/names", data=form).text
    assert "The names are saved." in page
    assert "Prairie &lt;b&gt;, Dust" in page
    assert lena.post("/believes/names", data=form).status_code == 409


def deals_of(ready: World) -> Any:
    with ready.uow() as tx:
        return {deal.deal_id: deal for deal in tx.deals.stream() if deal.distributor_id == "fr-western"}


def test_a_missing_deal_is_found_by_its_film_and_added(ready: World, lena: TestClient) -> None:
    with ready.uow() as tx:
        tx.films.add(make.film("lost", title="The Lost <i>Mule</i>", year=2016))
        tx.commit()
    before = deals_of(ready)
    found = lena.get("/believes/deals/new?q=lost").text
    assert "The Lost &lt;i&gt;Mule&lt;/i&gt;" in found
    assert "film_id=lost" in found
    assert "No film with this title" in lena.get("/believes/deals/new?q=xyzzy").text
    empty = lena.get("/believes/deals/new?film_id=lost").text
    assert re.search(r'name="gross" type="number"[^>]* step="any"', empty)
    assert not re.search(r'name="admissions"[^>]* step=', empty)
    form = {"distributor_id": "fr-western", "film_id": "lost", "admissions": "900", "is_public": "yes"}
    undated = lena.post("/believes/deals/new", data=form)
    assert undated.status_code == 422
    assert "the deal has no date" in undated.text
    assert 'value="900"' in undated.text
    page = lena.post("/believes/deals/new", data=form | {"release_date": "2016-05-04"}).text
    assert "The deal is added." in page
    (new,) = deals_of(ready).keys() - before.keys()
    assert deals_of(ready)[new].admissions == 900


def test_a_deal_is_corrected_hidden_and_taken_out_by_its_own_company_alone(
    ready: World, lena: TestClient
) -> None:
    deal = next(iter(deals_of(ready).values()))
    place = f"/believes/deals/{deal.deal_id}"
    assert lena.get(place).status_code == 200
    form = {"distributor_id": "fr-western", "version": str(deal.version), "release_date": "2011-01-02"}
    money = lena.post(place, data={**form, "gross": "5"})
    assert money.status_code == 422
    assert "the currency is missing" in money.text
    lena.post(place, data={**form, "gross": "5.50", "currency": "EUR"})
    stored = deals_of(ready)[deal.deal_id]
    assert (stored.gross.currency, stored.is_public) == ("EUR", False)
    assert lena.post(place, data=form).status_code == 409
    with ready.uow() as tx:
        other = tx.deals.list(where=DealFilter(distributor_id="fr-horror")).items[0]
    assert lena.get(f"/believes/deals/{other.deal_id}").status_code == 404
    assert lena.post(f"/believes/deals/{other.deal_id}", data=form).status_code == 404
    gone = lena.post(place, data={**form, "version": str(stored.version), "remove": "yes"}).text
    assert "The deal is taken out." in gone
    assert deal.deal_id not in deals_of(ready)


def test_the_picture_of_taste_is_drawn_and_told_as_tables(lena: TestClient) -> None:
    page = lena.get("/taste").text
    assert "The map as a list" in page
    assert "The plane shows" in page
    assert page.count("<svg") >= 5
    assert 'style="' not in page
    assert "<script>" not in page
