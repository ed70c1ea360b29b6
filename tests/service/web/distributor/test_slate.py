"""Films for me, and who may see what of it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from service.clock import now
from tests.service.world import World

PLACES = ("/suggestions", "/suggestions/ferry", "/shortlist", "/passed", "/taste", "/brief", "/believes")


@pytest.mark.parametrize("place", [*PLACES, "/passed.csv", "/shortlist.xlsx", "/believes/deals/new"])
def test_the_profile_of_another_company_is_not_found(lena: TestClient, place: str) -> None:
    answer = lena.get(f"{place}?profile=fr-horror", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "fr-horror" in answer.text
    assert "Salt" not in answer.text


def test_who_looks_after_no_distributor_is_told_whom_to_ask(ready: World) -> None:
    for user_id in ("alba-owner", "marche-owner", "admin"):
        answer = ready.sign_in(user_id).get("/suggestions")
        assert answer.status_code == 403
        assert "you look after no distributor" in answer.text


def test_the_chosen_profile_is_kept_and_a_form_keeps_the_one_it_was_made_for(lena: TestClient) -> None:
    assert "Fr-Western" in lena.get("/suggestions").text
    assert "lumen" in lena.get("/brief?profile=lumen-fr").text.lower()
    assert 'value="lumen-fr" selected' in lena.get("/passed").text
    form = {"distributor_id": "fr-western", "film_id": "ferry", "kind": "shortlisted", "back": "/shortlist"}
    lena.post("/decisions", data=form)
    assert "Salt" in lena.get("/shortlist?profile=fr-western").text
    assert "Salt" not in lena.get("/shortlist?profile=lumen-fr").text


def test_every_text_of_others_is_text(lena: TestClient) -> None:
    for place in ("/suggestions", "/suggestions/ferry", "/taste"):
        page = lena.get(f"{place}?profile=fr-western").text
        assert "<b>Salt" not in page
        assert "<script>alert" not in page
        assert "The &lt;b&gt;Salt&lt;/b&gt; Ferry" in page


def test_filters_are_in_the_address_and_remembered_until_they_are_cleared(lena: TestClient) -> None:
    page = lena.get("/suggestions?profile=fr-western&genre=Horror")
    assert "Cellar" in page.text
    assert "Ferry" not in page.text
    again = lena.get("/suggestions", follow_redirects=False)
    assert again.status_code == 303
    assert "genre=Horror" in again.headers["location"]
    assert "Ferry" in lena.get("/suggestions?profile=fr-western&new=false").text
    assert lena.get("/suggestions", follow_redirects=False).status_code == 200


def test_what_one_person_filtered_is_not_another_ones(ready: World, lena: TestClient) -> None:
    lena.get("/suggestions?profile=fr-western&genre=Horror")
    cookies = {name: value for name, value in lena.cookies.items() if name != "reelmatch_session"}
    paul = ready.sign_in("nobody")
    paul.cookies.update(cookies)
    assert paul.get("/suggestions", follow_redirects=False).status_code == 200


@pytest.mark.parametrize(
    "query", ["least=2", "country=france", "stage=soon", "media_right=radio", "start=-1"]
)
def test_an_address_that_was_tampered_with_is_told_what_is_wrong(lena: TestClient, query: str) -> None:
    answer = lena.get(f"/suggestions?{query}")
    assert answer.status_code == 422
    assert f"{query.partition('=')[0].replace('_', ' ').capitalize()}: " in answer.text


def test_a_cookie_that_was_tampered_with_is_as_none(lena: TestClient) -> None:
    for text in ("%7Bbroken", "%5B1%5D", '{"of": "lumen-owner", "filters": {"fr-western": {"least": "x"}}}'):
        lena.cookies.set("reelmatch_filters", text)
        assert lena.get("/suggestions?profile=fr-western").status_code == 200


def test_nothing_is_new_any_more_once_it_was_seen_and_no_filter_leaves_nothing_silently(
    lena: TestClient,
) -> None:
    form = {"distributor_id": "fr-western", "until": now().isoformat()}
    assert "count as seen" in lena.post("/suggestions/seen", data=form).text
    page = lena.get("/suggestions?profile=fr-western&new=true").text
    assert "No film fits these filters" in page


def test_a_film_says_what_is_free_and_why(lena: TestClient) -> None:
    page = lena.get("/suggestions/ferry?profile=fr-western").text
    for text in ("Rights in France", "Available", "Why, and why not", "Whom you know of it", "Sold by Alba"):
        assert text in page


def test_a_film_that_is_not_offered_here_is_not_found(lena: TestClient, ready: World) -> None:
    answer = lena.get("/suggestions/no-such-film")
    assert answer.status_code == 404


def test_a_profile_that_is_not_asked_is_told_why(ready: World, lena: TestClient) -> None:
    page = lena.get("/suggestions?profile=lumen-fr")
    assert page.status_code in (200, 503)
    assert "lumen" in page.text.lower()
