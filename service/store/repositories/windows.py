"""Windows as PostgreSQL's daterange."""

from __future__ import annotations

from datetime import date, timedelta

from psycopg.types.range import DateRange
from sqlalchemy.dialects.postgresql import Range

from service.domain.rights import Window
from service.errors import Invalid
from service.phrases import phrase

__all__ = ["as_range", "as_window"]


def as_range(window: Window, field: str = "window") -> DateRange:
    """Both days included; raises Invalid when it ends before it starts or with the calendar."""
    if window.ends_on == date.max:
        # PostgreSQL keeps the day after, which Python cannot read back.
        raise Invalid.field(
            field, phrase("it ends on {ends_on}", ends_on=window.ends_on), "Leave the end open"
        )
    if window.starts_on is not None and window.ends_on is not None and window.ends_on < window.starts_on:
        raise Invalid.field(
            field,
            phrase(
                "it ends on {ends_on}, before it starts on {starts_on}",
                ends_on=window.ends_on,
                starts_on=window.starts_on,
            ),
            "Exchange the days",
        )
    return DateRange(window.starts_on, window.ends_on, bounds="[]")


def as_window(stored: Range[date]) -> Window:
    """From what PostgreSQL returns, whose end is the first day after."""
    last = None if stored.upper is None else stored.upper - timedelta(days=1)
    return Window(stored.lower, last)
