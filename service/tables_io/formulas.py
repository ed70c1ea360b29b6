"""Texts that a spreadsheet would run as a formula, made harmless in CSV and read back as they were."""

from __future__ import annotations

from typing import Final

__all__ = ["guarded", "unguarded"]

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK: Final = "'"


def guarded(text: str) -> str:
    """`text` with a leading apostrophe where it would run; every other text as it is."""
    return f"{_MARK}{text}" if _would_run(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` made `cell` from."""
    return cell[1:] if cell.startswith(_MARK) and _would_run(cell[1:]) else cell


def _would_run(text: str) -> bool:
    # Also behind apostrophes, so that a text that has one of its own comes back with it.
    return text.lstrip(_MARK).startswith(_STARTS)
