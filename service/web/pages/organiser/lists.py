"""One page of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query

__all__ = ["Number", "Part", "part_of"]

T = TypeVar("T")

Number = Annotated[int, Query(ge=1, le=1_000_000)]
"""Of the page that is asked for."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Some of a list. number: of this page, from 1; pages: how many there are; total: of the whole list."""

    items: Sequence[T]
    number: int
    pages: int
    total: int
    first: int

    @property
    def last(self) -> int:
        """Place of the last item in the whole list."""
        return self.first + len(self.items) - 1


def part_of(everything: Sequence[T], number: int, size: int = 50) -> Part[T]:
    """The page `number` of a list, the last one where there are fewer."""
    pages = max(1, -(-len(everything) // size))
    number = min(number, pages)
    start = (number - 1) * size
    return Part(everything[start : start + size], number, pages, len(everything), start + 1)
