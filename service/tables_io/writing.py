"""Rows as CSV and XLSX that are safe to open: no text becomes a formula, a link or a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

import xlsxwriter  # type: ignore[import-untyped]

from service.errors import TooLarge
from service.tables_io.formulas import guarded

__all__ = ["Cell", "csv_chunks", "xlsx_bytes"]

Cell: TypeAlias = str | int | float | Decimal | bool | date | datetime | Sequence[str] | None
"""None and "" are empty cells; a sequence is written with | between its values."""

_CHUNK_ROWS: Final = 500
_MAX_SHEET_ROWS: Final = 1_048_576
_MAX_CELL: Final = 32_767
_MAX_DIGITS: Final = 15
"""What a spreadsheet's numbers can hold; longer ones are written as text."""

_ARCHIVE_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""In the file's properties, so that the same rows give the same bytes."""


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A CSV in UTF-8 with a mark at its start, so that spreadsheets read it as such; piece by piece."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow([guarded(name) for name in header])
    for number, row in enumerate(rows, 1):
        writer.writerow([guarded(cell) if isinstance(cell, str) else _text(cell) for cell in row])
        if number % _CHUNK_ROWS == 0:
            yield _taken(text)
    yield _taken(text)


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet; raises TooLarge beyond a sheet's rows. Texts are cut at 32,767 characters."""
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": _ARCHIVE_DATE.replace(tzinfo=None)})
    try:
        _write_rows(book, header, rows)
    finally:
        book.close()
    return buffer.getvalue()


def _write_rows(book: xlsxwriter.Workbook, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet = book.add_worksheet("Reelmatch")
    bold = book.add_format({"bold": True})
    for column, name in enumerate(header):
        sheet.write_string(0, column, name[:_MAX_CELL], bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        if number >= _MAX_SHEET_ROWS:
            raise TooLarge(f"a sheet holds {_MAX_SHEET_ROWS - 1:,} rows at most", "Export it as CSV")
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell)


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_number(row, column, int(cell))
    elif isinstance(cell, int | float | Decimal) and len(str(cell)) <= _MAX_DIGITS:
        sheet.write_number(row, column, float(cell))
    elif isinstance(cell, date) and not isinstance(cell, datetime) and cell.year > 1900:
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day))
    elif text := _text(cell):
        sheet.write_string(row, column, text[:_MAX_CELL])


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, int | float):
        return str(cell)
    return guarded("|".join(cell))


def _taken(text: io.StringIO) -> bytes:
    piece = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return piece
