"""Rows as CSV and XLSX that are safe to open: no text becomes a formula, a link or a number."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

import xlsxwriter  # type: ignore[import-untyped]

from service.errors import TooLarge
from service.phrases import phrase
from service.tables_io.formulas import guarded
from service.tables_io.lists import joined

__all__ = ["Cell", "Sheet", "csv_chunks", "workbook_bytes", "xlsx_bytes"]

Cell: TypeAlias = str | int | float | Decimal | bool | date | datetime | Sequence[str] | None
"""None and "" are empty cells; a sequence is written as lists.joined does."""

_CHUNK_ROWS: Final = 500
_MAX_SHEET_ROWS: Final = 1_048_576
_WIDTH: Final = 18
"""Of a column, in characters: what most names and times need."""
_MAX_CELL: Final = 32_767
_MAX_NAME: Final = 31
_NOT_IN_NAMES: Final = re.compile(r"[\x00-\x1f\[\]:*?/\\]")
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook; its rows are read while it is written."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet; raises TooLarge beyond a sheet's rows. Texts are cut at 32,767 characters."""
    return workbook_bytes([Sheet("Reelmatch", header, rows)])


def workbook_bytes(sheets: Iterable[Sheet]) -> bytes:
    """A workbook; names of sheets are shortened and told apart as spreadsheets need it. Raises TooLarge."""
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
    bold = book.add_format({"bold": True})
    taken: set[str] = set()
    try:
        for one in sheets:
            _write_rows(book.add_worksheet(_sheet_name(one.name, taken)), bold, one.header, one.rows)
    finally:
        book.close()
    return buffer.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    """At most 31 characters, none that are forbidden, and another one than those before."""
    plain = _NOT_IN_NAMES.sub(" ", name).strip(" '")[:_MAX_NAME].strip(" '") or "Sheet"
    plain = "Sheet" if plain.casefold() == "history" else plain
    found, number = plain, 1
    while found.casefold() in taken:
        number += 1
        found = f"{plain[: _MAX_NAME - len(str(number)) - 1]} {number}"
    taken.add(found.casefold())
    return found


def _write_rows(
    sheet: xlsxwriter.worksheet.Worksheet,
    bold: xlsxwriter.format.Format,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
) -> None:
    for column, name in enumerate(header):
        sheet.write_string(0, column, name[:_MAX_CELL], bold)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(header) - 1, 0), _WIDTH)
    for number, row in enumerate(rows, 1):
        if number >= _MAX_SHEET_ROWS:
            raise TooLarge(
                phrase("a sheet holds {limit:,} rows at most", limit=_MAX_SHEET_ROWS - 1), "Export it as CSV"
            )
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell)


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_number(row, column, int(cell))
    elif isinstance(cell, int | float | Decimal) and len(str(cell)) <= _MAX_DIGITS:
        sheet.write_number(row, column, float(cell))
    elif isinstance(cell, date) and not isinstance(cell, datetime) and cell.year > 1900:
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day))
    elif isinstance(cell, str) and cell.startswith("'"):
        # A sheet's texts do not run, but one that looks guarded would lose its apostrophe when it is read.
        sheet.write_string(row, column, guarded(cell)[:_MAX_CELL])
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
    return guarded(joined(cell))


def _taken(text: io.StringIO) -> bytes:
    piece = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return piece
