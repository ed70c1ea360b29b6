import csv
import gzip
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.clock import frozen_at, now
from service.domain.imports import ImportCounts
from service.domain.paging import PageRequest
from service.domain.words import (
    CompanyKind,
    ImportKind,
    ImportState,
    JobState,
    Role,
    Scope,
    Stage,
)
from service.errors import Forbidden, Invalid, NotFound
from service.security.actor import Actor, Seat
from service.store.repositories.audit import AuditFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.tables_io.writing import Cell, csv_chunks
from service.usecases import films, imports
from service.usecases.importing import run as carrying_out
from service.usecases.importing.apply import apply_rows
from service.usecases.importing.run import adopt_imports
from tests.service import make
from tests.service.at_once import wait_until_blocked
from tests.service.uploads import ADMIN, AGENT, BUYER, changes, refusals, run

WORKER = Actor.system("worker")
FILMS = b"film_id,title,year,genres,stage\na,The Ferry,2024,Drama|Comedy,production\nb,The Storm,2025,,\n"


@pytest.fixture(autouse=True)
def market(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.commit()


def test_a_file_of_films_is_read_whole(uow: UnitOfWorkFactory) -> None:
    done = run(uow, AGENT, ImportKind.FILMS, FILMS)
    assert (done.state, done.counts) == (ImportState.APPLIED, ImportCounts(total=2, added=2))
    with uow() as tx:
        film = tx.films.get("a")
    assert (film.film.title, film.film.year, film.film.genres) == ("The Ferry", 2024, ("Drama", "Comedy"))
    assert (film.stage, film.owner_id, film.film.sales_agent) == (Stage.PRODUCTION, "agent", "Agent")


def test_the_same_file_twice_changes_nothing(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.FILMS, FILMS)
    with uow() as tx:
        revision = tx.changes.revision()
    again = run(uow, AGENT, ImportKind.FILMS, FILMS)
    assert again.counts == ImportCounts(total=2, unchanged=2)
    with uow() as tx:
        assert tx.changes.revision() == revision
        assert tx.films.get("a").version == 1


def test_a_dry_run_counts_as_the_real_one_does_and_keeps_nothing(uow: UnitOfWorkFactory) -> None:
    tried = run(uow, AGENT, ImportKind.FILMS, FILMS, dry_run=True)
    assert tried.state is ImportState.CHECKED
    with uow() as tx:
        assert tx.films.find(["a", "b"]) == {}
        assert tx.audit.list().items == ()
    assert run(uow, AGENT, ImportKind.FILMS, FILMS).counts == tried.counts


def test_columns_that_the_file_lacks_stay_and_empty_cells_are_unknown(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.FILMS, FILMS)
    done = run(uow, AGENT, ImportKind.FILMS, "film_id,logline,year\na,They wait.,\n")
    assert done.counts == ImportCounts(total=1, changed=1)
    with uow() as tx:
        film = tx.films.get("a")
    assert (film.film.title, film.logline, film.film.year) == ("The Ferry", "They wait.", None)


def test_what_would_change_is_shown_field_by_field(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.FILMS, FILMS)
    shown = changes(uow, AGENT, ImportKind.FILMS, "film_id,title,year\nb,The Storm,2025\na,The Boat,2023\n")
    assert [(row.line, row.effect.value) for row in shown] == [(3, "changed")]
    assert shown[0].differences == {"a": {"film.title": ["The Ferry", "The Boat"], "film.year": [2024, 2023]}}


def test_bad_rows_are_told_and_good_ones_written(uow: UnitOfWorkFactory) -> None:
    done = run(
        uow,
        AGENT,
        ImportKind.FILMS,
        "film_id,title,year,imdb_id\n"
        "a,Good,2024,tt0000001\n"
        "b,Bad year,soon,\n"
        ",No id,2024,\n"
        "d,,2024,\n"
        "a,Twice,2024,\n"
        "f,Same imdb,2024,tt0000001\n"
        f"g,{'x' * 501},2024,\n",
    )
    assert done.counts == ImportCounts(total=7, added=1, refused=6)
    assert [(row, column) for row, column, _ in refusals(uow, AGENT, done)] == [
        (3, "year"),
        (4, "film_id"),
        (5, "title"),
        (6, ""),
        (7, "imdb_id"),
        (8, "title"),
    ]


def test_refused_rows_come_back_as_a_file_to_correct(uow: UnitOfWorkFactory) -> None:
    done = run(uow, AGENT, ImportKind.FILMS, "Film ID,Title,Year\na,=1+1,soon\nb,Fine,2024\n")
    text = b"".join(imports.problems_csv(uow, AGENT, done.run_id)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 1
    assert (rows[0]["problem_row"], rows[0]["problem_column"]) == ("2", "Year")
    assert (rows[0]["Film ID"], rows[0]["Title"], rows[0]["Year"]) == ("a", "'=1+1", "soon")
    corrected = text.replace("soon", "2024")
    again = run(uow, AGENT, ImportKind.FILMS, corrected)
    assert again.counts == ImportCounts(total=1, added=1)
    with uow() as tx:
        assert tx.films.get("a").film.title == "=1+1"


@pytest.mark.parametrize("kind", ["csv", "gz", "xlsx", "parquet"])
def test_every_kind_of_file_means_the_same(uow: UnitOfWorkFactory, kind: str) -> None:
    done = run(uow, AGENT, ImportKind.FILMS, _as(kind))
    assert done.counts == ImportCounts(total=2, added=2)
    with uow() as tx:
        assert [tx.films.get(one).film.year for one in "ab"] == [2024, 2025]
        assert tx.films.get("a").film.genres == ("Drama", "Comedy")


def _as(kind: str) -> bytes:
    import pandas as pd

    from service.tables_io.writing import xlsx_bytes

    header = ["film_id", "title", "year", "genres"]
    rows: list[list[Cell]] = [
        ["a", "The Ferry", 2024, ["Drama", "Comedy"]],
        ["b", "The Storm", 2025, []],
    ]
    if kind == "parquet":
        buffer = io.BytesIO()
        pd.DataFrame(rows, columns=header).to_parquet(buffer)
        return buffer.getvalue()
    if kind == "xlsx":
        return xlsx_bytes(header, rows)
    text = b"".join(csv_chunks(header, rows))
    return gzip.compress(text) if kind == "gz" else text


def test_an_agent_cannot_touch_what_is_not_its_own(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("rival", CompanyKind.SALES_AGENT))
        tx.films.add(make.film("theirs", "rival"))
        tx.films.add(make.film("reference"))
        tx.commit()
    done = run(uow, AGENT, ImportKind.FILMS, "film_id,title\ntheirs,Mine now\nreference,Mine too\n")
    assert done.counts == ImportCounts(total=2, refused=2)
    told = [message for *_, message in refusals(uow, AGENT, done)]
    assert len(set(told)) == 1
    assert "rival" not in told[0]


def test_administrators_import_reference_data_and_no_companys_own(uow: UnitOfWorkFactory) -> None:
    done = run(uow, ADMIN, ImportKind.FILMS, "film_id,title\nfilm,Changed\nfresh,New\n")
    assert done.counts == ImportCounts(total=2, added=1, refused=1)
    with uow() as tx:
        assert tx.films.get("fresh").owner_id is None
        assert tx.films.get("film").film.title == "The Film"


@pytest.mark.parametrize(
    ("actor", "kind"),
    [(AGENT, ImportKind.DISTRIBUTORS), (BUYER, ImportKind.FILMS), (BUYER, ImportKind.RIGHTS)],
)
def test_each_kind_of_company_has_its_lists(uow: UnitOfWorkFactory, actor: Actor, kind: ImportKind) -> None:
    content = {
        ImportKind.DISTRIBUTORS: "distributor_id\nx\n",
        ImportKind.FILMS: "film_id\nx\n",
        ImportKind.RIGHTS: "direction,film_id,territory,media right\n",
    }[kind]
    with pytest.raises(Forbidden, match="are imported by a"):
        run(uow, actor, kind, content)


def test_a_mapping_may_be_chosen_and_is_checked(uow: UnitOfWorkFactory) -> None:
    content = "code,name,nonsense\na,The Ferry,=1\n"
    done = run(uow, AGENT, ImportKind.FILMS, content, mapping={"code": "film_id", "name": "title"})
    assert done.counts == ImportCounts(total=1, added=1)
    with pytest.raises(Invalid) as told:
        run(uow, AGENT, ImportKind.FILMS, content, mapping={"name": "title", "x": "title", "code": "y"})
    assert [problem.message for problem in told.value.problems] == [
        "the file has no column 'x'",
        "films have no column 'y'",
        "two columns are mapped to title",
        "no column is mapped to film_id",
    ]


def test_others_see_neither_the_file_nor_the_run(uow: UnitOfWorkFactory) -> None:
    file = imports.upload_file(uow, AGENT, name="a.csv", content=FILMS, company_id=None).file
    done = run(uow, AGENT, ImportKind.FILMS, FILMS)
    viewer = Actor("v", "v", (Seat("agent", Role.VIEWER, frozenset({CompanyKind.SALES_AGENT})),))
    assert imports.get_import(uow, viewer, done.run_id) == done
    with pytest.raises(Forbidden):
        imports.start_import(uow, viewer, file.file_id, ImportKind.FILMS, mapping=None, dry_run=True)
    for other in (BUYER, ADMIN, Actor("x", "x")):
        for look in (imports.get_import, imports.preview_import, imports.problems_csv):
            with pytest.raises(NotFound):
                look(uow, other, done.run_id)
        with pytest.raises(NotFound):
            imports.describe_file(uow, other, file.file_id)
    assert imports.list_imports(uow, ADMIN, PageRequest()).items == ()


def test_a_program_needs_the_scope(uow: UnitOfWorkFactory) -> None:
    with pytest.raises(Forbidden, match="import"):
        run(uow, replace(AGENT, scopes=frozenset({Scope.WRITE})), ImportKind.FILMS, FILMS)
    assert run(uow, replace(AGENT, scopes=frozenset({Scope.IMPORT})), ImportKind.FILMS, FILMS).counts.added


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\list.csv", "list.csv"),
        ("=cmd|' /C calc'!A0.csv", "C calc__A0.csv"),
        ("a\r\nSet-Cookie: x.csv", "a__Set-Cookie_ x.csv"),
        ("..", "upload"),
        ("<script>.csv", "_script_.csv"),
        ("映画.csv", "映画.csv"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_files_name_is_only_a_label(uow: UnitOfWorkFactory, name: str, kept: str) -> None:
    file = imports.upload_file(uow, AGENT, name=name, content=FILMS, company_id=None).file
    assert file.name == kept


def test_a_large_file_becomes_a_job_which_says_how_far_it_is(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(imports._AT_ONCE, "csv", 0)
    file = imports.upload_file(uow, AGENT, name="a.csv", content=FILMS, company_id=None).file
    started = imports.start_import(uow, AGENT, file.file_id, ImportKind.FILMS, mapping=None, dry_run=False)
    assert started.job_id
    assert started.run.state is ImportState.QUEUED
    done = imports.run_import(uow, started.job_id, started.run.run_id)
    assert done.counts == ImportCounts(total=2, added=2)
    with uow() as tx:
        job = tx.jobs.get(started.job_id)
    assert (job.state, job.done, job.total) == (JobState.SUCCEEDED, 2, 2)
    assert job.result == {
        "run_id": done.run_id,
        "total": 2,
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
    }
    # A worker that died after the commit comes again.
    assert imports.run_import(uow, started.job_id, started.run.run_id) == done


def test_a_cancelled_import_changes_nothing(uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(imports._AT_ONCE, "csv", 0)
    for before_start in (True, False):
        file = imports.upload_file(uow, AGENT, name="a.csv", content=FILMS, company_id=None).file
        started = imports.start_import(
            uow, AGENT, file.file_id, ImportKind.FILMS, mapping=None, dry_run=False
        )
        assert started.job_id
        with uow() as tx:
            if before_start:
                tx.jobs.finish(started.job_id, JobState.CANCELLED, make.NOON)
            else:
                tx.jobs.request_cancel(started.job_id, make.NOON)
            tx.commit()
        done = imports.run_import(uow, started.job_id, started.run.run_id)
        assert done.state is ImportState.CANCELLED
        with uow() as tx:
            assert tx.jobs.get(started.job_id).state is JobState.CANCELLED
            assert tx.films.find(["a"]) == {}


def test_a_run_whose_request_died_is_carried_out_by_a_worker(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(imports, "run_import", _dies)
        with pytest.raises(KeyboardInterrupt):
            run(uow, AGENT, ImportKind.FILMS, FILMS)
    assert adopt_imports(uow, WORKER) == 0
    with frozen_at(now() + timedelta(minutes=3)):
        assert [adopt_imports(uow, WORKER) for _ in range(2)] == [1, 0]
    (left,) = imports.list_imports(uow, AGENT, PageRequest()).items
    with uow() as tx:
        (job,) = tx.jobs.list().items
    assert imports.run_import(uow, job.job_id, left.run_id).counts.added == 2


def test_a_run_whose_job_was_given_up_failed(uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(imports._AT_ONCE, "csv", 0)
    file = imports.upload_file(uow, AGENT, name="a.csv", content=FILMS, company_id=None).file
    started = imports.start_import(uow, AGENT, file.file_id, ImportKind.FILMS, mapping=None, dry_run=False)
    with uow() as tx:
        tx.jobs.finish(started.job_id or "", JobState.FAILED, make.NOON)
        tx.commit()
    with frozen_at(now() + timedelta(minutes=3)):
        adopt_imports(uow, WORKER)
    assert imports.get_import(uow, AGENT, started.run.run_id).state is ImportState.FAILED


def test_a_run_that_two_carry_out_is_applied_once(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(tx: UnitOfWork, *args: Any) -> Any:
        monkeypatch.setattr(carrying_out, "apply_rows", apply_rows)
        (begun,) = tx.imports.runs().items
        imports.run_import(uow, None, begun.run_id)
        return apply_rows(tx, *args)

    monkeypatch.setattr(carrying_out, "apply_rows", overtaken)
    done = run(uow, AGENT, ImportKind.FILMS, FILMS)
    assert (done.state, done.counts.added) == (ImportState.APPLIED, 2)
    with uow() as tx:
        assert [event.action for event in tx.audit.list().items].count("import.apply") == 1


def test_an_import_that_was_cancelled_at_the_end_changes_nothing(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(*args: Any) -> Any:
        written = apply_rows(*args)
        with uow() as tx:
            tx.jobs.finish(started.job_id or "", JobState.CANCELLED, make.NOON)
            tx.commit()
        return written

    monkeypatch.setattr(carrying_out, "apply_rows", cancelled)
    monkeypatch.setitem(imports._AT_ONCE, "csv", 0)
    file = imports.upload_file(uow, AGENT, name="a.csv", content=FILMS, company_id=None).file
    started = imports.start_import(uow, AGENT, file.file_id, ImportKind.FILMS, mapping=None, dry_run=False)
    done = imports.run_import(uow, started.job_id, started.run.run_id)
    assert done.state is ImportState.CANCELLED
    with uow() as tx:
        assert tx.films.find(["a"]) == {}


def test_an_import_keeps_what_was_edited_while_it_ran(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    """A cell that the file lacks, edited between the reading of its row and the writing."""
    run(uow, AGENT, ImportKind.FILMS, FILMS)
    edits = []

    def edited(tx: UnitOfWork, rows: Any, write: Any) -> Any:
        edits.append(pool.submit(films.update_film, uow, AGENT, "a", {"logline": "They wait."}, None))
        wait_until_blocked(database_url, edits[0])
        return write_good(tx, rows, write)

    write_good = UnitOfWork.write_good
    monkeypatch.setattr(UnitOfWork, "write_good", edited)
    with ThreadPoolExecutor(1) as pool:
        run(uow, AGENT, ImportKind.FILMS, "film_id,title\na,The Boat\n")
        edits[0].result(timeout=30)
    with uow() as tx:
        assert tx.films.get("a").logline == "They wait."


def _dies(*_: Any) -> Any:
    raise KeyboardInterrupt


def test_the_trail_tells_of_an_import(uow: UnitOfWorkFactory) -> None:
    done = run(uow, AGENT, ImportKind.FILMS, FILMS)
    with uow() as tx:
        event = tx.audit.list().items[0]
    assert (event.actor, event.action, event.company_id, event.object_id) == (
        "ines",
        "import.apply",
        "agent",
        done.run_id,
    )
    assert event.diff["added"] == [None, 2]


def test_the_trail_tells_what_an_import_changed_of_which_film(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.FILMS, FILMS)
    run(uow, AGENT, ImportKind.FILMS, FILMS.replace(b"2024", b"2023"))
    with uow() as tx:
        trail = [
            (event.actor, event.action, event.company_id, event.object_id, event.diff)
            for event in tx.audit.list(where=AuditFilter(noun="film")).items
        ]
    assert trail == [
        ("ines", "film.update", "agent", "a", {"film.year": [2024, 2023]}),
        ("ines", "film.create", "agent", "b", {}),
        ("ines", "film.create", "agent", "a", {}),
    ]
