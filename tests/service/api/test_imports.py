import csv
import io

import pytest
from fastapi.testclient import TestClient

from service.api.schemas.films import FilmChange
from service.domain.words import Scope
from service.tables_io.reading import read_table
from service.usecases import imports
from tests.service.world import World

API = "/api/v1"
FILMS = "Film ID;Film title;Year\na;The Ferry;2024\nb;=1+1;soon\n"


def upload(client: TestClient, content: str | bytes = FILMS, name: str = "films.csv") -> dict[str, object]:
    data = content.encode() if isinstance(content, str) else content
    answer = client.post(f"{API}/import-files", files={"file": (name, data)})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_from_the_upload_to_the_film(world: World) -> None:
    member = world.sign_in("alba-member")
    file = upload(member)
    assert (file["kind"], file["format"], file["columns"]) == (
        "films",
        "csv",
        ["Film ID", "Film title", "Year"],
    )
    assert file["mapping"] == {"Film ID": "film_id", "Film title": "title", "Year": "year"}
    assert file["rows"] == [["a", "The Ferry", "2024"], ["b", "=1+1", "soon"]]

    body = {"file_id": file["file_id"], "kind": "films", "dry_run": True}
    tried = member.post(f"{API}/imports", json=body)
    assert tried.status_code == 201
    counts = {name: tried.json()[name] for name in ("state", "total", "added", "refused", "job_id")}
    assert counts == {"state": "checked", "total": 2, "added": 1, "refused": 1, "job_id": None}
    changes = member.get(f"{tried.headers['location']}/changes").json()["items"]
    assert [(row["row"], row["effect"]) for row in changes] == [(2, "added")]
    assert changes[0]["differences"]["a"]["film.title"] == [None, "The Ferry"]
    assert member.get(f"{API}/films/a").status_code == 404

    done = member.post(f"{API}/imports", json={**body, "dry_run": False}).json()
    assert done["state"] == "applied"
    assert member.get(f"{API}/films/a").json()["owner_id"] == "alba"
    (problem,) = member.get(f"{API}/imports/{done['run_id']}/problems").json()["items"]
    assert (problem["row"], problem["column"], problem["value"], problem["refused"]) == (
        3,
        "Year",
        "soon",
        True,
    )
    assert [one["run_id"] for one in member.get(f"{API}/imports").json()["items"]] == [
        done["run_id"], tried.json()["run_id"],
    ]  # fmt: skip


