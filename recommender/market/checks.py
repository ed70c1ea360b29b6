"""Is this folder a market? Every problem with table, line, column, value and remedy.

A row is refused when using it would give wrong matches or crash later; what merely loses a little
information is a warning. Checks work on whole columns: the 70,000 rows of a real market take about a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from recommender.market.cells import check_column
from recommender.market.columns import DEALS, DECLINES, DISTRIBUTORS, FILMS, NEEDED, TABLES
from recommender.market.files import RawTable, is_there, read_raw, write_csv
from recommender.market.problems import CheckReport, Problem

__all__ = [
    "CheckReport",
    "Problem",
    "check_folder",
    "check_rows",
    "check_tables",
    "read_folder",
    "write_fix_report",
]


def check_folder(folder: Path) -> CheckReport:
    """Everything wrong with the tables of a folder; never raises for what the folder holds."""
    return check_tables(read_folder(folder))


def read_folder(folder: Path) -> dict[str, RawTable]:
    """The raw tables of a folder, unchecked: those that are needed, and those of the others that are there."""
    return {name: read_raw(folder, name) for name in TABLES if name in NEEDED or is_there(folder, name)}


def check_tables(tables: Mapping[str, RawTable]) -> CheckReport:
    """Everything wrong with raw tables; keys: films, distributors, deals, and declines where there are some."""
    problems: list[Problem] = []
    for table in tables.values():
        problems += check_rows(table)
    frames = {name: table.frame for name, table in tables.items()}
    for name in (DEALS, DECLINES):
        problems += _links(frames, name)
    problems += _territories(frames[DISTRIBUTORS], frames[DEALS])
    refused = {name: _refused(table, problems) for name, table in tables.items()}
    return CheckReport(
        problems=tuple(problems),
        rows={name: len(table.frame) for name, table in tables.items()},
        good_rows={name: len(table.frame) - len(refused[name]) for name, table in tables.items()},
        extra_columns={name: extra_columns(name, table.frame) for name, table in tables.items()},
        refused_rows=refused,
    )


def check_rows(table: RawTable) -> list[Problem]:
    """Everything wrong with one raw table, whatever the others hold."""
    if _unread(table):
        return table.problems
    return [*table.problems, *_missing_columns(table), *_cells(table), *_duplicates(table)]


def extra_columns(name: str, frame: pd.DataFrame) -> tuple[str, ...]:
    """The columns of a frame that the table does not know, in their order."""
    known = {column.name for column in TABLES[name]}
    return tuple(column for column in frame.columns if column not in known)


def write_fix_report(report: CheckReport, file: Path) -> None:
    """Write each refusal with its row as CSV: the reason first, then the row's cells as they were read.

    A cell that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    cells = list(dict.fromkeys(name for frame in report.refused_rows.values() for name in frame.columns))
    header = ["table", "row", "problem_column", "problem_value", "problem", "remedy", *cells]
    write_csv(file, map(_no_formula, header), _fix_rows(report, cells))


def _fix_rows(report: CheckReport, cells: list[str]) -> Iterator[list[str]]:
    rows = {name: frame.to_dict("index") for name, frame in report.refused_rows.items()}
    for problem in report.problems:
        if problem.refused:
            row = rows.get(problem.table, {}).get(problem.row, {})
            place = [problem.table, "" if problem.row is None else str(problem.row)]
            reason = [problem.column, problem.value, problem.message, problem.remedy]
            yield [_no_formula(cell) for cell in (*place, *reason, *(row.get(name, "") for name in cells))]


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _unread(table: RawTable) -> bool:
    return any(problem.row is None for problem in table.problems)


def _missing_columns(table: RawTable) -> Iterator[Problem]:
    for column in TABLES[table.name]:
        if column.required and column.name not in table.frame:
            remedy = f"Add the column; this table has {', '.join(map(str, table.frame.columns))}"
            yield Problem(table.name, None, column.name, "", "the required column is missing", remedy)


def _cells(table: RawTable) -> Iterator[Problem]:
    for column in TABLES[table.name]:
        if column.name in table.frame:
            yield from check_column(table.name, column, table.frame[column.name])


def _duplicates(table: RawTable) -> Iterator[Problem]:
    key = TABLES[table.name][0].name
    if table.name not in NEEDED or key not in table.frame:
        return
    ids = table.frame[key]
    again = ids.duplicated() & (ids != "")
    if not again.any():
        return
    first = dict(zip(reversed(ids.to_list()), reversed(ids.index.to_list()), strict=True))
    for line, value in ids[again].items():
        message = f"the id is already used in row {first[value]}"
        yield Problem(table.name, line, key, value, message, "Give each row its own id, or remove one row")


def _links(frames: Mapping[str, pd.DataFrame], name: str) -> Iterator[Problem]:
    for key, noun in (("film_id", FILMS), ("distributor_id", DISTRIBUTORS)):
        if name in frames and key in frames[name] and key in frames[noun]:
            ids = frames[name][key]
            for line, value in ids[(ids != "") & ~ids.isin(frames[noun][key])].items():
                remedy = f"Add it to the {noun}, or correct the id"
                yield Problem(name, line, key, value, f"the {noun} table has no such id", remedy)


def _territories(distributors: pd.DataFrame, deals: pd.DataFrame) -> Iterator[Problem]:
    if not {"distributor_id", "territory"} <= set(deals.columns) & set(distributors.columns):
        return
    known = distributors.drop_duplicates("distributor_id").set_index("distributor_id").territory
    home = deals.distributor_id.map(known)
    differs = home.notna() & (home != deals.territory) & (deals.territory != "")
    for line, value in deals.territory[differs].items():
        wanted = home[line]
        message = f"the distributor works in {wanted}"
        remedy = "Correct the territory, or name the company's distributor in that territory"
        yield Problem(DEALS, line, "territory", value, message, remedy)


def _refused(table: RawTable, problems: list[Problem]) -> pd.DataFrame:
    refusals = [problem for problem in problems if problem.refused and problem.table == table.name]
    if any(problem.row is None for problem in refusals):
        return table.frame
    return table.frame.loc[sorted({problem.row for problem in refusals if problem.row is not None})]
