"""What to say in meetings, as far as the bundle knows."""

from __future__ import annotations

from service.errors import Unavailable
from service.usecases.events.talking import Talk, list_talks
from service.web.page import Page

__all__ = ["talks_of"]


def talks_of(
    page: Page, event_id: str, who: str, version: int | None = None, other: str | None = None
) -> tuple[Talk, ...]:
    """Of an agenda, or of its meeting with one other; nothing before there is a bundle."""
    try:
        return list_talks(page.desk, page.actor, event_id, who, version, other)
    except Unavailable:
        return ()
