"""A plan with what stands in its way, all of it in one budget of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from recommender.meetings.clock import Clock
from recommender.meetings.domain import Event, Meeting, Plan
from recommender.meetings.infeasible import EXPLAINING_S, Conflict, ImpossibleError, why_missed, without
from recommender.meetings.planner import plan

__all__ = ["Explained", "plan_explained"]

PLANNING: Final = 0.8
"""Share of the time left that a plan may take where musts may have to be explained afterwards."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A plan of `event`, which is without the locks and musts of `given_up`.

    missed: what stands against further musts that are not kept, as far as it was found out.
    """

    event: Event
    plan: Plan
    given_up: tuple[Conflict, ...]
    missed: tuple[Conflict, ...]


def plan_explained(
    event: Event,
    evenness: float = 0.0,
    time_limit_s: float | None = None,
    previous: Sequence[Meeting] = (),
    *,
    plan_the_rest: bool = False,
) -> Explained:
    """The plan of `event`, and why not all musts are kept.

    time_limit_s: for all of it. plan_the_rest: leave out locks that cannot hold, instead of raising ImpossibleError.
    Raises what `plan` raises.
    """
    clock = Clock(time_limit_s)
    given_up: list[Conflict] = []
    share = PLANNING if any(wish.kind == "must" for wish in event.wishes) else 1.0
    while True:
        try:
            found = plan(event, evenness, _left(clock, share), previous)
            break
        except ImpossibleError as error:
            if not plan_the_rest:
                raise
            given_up += error.conflicts
            event = without(event, error.conflicts)
    time_s = min(EXPLAINING_S, clock.left())
    missed = why_missed(event, found.musts_missed, time_s) if found.musts_missed else ()
    return Explained(event, replace(found, seconds=clock.seconds()), tuple(given_up), missed)


def _left(clock: Clock, share: float) -> float | None:
    return None if clock.left() == float("inf") else share * clock.left()
