"""The file of refused rows: corrected and imported again, it loses nothing and changes nothing else."""

import csv
import io

import pytest

from service.domain.imports import ImportCounts, ImportRun
from service.domain.paging import PageRequest
from service.domain.words import ImportKind
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import imports
from service.usecases.importing import rows
from tests.service import make
from tests.service.uploads import AGENT, refusals, run

LONG = "A pilot waits. " * 299 + "She leaves."


@pytest.fixture(autouse=True)
def market(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.commit()


def corrections(uow: UnitOfWorkFactory, done: ImportRun) -> str:
    return b"".join(imports.problems_csv(uow, AGENT, done.run_id)).decode("utf-8-sig")


def test_a_corrected_file_has_every_cell_whole(uow: UnitOfWorkFactory) -> None:
    done = run(uow, AGENT, ImportKind.FILMS, f"film_id,title,year,synopsis\na,The Ferry,20x4,{LONG}\n")
    again = run(uow, AGENT, ImportKind.FILMS, corrections(uow, done).replace("20x4", "2024"))
    assert again.counts == ImportCounts(total=1, added=1)
    with uow() as tx:
        assert tx.films.get("a").film.synopsis == LONG


def test_cells_beyond_the_header_come_back_too(uow: UnitOfWorkFactory) -> None:
    done = run(uow, AGENT, ImportKind.FILMS, "film_id,title\na,Ferry, the\nb,Fine\n")
    again = run(uow, AGENT, ImportKind.FILMS, corrections(uow, done).replace("Ferry, the", '"Ferry, the"'))
    assert again.counts == ImportCounts(total=1, added=1)
    with uow() as tx:
        assert tx.films.get("a").film.title == "Ferry, the"


def test_rows_that_got_in_with_a_warning_are_not_in_the_file(uow: UnitOfWorkFactory) -> None:
    done = run(uow, AGENT, ImportKind.FILMS, "film_id,title,year\na,The\x07Ferry,2024\nb,The Storm,soon\n")
    assert done.counts == ImportCounts(total=2, added=1, refused=1)
    told = imports.list_problems(uow, AGENT, done.run_id, PageRequest()).items
    assert [(problem.row, problem.refused) for problem in told] == [(2, False), (3, True)]
    again = run(uow, AGENT, ImportKind.FILMS, corrections(uow, done).replace("soon", "2025"))
    assert again.counts == ImportCounts(total=1, added=1)


def test_all_bad_cells_of_a_row_are_told_at_once_and_the_row_is_given_once(uow: UnitOfWorkFactory) -> None:
    content = "film_id,title,year,budget_usd,imdb_id\na,The Ferry,soon,abc,zzz\nb,,2024,,\n"
    done = run(uow, AGENT, ImportKind.FILMS, content)
    assert [(row, column) for row, column, _ in refusals(uow, AGENT, done)] == [
        (2, "year"),
        (2, "budget_usd"),
        (2, "imdb_id"),
        (3, "title"),
    ]
    text = corrections(uow, done)
    first, second = csv.DictReader(io.StringIO(text))
    assert (first["problem_row"], first["problem_column"], first["problem_value"]) == (
        "2",
        "year | budget_usd | imdb_id",
        "soon | abc | zzz",
    )
    assert first["problem"].count(" | ") == first["problem_remedy"].count(" | ") == 2
    assert (second["film_id"], second["title"], second["year"]) == ("b", "", "2024")


def test_a_file_may_be_corrected_in_several_rounds(uow: UnitOfWorkFactory) -> None:
    done = run(uow, AGENT, ImportKind.FILMS, "film_id,title,year\na,The Ferry,soon\n")
    again = run(uow, AGENT, ImportKind.FILMS, corrections(uow, done).replace("soon", "later"))
    text = corrections(uow, again)
    assert text.count("problem_row") == 1
    assert run(uow, AGENT, ImportKind.FILMS, text.replace("later", "2024")).counts.added == 1


def test_of_a_hopeless_file_each_row_is_told_once(
    uow: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "_ALL_TOLD", 0)
    done = run(uow, AGENT, ImportKind.FILMS, "film_id,year,imdb_id\na,soon,zzz\nb,soon,zzz\n")
    assert [(row, column) for row, column, _ in refusals(uow, AGENT, done)] == [(2, "year"), (3, "year")]
