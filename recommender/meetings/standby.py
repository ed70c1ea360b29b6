"""Who could fill what became free: meetings that break no rule, the best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from recommender.errors import QueryError
from recommender.meetings.agenda import wished_pairs
from recommender.meetings.byhand import Add, Schedule
from recommender.meetings.domain import Event, Meeting

__all__ = ["StandBy", "stand_bys"]


@dataclass(frozen=True, slots=True)
class StandBy:
    """A meeting that could be added as it is. wish: must, want or "". held: the meetings that the two have so far."""

    meeting: Meeting
    wish: str
    held: tuple[int, int]

    @property
    def reason(self) -> str:
        """Why it is suggested, in words."""
        wish = {"must": "a must", "want": "wanted", "": "not met yet"}[self.wish]
        pair = (self.meeting.seller_id, self.meeting.buyer_id)
        counts = ", ".join(f"{name} has {n}" for name, n in zip(pair, self.held, strict=True))
        return f"{wish}, value {self.meeting.value:.3g}; meetings so far: {counts}"


def stand_bys(
    event: Event,
    meetings: Sequence[Meeting],
    *,
    slot_id: str | None = None,
    participant_id: str | None = None,
    most: int = 10,
) -> tuple[StandBy, ...]:
    """Who could meet at a free slot, or with somebody who has time: musts first, then the highest value.

    slot_id: only then; without it each pair is suggested at the first slot that suits both. participant_id: only
    with him. Nothing that is there is moved, and no rule broken.

    Raises UnknownIdError, and QueryError where neither slot nor participant is named.
    """
    if slot_id is None and participant_id is None:
        raise QueryError("name a slot, a participant or both to fill.")
    schedule = Schedule(event, meetings)
    slots = [schedule.rules.slot(slot_id)] if slot_id is not None else list(event.slots)
    if participant_id is not None:
        schedule.rules.participant(participant_id)
    free = _Free(schedule, event)
    open_at = {slot.slot_id: free.at(slot.slot_id) for slot in sorted(slots, key=lambda s: s.starts_at)}
    anywhere = frozenset[str]().union(*open_at.values())
    if participant_id is not None and participant_id not in anywhere:
        return ()
    found: list[StandBy] = []
    for pair, wish in _candidates(event, schedule, anywhere, participant_id):
        if len(found) >= most:
            break
        ways = (Add(*pair, slot) for slot, people in open_at.items() if people.issuperset(pair))
        way = next((way for way in ways if not schedule.conflicts(way)), None)
        if way:
            (meeting,) = schedule.added(way)
            seller, buyer = (len(schedule.agenda(name)) for name in pair)
            found.append(StandBy(meeting, wish, (seller, buyer)))
    return tuple(found)


class _Free:
    """Who has time when, and room for a meeting more."""

    def __init__(self, schedule: Schedule, event: Event) -> None:
        self._schedule = schedule
        self._event = event
        self._days: dict[date, frozenset[str]] = {}

    def at(self, slot_id: str) -> frozenset[str]:
        slots = self._schedule.rules.slots
        day = slots[slot_id].day
        if day not in self._days:
            self._days[day] = frozenset(self._with_room(day))
        return frozenset(
            name
            for name in self._days[day]
            if (name, slot_id) not in self._event.absences
            and all(meeting.slot_id != slot_id for meeting in self._schedule.agenda(name))
        )

    def _with_room(self, day: date) -> Iterator[str]:
        slots = self._schedule.rules.slots
        for person in self._event.participants:
            agenda = self._schedule.agenda(person.participant_id)
            today = sum(slots[meeting.slot_id].day == day for meeting in agenda)
            if not _reached(person.max_meetings, len(agenda)) and not _reached(person.max_per_day, today):
                yield person.participant_id


def _reached(limit: int | None, held: int) -> bool:
    return limit is not None and held >= limit


def _candidates(
    event: Event, schedule: Schedule, free: frozenset[str], participant_id: str | None
) -> list[tuple[tuple[str, str], str]]:
    """(seller_id, buyer_id) and wish of all that are worth a meeting and have none, the best first."""
    values = event.values
    may = values.value > 0
    for ids in (values.seller_id, values.buyer_id):
        may[may] = [name in free for name in ids[may]]
    if participant_id is not None:
        may &= (values.seller_id == participant_id) | (values.buyer_id == participant_id)
    rows = np.flatnonzero(may)
    worth = dict(
        zip(
            zip(values.seller_id[rows], values.buyer_id[rows], strict=True),
            values.value[rows].tolist(),
            strict=True,
        )
    )
    wishes = dict.fromkeys(wished_pairs(event, "want"), "want")
    wishes |= dict.fromkeys(wished_pairs(event, "must"), "must")
    asked = [pair for pair in wishes if participant_id in (None, *pair)]
    barred = wished_pairs(event, "no_go").keys()
    held = {(meeting.seller_id, meeting.buyer_id) for meeting in schedule.meetings}
    pairs = [
        pair
        for pair in dict.fromkeys([*asked, *worth])
        if free.issuperset(pair) and pair not in barred and pair not in held
    ]
    pairs.sort(key=lambda p: (wishes.get(p) != "must", -worth.get(p, 0.0), wishes.get(p) != "want"))
    return [(pair, wishes.get(pair, "")) for pair in pairs]
