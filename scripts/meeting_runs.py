"""One run of a planning method on one random event, and its figures: what `bench_meetings.py` collects."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, Final

from recommender.meetings.domain import Event, Plan
from recommender.meetings.figures import report_of
from recommender.meetings.planner import meetings_of, plan
from recommender.meetings.problem import problem_of
from recommender.meetings.timetable import Timetable
from scripts.meeting_baselines import BASELINES
from scripts.meeting_events import SIZES, Reserved, Size, random_event, reserved_on_both_sides
from scripts.peak_memory import peak_gb

__all__ = [
    "EVENNESS",
    "LIMITS",
    "MEMORY_GB",
    "REPLAN_S",
    "RESERVED",
    "STAND_BY_S",
    "Figures",
    "Limit",
    "Watch",
    "both_sides",
    "by_baseline",
    "by_us",
    "figures_of",
    "grown",
]


@dataclass(frozen=True, slots=True)
class Limit:
    """What a plan of a size has to reach: the gap to the bound, the time, the share of musts kept."""

    gap: float
    seconds: float
    musts: float


LIMITS: Final = {
    "co-production": Limit(0.001, 3, 1.0),
    "largest": Limit(0.001, 20, 1.0),
    "co-production, tight": Limit(0.003, 5, 0.99),
    "largest, tight": Limit(0.003, 60, 0.99),
}
REPLAN_S: Final = 5.0
"""Seconds to plan again after one drop-out."""
RESERVED: Final = {
    "co-production, tight": Reserved(common=0.3, sellers=0.3, buyers=0.03),
    "largest, tight": Reserved(common=0.25, sellers=0.3, buyers=0.1),
}
"""Tables of both sides in the events whose gap is shown beside."""
MEMORY_GB: Final = 4.0
STAND_BY_S: Final = 1.0
"""Seconds to say who could fill a free slot."""
EVENNESS: Final = (0.2, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Settings of the knob that are shown beside 0."""
SCALED: Final = ("sellers", "buyers", "tables", "musts", "wants", "no_gos")
"""What grows with an event; days and everybody's limits stay."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A method's plan of one event. seconds: by the clock. busy: seconds of processor time. gb: peak memory."""

    size: str
    method: str
    meetings: int
    value: float
    bound: float
    musts: int
    musts_kept: int
    minimums_missed: int
    gini: tuple[float, float]
    lowest: tuple[int, int]
    gaps: float
    table_changes: int
    seconds: float
    busy: float
    gb: float
    note: str = ""


def by_us(name: str, seed: int, evenness: float = 0.0) -> Figures:
    """Our plan, made until nothing is gained any more."""
    event = random_event(SIZES[name], seed)
    watch = Watch()
    planned = plan(event, evenness)
    times = watch.times()
    method = f"Reelmatch, evenness {evenness:g}" if evenness else "Reelmatch"
    return figures_of(name, method, event, planned, times)


def by_baseline(name: str, seed: int, method: str, ours_s: float) -> Figures:
    """The plan of another method; CP-SAT has the time of our limit, or `ours_s` where our plan took longer."""
    event = random_event(SIZES[name], seed)
    watch = Watch()
    problem = problem_of(event)
    table = Timetable(problem)
    note = BASELINES[method](event, table, max(LIMITS[name].seconds, ours_s))
    meetings = meetings_of(event, table)
    times = watch.times()
    return figures_of(name, method, event, Plan(meetings, sum(m.value for m in meetings), 0.0), times, note)


def both_sides(name: str, seed: int, share: float) -> Figures:
    """Our plan of an event of `share` of a size, in which people of both sides have tables of their own."""
    size = _scaled(name, share)
    event = reserved_on_both_sides(random_event(size, seed), RESERVED[name], seed)
    watch = Watch()
    planned = plan(event)
    return figures_of(name, f"{size.sellers} x {size.buyers:,}", event, planned, watch.times())


def grown(name: str, seed: int, share: float) -> tuple[int, float]:
    """Meetings and seconds of processor time of a plan of an event of `share` of the size."""
    event = random_event(_scaled(name, share), seed)
    watch = Watch()
    planned = plan(event)
    return len(planned.meetings), watch.times()[1]


def _scaled(name: str, share: float) -> Size:
    size = SIZES[name]
    return replace(size, **{field: round(getattr(size, field) * share) for field in SCALED})


class Watch:
    """Seconds by the clock and of processor time since it was made; on a busy machine only the second says much."""

    def __init__(self) -> None:
        self._start = time.perf_counter(), time.process_time()

    def times(self) -> tuple[float, float]:
        """By the clock, and of processor time."""
        return time.perf_counter() - self._start[0], time.process_time() - self._start[1]


def figures_of(
    name: str, method: str, event: Event, planned: Plan, times: tuple[float, float], note: str = ""
) -> Figures:
    """The figures of a plan made in these times, with the peak memory of this process."""
    report: dict[str, Any] = report_of(event, planned)
    evenness = report["evenness"]
    return Figures(
        size=name,
        method=method,
        meetings=len(planned.meetings),
        value=planned.total_value,
        bound=planned.bound,
        musts=report["musts"],
        musts_kept=report["musts_kept"],
        minimums_missed=report["minimums_missed"],
        gini=(evenness["sellers"]["gini"], evenness["buyers"]["gini"]),
        lowest=(evenness["sellers"]["lowest"], evenness["buyers"]["lowest"]),
        gaps=report["gaps"]["mean"],
        table_changes=report["table_changes"]["sellers"],
        seconds=times[0],
        busy=times[1],
        gb=peak_gb(),
        note=note,
    )
