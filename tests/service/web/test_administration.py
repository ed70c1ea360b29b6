"""The pages for administrators: who gets in, what they show and do."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from service.domain.words import ImportKind, JobState
from service.store.repositories.audit import AuditFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.jobs import start_job
from service.usecases.merges import propose_merges
from service.usecases.people import set_up
from service.web.pages.admin import bundles, companies, imports, jobs, keys, merges, overview, trail, users
from tests.service import make
from tests.service.bundled import SYSTEM
from tests.service.world import PASSWORD, World

MODULES = (overview, jobs, bundles, users, companies, imports, merges, trail, keys)
ADDRESSES = sorted(
    {
        (method, re.sub(r"\{\w+\}", "x", route.path))
        for module in MODULES
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
)
MARKUP = "<script>alert('x')</script>"
FILMS = "film_id;title;synopsis;year\nf-1;The Ferry;A ferry and a storm.;2025\n;No id;;2025\n"


@pytest.fixture
def admin(world: World) -> TestClient:
    return world.sign_in("admin")


def test_there_are_pages_to_ask_for() -> None:
    assert ("GET", "/admin") in ADDRESSES
    assert ("POST", "/admin/bundles/x/promote") in ADDRESSES
    assert len(ADDRESSES) > 20


def test_nobody_else_gets_in_anywhere(world: World) -> None:
    for user_id in ("alba-owner", "marche-owner", "nobody"):
        browser = world.sign_in(user_id)
        answers = {
            (method, path): browser.request(method, path, follow_redirects=False).status_code
            for method, path in ADDRESSES
        }
        assert set(answers.values()) == {403}, answers


def test_others_do_not_see_the_way_there(world: World) -> None:
    assert 'href="/admin"' not in world.sign_in("alba-owner").get("/account").text
    assert 'href="/admin"' in world.sign_in("admin").get("/account").text


def test_an_empty_installation_tells_the_first_steps(admin: TestClient) -> None:
    page = admin.get("/admin").text
    assert "First steps" in page
    assert "Import your market" in page
    assert admin.get("/", follow_redirects=False).headers["location"] == "/admin"


def test_the_link_that_serve_prints_leads_to_the_first_steps(web: TestClient, uow: UnitOfWorkFactory) -> None:
    invitation = set_up(uow)
    assert "Invitation" in web.get("/welcome").text
    form = {"invitation": invitation, "name": "Ada", "password": PASSWORD, "again": PASSWORD}
    assert web.post("/welcome", data=form).status_code == 422
    form["email"] = "ada@x.example"
    assert "Your password is set." in web.post("/welcome", data=form).text
    page = web.post("/sign-in", data={"email": "ada@x.example", "password": PASSWORD, "next": "/"})
    assert page.url.path == "/admin"
    assert "First steps" in page.text
    assert "none yet" in page.text


def test_jobs_are_filtered_and_cancelled(world: World, admin: TestClient) -> None:
    admin.post("/admin/bundles/train")
    page = admin.get("/admin/jobs").text
    assert "Training" in page
    assert 'hx-trigger="every 2s"' in page
    job_id = re.findall(r"/admin/jobs/(\w+)/cancel", page)[0]
    assert "No such job" in admin.get("/admin/jobs?state=failed&kind=train").text
    assert "The job is cancelled." in admin.post(f"/admin/jobs/{job_id}/cancel").text
    assert 'hx-trigger="every 2s"' not in admin.get("/admin/jobs").text


def test_a_part_of_the_jobs_is_their_table_alone(world: World, admin: TestClient) -> None:
    admin.post("/admin/bundles/train")
    part = admin.get("/admin/jobs?state=queued", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="jobs" hx-get="/admin/jobs?state=queued"')
    assert "<html" not in part


def test_a_job_that_runs_is_asked_to_stop(world: World, admin: TestClient) -> None:
    with world.uow() as tx:
        job = start_job(tx, SYSTEM, "train", {})
        tx.jobs.start(job.job_id, make.NOON)
        tx.jobs.progress(job.job_id, 2, 5, make.NOON, MARKUP)
        tx.commit()
    page = admin.post(f"/admin/jobs/{job.job_id}/cancel").text
    assert "stops as soon as its worker looks" in page
    assert "is to stop" in page
    assert MARKUP not in page
    with world.uow() as tx:
        assert tx.jobs.get(job.job_id).state is JobState.RUNNING
        tx.jobs.finish(job.job_id, JobState.SUCCEEDED, make.NOON)
        tx.commit()
    assert "The job was over already." in admin.post(f"/admin/jobs/{job.job_id}/cancel").text


def test_an_invitation_is_shown_once_and_lets_in(world: World, admin: TestClient) -> None:
    form = {"name": "Ines Vidal", "email": "ines@alba.example", "is_administrator": "true"}
    page = admin.post("/admin/users", data=form).text
    invitation = re.findall(r"/welcome#([^\"]+)", page)[0]
    assert invitation not in admin.get("/admin/users?query=ines").text
    accepted = {
        "invitation": invitation,
        "password": "nine candles upstairs",
        "again": "nine candles upstairs",
    }
    assert "Your password is set" in TestClient(world.app).post("/welcome", data=accepted).text
    again = admin.post("/admin/users", data=form)
    assert again.status_code == 422
    assert 'value="ines@alba.example"' in again.text


def test_an_invitation_again_ends_the_one_before(world: World, admin: TestClient) -> None:
    form = {"name": "Luc", "email": "luc@alba.example"}
    first = re.findall(r"/welcome#([^\"]+)", admin.post("/admin/users", data=form).text)[0]
    user_id = first.partition(".")[0]
    second = re.findall(r"/welcome#([^\"]+)", admin.post(f"/admin/users/{user_id}/invite").text)[0]
    accepted = {"invitation": first, "password": "nine candles upstairs", "again": "nine candles upstairs"}
    assert TestClient(world.app).post("/welcome", data=accepted).status_code == 422
    assert second != first


def test_the_role_is_given_and_taken_by_who_has_seen_the_person_as_it_is(
    world: World, admin: TestClient
) -> None:
    stale = {"is_administrator": "yes", "version": "1"}
    page = admin.post("/admin/users/nobody/administrator", data=stale).text
    assert "Nobody is an administrator now." in page
    refused = admin.post("/admin/users/nobody/administrator", data={**stale, "is_administrator": "no"})
    assert refused.status_code == 409
    assert "somebody changed this person meanwhile" in refused.text
    with world.uow() as tx:
        assert tx.accounts.user("nobody").is_administrator
    mine = admin.post("/admin/users/admin/administrator", data={"is_administrator": "no", "version": "1"})
    assert mine.status_code == 409
    assert "you cannot take this role from yourself" in mine.text


def test_a_person_is_deleted_only_when_the_address_is_typed(world: World, admin: TestClient) -> None:
    assert admin.get("/admin/users/nobody/data").json()["user"]["user_id"] == "nobody"
    wrong = admin.post("/admin/users/nobody/delete", data={"email": "other@example.org"})
    assert wrong.status_code == 422
    assert admin.get("/admin/users/nobody").status_code == 200
    page = admin.post("/admin/users/nobody/delete", data={"email": "Nobody@example.org"})
    assert "data is deleted" in page.text
    assert admin.get("/admin/users/nobody").status_code == 404


def test_a_company_is_added_and_found(world: World, admin: TestClient) -> None:
    form = {"name": f"Baltic {MARKUP}", "kinds": ["distributor", "sales_agent"], "country": "DE"}
    page = admin.post("/admin/companies", data=form).text
    assert "Invite its people next." in page
    assert MARKUP not in page
    found = admin.get("/admin/companies?query=Baltic&kind=distributor").text
    assert "Germany" in found
    assert MARKUP not in found
    assert "There is no such company." in admin.get("/admin/companies?query=nowhere").text
    wrong = admin.post("/admin/companies", data={**form, "country": "Germany"})
    assert wrong.status_code == 422
    assert 'value="Germany"' in wrong.text


def test_a_file_is_tried_before_it_is_written(world: World, admin: TestClient) -> None:
    page = admin.post("/admin/imports", files={"file": ("films.csv", FILMS.encode())}, data={"kind": ""}).text
    assert "Write 1 rows" in page
    assert "film_id" in page
    with world.uow() as tx:
        assert not tx.films.list().items
    run_id = re.findall(r"/admin/imports/(\w+)/apply", page)[0]
    assert b"No id" in admin.get(f"/admin/imports/{run_id}/problems.csv").content
    written = admin.post(f"/admin/imports/{run_id}/apply").text
    assert "Written." in written
    with world.uow() as tx:
        assert [film.film_id for film in tx.films.list().items] == ["f-1"]
    assert ImportKind.FILMS.value in admin.get("/admin/imports").text.lower()


def test_a_file_is_tried_again_with_its_columns_read_otherwise(world: World, admin: TestClient) -> None:
    odd = "film_id,title,logline,synopsis,year\nf-1,Low Tide,A ferry in a storm.,,2024\n"
    page = admin.post(
        "/admin/imports", files={"file": ("films.csv", odd.encode())}, data={"kind": "films"}
    ).text
    (columns,) = set(re.findall(r"/admin/imports/\w+/columns", page))
    form = admin.get(columns).text
    assert 'aria-label="What the column logline is"' in form
    missing = admin.post(columns, data={"column-2": "synopsis"})
    assert missing.status_code == 422
    assert '<option value="synopsis" selected>' in missing.text
    wanted = {"column-0": "film_id", "column-1": "title", "column-2": "synopsis", "column-4": "year"}
    page = admin.post(columns, data=wanted).text
    assert "logline → synopsis" in page
    run_id = re.findall(r"/admin/imports/(\w+)/apply", page)[0]
    admin.post(f"/admin/imports/{run_id}/apply")
    with world.uow() as tx:
        assert [one.film.synopsis for one in tx.films.list().items] == ["A ferry in a storm."]
    assert world.sign_in("alba-owner").get(columns).status_code == 403


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("photo.png", b"\x89PNG\r\n\x1a\n\x00\x00", ""), ("a.csv", b"colour;shape\nred;round\n", "which list")],
)
def test_a_file_that_is_no_list_is_refused_beside_its_field(
    admin: TestClient, name: str, content: bytes, said: str
) -> None:
    refused = admin.post("/admin/imports", files={"file": (name, content)}, data={"kind": ""})
    assert refused.status_code == 422
    assert 'id="e-' in refused.text
    assert said in refused.text
    assert admin.post("/admin/imports", data={"kind": ""}).status_code == 422


def test_duplicates_are_merged_or_kept_apart_once(world: World, admin: TestClient) -> None:
    with world.uow() as tx:
        for number, name in enumerate(("Nordlys Film GmbH", "Nordlys Film", "Sol & Sombra", "Sol y Sombra")):
            tx.companies.add(make.company(f"twin-{number}", name=name))
        tx.commit()
    propose_merges(world.uow, "company")
    page = admin.get("/admin/merges").text
    proposal_id = re.findall(r"/admin/merges/(merge_\w+)", page)[0]
    shown = admin.get(f"/admin/merges/{proposal_id}").text
    assert "Nordlys Film GmbH" in shown
    assert "The same: merge them" in shown
    assert "They are one now." in admin.post(f"/admin/merges/{proposal_id}/merge").text
    again = admin.post(f"/admin/merges/{proposal_id}/different")
    assert again.status_code == 409
    assert "decided already" in again.text


def test_the_trail_is_filtered_and_never_markup(world: World, admin: TestClient) -> None:
    owner = world.sign_in("alba-owner")
    version = re.findall(r'name="version" value="(\d+)"', owner.get("/company/alba/details").text)[0]
    form = {"name": MARKUP, "kinds": "sales_agent", "version": version}
    assert "The company is changed." in owner.post("/company/alba/details", data=form).text
    page = admin.get("/admin/audit?noun=company&who=alba-owner").text
    assert "<td>Changed</td>" in page
    assert "&lt;script&gt;" in page
    assert MARKUP not in page
    assert "Nothing of the kind" in admin.get("/admin/audit?who=stranger").text


def test_the_trail_comes_in_pages(world: World, admin: TestClient) -> None:
    for _ in range(60):
        admin.post("/admin/users/nobody/invite")
    first = admin.get("/admin/audit?noun=user&object_id=nobody").text
    further = re.findall(r'rel="next" href="([^"]+)"', first)[0].replace("&amp;", "&")
    second = admin.get(further).text
    assert first.count("<td>Invited</td>") == 50
    assert second.count("<td>Invited</td>") == 10
    assert admin.get("/admin/audit?after=-1").status_code in (400, 422)
    with world.uow() as tx:
        assert len(tx.audit.list(where=AuditFilter(object_id="nobody")).items) == 50


def test_a_key_is_shown_once_and_revoked(world: World, admin: TestClient) -> None:
    page = admin.post("/admin/keys", data={"name": "backup", "scopes": ["read", "admin"]}).text
    key = re.findall(r'value="(rm_[^"]+)"', page)[0]
    program = TestClient(world.app, headers={"Authorization": f"Bearer {key}"})
    assert program.get("/api/v1/users").status_code == 200
    listed = admin.get("/admin/keys").text
    assert key not in listed
    key_id = re.findall(r"/admin/keys/(\w+)/revoke", listed)[0]
    assert "The key is revoked." in admin.post(f"/admin/keys/{key_id}/revoke").text
    assert program.get("/api/v1/users").status_code == 401
    assert admin.post("/admin/keys", data={"name": "none"}).status_code == 422
