"""NUL, which no text of PostgreSQL holds, costs at most the rows it is in."""

import io
import zipfile
from collections.abc import Callable, Sequence

import pandas as pd
import pytest

from service.domain.imports import ImportCounts
from service.domain.paging import PageRequest
from service.domain.words import ImportKind
from service.store.unit_of_work import UnitOfWorkFactory
from service.tables_io.writing import csv_chunks, xlsx_bytes
from service.usecases import imports
from tests.service import make
from tests.service.uploads import AGENT, refusals, run

HEADER = ("film_id", "title", "stage", "directors", "imdb_id", "ye\0ar")
ROWS = (
    ("a", "The\0Ferry", "completed", "Ana\0Ruz|Bo", "", "2024"),
    ("b\0", "The Storm", "", "", "", "2024"),
    ("c", "The Boat", "com\0pleted", "", "", "2024"),
    ("d", "The Oar", "", "", "tt\0000001", "2024"),
    ("e", "The Sail", "", "", "", "20\0004"),
    ("f", "The\0Mast", "", "", "", "soon"),
    ("g", "The Deck", "", "", "", "2024"),
)
Table = Sequence[Sequence[str]]


@pytest.fixture(autouse=True)
def market(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.commit()


def as_csv(header: Sequence[str], rows: Table) -> bytes:
    return b"".join(csv_chunks(header, rows))


def as_xlsx(header: Sequence[str], rows: Table) -> bytes:
    """XML cannot hold NUL, but spreadsheets write it as an escape."""
    mark = "NULNULNUL"
    book = xlsx_bytes(
        [cell.replace("\0", mark) for cell in header],
        [[cell.replace("\0", mark) for cell in row] for row in rows],
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(mark.encode(), b"_x0000_"))
    return out.getvalue()


def as_parquet(header: Sequence[str], rows: Table) -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame(list(rows), columns=list(header)).to_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("written", [as_csv, as_xlsx, as_parquet])
def test_good_rows_get_in_and_each_cell_with_nul_is_told(
    uow: UnitOfWorkFactory, written: Callable[[Sequence[str], Table], bytes]
) -> None:
    done = run(uow, AGENT, ImportKind.FILMS, written(HEADER, ROWS))
    assert done.counts == ImportCounts(total=7, added=2, refused=5)
    assert [(row, column) for row, column, _ in refusals(uow, AGENT, done)] == [
        (3, "film_id"),
        (4, "stage"),
        (5, "imdb_id"),
        (6, "ye ar"),
        (7, "ye ar"),
    ]
    told = imports.list_problems(uow, AGENT, done.run_id, PageRequest()).items
    assert [(one.row, one.column) for one in told if not one.refused] == [
        (2, "title"), (2, "directors"), (7, "title"),
    ]  # fmt: skip
    with uow() as tx:
        film = tx.films.get("a").film
    assert (film.title, film.directors) == ("The Ferry", ("Ana Ruz", "Bo"))
    assert b"".join(imports.problems_csv(uow, AGENT, done.run_id)).count(b"\r\n") == 6


def test_nul_in_rights_is_told_too(uow: UnitOfWorkFactory) -> None:
    content = (
        "direction,film_id,licensee,territory,media right,start,deal_id\n"
        "held,film,,FR\0,theatrical,2026-01-01,\n"
        "held,film,,Bene\0lux,theatrical,2026-01-01,\n"
        "held,film,,FR,all\0,2026-01-01,\n"
        "sold,film,Buy\0er,FR,theatrical,2026-01-01,\n"
        "held,film,,FR,tvod,2026-01-01,d\0\n"
        "held,fi\0lm,,FR,tvod,2026-01-01,\n"
        "held,film,,JP,theatrical,2026-01-01,\n"
    )
    done = run(uow, AGENT, ImportKind.RIGHTS, content)
    assert done.counts == ImportCounts(total=7, added=1, refused=6)
