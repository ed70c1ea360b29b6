"""The one clock of the service, so that a test can set it and a jump of the machine's clock is one place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

__all__ = ["frozen_at", "now", "today"]

_FROZEN: ContextVar[datetime | None] = ContextVar("frozen_at", default=None)


def now() -> datetime:
    """The time, aware and in UTC."""
    return _FROZEN.get() or datetime.now(UTC)


def today() -> date:
    """The day in UTC."""
    return now().date()


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Stand still at `moment` within this context; raises ValueError without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; add tzinfo=UTC")
    token = _FROZEN.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _FROZEN.reset(token)
