import csv
import time
from pathlib import Path

import pandas as pd
import pytest

from recommender.market.checks import CheckReport, Problem, check_folder, write_fix_report

Frames = dict[str, pd.DataFrame]


def check(folder: Path, frames: Frames) -> CheckReport:
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return check_folder(folder)


def only(report: CheckReport) -> Problem:
    (problem,) = report.problems
    assert problem.remedy
    return problem


def test_a_good_folder_has_no_problem(small_folder: Path) -> None:
    report = check_folder(small_folder)
    assert report.problems == ()
    assert report.ok
    assert report.rows == report.good_rows == {"films": 12, "distributors": 6, "deals": 25}


BAD_CELLS = [
    ("films", "film_id", "", "empty"),
    ("films", "film_id", "a\x00b", "control"),
    ("films", "title", "", "empty"),
    ("films", "title", "\x01\x02", "empty"),
    ("films", "year", "20x6", "not a year"),
    ("films", "year", "1066", "not a year"),
    ("films", "year", "2016.5", "not a year"),
    ("films", "year", "NaN", "empty cell"),
    ("films", "synopsis", "nan", "empty cell"),
    ("films", "synopsis", "x" * 20_001, "too long"),
    ("films", "synopsis", "x" * 100_000, "too long"),
    ("distributors", "territory", "UK", "not a territory"),
    ("distributors", "territory", "", "empty"),
    ("distributors", "kind", "Independent", "not a kind"),
    ("distributors", "name", "", "empty"),
    ("deals", "release_date", "", "empty"),
    ("deals", "release_date", "NaT", "empty cell"),
    ("deals", "release_date", "18/05/2016", "not a date"),
    ("deals", "release_date", "2016-5-8", "not a date"),
    ("deals", "release_date", "2016-05-18 20:00", "not a date"),
    ("deals", "release_date", "2015-02-29", "no such day"),
    ("deals", "release_date", "2016-00-10", "no such day"),
    ("deals", "release_date", "0216-05-18", "there was no film"),
    ("deals", "release_date", "9999-12-31", "there was no film"),
    ("deals", "gross", "-1", "below zero"),
    ("deals", "gross", "1,000", "not a number"),
    ("deals", "gross", "$100", "not a number"),
    ("deals", "gross", "1e999", "not a number"),
    ("deals", "gross", "1.2.3", "not a number"),
    ("deals", "admissions", "inf", "not a number"),
    ("deals", "admissions", "nan", "empty cell"),
    ("deals", "screens", "-0.5", "below zero"),
    ("deals", "role", "buyer", "not a role"),
    ("deals", "in_house", "yes", "neither 0 nor 1"),
    ("deals", "film_id", "f99", "no such id"),
    ("deals", "distributor_id", "fr-nobody", "no such id"),
    ("deals", "territory", "DE", "works in US"),
]


@pytest.mark.parametrize(("table", "column", "value", "message"), BAD_CELLS)
def test_a_bad_cell_is_refused_where_it_stands(
    small_folder: Path, small_frames: Frames, table: str, column: str, value: str, message: str
) -> None:
    frame = small_frames[table]
    unused = {"films": 11, "distributors": 4, "deals": 24}[table]
    frame.loc[unused, column] = value
    problem = only(check(small_folder, small_frames))
    assert (problem.table, problem.row, problem.column, problem.refused) == (table, unused + 2, column, True)
    assert message in problem.message
    assert problem.value == value[:200]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("films", "synopsis", ""),
        ("films", "synopsis", "x" * 20_000),
        ("films", "synopsis", "قصة حب 💔 في بيروت\nand a second line\twith a tab"),
        ("films", "title", "NaN"),
        ("films", "title", "=SUM(A1)"),
        ("films", "original_title", "None"),
        ("films", "year", ""),
        ("films", "year", "2016.0"),
        ("films", "countries", "SU|YU|CS|XK|DD| FR"),
        ("deals", "gross", "0"),
        ("deals", "gross", "1.5e6"),
        ("deals", "role", ""),
        ("deals", "in_house", "True"),
        ("deals", "release_date", " 2016-02-29 "),
    ],
)
def test_an_unusual_but_good_cell_is_no_problem(
    small_folder: Path, small_frames: Frames, table: str, column: str, value: str
) -> None:
    small_frames[table].loc[1, column] = value
    assert check(small_folder, small_frames).problems == ()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [("countries", "FR|QQ", "unknown country"), ("countries", "nowhere", "unknown country"),
     ("synopsis", "A\x85B", "control characters")],
)  # fmt: skip
def test_what_loses_little_is_a_warning(
    small_folder: Path, small_frames: Frames, column: str, value: str, message: str
) -> None:
    small_frames["films"].loc[1, column] = value
    report = check(small_folder, small_frames)
    problem = only(report)
    assert message in problem.message
    assert not problem.refused
    assert report.ok
    assert report.good_rows == report.rows


