"""Names as people type them: a search finds Amélie by amelie."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["ACCENTS", "holds", "without_accents"]

ACCENTS: Final = "[\u0300-\u036f]"
"""Combining Diacritical Marks of Unicode. The marks of other scripts stay, as the two dots that make か into が: they
make another letter."""


def without_accents(text: str) -> str:
    """The text decomposed (Unicode's NFKD), without ACCENTS; two of them are to be compared, not to be shown."""
    return re.sub(ACCENTS, "", unicodedata.normalize("NFKD", text))


def holds(text: str, words: str) -> bool:
    """Whether a text holds `words`, without regard to case and accents."""
    return _compared(words) in _compared(text)


def _compared(text: str) -> str:
    return without_accents(text).casefold()
