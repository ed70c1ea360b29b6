"""Texts with what pages translate them by, in the column `phrases` of their row."""

from __future__ import annotations

from typing import Any, Final

from service.phrases import packed, remade

__all__ = ["text_of", "texts"]

_LONGEST: Final = 2_000


def texts(**said: str) -> dict[str, Any]:
    """The values of columns of texts, and of `phrases`; what a row has no room for is cut, and English only."""
    cut = {name: text if len(text) <= _LONGEST else text[:_LONGEST] for name, text in said.items()}
    kept = {name: made for name, text in cut.items() if (made := packed(text))}
    return {**cut, "phrases": kept or None}


def text_of(row: Any, name: str) -> str:
    """A text as it was given to `texts`."""
    return remade(getattr(row, name), (row.phrases or {}).get(name))
