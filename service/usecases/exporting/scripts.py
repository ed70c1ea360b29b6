"""Fonts of the system for letters that our own lacks: Noto for each script, and what is common for Chinese,
Japanese and Korean. docs/running.md names the packages.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTCollection, TTFont

__all__ = ["font_for", "is_east_asian"]

_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    Path("~/.local/share/fonts").expanduser(),
)
_EAST_ASIAN: Final = frozenset(
    {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "IDEOGRAPHIC", "FULLWIDTH"}
)
_EAST_ASIAN_FILES: Final = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKjp-Regular.otf",
    "NotoSansJP-Regular.ttf",
    "NotoSansKR-Regular.ttf",
    "NotoSansSC-Regular.ttf",
    "DroidSansFallbackFull.ttf",
    "wqy-zenhei.ttc",
)
_OTHER_FILES: Final = ("NotoSansSymbols2-Regular.ttf", "DejaVuSans.ttf")


def font_for(letter: str) -> Path | None:
    """A font file of this system that has the letter."""
    own = (
        _EAST_ASIAN_FILES
        if is_east_asian(letter)
        else (f"NotoSans{_script(letter).title()}-Regular.ttf", *_OTHER_FILES)
    )
    installed = _installed()
    found = (installed[file] for file in own if file in installed)
    return next((path for path in found if ord(letter) in _letters(path)), None)


def is_east_asian(letter: str) -> bool:
    """Whether it is written in Chinese, Japanese or Korean; such letters stand alone."""
    return _script(letter) in _EAST_ASIAN


def _script(letter: str) -> str:
    """The first word of the letter's name in Unicode."""
    return unicodedata.name(letter, "").partition(" ")[0]


@lru_cache(maxsize=1)
def _installed() -> Mapping[str, Path]:
    """File name -> path of the fonts of this system."""
    return {
        name: Path(folder) / name
        for top in _FOLDERS
        for folder, _, names in os.walk(top)
        for name in names
        if name.endswith((".ttf", ".ttc", ".otf"))
    }


@lru_cache(maxsize=32)
def _letters(path: Path) -> frozenset[int]:
    if path.suffix == ".ttc":
        with TTCollection(path, lazy=True) as collection:
            return frozenset(collection.fonts[0].getBestCmap())
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
