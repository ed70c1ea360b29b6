"""Opens an XLSX or Parquet file in a process of its own and writes it as CSV to standard output: the
names of its sheets, the one that is read first, then its rows.

Both formats let a small file claim terabytes. Here such a claim ends this process, not the service: its memory
and time are limited, and so are the rows and the text it passes on.

python -m service.tables_io.unpack xlsx|parquet MAX_ROWS MAX_TEXT MEMORY < file > rows

MAX_TEXT: characters passed on, and bytes a packed file may unpack to. MEMORY: bytes beside what Python itself needs.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TextIO

from recommender.market.files import cell_text
from service.phrases import packed, phrase
from service.tables_io.lists import joined

__all__ = ["REFUSED", "SECONDS", "main"]

REFUSED: Final = 3
"""Exit status when the file is refused; the reason and what it is made of are on standard error, as JSON."""

SECONDS: Final = 120

_MAX_COLUMNS: Final = 500
_MAX_CELL: Final = 131_072
_MAX_SHEETS: Final = 100
_MAX_ENTRIES: Final = 10_000
_CHUNK: Final = 1024**2


class _RefusedError(Exception):
    """Why the file is not opened."""


def main(arguments: list[str]) -> int:
    """Unpack standard input; returns the exit status."""
    kind = arguments[0]
    max_rows, max_text, memory = map(int, arguments[1:])
    content = sys.stdin.buffer.read()
    rows = _xlsx_rows(content, max_text) if kind == "xlsx" else _parquet_rows(content)
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        _limit_this_process(memory)
        _write(rows, out, max_rows, max_text)
    except _RefusedError as refused:
        (reason,) = refused.args
        json.dump([reason, packed(reason)], sys.stderr)
        return REFUSED
    out.flush()
    return 0


def _limit_this_process(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _write(rows: Iterable[list[str]], out: TextIO, max_rows: int, max_text: int) -> None:
    writer = csv.writer(out, lineterminator="\n")
    left = max_text
    for number, row in enumerate(rows):
        if number > max_rows + 1:
            break
        if len(row) > _MAX_COLUMNS:
            raise _RefusedError(phrase("it has more than {limit} columns", limit=_MAX_COLUMNS))
        if any(len(cell) > _MAX_CELL for cell in row):
            raise _RefusedError(
                phrase(
                    "row {number} has a cell of more than {limit:,} characters",
                    number=number,
                    limit=_MAX_CELL,
                )
            )
        left -= sum(map(len, row))
        if left < 0:
            raise _RefusedError(phrase("it holds more than {limit:,} characters", limit=max_text))
        writer.writerow(row)


def _xlsx_rows(content: bytes, max_bytes: int) -> Iterator[list[str]]:
    import python_calamine

    _check_archive(content, max_bytes)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        if not visible:
            raise _RefusedError("it has no visible sheet")
        yield visible[:_MAX_SHEETS]
        rows = book.get_sheet_by_name(visible[0]).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise _RefusedError(phrase("it is no XLSX that can be read ({error})", error=error)) from error
    for row in rows:
        yield [cell_text(cell) for cell in row]


def _check_archive(content: bytes, max_bytes: int) -> None:
    """Unpack every entry once and count, because what an archive says of its sizes may be untrue."""
    left = max_bytes
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
        if len(entries) > _MAX_ENTRIES:
            raise _RefusedError(phrase("it holds more than {limit:,} parts", limit=_MAX_ENTRIES))
        for entry in entries:
            entry.file_size = sys.maxsize
            with archive.open(entry) as part:
                while piece := part.read(_CHUNK):
                    left -= len(piece)
                    if left < 0:
                        raise _RefusedError(
                            phrase("unpacked, it is larger than {limit:,} bytes", limit=max_bytes)
                        )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise _RefusedError(phrase("it is no XLSX that can be read ({error})", error=error)) from error


def _parquet_rows(content: bytes) -> Iterator[list[str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(content), thrift_string_size_limit=_CHUNK, memory_map=False)
        names = list(file.schema_arrow.names)
        yield []
        yield names
        for batch in file.iter_batches(batch_size=1_000, use_threads=False):
            columns = [batch.column(place).to_pylist() for place in range(len(names))]
            for row in zip(*columns, strict=True):
                yield [
                    joined(map(cell_text, cell)) if isinstance(cell, list) else cell_text(cell)
                    for cell in row
                ]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise _RefusedError(phrase("it is no Parquet that can be read ({error})", error=error)) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
