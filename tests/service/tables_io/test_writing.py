import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import TooLarge
from service.tables_io import writing
from service.tables_io.reading import read_table
from service.tables_io.writing import Cell, Sheet, csv_chunks, workbook_bytes, xlsx_bytes

ATTACKS = [
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "http://evil.example",
    "mailto:a@b.example",
    "{=1}",
    "<x>&\"'",
    "_x0041_",
]

STORED = st.characters(codec="utf-8", exclude_characters="\0")
"""NUL is in no text that is stored."""


def sheet(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def rows_of(chunks: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(chunks.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", ATTACKS)
def test_no_text_becomes_a_formula_or_a_link_in_a_sheet(text: str) -> None:
    content = xlsx_bytes([text], [[text]])
    written = sheet(content)
    for cell in (written["A1"], written["A2"]):
        assert cell.data_type == "s"
        assert cell.hyperlink is None
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not any("externalLink" in name or "vba" in name.lower() for name in names)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", [text for text in ATTACKS if text[0] in "=+-@\t\r"])
def test_no_text_becomes_a_formula_in_a_csv_and_no_header_either(text: str) -> None:
    for row in rows_of(b"".join(csv_chunks([text], [[text], [[text, "b"]]]))):
        assert row[0].startswith("'")


def test_numbers_and_days_are_what_they_are() -> None:
    row: list[Cell] = [7, Decimal("1234.50"), date(2026, 3, 4), True, None, ["a", "b"], -5]
    assert rows_of(b"".join(csv_chunks(list("abcdefg"), [row])))[1] == [
        "7", "1234.50", "2026-03-04", "1", "", "a|b", "-5",
    ]  # fmt: skip
    written = [cell.value for cell in sheet(xlsx_bytes(list("abcdefg"), [row]))[2]]
    assert written[:2] == [7, 1234.5]
    assert written[2].date() == date(2026, 3, 4)
    assert written[3:] == [1, None, "a|b", -5]


def test_a_number_that_a_sheet_would_round_is_text() -> None:
    written = sheet(xlsx_bytes(["a"], [[Decimal("12345678901234567.89")]]))["A2"]
    assert written.value == "12345678901234567.89"


def test_the_same_rows_give_the_same_bytes() -> None:
    rows: list[list[Cell]] = [["a", 1], ["b", 2]]
    assert xlsx_bytes(["x", "y"], rows) == xlsx_bytes(["x", "y"], rows)


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_MAX_SHEET_ROWS", 3)
    with pytest.raises(TooLarge, match="CSV"):
        xlsx_bytes(["a"], [["1"], ["2"], ["3"]])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(alphabet=STORED, max_size=12), min_size=2, max_size=2)))
def test_what_is_written_as_csv_is_read_back(rows: list[list[str]]) -> None:
    table = read_table(b"".join(csv_chunks(["one", "two"], [["x", "y"], *rows])))
    # Blanks around a text and line ends are not told apart, and empty rows are no rows.
    kept = [row for row in rows if any(row)]
    read = [list(row) for row in table.frame.itertuples(index=False)][1:]
    assert read == [[cell.strip() for cell in row] for row in kept]


def test_sheets_of_a_workbook_have_names_that_spreadsheets_take() -> None:
    names = ["All", "all", "A/B: [C]?", "", "x" * 40, "x" * 40, "'quoted'"]
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(Sheet(name, ["a"], [["b"]]) for name in names)))
    assert book.sheetnames == ["All", "all 2", "A B   C", "Sheet", "x" * 31, f"{'x' * 29} 2", "quoted"]
    assert [sheet["A2"].value for sheet in book] == ["b"] * 7
