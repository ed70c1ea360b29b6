"""Who should see a film: map, list, side by side, what if."""

from __future__ import annotations

import csv
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.app import create_app
from service.bundle_store import BundleStore
from service.domain.paging import FIRST
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make
from tests.service.bundled import publish_tastes, put_in_force
from tests.service.world import PASSWORDS, World
from tests.tastes import WORDS, WordEncoder

SCRIPT = "<script>alert(1)</script>"
MATCHES = "/films/offer/matches"
WHAT_IF = "/films/offer/what-if"


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def app(api_settings: Settings, uow: UnitOfWorkFactory) -> FastAPI:
    """On a market whose bundle is in force."""
    put_in_force(uow, publish_tastes(BundleStore.of(api_settings)))
    return create_app(api_settings, passwords=PASSWORDS, encoder=WordEncoder())


def names_of(page: str) -> list[str]:
    return re.findall(r'<li class="card match" id="d-([^"]+)"', page)


def test_the_likeliest_territory_opens_with_its_distributors_reasons_and_rights(ann: TestClient) -> None:
    page = ann.get(MATCHES).text
    assert re.search(r'data-territory="(FR|US)"', page)
    assert names_of(page)[0].endswith("-western")
    assert "Likeness to its releases" in page
    assert "Comparable release" in page
    assert "better than" in page
    assert '<span class="status available">Available</span>' in page


def test_the_map_and_the_list_tell_the_same(ann: TestClient) -> None:
    page = ann.get(MATCHES).text
    assert sorted(re.findall(r'data-map="(\w\w)"', page)) == ["FR", "KR", "US"]
    assert sorted(re.findall(r'data-place="(\w\w)"', page)) == ["FR", "KR", "US"]
    shades = dict(re.findall(r'data-map="(\w\w)" class="([\w-]+)"', page))
    assert shades["FR"].startswith("step-")
    assert shades["KR"] == "doubtful"
    assert "Theatrical in South Korea is not recorded as held" in page


