"""One page of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

__all__ = ["FIRST", "Page", "PageRequest", "every"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`size` items after the position `after`, a position that an earlier page gave; None is the start."""

    size: int = 50
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items in a stable order; `next_after` continues the list, None at its end."""

    items: tuple[T, ...]
    next_after: int | None = None


FIRST: Final = PageRequest()

_SIZE: Final = 500


def every(read: Callable[[PageRequest], Page[T]]) -> Iterator[T]:
    """All items of a list that is read page by page."""
    page = PageRequest(_SIZE)
    while True:
        found = read(page)
        yield from found.items
        if found.next_after is None:
            return
        page = PageRequest(_SIZE, found.next_after)
