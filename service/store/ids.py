"""New public ids: a word and a UUID of version 7, which sorts by time and cannot be guessed."""

from __future__ import annotations

import secrets
import time

__all__ = ["new_id"]


def new_id(noun: str) -> str:
    """A new id such as film_0198d2f0a3b87c4e9d21f0b6a5c4e3d2."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return f"{noun}_{value:032x}"
