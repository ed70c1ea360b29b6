"""Pages with any text in Latin, Greek and Cyrillic letters; what the font lacks is shown as a mark.

fonts/ holds Noto Sans (SIL Open Font License, fonts/OFL.txt), cut down to these scripts.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from importlib.resources import files
from typing import Final

from fpdf import FPDF
from fpdf.fonts import TTFFont

__all__ = ["Pages"]

_FONT: Final = "Noto Sans"
_FONTS: Final = files("service.usecases.exporting") / "fonts"
_MISSING: Final = "\ufffd"
_MARGIN_MM: Final = 18


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
        self._letters = frozenset(font.cmap)
        self.set_title(self.plain(title))
        self.set_creation_date(made_at)
        self.set_auto_page_break(True, margin=_MARGIN_MM)

    def style(self, size: float, *, bold: bool = False) -> None:
        """Letters for what follows, in points."""
        self.set_font(_FONT, "B" if bold else "", size)

    def paragraph(self, text: str, height_mm: float = 5.0) -> None:
        """Text over the whole width, as many lines as it takes."""
        self.multi_cell(0, height_mm, self.plain(text), new_x="LMARGIN", new_y="NEXT")

    def content(self) -> bytes:
        """The document; nothing can be added after that."""
        try:
            return bytes(self.output())
        finally:
            for font in self.fonts.values():
                if isinstance(font, TTFFont):
                    font.close()

    def named(self, name: str, key: str) -> str:
        """A name, with the id that tells whom it means where not all of it can be printed."""
        words = self.plain(name)
        return f"{words} ({self.plain(key)})".strip() if _MISSING in words or not words else words

    def plain(self, text: str) -> str:
        """What of a text can be printed, in one line."""
        composed = unicodedata.normalize("NFC", text)
        return "".join(letter if ord(letter) in self._letters else _instead(letter) for letter in composed)


def _instead(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cf" or category.startswith("M"):
        return ""
    return " " if category.startswith(("Z", "C")) else _MISSING
