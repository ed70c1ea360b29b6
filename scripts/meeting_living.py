"""What an organiser lives with at market size: locks and halls, a drop-out, stand-bys; for `bench_meetings.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Final

import numpy as np

from recommender.meetings.domain import Event, Lock, Meeting
from recommender.meetings.incidents import dropped_out
from recommender.meetings.planner import meetings_of, plan, replan
from recommender.meetings.problem import problem_of
from recommender.meetings.standby import stand_bys
from recommender.meetings.timetable import Timetable
from scripts.meeting_baselines import BASELINES
from scripts.meeting_events import SIZES, random_event
from scripts.meeting_runs import Figures, Watch, figures_of

__all__ = ["LOCKS", "WALKING_MIN", "Replanned", "StoodBy", "drop_out", "locked_in_halls", "stand_by"]

LOCKS: Final = {"co-production": 50, "largest": 300, "co-production, tight": 50, "largest, tight": 300}
WALKING_MIN: Final = 10
"""From hall to hall: longer than the pause between two slots."""
ASKED: Final = 20
"""Meetings that are lost, whose slots, buyers and slots of buyers stand-bys are asked for."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """A plan made again after a seller dropped out. lost: his meetings."""

    size: str
    lost: int
    changed: int
    meetings: int
    gap: float
    seconds: float
    busy: float


@dataclass(frozen=True, slots=True)
class StoodBy:
    """Questions for stand-bys. found: suggestions a question, mean. usual, slowest: seconds of processor time."""

    size: str
    questions: int
    found: float
    usual: float
    slowest: float


def drop_out(name: str, seed: int) -> Replanned:
    """What a drop-out of the busiest seller changes, planned again as it is by default, with its time limit."""
    event = random_event(SIZES[name], seed)
    published = plan(event).meetings
    gone = _busiest(published)
    lost = sum(meeting.seller_id == gone for meeting in published)
    rest = dropped_out(event, gone)
    watch = Watch()
    again, _ = replan(rest, published)
    return Replanned(name, lost, again.changed, len(again.meetings), again.gap, *watch.times())


def locked_in_halls(name: str, seed: int) -> Figures:
    """Our plan where tables stand in two halls and somebody locked meetings by hand, half of them to a table."""
    event = _in_halls(random_event(SIZES[name], seed))
    event = replace(event, locks=_locks(event, LOCKS[name], np.random.default_rng(seed)))
    watch = Watch()
    planned = plan(event)
    return figures_of(name, f"{len(event.locks)} locks, two halls", event, planned, watch.times())


def stand_by(name: str, seed: int) -> StoodBy:
    """How long it takes to say who could fill what the busiest seller leaves free, before anything is planned again."""
    event = random_event(SIZES[name], seed)
    meetings = plan(event).meetings
    gone = _busiest(meetings)
    event = dropped_out(event, gone)
    left = [one for one in meetings if one.seller_id == gone][:ASKED]
    meetings = tuple(one for one in meetings if one.seller_id != gone)
    questions: list[tuple[str | None, str | None]] = [(one.slot_id, one.buyer_id) for one in left]
    questions += [(None, one.buyer_id) for one in left]
    questions += [(one.slot_id, None) for one in left]
    busy, found = [], []
    for slot_id, person in questions:
        watch = Watch()
        suggested = stand_bys(event, meetings, slot_id=slot_id, participant_id=person)
        busy.append(watch.times()[1])
        found.append(len(suggested))
    return StoodBy(name, len(questions), fmean(found), median(busy), max(busy))


def _busiest(meetings: Sequence[Meeting]) -> str:
    sellers = [meeting.seller_id for meeting in meetings]
    return max(sorted(set(sellers)), key=sellers.count)


def _in_halls(event: Event) -> Event:
    halls = ("North", "South")
    tables = tuple(replace(table, hall=halls[place % 2]) for place, table in enumerate(event.tables))
    return replace(event, tables=tables, walking_min=WALKING_MIN)


def _locks(event: Event, number: int, rng: np.random.Generator) -> tuple[Lock, ...]:
    """Meetings of a plan that was made without ours, so that they stand where no good plan would have them."""
    table = Timetable(problem_of(event))
    BASELINES["greedy by value"](event, table, 0.0)
    held = meetings_of(event, table)
    some = [held[place] for place in rng.choice(len(held), number, replace=False).tolist()]
    return tuple(
        Lock(one.seller_id, one.buyer_id, one.slot_id, one.table_id if place % 2 else "")
        for place, one in enumerate(some)
    )
