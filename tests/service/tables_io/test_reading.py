import gzip
import io
import struct
import subprocess
import sys
import zipfile
import zlib

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from service.errors import Invalid, TooLarge
from service.tables_io import reading
from service.tables_io.reading import file_format, read_table
from service.tables_io.writing import xlsx_bytes

MB = 1024**2
SHEET = "xl/worksheets/sheet1.xml"


def rows(content: bytes) -> list[list[str]]:
    return [list(row) for row in read_table(content).frame.itertuples(index=False)]


def parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """An XLSX with some of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys((*old.namelist(), *parts)):
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return out.getvalue()


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a small test reaches."""
    monkeypatch.setattr(reading, "_MAX_UNPACKED", 20 * MB)
    monkeypatch.setattr(reading, "_MEMORY", 300 * MB)


def test_a_file_is_what_its_content_says() -> None:
    assert file_format(xlsx_bytes(["a"], [])) == "xlsx"
    assert file_format(parquet(pd.DataFrame({"a": ["b"]}))) == "parquet"
    assert file_format(gzip.compress(b"a")) == "csv.gz"
    assert file_format(b"a,b") == "csv"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_columns_may_be_apart_by_comma_semicolon_or_tab(mark: str) -> None:
    assert rows(f"a{mark}b\n1{mark}2\n".encode()) == [["1", "2"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_however_it_is_marked(encoding: str) -> None:
    assert rows("title\n手紙番のきつね\n".encode(encoding)) == [["手紙番のきつね"]]


def test_lines_are_those_of_the_file() -> None:
    table = read_table(b'a,b\n"x\ny",1\n\n,\nz,2\n')
    assert list(table.frame.index) == [2, 6]


def test_rows_of_a_sheet_are_numbered_as_there() -> None:
    table = read_table(xlsx_bytes(["a"], [["x"], [""], ["y"]]))
    assert list(table.frame.index) == [2, 4]


def test_short_rows_are_filled_and_longer_ones_told() -> None:
    table = read_table(b"a,b\n1\n1,2,3\n1,2,,\n")
    assert table.frame["b"].to_list() == ["", "2", "2"]
    assert [(row.line, row.cells) for row in table.ragged] == [(3, 3)]


def test_a_column_without_a_name_gets_one_and_trailing_ones_go() -> None:
    assert list(read_table(b"a,,b,,\n1,2,3,,\n").frame.columns) == ["a", "column 2", "b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no header"),
        (b"\n\n", "no header"),
        (b"a,b,a\n", "the column 'a' twice"),
        (b"a, a \n", "the column 'a' twice"),
        (b"caf\xe9\n", "not UTF-8"),
        (b"\xff\xfea", "not UTF-8"),
        (b'a\n"never closed\n', "not well-formed CSV"),
        (b"a\n" + b"x" * 200_000, "not well-formed CSV"),
        (b"x" * 300 + b"\n", "longer than 200"),
        (b",".join(b"c%d" % i for i in range(501)), "more than 500 columns"),
        (gzip.compress(b"a\n1\n", mtime=0)[:-9], "ends too early"),
        (b"\x1f\x8b\xff\xffbroken gzip", "cannot be unpacked"),
        (b"PK\x03\x04 nothing", "no XLSX"),
        (b"PAR1 nothing PAR1", "no Parquet"),
        (xlsx_bytes(["a", "a"], []), "the column 'a' twice"),
        (repacked(xlsx_bytes(["a"], []), **{SHEET: b"<worksheet><"}), "cannot be read|no XLSX"),
    ],
)
def test_what_cannot_be_read_is_told(content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message) as told:
        read_table(content)
    assert told.value.problems[0].field == "file"
    assert told.value.remedy


def test_more_rows_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    for content in (b"a\n1\n2\n3\n", xlsx_bytes(["a"], [["1"], ["2"], ["3"]])):
        with pytest.raises(TooLarge, match="more than 2 rows"):
            read_table(content)


