import gzip
from pathlib import Path

import pandas as pd
import pytest

from recommender.market.checks import check_folder
from recommender.market.files import cell_text


def test_a_folder_that_is_not_there_is_said_for_each_table(tmp_path: Path) -> None:
    report = check_folder(tmp_path / "nowhere")
    assert [problem.table for problem in report.problems] == ["films", "distributors", "deals"]
    assert all("does not exist" in problem.message for problem in report.problems)


def test_a_missing_file_is_named_with_what_would_do(small_folder: Path) -> None:
    (small_folder / "films.csv").unlink()
    first = check_folder(small_folder).problems[0]
    assert "films.csv, films.csv.gz, films.parquet" in first.message


def test_two_files_of_one_table_are_refused(small_folder: Path) -> None:
    (small_folder / "films.csv.gz").write_bytes(gzip.compress((small_folder / "films.csv").read_bytes()))
    assert "films.csv and films.csv.gz both" in check_folder(small_folder).problems[0].message


BROKEN_FILES = [
    ("films.csv", b"", "no header"),
    ("films.csv", b"\n\n", "no header"),
    ("films.csv", "film_id,title,synopsis\nf01,Été,".encode("latin-1"), "not UTF-8"),
    ("films.csv", b"film_id;title;synopsis\nf01;A;B\n", "not separated by commas"),
    ("films.csv", b"film_id,title,title,synopsis\n", "'title' twice"),
    ("films.csv", b'film_id,title,synopsis\nf01,"never closed,x\n', "not well-formed"),
    ("films.csv", b"film_id,title,synopsis\nf01,A," + b"x" * 200_000, "not well-formed"),
    ("films.csv.gz", b"film_id,title,synopsis\n", "cannot be read"),
    ("films.csv.gz", gzip.compress(b"film_id,title,synopsis\n" * 99, mtime=0)[:-20], "cannot be read"),
    ("films.parquet", b"PAR1 and nothing else", "cannot be read"),
]


@pytest.mark.parametrize(("name", "data", "message"), BROKEN_FILES)
def test_a_broken_file_is_a_problem_not_a_crash(
    small_folder: Path, name: str, data: bytes, message: str
) -> None:
    (small_folder / "films.csv").unlink()
    (small_folder / name).write_bytes(data)
    report = check_folder(small_folder)
    problem = next(problem for problem in report.problems if problem.table == "films")
    assert message in problem.message
    assert problem.row is None
    assert not report.ok


def test_a_row_is_named_by_its_line_even_after_texts_of_several_lines(small_folder: Path) -> None:
    (small_folder / "films.csv").write_text(
        'film_id,title,synopsis,year\nf01,A,"one\ntwo\nthree",2001\n\nf02,B,,x\n', encoding="utf-8"
    )
    problem = check_folder(small_folder).problems[0]
    assert (problem.row, problem.column) == (6, "year")


def test_a_row_with_too_many_or_too_few_cells_is_refused(small_folder: Path) -> None:
    path = small_folder / "distributors.csv"
    path.write_text(path.read_text(encoding="utf-8") + "us-x,X,US,independent,,a,b\nus-y,Y,US,independent\n")
    report = check_folder(small_folder)
    assert [(problem.row, problem.message) for problem in report.problems] == [
        (8, "the row has 7 cells, the header has 6"),
        (9, "the row has 4 cells, the header has 6"),
    ]
    assert report.good_rows["distributors"] == 6


def test_a_file_from_a_spreadsheet_with_a_byte_order_mark_is_read(small_folder: Path) -> None:
    path = small_folder / "films.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_folder(small_folder).problems == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" a ", "a"), (None, ""), (float("nan"), ""), (pd.NaT, ""), (pd.NA, ""), (True, "1"), (0.1, "0.1"),
        (2016.0, "2016"), (["a", None, 2], "a||2"), (pd.Timestamp("2016-05-18"), "2016-05-18"),
        (pd.Timestamp("2016-05-18 20:00"), "2016-05-18T20:00:00"), (float("inf"), "inf"),
    ],
)  # fmt: skip
def test_a_cell_of_any_type_has_one_text(value: object, text: str) -> None:
    assert cell_text(value) == text
