"""Lists in pages: the cursor is a position in the list's own order, opaque to the caller."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from service.api.problems import BadRequest
from service.domain.paging import Page, PageRequest

__all__ = ["MAX_LIMIT", "PageOf", "Paging", "PagingDep"]

MAX_LIMIT: Final = 200
_MAX_POSITION: Final = 2**63 - 1

T = TypeVar("T")
Item = TypeVar("Item", bound=BaseModel)


class PageOf(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None = Field(
        description="Ask for the list again with this as `cursor` to get the next page; null on the last."
    )


class Paging:
    """The page that a request asks for, and how to answer with it."""

    def __init__(self, name: str, limit: int, cursor: str | None) -> None:
        self._list = name
        self.request = PageRequest(limit, None if cursor is None else _position(name, cursor))

    def render(self, page: Page[T], one: Callable[[T], Item]) -> PageOf[Item]:
        """The page with each item as `one` shows it."""
        after = page.next_after
        return PageOf[Item](
            items=[one(item) for item in page.items],
            next_cursor=None if after is None else _cursor(self._list, after),
        )

    def part(self, items: Sequence[T], one: Callable[[T], Item]) -> PageOf[Item]:
        """A page of a list that is read whole, as those of one event are; its cursors are places in it."""
        start = self.request.after or 0
        end = start + self.request.size
        return self.render(Page(tuple(items[start:end]), end if end < len(items) else None), one)


async def _paging(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many items at most.")] = 50,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
) -> Paging:
    return Paging(str(request.scope["route"].path), limit, cursor)


PagingDep = Annotated[Paging, Depends(_paging)]


def _cursor(name: str, position: int) -> str:
    return base64.urlsafe_b64encode(f"{name}#{position}".encode()).decode().rstrip("=")


def _position(name: str, cursor: str) -> int:
    """The position in `cursor`; the name of the list in it keeps cursors of another list out."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found, _, digits = base64.b64decode(padded, altchars=b"-_", validate=True).decode().rpartition("#")
        position = int(digits) if digits.isascii() and digits.isdigit() else -1
    except (binascii.Error, ValueError):
        found, position = "", -1
    if found != name or not 0 <= position <= _MAX_POSITION:
        raise BadRequest("the cursor is not one of this list", "Start again without a cursor")
    return position
