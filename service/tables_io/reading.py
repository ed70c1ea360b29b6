"""An uploaded table as a frame of text, whatever kind of file it is.

What the file is, is told from its content, never from its name. Its size is limited by rows, columns, cells and
the size once unpacked, so that no file can exhaust the service.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Final

import pandas as pd

from recommender.market.cells import CONTROL
from service.errors import Invalid, TooLarge
from service.phrases import phrase, remade
from service.tables_io.formulas import unguarded
from service.tables_io.unpack import REFUSED, SECONDS

__all__ = ["MAX_ROWS", "RaggedRow", "ReadTable", "file_format", "read_table"]

MAX_ROWS: Final = 250_000
"""Most rows of a file, the header not counted."""

_MAX_COLUMNS: Final = 500
_MAX_UNPACKED: Final = 512 * 1024**2
_MEMORY: Final = 1536 * 1024**2
"""Bytes that opening an XLSX or Parquet may take."""

_MAX_HEADER: Final = 200
_CONTROL: Final = re.compile(CONTROL)
_NUL, _SUBSTITUTE = "\0", "\x1a"
"""NUL, which PostgreSQL's texts cannot hold, becomes ASCII's own sign for what cannot be kept. That is a control
character as well, so that whoever checks cells tells of it.
"""

_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class RaggedRow:
    """A row with more cells than the header has. line: as in the frame. beyond: the cells that have no column."""

    line: int
    cells: int
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ReadTable:
    """A table as its file has it.

    frame: str columns without NUL, outer blanks stripped, "" where empty; the index is the line of the file, the
    header being 1 where it comes first (for XLSX and Parquet the row's number). ragged: rows that cannot be trusted.
    sheets: the visible ones of a workbook, of which only the first is read.
    """

    frame: pd.DataFrame
    ragged: tuple[RaggedRow, ...] = ()
    sheets: tuple[str, ...] = ()

    def part(self, start: int, stop: int) -> ReadTable:
        """The rows from one place to before another."""
        frame = self.frame.iloc[start:stop]
        return ReadTable(frame, tuple(one for one in self.ragged if one.line in frame.index))

    def place(self, line: int) -> int:
        """Where the row of a line is."""
        return int(self.frame.index.searchsorted(line))


def file_format(content: bytes) -> str:
    """csv, csv.gz, xlsx or parquet, by how the content begins."""
    if content.startswith(b"PAR1"):
        return "parquet"
    if content.startswith(b"PK\x03\x04"):
        return "xlsx"
    return "csv.gz" if content.startswith(b"\x1f\x8b") else "csv"


def read_table(content: bytes, max_rows: int | None = None) -> ReadTable:
    """Read a file, or its first `max_rows` rows. Raises Invalid and TooLarge, which say what to change."""
    kind = file_format(content)
    limit = MAX_ROWS if max_rows is None else max_rows
    if kind in ("xlsx", "parquet"):
        with _unpacked(content, kind, limit + 2) as text:
            lines = (line.replace(_NUL, _SUBSTITUTE) for line in text)
            reader = csv.reader(lines)
            sheets = tuple(next(reader, []))
            records = ((number, row) for number, row in enumerate(reader, 1) if any(row))
            return replace(_whole_table(records, limit, max_rows is None), sheets=sheets)
    decoded = _decoded(_unzipped(content) if kind == "csv.gz" else content)
    text = io.StringIO(decoded.replace(_NUL, _SUBSTITUTE), newline="")
    return _whole_table(_csv_records(text), limit, max_rows is None)


def _whole_table(records: Iterator[tuple[int, list[str]]], limit: int, must_end: bool) -> ReadTable:
    try:
        table = _table(records, limit)
        if must_end and next(records, None) is not None:
            raise TooLarge(
                phrase("the file has more than {limit:,} rows", limit=MAX_ROWS), "Split it into several files"
            )
    except csv.Error as error:
        raise _unreadable(
            phrase("it is not well-formed CSV ({error})", error=error),
            "Look for a quote that is never closed or a text beyond 131,072 characters",
        ) from None
    return table


def _table(records: Iterator[tuple[int, list[str]]], limit: int) -> ReadTable:
    _, first = next(records, (1, []))
    header = _header(first)
    lines: list[int] = []
    rows: list[list[str]] = []
    ragged: list[RaggedRow] = []
    width, blanks = len(header), [""] * len(header)
    while len(rows) < limit and (found := next(records, None)) is not None:
        line, row = found
        if len(row) > width and any(row[width:]):
            ragged.append(RaggedRow(line, len(row), tuple(row[width:])))
        lines.append(line)
        rows.append((row + blanks)[:width])
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    index = pd.Index(lines, dtype="int64", name="line")
    cells = {
        name: pd.Series([unguarded(cell).strip() for cell in column], index=index, dtype="str")
        for name, column in zip(header, columns, strict=True)
    }
    return ReadTable(pd.DataFrame(cells, index=index), tuple(ragged))


def _header(first: list[str]) -> list[str]:
    names = [" ".join(_CONTROL.sub(" ", unguarded(cell)).split()) for cell in first]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise _unreadable("it has no header", "Name the columns in the first line")
    if len(names) > _MAX_COLUMNS:
        raise _unreadable(
            phrase("it has more than {limit} columns", limit=_MAX_COLUMNS),
            "Remove columns that are not needed",
        )
    names = [name or f"column {number}" for number, name in enumerate(names, 1)]
    if long := next((name for name in names if len(name) > _MAX_HEADER), None):
        raise _unreadable(
            phrase(
                "the name of a column is longer than {limit} characters: {name!r}",
                limit=_MAX_HEADER,
                name=f"{long[:40]}…",
            ),
            "Shorten it",
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise _unreadable(
            phrase("it names the column {name!r} twice", name=twice), "Keep one of them, or rename one"
        )
    return names


def _csv_records(text: io.StringIO) -> Iterator[tuple[int, list[str]]]:
    first = text.readline()
    text.seek(0)
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    start = 1
    for row in reader:
        if any(row):
            yield start, row
        start = reader.line_num + 1


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable(
            phrase(
                "it is not UTF-8 text (byte {place:,}: {reason})", place=error.start + 1, reason=error.reason
            ),
            "Save it as 'CSV UTF-8'",
        ) from None


def _unzipped(content: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    try:
        text = unzip.decompress(content, _MAX_UNPACKED)
    except zlib.error as error:
        raise _unreadable(
            phrase("it cannot be unpacked ({error})", error=error), "Export the file again"
        ) from None
    if unzip.unconsumed_tail:
        raise TooLarge(
            phrase("unpacked, the file is larger than {limit:,} bytes", limit=_MAX_UNPACKED),
            "Split it into several files",
        )
    if not unzip.eof:
        raise _unreadable("it ends too early", "Export and upload the file again")
    return text


@contextmanager
def _unpacked(content: bytes, kind: str, max_rows: int) -> Iterator[IO[str]]:
    """The rows of an XLSX or Parquet as CSV text, made by a process that cannot hurt this one."""
    limits = map(str, (max_rows, _MAX_UNPACKED, _MEMORY))
    command = [sys.executable, "-m", "service.tables_io.unpack", kind, *limits]
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join(sys.path),
        # Arrow's own pool reserves 1 GiB of addresses at once, two thirds of what the process may have.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as out:
        try:
            done = subprocess.run(
                command,
                input=content,
                stdout=out,
                stderr=subprocess.PIPE,
                env=environment,
                timeout=2 * SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _unreadable("it takes too long to open", "Save it as CSV and upload that") from None
        if done.returncode == REFUSED:
            reason = remade(*json.loads(done.stderr))
            raise _unreadable(reason, "Export the file again, or save it as CSV and upload that")
        if done.returncode:
            raise _unreadable(
                "it takes too much memory or time to open",
                "Save it as CSV, in several files where it is large",
            )
        out.seek(0)
        yield out


def _unreadable(reason: str, remedy: str) -> Invalid:
    return Invalid.field("file", phrase("the file cannot be read: {reason}", reason=phrase(reason)), remedy)
