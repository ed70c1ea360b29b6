"""The list of films, and adding, changing, deleting one."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from fastapi.testclient import TestClient

from service.domain.accounts import Membership
from service.domain.paging import FIRST
from service.domain.words import MediaRight, Role, Stage
from service.store.repositories.films import FilmFilter
from tests.service import make
from tests.service.world import World

SCRIPT = "<script>alert(1)</script>"
NOBODY_ELSE = ["grim-owner", "lumen-owner", "nobody"]


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def version_of(page: str) -> str:
    return field(page, "version")


def test_only_ones_own_films_are_listed_with_where_they_stand(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.films.add(make.film("grim-film", "grim", title="Grim Tale"))
        tx.rights.add(make.sold("offer", "alba", "lumen", grant_id="sold", window=make.years(2020, 2039)))
        tx.rights.add(make.held("offer", "alba", territory="DE", media_right=MediaRight.SVOD))
        tx.commit()
    page = ann.get("/films").text
    assert "The Draw" in page
    assert "Grim Tale" not in page
    assert "1 available" in page
    assert "1 sold" in page
    assert "1 not confirmed lately" in ann.get("/films?right=svod").text


def test_filters_live_in_the_address_and_wrong_ones_are_told(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.films.add(make.film("comic", "alba", title="Odd Socks", genres=("Comedy",), stage=Stage.COMPLETED))
        tx.commit()
    for query in ("query=odd", "genre=Comedy", "stage=completed"):
        page = ann.get(f"/films?{query}").text
        assert "Odd Socks" in page
        assert "The Draw" not in page
    assert "No film fits" in ann.get("/films?query=nothing").text
    assert 'id="e-stage"' in ann.get("/films?stage=finished").text


def test_a_long_list_comes_in_pages_the_latest_first(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        for number in range(60):
            tx.films.add(make.film(f"film-{number:02}", "alba", title=f"Number {number:02}"))
        tx.commit()
    first = ann.get("/films").text
    assert "Number 59" in first
    assert "Number 05" not in first
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more
    second = ann.get(more[1].replace("&amp;", "&")).text
    assert "Number 05" in second
    assert "The Draw" in second


def test_a_part_of_the_list_is_not_a_whole_page(ann: TestClient) -> None:
    part = ann.get("/films", headers={"HX-Request": "true"}).text
    assert "The Draw" in part
    assert "<html" not in part


def test_a_film_needs_a_title_only(ready: World, ann: TestClient) -> None:
    answer = ann.post(
        "/films/new", data={"title": "Low Water", "synopsis": "A pilot.\r\nA letter.", "cast": ""}
    )
    assert "Low Water is added." in answer.text
    with ready.uow() as tx:
        (film,) = tx.films.list(FIRST, FilmFilter(query="Low Water")).items
    assert (film.owner_id, film.film.synopsis) == ("alba", "A pilot.\nA letter.")


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(ann: TestClient) -> None:
    form = {"title": "", "synopsis": "Kept.", "year": "soon", "imdb_id": "12", "countries": "France"}
    answer = ann.post("/films/new", data=form)
    assert answer.status_code == 422
    for field in ("title", "year", "imdb_id", "countries"):
        assert f'id="e-{field}"' in answer.text or field == "title"
    assert "Kept." in answer.text


def test_an_identifier_of_another_film_is_refused(ready: World, ann: TestClient) -> None:
    with ready.uow() as tx:
        tx.films.add(make.film("other", "grim", imdb_id="tt0000009"))
        tx.commit()
    answer = ann.post("/films/new", data={"title": "Mine", "imdb_id": "tt0000009"})
    assert answer.status_code == 422
    assert "Mine" in answer.text


def test_fields_can_be_emptied(ready: World, ann: TestClient) -> None:
    page = ann.get("/films/offer/edit").text
    form = {
        "version": version_of(page),
        "title": "The Draw",
        "genres": "",
        "year": "",
        "stage": "",
        "synopsis": "",
    }
    assert "The changes are saved." in ann.post("/films/offer/edit", data=form).text
    with ready.uow() as tx:
        film = tx.films.get("offer")
    assert (film.film.genres, film.film.year, film.stage, film.film.synopsis) == ((), None, None, "")


def test_what_another_tab_changed_is_shown_before_it_is_replaced(ready: World, ann: TestClient) -> None:
    old = version_of(ann.get("/films/offer/edit").text)
    ann.post("/films/offer/edit", data={"version": old, "title": "The Other Draw"})
    answer = ann.post("/films/offer/edit", data={"version": old, "title": "My Draw"})
    assert answer.status_code == 412
    assert "The Other Draw" in answer.text
    assert 'value="My Draw"' in answer.text
    again = ann.post("/films/offer/edit", data={"version": version_of(answer.text), "title": "My Draw"})
    assert "The changes are saved." in again.text


def test_a_film_with_rights_stays_and_one_without_goes(ready: World) -> None:
    owner = ready.sign_in("alba-owner")
    refused = owner.post(
        "/films/offer/delete", data={"version": version_of(owner.get("/films/offer/delete").text)}
    )
    assert refused.status_code == 409
    with ready.uow() as tx:
        tx.films.add(make.film("draft", "alba", title="Draft"))
        tx.commit()
    stale = owner.post("/films/draft/delete", data={"version": "9"})
    assert stale.status_code == 412
    answer = owner.post("/films/draft/delete", data={"version": version_of(stale.text)})
    assert "Draft is deleted." in answer.text
    assert owner.get("/films/draft").status_code == 404


@pytest.mark.parametrize(
    "place", ["", "/edit", "/delete", "/matches", "/what-if", "/compare?d=a&d=b", "/rights/new"]
)
def test_another_companys_film_is_not_there(ready: World, place: str) -> None:
    with ready.uow() as tx:
        tx.films.add(make.film("hidden", "alba", title="Hidden"))
        tx.commit()
    for who in NOBODY_ELSE:
        answer = ready.sign_in(who).get(f"/films/hidden{place}")
        assert answer.status_code == 404
        assert "Hidden" not in answer.text


@pytest.mark.parametrize(
    "place", ["/edit", "/delete", "/rights/new", "/rights/confirm", "/what-if", "/follow-up"]
)
def test_another_companys_film_cannot_be_changed(ready: World, place: str) -> None:
    with ready.uow() as tx:
        tx.films.add(make.film("hidden", "alba"))
        tx.commit()
    form = {
        "title": "Stolen",
        "version": "1",
        "territory": "FR",
        "distributor_id": "fr-western",
        "kind": "met",
    }
    for who in NOBODY_ELSE:
        assert ready.sign_in(who).post(f"/films/hidden{place}", data=form).status_code == 404
    with ready.uow() as tx:
        assert tx.films.get("hidden").version == 1


def test_a_viewer_looks_and_changes_nothing(ready: World) -> None:
    viewer = ready.sign_in("alba-viewer")
    assert "Add a film" not in viewer.get("/films").text.replace("Add a film</title>", "")
    for place in ("/films/new", "/films/offer/edit", "/films/offer/delete"):
        assert viewer.get(place).status_code == 403
    assert viewer.post("/films/offer/edit", data={"version": "1", "title": "x"}).status_code == 403
    assert viewer.get("/films/offer").status_code == 200


def test_who_is_no_sales_agent_is_told_so(ready: World) -> None:
    for place in ("/films", "/board", "/imports"):
        answer = ready.sign_in("lumen-owner").get(place)
        assert answer.status_code == 403
        assert "this page is for sales agents" in answer.text


def test_texts_of_users_never_become_markup(ready: World, ann: TestClient) -> None:
    form = dict.fromkeys(("title", "synopsis", "logline", "genres", "directors", "cast", "festivals"), SCRIPT)
    answer = ann.post("/films/new", data={**form, "synopsis_language": "pt"})
    assert answer.status_code == 200
    assert '<p class="prose" lang="pt">' in answer.text
    with ready.uow() as tx:
        (film,) = tx.films.list(FIRST, FilmFilter(query="script")).items
    owner = ready.sign_in("alba-owner")
    for place in ("/films", *(f"/films/{film.film_id}{rest}" for rest in ("", "/edit", "/delete"))):
        page = owner.get(place).text
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page


def test_who_is_in_two_agents_chooses_which(ready: World) -> None:
    with ready.uow() as tx:
        tx.films.add(make.film("grim-film", "grim", title="Grim Tale"))
        tx.accounts.add_membership(Membership("grim-owner", "alba", Role.MEMBER))
        tx.commit()
    both = ready.sign_in("grim-owner")
    assert "The Draw" in both.get("/films?company=alba").text
    page = both.get("/films?company=grim").text
    assert "Grim Tale" in page
    assert "The Draw" not in page
    assert both.get("/films?company=lumen").status_code == 404
    assert 'name="owner_id"' in both.get("/films/new").text


def test_the_agent_that_was_chosen_stays_chosen_on_the_other_pages(ready: World) -> None:
    with ready.uow() as tx:
        tx.accounts.add_membership(Membership("grim-owner", "alba", Role.MEMBER))
        tx.commit()
    both = ready.sign_in("grim-owner")
    assert '<option value="alba" selected' in both.get("/imports").text
    assert both.get("/films?company=grim").is_success
    for place in ("/imports", "/board", "/films"):
        assert '<option value="grim" selected' in both.get(place).text, place
    assert '<option value="alba" selected' in both.get("/imports?company=alba").text


def test_names_with_commas_outlive_a_change_of_something_else(ready: World, ann: TestClient) -> None:
    companies = ("Harbour Films, Inc.", "Kite, S.A.")
    with ready.uow() as tx:
        film = tx.films.get("offer")
        tx.films.update(replace(film, film=replace(film.film, production_companies=companies)))
        tx.commit()
    page = ann.get("/films/offer/edit").text
    sent = {name: field(page, name) for name in ("version", "title", "production_companies")}
    assert ann.post("/films/offer/edit", data={**sent, "year": "2020"}).is_success
    with ready.uow() as tx:
        assert tx.films.get("offer").film.production_companies == companies


def test_a_budget_that_somebody_else_changed_is_shown_before_it_is_replaced(
    ready: World, ann: TestClient
) -> None:
    sent = {"version": field(ann.get("/films/offer/edit").text, "version"), "title": "The Draw"}
    assert ann.post("/films/offer/edit", data={**sent, "budget_usd": "700000"}).is_success
    late = ann.post("/films/offer/edit", data={**sent, "budget_usd": "5"})
    assert late.status_code == 412
    assert "Budget in US dollars</dt><dd>700000" in late.text
