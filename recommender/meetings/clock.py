"""The time a plan may take."""

from __future__ import annotations

import time

__all__ = ["Clock"]


class Clock:
    """Counts from its making; limit_s: None = no limit.

    rang: whether it, or a part of it, was ever found to be over.
    """

    def __init__(self, limit_s: float | None = None, whole: Clock | None = None) -> None:
        self._start = time.monotonic()
        self._limit = limit_s
        self._whole = whole
        self.rang = False

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    def left(self) -> float:
        """Seconds until the limit, infinite without one, never below 0."""
        return float("inf") if self._limit is None else max(self._limit - self.seconds(), 0.0)

    def part(self, share: float) -> Clock:
        """A clock for the next step, which may take `share` of the time left."""
        return Clock(None if self._limit is None else self.left() * share, self)

    def over(self) -> bool:
        """Whether the limit is reached."""
        if self.left() > 0:
            return False
        self._ring()
        return True

    def _ring(self) -> None:
        self.rang = True
        if self._whole:
            self._whole._ring()
