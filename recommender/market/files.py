"""Table files in and out: CSV, gzipped CSV and Parquet <-> frames of text.

A raw table is a frame of `str` columns as the file has them (outer blanks stripped, "" where empty),
whose index is the line of the file, the header being line 1. Every check reads raw tables, so that a
problem can name the place; tables.py turns them into typed columns.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from recommender.market.problems import Problem

__all__ = ["SUFFIXES", "Format", "RawTable", "cell_text", "is_there", "read_raw", "text_frame", "write_csv"]

Format = Literal["csv", "csv.gz", "parquet"]
SUFFIXES: Final[tuple[Format, ...]] = ("csv", "csv.gz", "parquet")


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """A table as its file has it, and what was wrong with the file itself."""

    name: str
    frame: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)


def read_raw(folder: Path, name: str) -> RawTable:
    """The table `name` of a folder; what cannot be read becomes a problem of an empty table, not an error."""
    found = [path for suffix in SUFFIXES if (path := folder / f"{name}.{suffix}").is_file()]
    if len(found) != 1:
        return _unreadable(name, *_not_one_file(folder, name, found))
    path = found[0]
    try:
        if path.suffix == ".parquet":
            return RawTable(name, text_frame(pd.read_parquet(path)))
        return _read_csv(path, name)
    except UnicodeDecodeError as error:
        return _unreadable(name, f"{path.name} is not UTF-8 text ({error.reason})", "Save it as 'CSV UTF-8'")
    except csv.Error as error:
        remedy = "Look for a quote that is never closed or a text beyond 131,072 characters"
        return _unreadable(name, f"{path.name} is not well-formed CSV ({error})", remedy)
    except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
        remedy = "Copy or export the file again"
        return _unreadable(name, f"{path.name} cannot be read ({type(error).__name__}: {error})", remedy)


def is_there(folder: Path, name: str) -> bool:
    """Whether a folder has a file of the table `name`; one with nothing in it, not even a header, does not count."""
    files = [folder / f"{name}.{suffix}" for suffix in SUFFIXES]
    return any(path.is_file() and path.stat().st_size for path in files)


def text_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Any frame as a raw table: each cell as the text a CSV would hold, index 2, 3, ..."""
    columns = {str(name): [cell_text(value) for value in frame[name].to_list()] for name in frame.columns}
    return _raw_frame(list(columns), list(columns.values()), range(2, len(frame) + 2))


def cell_text(value: object) -> str:
    """A cell as a CSV holds it: dates in ISO form, whole numbers without a point, lists joined by |."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (list, tuple, np.ndarray)):
        return "|".join(cell_text(item) for item in value)
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)
    if isinstance(value, datetime):
        return value.isoformat() if value.time() != datetime.min.time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a CSV, gzipped when the name ends in .gz; the same rows give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    data = text.getvalue().encode()
    replace_file(path, gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _read_csv(path: Path, name: str) -> RawTable:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = [cell.strip() for cell in next(reader, [])]
        problem = _bad_header(path.name, name, header)
        if problem:
            return RawTable(name, pd.DataFrame(), [problem])
        lines, rows = _rows_with_lines(reader)
    ragged = [(line, row) for line, row in zip(lines, rows, strict=True) if len(row) != len(header)]
    problems = [_ragged(name, line, row, header) for line, row in ragged]
    blanks = [""] * len(header)
    rows = [row if len(row) == len(header) else (row + blanks)[: len(header)] for row in rows]
    columns = [[cell.strip() for cell in column] for column in zip(*rows, strict=True)] or [
        [] for _ in header
    ]
    return RawTable(name, _raw_frame(header, columns, lines), problems)


def _rows_with_lines(reader: Iterator[list[str]]) -> tuple[list[int], list[list[str]]]:
    lines, rows = [], []
    start = reader.line_num + 1  # type: ignore[attr-defined]
    for row in reader:
        if any(row):
            lines.append(start)
            rows.append(row)
        start = reader.line_num + 1  # type: ignore[attr-defined]
    return lines, rows


def _raw_frame(names: list[str], columns: list[list[str]], lines: Iterable[int]) -> pd.DataFrame:
    index = pd.Index(list(lines), dtype="int64", name="line")
    cells = zip(names, columns, strict=True)
    return pd.DataFrame(
        {name: pd.Series(column, index=index, dtype="str") for name, column in cells}, index=index
    )


def _bad_header(file: str, table: str, header: list[str]) -> Problem | None:
    if not any(header):
        message, remedy = f"{file} has no header", "Name the columns in the first line"
    elif len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        message, remedy = f"{file} is not separated by commas", "Save it with commas between the columns"
    elif len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        message, remedy = f"{file} names the column {twice!r} twice", "Keep one of them"
    else:
        return None
    return Problem(table, None, "", "", message, remedy)


def _ragged(table: str, line: int, row: list[str], header: list[str]) -> Problem:
    message = f"the row has {len(row)} cells, the header has {len(header)}"
    return Problem(table, line, "", "", message, "Put a text that holds a comma in double quotes")


def _not_one_file(folder: Path, name: str, found: list[Path]) -> tuple[str, str]:
    if found:
        return f"{' and '.join(path.name for path in found)} both hold the {name}", "Keep one of them"
    if not folder.is_dir():
        return f"the folder {folder} does not exist", "Name the folder that holds the tables"
    wanted = ", ".join(f"{name}.{suffix}" for suffix in SUFFIXES)
    return f"none of {wanted} is in {folder}", "Add the table; data/README.md shows its columns"


def _unreadable(name: str, message: str, remedy: str) -> RawTable:
    return RawTable(name, pd.DataFrame(), [Problem(name, None, "", "", message, remedy)])
