"""Spreadsheets: upload, columns, dry run, applying, and what was imported before."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from service.usecases.imports import run_import
from tests.service.world import World

FILMS = "film_id,Film title,Year,Plot\nlow,Low Water,2025,A pilot.\nhigh,High Water,2026,A storm.\nbad,Bad Year,soon,\n"
SCRIPT = "<script>alert(1)</script>"


def upload(client: TestClient, text: str | bytes, name: str = "films.csv") -> Response:
    content = text.encode() if isinstance(text, str) else text
    return client.post("/imports", files={"file": (name, content)})


def chosen(page: str) -> dict[str, str]:
    """The form's columns as they stand."""
    found = {}
    for name, options in re.findall(r'<select name="(column-\d+)"[^>]*>(.*?)</select>', page, re.S):
        selected = re.search(r'value="([^"]*)" selected', options)
        found[name] = selected[1] if selected else ""
    return found


def test_a_spreadsheet_is_tried_and_then_applied(ready: World, ann: TestClient) -> None:
    columns = upload(ann, FILMS)
    assert chosen(columns.text) == {
        "column-0": "film_id", "column-1": "title", "column-2": "year", "column-3": "synopsis",
    }  # fmt: skip
    tried = ann.post(str(columns.url), data={"kind": "films", **chosen(columns.text)})
    assert "would be added" in tried.text
    assert "soon" in tried.text
    with ready.uow() as tx:
        assert "low" not in tx.films.find(["low"])
    problems = ann.get(f"{tried.url}/problems.csv").text
    assert "Bad Year" in problems
    assert "problem_remedy" in problems
    applied = ann.post(f"{tried.url}/apply")
    assert "Applied" in applied.text
    with ready.uow() as tx:
        assert tx.films.get("low").owner_id == "alba"
        assert not tx.films.find(["bad"])
    listed = ann.get("/imports").text
    assert "dry run" in listed
    assert listed.count("/imports/import_") == 2


def test_columns_can_be_changed(ready: World, ann: TestClient) -> None:
    columns = upload(ann, "film_id,title,Words\nlow,Low Water,A pilot.\n")
    given = chosen(columns.text)
    assert given["column-2"] == ""
    tried = ann.post(str(columns.url), data={"kind": "films", **given, "column-2": "synopsis"})
    assert "A pilot." in tried.text
    nothing = ann.post(str(columns.url), data={"kind": "films", "column-1": "title"})
    assert nothing.status_code == 422
    assert "film_id" in nothing.text


def test_rights_are_told_from_films_by_their_columns(ready: World, ann: TestClient) -> None:
    columns = upload(
        ann, "film_id,direction,territories,media_rights,until\noffer,held,Benelux,svod,2030-12-31\n"
    )
    assert '<option value="rights" selected>' in columns.text
    tried = ann.post(str(columns.url), data={"kind": "rights", **chosen(columns.text)})
    ann.post(f"{tried.url}/apply")
    with ready.uow() as tx:
        assert {grant.territory for grant in tx.rights.of_film("offer")} == {"FR", "US", "BE", "LU", "NL"}
    as_films = ann.get(f"{columns.url}?kind=films").text
    assert '<option value="films" selected>' in as_films


def test_what_changes_is_shown_with_what_it_was(ready: World, ann: TestClient) -> None:
    columns = upload(ann, "film_id,title\noffer,The Redraw\n")
    tried = ann.post(str(columns.url), data={"kind": "films", **chosen(columns.text)})
    assert "<del>The Draw</del>" in tried.text
    assert "<ins>The Redraw</ins>" in tried.text


def test_changes_beyond_the_first_are_a_page_further(ann: TestClient) -> None:
    rows = "".join(f"film-{number},Film {number}.\n" for number in range(21))
    columns = upload(ann, f"film_id,title\n{rows}")
    tried = ann.post(str(columns.url), data={"kind": "films", **chosen(columns.text)})
    assert "<ins>Film 19.</ins>" in tried.text
    assert "<ins>Film 20.</ins>" not in tried.text
    more = re.search(r'rel="next" href="([^"]+)"', tried.text)
    assert more
    rest = ann.get(more[1]).text
    assert "<ins>Film 20.</ins>" in rest
    assert 'rel="next"' not in rest


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "empty.csv"), (b"PK\x03\x04broken", "broken.xlsx")],
)
def test_a_file_that_cannot_be_read_is_told_beside_the_field(
    ann: TestClient, content: bytes, name: str
) -> None:
    answer = upload(ann, content, name)
    assert answer.status_code == 422
    assert 'id="e-file"' in answer.text
    assert "Imports so far" in answer.text


def test_no_file_at_all_is_told_too(ann: TestClient) -> None:
    assert ann.post("/imports", data={}).status_code == 422


def test_a_large_file_is_a_job_whose_progress_is_asked_for_until_it_ends(
    ready: World, ann: TestClient
) -> None:
    rows = "".join(f"film-{number},Film {number},{'words ' * 20}\n" for number in range(3_000))
    columns = upload(ann, f"film_id,title,synopsis\n{rows}")
    waiting = ann.post(str(columns.url), data={"kind": "films", **chosen(columns.text)})
    assert 'hx-trigger="every 1s"' in waiting.text
    part = ann.get(str(waiting.url), headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<section id="progress"')
    run_import(ready.uow, None, str(waiting.url).rsplit("/", 1)[1])
    done = ann.get(str(waiting.url), headers={"HX-Request": "true"})
    assert done.headers["hx-redirect"].startswith("/imports/import_")
    assert "3,000" in ann.get(str(waiting.url)).text


def test_another_companys_files_and_imports_are_not_there(ready: World, ann: TestClient) -> None:
    columns = upload(ann, FILMS)
    tried = ann.post(str(columns.url), data={"kind": "films", **chosen(columns.text)})
    for who in ("grim-owner", "lumen-owner"):
        other = ready.sign_in(who)
        for place in (columns.url.path, tried.url.path, f"{tried.url.path}/problems.csv"):
            assert other.get(place).status_code == 404
        assert other.post(columns.url.path, data={"kind": "films"}).status_code == 404
        assert other.post(f"{tried.url.path}/apply").status_code == 404


def test_a_viewer_imports_nothing(ready: World) -> None:
    viewer = ready.sign_in("alba-viewer")
    assert "Bring a spreadsheet" not in viewer.get("/imports").text
    assert upload(viewer, FILMS).status_code == 403


def test_cells_and_file_names_never_become_markup(ann: TestClient) -> None:
    columns = upload(ann, f"film_id,title,{SCRIPT}\nlow,{SCRIPT},{SCRIPT}\n", f"{SCRIPT}.csv")
    tried = ann.post(str(columns.url), data={"kind": "films", **chosen(columns.text)})
    for page in (columns.text, tried.text):
        assert SCRIPT not in page
    assert "&lt;script&gt;" in tried.text
