"""Texts that are written in one place and shown, in the reader's language, in another."""

from __future__ import annotations

__all__ = ["_", "n_"]


def _(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is shown."""
    return text


def n_(one: str, many: str) -> tuple[str, str]:
    """Marks a text of one and of many for the catalogue."""
    return one, many
