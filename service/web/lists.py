"""Lists in pages: where the next one begins, and the filters of a form that may be left empty."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar

from fastapi import Query, Request

from service.domain.paging import Page, PageRequest
from service.web.forms import Form

__all__ = ["After", "Words", "chosen", "chosen_columns", "further", "request_of"]

Choice = TypeVar("Choice", bound=StrEnum)

SIZE: Final = 50

After = Annotated[int | None, Query(ge=0, le=2**62, description="Position that the page before ended at.")]
Words = Annotated[str, Query(max_length=200)]


def request_of(after: int | None, size: int = SIZE) -> PageRequest:
    """The part of a list that a page shows."""
    return PageRequest(size, after)


def further(request: Request, found: Page[Any]) -> str:
    """Address of the page after this one, with the same filters; "" at the end."""
    if found.next_after is None:
        return ""
    url = request.url.include_query_params(after=found.next_after)
    return f"{url.path}?{url.query}"


def chosen(vocabulary: type[Choice], text: str) -> Choice | None:
    """The word that a filter names; None for any, and for what is no word of it."""
    return vocabulary(text) if text in set(vocabulary) else None


def chosen_columns(header: Sequence[str], form: Form) -> dict[str, str]:
    """Which of our columns each column of a file is, as templates/_columns.html asks; without those left out."""
    given = {name: form.text(f"column-{place}") for place, name in enumerate(header)}
    return {name: ours for name, ours in given.items() if ours}
