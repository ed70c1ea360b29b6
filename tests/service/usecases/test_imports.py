import csv
import gzip
import io
from dataclasses import replace

import pytest

from service.domain.imports import ImportCounts
from service.domain.paging import PageRequest
from service.domain.words import (
    CompanyKind,
    ImportKind,
    ImportState,
    Role,
    Scope,
    Stage,
)
from service.errors import Forbidden, Invalid, NotFound
from service.security.actor import Actor, Seat
from service.store.unit_of_work import UnitOfWorkFactory
from service.tables_io.writing import Cell, Sheet, csv_chunks, workbook_bytes
from service.usecases import imports
from tests.service import make
from tests.service.uploads import ADMIN, AGENT, BUYER, changes, refusals, run

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


def test_of_a_workbook_the_sheets_that_were_not_read_are_told(uow: UnitOfWorkFactory) -> None:
    book = workbook_bytes(
        [
            Sheet(name, ["film_id", "title"], [[name, f"Film {name}"]])
            for name in ("Films", "More films", "Notes")
        ]
    )
    tried = run(uow, AGENT, ImportKind.FILMS, book, dry_run=True)
    assert tried.counts == ImportCounts(total=1, added=1)
    (told,) = imports.list_problems(uow, AGENT, tried.run_id, PageRequest()).items
    assert (told.row, told.refused, told.value) == (1, False, "More films, Notes")
    assert told.message == "only the sheet 'Films' was read"
    assert b"".join(imports.problems_csv(uow, AGENT, tried.run_id)).count(b"\r\n") == 1


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