def test_a_territory_is_a_link_and_a_part(ann: TestClient) -> None:
    whole = ann.get(f"{MATCHES}?territory=US").text
    assert 'data-territory="US"' in whole
    part = ann.get(f"{MATCHES}?territory=US", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<section id="territory"')
    assert names_of(part) == names_of(whole)


def test_filters_stay_in_the_address_and_wrong_ones_are_told(ann: TestClient) -> None:
    assert len(names_of(ann.get(f"{MATCHES}?territory=FR&k=5").text)) == 5
    few = ann.get(f"{MATCHES}?territory=FR&least=99").text
    assert "No distributor reaches that probability" in few
    assert "territory=FR" in few
    held = ann.get(f"{MATCHES}?territory=FR&right=svod").text
    assert "SVOD in France is not recorded as held" in held
    wrong = ann.get(f"{MATCHES}?territory=FR&k=500&least=many&starts_on=2030-01-01&ends_on=2029-01-01")
    assert wrong.status_code == 422
    assert 'id="e-least"' in wrong.text
    assert 'id="e-ends_on"' in wrong.text
    assert names_of(wrong.text)


def test_what_is_shown_can_be_exported_as_it_was(ann: TestClient) -> None:
    page = ann.get(f"{MATCHES}?territory=FR&k=5").text
    link = re.search(r'href="(/files/matches\.csv\?run_id=[^"]+)"', page)
    assert link
    rows = list(csv.reader(ann.get(link[1]).text.removeprefix("\ufeff").splitlines()))
    assert [row[4] for row in rows[1:]] == names_of(page)
    assert {row[2] for row in rows[1:]} == {"France"}
    assert "It released" in rows[1][7]
    plain = ann.get(link[1].replace("/files/", "/api/v1/exports/")).text.removeprefix("\ufeff")
    assert plain.startswith("film_id,title,territory,rank,"), "programs read codes and names of columns"


def test_a_film_of_the_market_has_matches_but_no_follow_up(ready: World, ann: TestClient) -> None:
    page = ann.get("/films/western-2019-0/matches?territory=FR").text
    assert names_of(page)
    assert "Shortlist" not in page


def test_side_by_side_holds_the_same_reasons_of_each(ann: TestClient) -> None:
    page = ann.get("/films/offer/compare?d=fr-western&d=fr-novice&d=us-western").text
    heads = re.findall(r'<th scope="col">([^<]+)<br>', page)
    assert heads == ["Fr-Western", "Fr-Novice", "Us-Western"]
    assert "Likeness to its releases" in page
    assert "United States" in page


@pytest.mark.parametrize("query", ["", "d=fr-western", "d=a&d=b&d=c&d=d&d=e"])
def test_two_to_four_are_compared(ann: TestClient, query: str) -> None:
    answer = ann.get(f"/films/offer/compare?{query}")
    assert answer.status_code == 422
    assert "Choose 2 to 4" in answer.text


def test_who_cannot_be_compared_is_named_with_the_reason(ann: TestClient) -> None:
    page = ann.get("/films/offer/compare?d=fr-western&d=kr-western").text
    assert "Kr-Western: Theatrical in South Korea is not recorded as held" in page


def test_what_if_the_film_were_a_horror_film(ready: World, ann: TestClient) -> None:
    assert "Change the film on this page" in ann.get(WHAT_IF).text
    form = {"territory": "FR", "synopsis": WORDS["Horror"], "genres": "Horror", "directors": "Horror Hand 0"}
    with ready.uow() as tx:
        before = (tx.films.get("offer"), tx.match_runs.list(FIRST, "alba"))
    page = ann.post(WHAT_IF, data=form).text
    rows = re.findall(r'<th scope="row">([^<]+)</th>\s*<td>.*?</td>', page, re.S)
    assert rows[0] == "Fr-Horror"
    assert "▲" in page
    assert "▼" in page
    assert "Likeness to its releases" in page
    with ready.uow() as tx:
        assert (tx.films.get("offer"), tx.match_runs.list(FIRST, "alba")) == before


def test_what_if_nothing_changes_nothing_moves(ann: TestClient) -> None:
    form = {"territory": "FR", "synopsis": WORDS["Western"], "genres": "Western"}
    page = ann.post(WHAT_IF, data=form).text
    assert "Nothing is changed yet" in page
    assert "▲" not in page
    assert "▼" not in page


def test_a_field_that_matching_does_not_use_is_called_so(ann: TestClient) -> None:
    form = {"territory": "FR", "synopsis": WORDS["Western"], "genres": "Western", "festivals": "Cannes"}
    page = ann.post(WHAT_IF, data=form).text
    assert "not used by the matching: festivals" in page
    assert "▲" not in page


def test_the_budget_meets_the_limits_that_distributors_set(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.distributors.update(
            make.profile(
                "fr-western",
                tx.distributors.get("fr-western").company_id,
                "FR",
                name="Fr-Western",
                budget_max_usd=1_000_000,
            )
        )
        tx.commit()
    form = {"territory": "FR", "synopsis": WORDS["Western"], "genres": "Western", "budget_usd": "5000000"}
    page = ann.post(WHAT_IF, data=form).text
    assert "drops out" in page


def test_what_is_wrong_with_a_what_if_stands_beside_its_field(ann: TestClient) -> None:
    form = {"territory": "FR", "synopsis": "Kept.", "budget_usd": "a lot"}
    answer = ann.post(WHAT_IF, data=form)
    assert answer.status_code == 422
    assert 'id="e-budget_usd"' in answer.text
    assert "Kept." in answer.text
    part = ann.post(WHAT_IF, data=form, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert "Budget in US dollars: " in part.text


def test_texts_of_users_never_become_markup(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.films.add(
            make.film("odd", "alba", title=SCRIPT, synopsis=SCRIPT, genres=(SCRIPT,), festivals=(SCRIPT,))
        )
        tx.commit()
    ann.post("/films/odd/follow-up", data={"distributor_id": "fr-western", "kind": "met", "note": SCRIPT})
    places = ("matches?territory=FR", "what-if", "compare?d=fr-western&d=fr-horror")
    for page in (ann.get(f"/films/odd/{place}").text for place in places):
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page


def test_without_a_bundle_a_page_says_when_to_try_again(ann: TestClient, ready: World) -> None:
    ready.app.state.reelmatch.matchers._in_force = None
    answer = ann.get(MATCHES)
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