def test_the_first_rows_can_be_had_alone() -> None:
    assert len(read_table(b"a\n1\n2\n3\n", max_rows=2).frame) == 2


def test_a_gzip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MAX_UNPACKED", 1_000_000)
    with pytest.raises(TooLarge):
        read_table(gzip.compress(b"a\n" + b"0" * 2_000_000))


@pytest.mark.usefixtures("tight")
def test_an_xlsx_that_unpacks_to_more_than_the_limit_is_refused() -> None:
    bomb = repacked(xlsx_bytes(["a"], [["b"]]), **{SHEET: b" " * (30 * MB)})
    assert len(bomb) < 1024**2
    with pytest.raises(Invalid, match="unpacked, it is larger"):
        read_table(bomb)


@pytest.mark.usefixtures("tight")
def test_an_xlsx_that_lies_about_its_sizes_is_refused() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(b" " * (30 * MB)) + packer.flush()
    name = SHEET.encode()
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(data), 10, len(name), 0)
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(data), 10, len(name), 0, 0, 0, 0, 0, 0
    )
    start = len(local) + len(name) + len(data)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central) + len(name), start, 0)
    with pytest.raises(Invalid, match="unpacked, it is larger"):
        read_table(local + name + data + central + name + end)


@pytest.mark.usefixtures("tight")
def test_a_sheet_that_claims_a_corner_far_away_hurts_nobody() -> None:
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    with pytest.raises(Invalid, match=r"memory|columns"):
        read_table(repacked(xlsx_bytes(["a"], [["b"]]), **{SHEET: far}))


@pytest.mark.usefixtures("tight")
def test_a_shared_text_repeated_to_gigabytes_hurts_nobody() -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 5_000))
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{cells}</sheetData></worksheet>"
    )
    texts = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><t>'
        + b"x" * (4 * 1024**2)
        + b"</t></si></sst>"
    )
    bomb = repacked(xlsx_bytes(["a"], [["b"]]), **{SHEET: sheet.encode(), "xl/sharedStrings.xml": texts})
    assert len(bomb) < 1024**2
    with pytest.raises(Invalid, match=r"memory|characters"):
        read_table(bomb)


@pytest.mark.usefixtures("tight")
def test_a_parquet_whose_cells_repeat_one_huge_text_hurts_nobody() -> None:
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000, pa.int32()), ["x" * 4 * MB])
    buffer = io.BytesIO()
    pq.write_table(pa.table({"a": texts}), buffer)
    bomb = buffer.getvalue()
    assert len(bomb) < 1024**2
    with pytest.raises(Invalid, match=r"memory|characters"):
        read_table(bomb)


def test_entities_of_xml_are_not_expanded() -> None:
    laughs = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        b'<!ENTITY c SYSTEM "file:///etc/passwd">]>'
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;&c;</t></si></sst>'
    )
    content = repacked(xlsx_bytes(["a"], [["b"]]), **{"xl/sharedStrings.xml": laughs})
    try:
        text = str(read_table(content).frame)
    except Invalid:
        return
    assert "root:" not in text
    assert "aaaaaaaaaaaaaaaaaaaa" not in text


def test_a_hidden_sheet_is_not_what_people_see() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    hidden, shown = book.add_worksheet("old"), book.add_worksheet("films")
    hidden.write_string(0, 0, "secret")
    shown.write_string(0, 0, "title")
    shown.activate()
    shown.set_first_sheet()
    hidden.hide()
    book.close()
    assert list(read_table(buffer.getvalue()).frame.columns) == ["title"]


def test_the_process_that_unpacks_sees_no_secret_of_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    real = subprocess.run

    def watched(*arguments: object, **options: dict[str, str]) -> object:
        seen.update(options["env"])
        return real(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host/db")
    monkeypatch.setattr(subprocess, "run", watched)
    read_table(xlsx_bytes(["a"], [["b"]]))
    assert set(seen) == {"PATH", "PYTHONPATH", "ARROW_DEFAULT_MEMORY_POOL"}
    assert sys.executable
