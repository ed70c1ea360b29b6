"""One page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

__all__ = ["FIRST", "Page", "PageRequest"]

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
