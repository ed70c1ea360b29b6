"""What holds for every page: who gets in, how errors look, what is kept in the browser."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from service.api import problems
from service.web.assets import asset_url
from tests.service.world import PASSWORD, World


def token_of(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([0-9a-f]+)"', page)
    assert found
    return found[1]


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(web: TestClient) -> None:
    answer = web.get("/account?tab=1", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/account%3Ftab%3D1"


def test_a_form_sent_after_the_session_ended_leads_back_to_the_form(web: TestClient) -> None:
    headers = {"Referer": "http://testserver/films/new?from=list"}
    answer = web.post("/account/name", data={"name": "Ann"}, headers=headers, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in?next=/films/new%3Ffrom%3Dlist"
    nowhere = web.post("/account/name", data={"name": "Ann"}, follow_redirects=False)
    assert nowhere.headers["location"] == "/sign-in"


@pytest.mark.parametrize("link", ["/account/data", "/shortlist.xlsx?profile=a", "/imports/run/problems.csv"])
def test_a_file_asked_for_after_the_session_ended_leads_back_to_its_link(web: TestClient, link: str) -> None:
    headers = {"Referer": "http://testserver/films?page=2"}
    answer = web.get(link, headers=headers, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in?next=/films%3Fpage%3D2"


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(web: TestClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/films?page=2"}
    answer = web.get("/account", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in?next=/films%3Fpage%3D2"


@pytest.mark.parametrize(
    "place",
    ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"],
)
def test_signing_in_leads_to_our_own_pages_only(world: World, place: str) -> None:
    browser = TestClient(world.app)
    form = {"email": "alba-member@example.org", "password": PASSWORD, "next": place}
    answer = browser.post("/sign-in", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_signing_in_keeps_the_session_where_scripts_cannot_read_it(world: World) -> None:
    browser = TestClient(world.app)
    form = {"email": "alba-member@example.org", "password": PASSWORD}
    answer = browser.post("/sign-in", data=form, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert browser.get("/account").status_code == 200


def test_guessing_is_locked_out_with_the_time_to_wait(world: World) -> None:
    browser = TestClient(world.app)
    form = {"email": "alba-member@example.org", "password": "guessed"}
    answers = [browser.post("/sign-in", data=form) for _ in range(7)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "too many wrong passwords" in answers[-1].text


def test_a_form_without_the_token_of_the_session_changes_nothing(world: World) -> None:
    browser = world.sign_in("alba-member")
    del browser.headers["X-CSRF-Token"]
    answer = browser.post("/account/name", data={"name": "Mallory"})
    assert answer.status_code == 403
    assert "Mallory" not in browser.get("/account").text


def test_a_form_with_the_token_of_the_session_is_carried_out_and_says_so_once(world: World) -> None:
    browser = world.sign_in("alba-member")
    del browser.headers["X-CSRF-Token"]
    token = token_of(browser.get("/account").text)
    answer = browser.post("/account/name", data={"name": "Ann Alba", "csrf_token": token})
    assert "Your name is changed." in answer.text
    assert 'value="Ann Alba"' in answer.text
    assert "Your name is changed." not in browser.get("/account").text


def test_what_somebody_is_called_never_becomes_markup(world: World) -> None:
    browser = world.sign_in("alba-member")
    answer = browser.post("/account/name", data={"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_two_different_new_passwords_are_refused_beside_the_field(world: World) -> None:
    browser = world.sign_in("alba-member")
    form = {"current_password": PASSWORD, "new_password": "salt pans at dawn", "again": "salt pans at dusk"}
    answer = browser.post("/account/password", data=form)
    assert answer.status_code == 422
    assert 'id="e-again"' in answer.text


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(world: World) -> None:
    browser, other = world.sign_in("alba-member"), world.sign_in("alba-member")
    new = "salt pans in the morning"
    form = {"current_password": PASSWORD, "new_password": new, "again": new}
    answer = browser.post("/account/password", data=form)
    assert "Your password is changed" in answer.text
    assert other.get("/account", follow_redirects=False).status_code == 303


def test_an_invitation_sets_the_first_password(world: World) -> None:
    admin = world.sign_in("admin")
    invited = admin.post("/api/v1/users", json={"email": "ben@example.org", "name": "Ben"}).json()
    browser = TestClient(world.app)
    form = {"invitation": invited["invitation"], "password": "dunes before the storm", "again": "dunes"}
    refused = browser.post("/welcome", data=form)
    assert refused.status_code == 422
    assert "the two passwords differ" in refused.text
    answer = browser.post("/welcome", data={**form, "again": form["password"]})
    assert "Your password is set" in answer.text
    signed_in = browser.post("/sign-in", data={"email": "ben@example.org", "password": form["password"]})
    assert signed_in.status_code in (200, 404)
    assert browser.get("/account").status_code == 200


def test_an_invitation_that_is_used_up_says_so(web: TestClient) -> None:
    form = {"invitation": "made-up", "password": "dunes before the storm", "again": "dunes before the storm"}
    answer = web.post("/welcome", data=form)
    assert answer.status_code == 422
    assert "invitation" in answer.text


def test_a_page_that_is_not_there_is_a_page_and_not_a_problem(web: TestClient) -> None:
    answer = web.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "To the first page" in answer.text
    assert "There is no such page." in answer.text
    assert "API" not in answer.text


def test_an_address_that_somebody_changed_is_told_without_words_of_programs(world: World) -> None:
    answer = world.sign_in("alba-member").get("/meeting-requests?after=soon")
    assert answer.status_code == 422
    assert "After: this is no whole number. Write it in digits, such as 12." in answer.text
    assert "API" not in answer.text


def test_every_kind_of_problem_has_a_name_that_can_be_translated() -> None:
    assert {name for _, name in problems._KINDS.values()} == set(problems.TITLES)


def test_who_takes_a_wrong_turn_still_has_the_menu_to_leave_by(world: World) -> None:
    answer = world.sign_in("alba-member").get("/films/no-such-film")
    assert answer.status_code == 404
    assert 'href="/films"' in answer.text
    assert 'action="/sign-out"' in answer.text
    assert 'href="/agenda"' not in answer.text


def test_an_error_among_the_pages_of_attendees_leads_back_to_them(world: World) -> None:
    answer = world.sign_in("alba-member").get("/agenda/talk", params={"event": "no-such-event"})
    assert answer.status_code == 404
    assert 'href="/agenda"' in answer.text


def test_an_error_before_anybody_is_known_has_no_menu(web: TestClient) -> None:
    answer = web.get("/nowhere")
    assert "<nav" not in answer.text
    assert "keep.js" not in answer.text


def test_the_api_still_answers_with_problems(web: TestClient) -> None:
    answer = web.get("/api/v1/nowhere")
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_error_in_a_part_goes_to_the_messages(world: World) -> None:
    answer = world.sign_in("alba-member").get("/nowhere", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["hx-retarget"] == "#messages"
    assert "<html" not in answer.text


def test_pages_are_compressed_and_answers_of_the_api_are_not(web: TestClient) -> None:
    assert web.get("/sign-in").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in web.get("/api/v1/openapi.json").headers


def test_static_files_are_kept_by_the_browser_for_ever(web: TestClient) -> None:
    answer = web.get(asset_url("app.css"))
    assert "immutable" in answer.headers["cache-control"]
    assert web.get("/static/app.css").headers["cache-control"] == "no-store"


def test_static_files_lead_nowhere_else(web: TestClient) -> None:
    assert web.get("/static/../page.py").status_code == 404
    assert web.get("/static/%2e%2e/page.py").status_code == 404


def test_no_page_has_a_script_or_a_style_in_line(world: World) -> None:
    browser = world.sign_in("alba-member")
    for place in ("/account", "/welcome", "/sign-in"):
        page = browser.get(place).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
        assert "unsafe" not in browser.get(place).headers["content-security-policy"]


def test_a_program_is_told_that_pages_are_for_people(world: World) -> None:
    answer = world.program("alba").get("/account")
    assert answer.status_code == 403
    assert "pages are for people" in answer.text


def test_somebodys_data_is_a_file_to_keep(world: World) -> None:
    answer = world.sign_in("alba-member").get("/account/data")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert answer.json()


def test_a_link_to_a_file_leads_to_signing_in_and_back_to_its_page(world: World) -> None:
    asked = {"sec-fetch-mode": "navigate", "referer": "http://testserver/films?stage=completed"}
    browser = TestClient(world.app, follow_redirects=False)
    answer = browser.get("/api/v1/exports/films.xlsx", headers=asked)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/sign-in?next=/films%3Fstage%3Dcompleted",
    )
    program = browser.get("/api/v1/exports/films.xlsx")
    assert program.status_code == 401
    assert program.headers["content-type"] == "application/problem+json"
