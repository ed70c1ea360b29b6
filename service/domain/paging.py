"""One page of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

__all__ = ["FIRST", "Page", "PageRequest", "every", "every_page"]

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


def every_page(read: Callable[[PageRequest], Page[T]]) -> Iterator[Page[T]]:
    """A list that is read page by page, to its end."""
    page: PageRequest | None = PageRequest(_SIZE)
    while page is not None:
        found = read(page)
        yield found
        page = None if found.next_after is None else PageRequest(_SIZE, found.next_after)


def every(read: Callable[[PageRequest], Page[T]]) -> Iterator[T]:
    """All items of a list that is read page by page."""
    for page in every_page(read):
        yield from page.items
