"""Several values in one cell, separated by |; a value that has one of its own is written with a \\ before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

__all__ = ["joined", "parted"]

_BETWEEN: Final = re.compile(r"(?<!\\)\|")


def joined(values: Iterable[str]) -> str:
    """The values as a cell."""
    marked = (value.replace("|", r"\|") for value in values)
    # A blank keeps the end of a value that ends so from marking what comes after it.
    return "|".join(f"{value} " if value.endswith("\\") else value for value in marked)


def parted(cell: str) -> Iterator[str]:
    """The values of a cell, without blanks around them and without empty ones."""
    for part in _BETWEEN.split(cell):
        if value := part.strip().replace(r"\|", "|"):
            yield value
