"""Names of any script are printed: in a font of the system, else in Latin letters beside the id."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from service.usecases.exporting import scripts
from service.usecases.exporting.pdf import Pages

NAMES = {"東京映画": "Japanese", "한국영화": "Korean", "الأفلام": "Arabic", "Мосфильм": "Cyrillic"}


def font_of(path: Path, letters: str) -> Path:
    """A TrueType font of squares that has just these letters."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, 500), (500, 500), (500, 0)):
        pen.lineTo(point)
    pen.closePath()
    square = pen.glyph()
    names = {ord(letter): f"u{ord(letter):04X}" for letter in dict.fromkeys(letters)}
    glyphs = [".notdef", *names.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys(glyphs, square))
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A system with no fonts but those that are put there."""
    fonts: dict[str, Path] = {}
    monkeypatch.setattr(scripts, "_installed", lambda: fonts)

    def put(name: str, letters: str) -> None:
        fonts[name] = font_of(tmp_path / name, letters)

    return put


def printed(*names: str) -> str:
    pages = Pages("Agendas", datetime(2026, 5, 14, tzinfo=UTC))
    pages.add_page()
    for number, name in enumerate(names):
        pages.paragraph(pages.named(name, f"b{number}"))
    return pypdf.PdfReader(io.BytesIO(pages.content())).pages[0].extract_text()


def test_every_script_is_printed_in_latin_letters_beside_the_id_where_no_font_has_it(
    installed: Callable[[str, str], None],
) -> None:
    lines = printed(*NAMES).splitlines()
    assert lines == ["DongJingYingHua (b0)", "HanGugYeongHwa (b1)", "l'flm (b2)", "Мосфильм"]


def test_a_font_of_the_system_is_used_for_what_our_own_lacks(installed: Callable[[str, str], None]) -> None:
    installed("NotoSansJP-Regular.ttf", "東京映画")
    installed("NotoSansKR-Regular.ttf", "한국영화")
    text = printed(*NAMES)
    assert "東京映画" in text
    assert "한국영화" in text
    assert "(b0)" not in text
    assert "(b1)" not in text
    assert "(b2)" in text


def test_a_name_that_a_font_has_in_part_is_told_by_the_id_too(installed: Callable[[str, str], None]) -> None:
    installed("NotoSansJP-Regular.ttf", "東京")
    assert "(b0)" in printed("東京映画")


def test_a_script_that_runs_from_the_right_is_printed_whole(installed: Callable[[str, str], None]) -> None:
    installed("NotoSansArabic-Regular.ttf", "الأفلام")
    text = printed("الأفلام", "Lumen")
    assert "Lumen" in text
    assert set("الأفلام") <= set(text)
    assert "(b0)" not in text