def test_a_dry_run_shows_all_that_it_would_write_page_by_page_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_LOOKED_AT", 7)
    member = world.sign_in("alba-member")
    rows = [f'f{number},"Film\n{number}",tt{number:07d}' for number in range(25)]
    rows[9] = "bad,The Bad,tt0000003"
    rows[20] = "f3,Twice,"
    content = "\n".join(["film_id,title,imdb_id", *rows])
    body = {"file_id": upload(member, content)["file_id"], "kind": "films", "dry_run": True}
    tried = member.post(f"{API}/imports", json=body).json()
    assert (tried["added"], tried["refused"]) == (23, 2)
    path, shown = f"{API}/imports/{tried['run_id']}/changes?limit=5", []
    cursor: str | None = ""
    while cursor is not None:
        page = member.get(path + cursor).json()
        assert len(page["items"]) <= 5
        shown += [name for row in page["items"] for name in row["differences"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert shown == [f"f{number}" for number in range(25) if number not in (9, 20)]


def test_what_is_imported_may_be_sent_back_as_it_is_shown(world: World) -> None:
    """Files and the API agree on what a film may hold."""
    member = world.sign_in("alba-member")
    content = (
        "film_id,title,original_title,synopsis,genres,countries,languages,directors,imdb_id\n"
        f'a,"The\nFerry",{"x" * 500},"One.\nTwo.",drama|Comedy,fr|be,fr|pt-BR,'
        f'"{"|".join(f"Name {number}" for number in range(60))}",tt0000001\n'
        "b,The Storm,,,,FR|XX,,,\n"
        f"c,{'x' * 301},,,,,,,\n"
        f"d,The Boat,,,,,,{'x' * 301},\n"
    )
    body = {"file_id": upload(member, content)["file_id"], "kind": "films"}
    done = member.post(f"{API}/imports", json=body).json()
    assert (done["added"], done["refused"]) == (1, 3)
    problems = member.get(f"{API}/imports/{done['run_id']}/problems").json()["items"]
    assert [(one["row"], one["column"], one["value"][:5]) for one in problems] == [
        (5, "countries", "FR|XX"), (6, "title", "xxxxx"), (7, "directors", "xxxxx"),
    ]  # fmt: skip
    shown = member.get(f"{API}/films/a")
    assert shown.json()["countries"] == ["FR", "BE"]
    same = {name: value for name, value in shown.json().items() if name in FilmChange.model_fields}
    sent = member.patch(f"{API}/films/a", json=same, headers={"If-Match": shown.headers["ETag"]})
    assert sent.status_code == 200, sent.text
    assert {name: sent.json()[name] for name in same} == same
    found = member.get(f"{API}/films", params={"country": "FR", "owner_id": "alba"}).json()["items"]
    assert "a" in [film["film_id"] for film in found]


def test_refused_rows_are_downloaded_and_nothing_in_them_runs(world: World) -> None:
    member = world.sign_in("alba-member")
    body = {"file_id": upload(member)["file_id"], "kind": "films"}
    run_id = member.post(f"{API}/imports", json=body).json()["run_id"]
    answer = member.get(f"{API}/imports/{run_id}/problems.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="problems.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["Film title"] == "'=1+1"


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"caf\xe9\n", 422, "not UTF-8"),
        (b"a,a\n", 422, "twice"),
        (b"", 422, "no header"),
        (b"PK\x03\x04", 422, "no XLSX"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_once(
    world: World, content: bytes, status: int, message: str
) -> None:
    answer = world.sign_in("alba-member").post(f"{API}/import-files", files={"file": ("x.csv", content)})
    assert answer.status_code == status
    (error,) = answer.json()["errors"]
    assert error["field"] == "file"
    assert message in error["message"]
    assert error["remedy"]


def test_no_file_at_all_is_told(world: World) -> None:
    answer = world.sign_in("alba-member").post(f"{API}/import-files", data={"company_id": "alba"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "file"


def test_another_company_finds_nothing(world: World) -> None:
    member = world.sign_in("alba-member")
    file_id = upload(member)["file_id"]
    run_id = member.post(f"{API}/imports", json={"file_id": file_id, "kind": "films"}).json()["run_id"]
    other = world.sign_in("grim-owner")
    for path in (
        f"import-files/{file_id}",
        f"imports/{run_id}",
        f"imports/{run_id}/changes",
        f"imports/{run_id}/problems",
        f"imports/{run_id}/problems.csv",
    ):
        assert other.get(f"{API}/{path}").status_code == 404, path
    stolen = other.post(f"{API}/imports", json={"file_id": file_id, "kind": "films"})
    assert stolen.status_code == 404
    assert other.get(f"{API}/imports").json()["items"] == []
    for_alba = other.post(
        f"{API}/import-files", files={"file": ("f.csv", b"film_id\n")}, data={"company_id": "alba"}
    )
    assert for_alba.status_code == 404


def test_a_viewer_and_a_program_without_the_scope_import_nothing(world: World) -> None:
    for client in (world.sign_in("alba-viewer"), world.program("alba", Scope.READ, Scope.WRITE)):
        answer = client.post(f"{API}/import-files", files={"file": ("f.csv", b"film_id\n")})
        assert answer.status_code == 403


def test_one_key_starts_one_import(world: World) -> None:
    program = world.program("alba", Scope.IMPORT)
    body = {"file_id": upload(program)["file_id"], "kind": "films"}
    answers = [
        program.post(f"{API}/imports", json=body, headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert len(program.get(f"{API}/imports").json()["items"]) == 1


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_lists_are_exported_as_files(world: World, suffix: str) -> None:
    member = world.sign_in("alba-member")
    body = {"file_id": upload(member)["file_id"], "kind": "films"}
    member.post(f"{API}/imports", json=body)
    answer = member.get(f"{API}/exports/films.{suffix}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="films.{suffix}"'
    assert read_table(answer.content).frame["film_id"].to_list() == ["a"]
    assert world.sign_in("grim-owner").get(f"{API}/exports/films.{suffix}").status_code == 200
    assert member.get(f"{API}/exports/matches.{suffix}").status_code == 422
    assert member.get(f"{API}/exports/nothing.{suffix}").status_code == 422
    assert TestClient(world.app).get(f"{API}/exports/films.{suffix}").status_code == 401


def test_twice_the_same_film_is_proposed_and_decided(world: World) -> None:
    member = world.sign_in("alba-member")
    content = "film_id,title,year,directors\na,The Salt Ferry,2024,Ana Ruz\nb,Salt Ferry,2024,Ana Ruz\n"
    member.post(f"{API}/imports", json={"file_id": upload(member, content)["file_id"], "kind": "films"})
    (proposal,) = member.get(f"{API}/merges?noun=film&state=proposed").json()["items"]
    path = f"{API}/merges/{proposal['proposal_id']}"
    assert world.sign_in("grim-owner").post(f"{path}/accept").status_code == 404
    assert member.get(path).json() == proposal
    assert member.post(f"{path}/accept").json()["state"] == "merged"
    assert member.post(f"{path}/reject").status_code == 409
    assert member.get(f"{API}/films/{proposal['other_id']}").status_code == 404
