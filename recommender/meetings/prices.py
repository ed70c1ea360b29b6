"""The price at which a relaxation says most: the lowest point of a convex, piecewise linear function."""

from __future__ import annotations

from collections.abc import Callable

from recommender.meetings.clock import Clock

__all__ = ["cheapest"]

CUTS = 8
"""Cutting planes at most: more are hardly ever needed."""


def cheapest(at: Callable[[int], tuple[int, int]], high: int, clock: Clock) -> int:
    """The price between 0 and `high` where a function is lowest, found by cutting planes.

    at: its value and slope at a price; each call may take a flow.
    """
    ends = [(price, *at(price)) for price in (0, high)]
    for _ in range(CUTS):
        (low, at_low, rise_low), (top, at_high, rise_high) = ends
        if rise_low >= 0 or rise_high <= 0 or clock.over():
            break
        price = (at_high - at_low + rise_low * low - rise_high * top) // (rise_low - rise_high)
        if price in (low, top):
            break
        found = (price, *at(price))
        ends[found[2] > 0] = found
    return min(ends, key=lambda end: end[1])[0]
