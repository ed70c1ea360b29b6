"""Schedules of events: versions, answers to meetings, and what came of them.

A pair meets once in a schedule at most, so a meeting is known by its seller and buyer, through all versions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from recommender.meetings.domain import Side
from service.domain.words import Answer, Attendance, Interest, ScheduleState

__all__ = ["Outcome", "Response", "Schedule"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """One version of an event's schedule, without its meetings.

    number: 1 for the first. based_on: the version it was made from, None for a plan from nothing. report: the
    figures of `report_of`, with `musts_missed` and `changed`; bound and gap are None where no bound is known
    any more, `proof` says of which version it was and what it rests on. version: for ETags, counts edits of a draft.
    """

    schedule_id: str
    event_id: str
    number: int
    state: ScheduleState
    made_by: str
    made_at: datetime
    based_on: int | None = None
    published_at: datetime | None = None
    published_by: str = ""
    note: str = ""
    report: dict[str, Any] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True, slots=True)
class Response:
    """What one side says of a published meeting at slot_id; it counts as long as the meeting is held then.

    reason: of a decline. proposed_slot_id: of a proposal.
    """

    seller_id: str
    buyer_id: str
    side: Side
    slot_id: str
    answer: Answer
    at: datetime
    by: str
    reason: str = ""
    proposed_slot_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody says of a meeting after it. said_by: organiser, or one of the two sides.

    interest, note: of a side, read by its own company alone.
    """

    seller_id: str
    buyer_id: str
    said_by: str
    attendance: Attendance
    at: datetime
    by: str
    interest: Interest = Interest.NONE
    note: str = ""
