"""Pages with any text: what our own font lacks is printed in one of the system, else in Latin letters.

fonts/ holds Noto Sans (SIL Open Font License, fonts/OFL.txt), cut down to Latin, Greek and Cyrillic letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

from anyascii import anyascii
from fpdf import FPDF
from fpdf.fonts import TTFFont

from service.usecases.exporting.scripts import font_for, is_east_asian

__all__ = ["Pages"]

_FONT: Final = "Noto Sans"
_FONTS: Final = files("service.usecases.exporting") / "fonts"
_MISSING: Final = "\ufffd"
_MARGIN_MM: Final = 18
_LINE_MM: Final = 5.5


class Pages(FPDF):
    """A document in A4. Texts are plain: nothing in them is markup, a link or a control character."""

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        for style, name in (("", "Regular"), ("B", "Bold")):
            self.add_font(_FONT, style, str(_FONTS / f"NotoSans-{name}.ttf"))
        self.style(10)
        # Both weights have the same letters.
        font = self.current_font
        assert isinstance(font, TTFFont)
        self._letters = set(font.cmap)
        self._borrowed: list[str] = []
        self.set_title(self.plain(title))
        self.set_creation_date(made_at)
        self.set_auto_page_break(True, margin=_MARGIN_MM)

    def style(self, size: float, *, bold: bool = False) -> None:
        """Letters for what follows, in points."""
        self.set_font(_FONT, "B" if bold else "", size)
        self._name_font()

    def add_page(self, *args: Any, **options: Any) -> None:
        """As FPDF's."""
        super().add_page(*args, **options)
        self._name_font()

    def _name_font(self) -> None:
        """Text that begins in another font would name ours only inside of what it takes back at its end."""
        if self.page:
            self.text(self.x, self.y, "")

    def paragraph(self, text: str, height_mm: float = 5.0) -> None:
        """Text over the whole width, as many lines as it takes."""
        self.multi_cell(0, height_mm, self.plain(text), new_x="LMARGIN", new_y="NEXT")

    def rows(
        self, header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float], size: float
    ) -> None:
        """A table over the whole width; its header comes again on each page. widths: parts of it.

        FPDF's own tables take seven times as long: they look for a break at every letter of what fits in a line.
        """
        mm = [self.epw * width / sum(widths) for width in widths]
        self._header(header, mm, size)
        for row in rows:
            lines = [self._lines(text, width) for text, width in zip(row, mm, strict=True)]
            if self.will_page_break(max(map(len, lines)) * _LINE_MM):
                self.add_page()
                self._header(header, mm, size)
            self._row(lines, mm)

    def _header(self, header: Sequence[str], mm: Sequence[float], size: float) -> None:
        self.style(size, bold=True)
        self._row([[name] for name in header], mm)
        self.style(size)

    def _lines(self, text: str, width: float) -> list[str]:
        if self.get_string_width(text) <= width - 2 * self.c_margin:
            return [text]
        lines = self.multi_cell(width, _LINE_MM, text, dry_run=True, output="LINES")
        return [str(line) for line in lines] if isinstance(lines, list) else [text]

    def _row(self, lines: Sequence[Sequence[str]], mm: Sequence[float]) -> None:
        top, left = self.y, self.l_margin
        height = max(map(len, lines)) * _LINE_MM
        for cell, width in zip(lines, mm, strict=True):
            for place, line in enumerate(cell):
                self.set_xy(left, top + place * _LINE_MM)
                self.cell(width, _LINE_MM, line)
            left += width
        self.line(self.l_margin, top + height, left, top + height)
        self.set_xy(self.l_margin, top + height)

    def content(self) -> bytes:
        """The document; nothing can be added after that."""
        try:
            return bytes(self.output())
        finally:
            for font in self.fonts.values():
                if isinstance(font, TTFFont):
                    font.close()

    def named(self, name: str, key: str) -> str:
        """A name, with the id that tells whom it means where not all of it can be printed as it is written."""
        words = self.plain(name)
        is_whole = words and all(self._has(letter) for letter in _composed(name) if letter.isalnum())
        return words if is_whole else f"{words} ({self.plain(key)})".strip()

    def plain(self, text: str) -> str:
        """A text in one line: letters that no font has in Latin ones, else as a mark."""
        return "".join(letter if self._has(letter) else _instead(letter) for letter in _composed(text))

    def _has(self, letter: str) -> bool:
        """Whether the letter can be printed, if need be in a font of the system."""
        if ord(letter) not in self._letters and not unicodedata.category(letter).startswith(("C", "Z")):
            self._borrow(letter)
        return ord(letter) in self._letters

    def _borrow(self, letter: str) -> None:
        path = font_for(letter)
        if path is None:
            return
        if path.name not in self._borrowed:
            self.add_font(path.name, "", str(path))
            self._borrowed.append(path.name)
            self.set_fallback_fonts(self._borrowed, exact_match=False)
            if not is_east_asian(letter):
                # Arabic and Indic letters join.
                self.set_text_shaping(True)
        self._letters.add(ord(letter))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _instead(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cf" or category.startswith("M"):
        return ""
    if category.startswith(("Z", "C")):
        return " "
    if category.startswith("L"):
        return anyascii(letter)
    return _MISSING
