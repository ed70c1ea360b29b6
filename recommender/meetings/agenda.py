"""Everybody's agenda as arrays: who is where when, for reasons and figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.meetings.domain import Event, Meeting

__all__ = ["FREE", "Agenda", "pair_of", "wished_pairs"]

FREE = -1
"""In place of a meeting's number."""


@dataclass(frozen=True, eq=False)
class Agenda:
    """n people and k slots in the order of time; meetings by their place in the plan.

    people, slots: id -> number. order: the event's slot numbers by start. present: bool (n, k). held: int32
    (n, k), the meeting or FREE. seller, buyer, slot: int32 (meetings,), people and slot of each.
    value: float64 (meetings,). day: int64 (k,), an ordinal. count: int64 (n,), meetings of each.
    """

    people: Mapping[str, int]
    slots: Mapping[str, int]
    order: tuple[int, ...]
    present: NDArray[np.bool_]
    held: NDArray[np.int32]
    seller: NDArray[np.int32]
    buyer: NDArray[np.int32]
    slot: NDArray[np.int32]
    value: NDArray[np.float64]
    day: NDArray[np.int64]

    @classmethod
    def of(cls, event: Event, meetings: Sequence[Meeting]) -> Agenda:
        """The agendas of a plan's meetings."""
        people = {person.participant_id: number for number, person in enumerate(event.participants)}
        order = sorted(range(len(event.slots)), key=lambda number: event.slots[number].starts_at)
        slots = {event.slots[number].slot_id: place for place, number in enumerate(order)}
        present = np.ones((len(people), len(slots)), dtype=bool)
        for person, slot in event.absences:
            present[people[person], slots[slot]] = False
        held = np.full(present.shape, FREE, dtype=np.int32)
        seller = _numbers(people, (meeting.seller_id for meeting in meetings))
        buyer = _numbers(people, (meeting.buyer_id for meeting in meetings))
        slot_of = _numbers(slots, (meeting.slot_id for meeting in meetings))
        held[seller, slot_of] = held[buyer, slot_of] = np.arange(len(meetings))
        return cls(
            people=people,
            slots=slots,
            order=tuple(order),
            present=present,
            held=held,
            seller=seller,
            buyer=buyer,
            slot=slot_of,
            value=np.array([meeting.value for meeting in meetings], dtype=np.float64),
            day=np.array([event.slots[number].day.toordinal() for number in order], dtype=np.int64),
        )

    @cached_property
    def count(self) -> NDArray[np.int64]:
        """Meetings of each, (n,)."""
        counts: NDArray[np.int64] = (self.held != FREE).sum(axis=1)
        return counts


def pair_of(people: Mapping[str, str], one: str, other: str) -> tuple[str, str]:
    """Two people of both sides as (seller, buyer). people: participant -> side."""
    return (one, other) if people[one] == "seller" else (other, one)


def wished_pairs(event: Event, *kinds: str) -> dict[tuple[str, str], str]:
    """The pairs that either side wished for in these words, as (seller, buyer) -> who wished first."""
    sides = {person.participant_id: person.side for person in event.participants}
    found: dict[tuple[str, str], str] = {}
    for wish in event.wishes:
        if wish.kind in kinds:
            found.setdefault(pair_of(sides, wish.participant_id, wish.other_id), wish.participant_id)
    return found


def _numbers(numbers: Mapping[str, int], ids: Iterable[str]) -> NDArray[np.int32]:
    return np.fromiter((numbers[name] for name in ids), dtype=np.int32)