def test_an_id_used_twice_is_refused_where_it_comes_again(small_folder: Path, small_frames: Frames) -> None:
    frame = small_frames["deals"]
    frame.loc[[7, 9], "deal_id"] = "d01"
    report = check(small_folder, small_frames)
    assert [(problem.row, problem.message) for problem in report.problems] == [
        (9, "the id is already used in row 2"),
        (11, "the id is already used in row 2"),
    ]
    assert report.good_rows["deals"] == 23


def test_a_row_with_several_problems_counts_once(small_folder: Path, small_frames: Frames) -> None:
    small_frames["deals"].loc[0, ["gross", "release_date", "role"]] = "?"
    report = check(small_folder, small_frames)
    assert len(report.problems) == 3
    assert report.good_rows["deals"] == 24


@pytest.mark.parametrize(
    ("table", "column"),
    [("films", "synopsis"), ("films", "film_id"), ("distributors", "distributor_id"), ("deals", "territory")],
)
def test_a_missing_required_column_refuses_the_table(
    small_folder: Path, small_frames: Frames, table: str, column: str
) -> None:
    small_frames[table] = small_frames[table].drop(columns=column)
    report = check(small_folder, small_frames)
    problem = only(report)
    assert (problem.table, problem.row, problem.column) == (table, None, column)
    assert "missing" in problem.message
    assert report.good_rows[table] == 0


def test_unknown_columns_are_reported_not_refused(small_folder: Path, small_frames: Frames) -> None:
    small_frames["deals"]["minimum_guarantee_usd"] = "12000"
    report = check(small_folder, small_frames)
    assert report.ok
    assert report.extra_columns["deals"] == ("minimum_guarantee_usd",)


def test_the_fix_report_holds_each_refused_row_with_its_reason(
    small_folder: Path, small_frames: Frames, tmp_path: Path
) -> None:
    small_frames["deals"].loc[3, "gross"] = "-5"
    small_frames["films"].loc[1, "countries"] = "QQ"
    write_fix_report(check(small_folder, small_frames), tmp_path / "fix.csv")
    with (tmp_path / "fix.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["table"], row["row"], row["problem_column"]) == ("deals", "5", "gross")
    assert row["problem"] == "this is below zero"
    assert row["remedy"]
    assert (row["deal_id"], row["film_id"], row["gross"]) == ("d04", "f04", "'-5")


def test_the_fix_report_cannot_run_a_formula(
    small_folder: Path, small_frames: Frames, tmp_path: Path
) -> None:
    formulas = ["=1+1", "+1", "-1", "@SUM(A1)"]
    small_frames["films"].loc[0:3, "year"] = formulas
    small_frames["films"].loc[0:3, "title"] = formulas
    small_frames["films"]["=cmd"] = "x"
    write_fix_report(check(small_folder, small_frames), tmp_path / "fix.csv")
    with (tmp_path / "fix.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "'=1+1" in cells


def test_the_fix_report_of_a_good_folder_has_a_header_only(small_folder: Path, tmp_path: Path) -> None:
    write_fix_report(check_folder(small_folder), tmp_path / "fix.csv")
    assert len((tmp_path / "fix.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_the_fix_report_names_a_missing_table(small_folder: Path, tmp_path: Path) -> None:
    (small_folder / "deals.csv").unlink()
    write_fix_report(check_folder(small_folder), tmp_path / "fix.csv")
    with (tmp_path / "fix.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["table"], row["row"]) == ("deals", "")
    assert row["problem"].startswith("none of deals.csv")


@pytest.mark.real
def test_no_row_of_the_real_market_is_refused_and_the_check_is_quick(real_market_dir: Path) -> None:
    start = time.process_time()
    report = check_folder(real_market_dir)
    assert time.process_time() - start < 4  # 1.3 s where nothing else runs
    assert report.ok
    assert report.good_rows == {"films": 29_194, "distributors": 2_220, "deals": 39_635}
