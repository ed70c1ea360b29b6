"""Who has fewer meetings than wished for at least, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.errors import quoted
from recommender.meetings.domain import Event, Meeting
from recommender.meetings.problem import problem_of

__all__ = ["Shortfall", "shortfalls"]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A minimum that is not reached. partners: how many may be met. room: meetings that the limits leave room for."""

    participant_id: str
    held: int
    least: int
    partners: int
    room: int

    def __str__(self) -> str:
        has = f"{quoted(self.participant_id)} has {self.held} of at least {self.least} meetings"
        if self.partners < self.least:
            remedy = "give values or wishes to more, or lower the minimum"
            return f"{has}: only {self.partners} may be met. To change that, {remedy}."
        if self.room < self.least:
            return f"{has}: limits and absences leave room for {self.room}. To change that, raise or end one."
        return f"{has}: musts, locks, other minimums or the limits of partners come first."


def shortfalls(event: Event, meetings: Sequence[Meeting]) -> tuple[Shortfall, ...]:
    """The minimums that a schedule does not reach, in the order of the participants."""
    problem = problem_of(event)
    people = np.concatenate([problem.seller, problem.buyer])
    partners = dict(zip(problem.names, np.bincount(people, minlength=problem.people).tolist(), strict=True))
    room = dict(zip(problem.names, problem.most.tolist(), strict=True))
    held = Counter(name for meeting in meetings for name in (meeting.seller_id, meeting.buyer_id))
    return tuple(
        Shortfall(name, held[name], person.min_meetings, partners[name], room[name])
        for person in event.participants
        if held[name := person.participant_id] < person.min_meetings
    )
