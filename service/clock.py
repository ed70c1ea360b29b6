"""The one clock of the service: the database's, so that all its machines agree whatever their own clocks say.

Units of work ask the database for the time, the first one of a process and then one in each second; in between, time is
counted on by a clock that nobody sets. A jump of a machine's own clock changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import Final

__all__ = ["agree", "frozen_at", "is_due", "now", "today"]

_FROZEN: ContextVar[datetime | None] = ContextVar("frozen_at", default=None)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_ASKED_EVERY_S: Final = 1.0

_agreed_s = float("-inf")
"""When the database was last asked, by the steady clock."""

_ahead_s = time.time() - time.monotonic()
"""Of the steady clock; until the database was asked, as this machine believes."""


def now() -> datetime:
    """The time, aware and in UTC."""
    return _FROZEN.get() or _EPOCH + timedelta(seconds=_ahead_s + time.monotonic())


def today() -> date:
    """The day in UTC."""
    return now().date()


def is_due() -> bool:
    """Whether the database is to be asked again."""
    return time.monotonic() - _agreed_s >= _ASKED_EVERY_S


def agree(database_s: float, asked_s: float, answered_s: float) -> None:
    """Take over the database's time: seconds since 1970, read between two moments of time.monotonic().

    What the clock says already is kept where the answer allows it, so that a slow answer sets nothing back.
    """
    global _agreed_s, _ahead_s
    _agreed_s = answered_s
    _ahead_s = min(max(_ahead_s, database_s - answered_s), database_s - asked_s)


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
