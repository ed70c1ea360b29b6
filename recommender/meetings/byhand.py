"""Changes of a schedule by hand: what each would break, said before it is made, and the schedule after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatchmethod

import numpy as np

from recommender.errors import QueryError, quoted
from recommender.meetings.breaches import Breach, Rules
from recommender.meetings.domain import Event, Meeting, PairValue, Table

__all__ = ["Add", "Cancel", "Change", "Move", "Schedule", "Swap", "change_conflicts", "changed_schedule"]


@dataclass(frozen=True, slots=True)
class Add:
    """A new meeting. table_id: "" = the table that suits best."""

    seller_id: str
    buyer_id: str
    slot_id: str
    table_id: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A meeting goes to another slot or table. table_id: "" = the same table if it is free then, else another."""

    seller_id: str
    buyer_id: str
    slot_id: str
    table_id: str = ""


@dataclass(frozen=True, slots=True)
class Swap:
    """Two meetings, each named by its (seller_id, buyer_id), change places: slots and tables."""

    one: tuple[str, str]
    other: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cancel:
    """A meeting is called off."""

    seller_id: str
    buyer_id: str


Change = Add | Move | Swap | Cancel


def change_conflicts(event: Event, meetings: Sequence[Meeting], change: Change) -> tuple[Breach, ...]:
    """What the change would break that is not broken as much now, hard rules first; () = nothing.

    Raises UnknownIdError for an id that the event has not, QueryError where there is no such meeting.
    """
    return Schedule(event, meetings).conflicts(change)


def changed_schedule(event: Event, meetings: Sequence[Meeting], change: Change) -> tuple[Meeting, ...]:
    """The schedule after the change, whatever it breaks, in the order of plans.

    Raises UnknownIdError for an id that the event has not, QueryError where there is no such meeting.
    """
    return Schedule(event, meetings).after(change)


class Schedule:
    """The meetings of an event, ready to be asked about several changes."""

    def __init__(self, event: Event, meetings: Sequence[Meeting]) -> None:
        self.rules = Rules(event)
        self.meetings = tuple(meetings)
        self._event = event
        self._held = {(meeting.seller_id, meeting.buyer_id): meeting for meeting in meetings}
        self._agendas: dict[str, list[Meeting]] = {}
        self._places: dict[tuple[str, str], list[Meeting]] = {}
        for meeting in meetings:
            self._places.setdefault((meeting.slot_id, meeting.table_id), []).append(meeting)
            for name in (meeting.seller_id, meeting.buyer_id):
                self._agendas.setdefault(name, []).append(meeting)

    def agenda(self, participant_id: str) -> list[Meeting]:
        """Somebody's meetings."""
        return self._agendas.get(participant_id, [])

    def conflicts(self, change: Change) -> tuple[Breach, ...]:
        """What the change would break that is not broken as much now, hard rules first."""
        found = self._breaks(*self._effect(change))
        return tuple(sorted(found, key=lambda breach: not breach.hard))

    def after(self, change: Change) -> tuple[Meeting, ...]:
        """The meetings after the change, whatever it breaks, by slot and table."""
        gone, new = self._effect(change)
        kept = [meeting for meeting in self.meetings if meeting not in gone]
        slots = {name: slot.starts_at for name, slot in self.rules.slots.items()}
        tables = {name: place for place, name in enumerate(self.rules.tables)}
        return tuple(sorted([*kept, *new], key=lambda m: (slots[m.slot_id], tables[m.table_id])))

    def added(self, change: Change) -> tuple[Meeting, ...]:
        """The meetings that the change brings, at their tables."""
        return self._effect(change)[1]

    def _breaks(self, gone: Sequence[Meeting], new: Sequence[Meeting]) -> list[Breach]:
        """What is newly broken, or more than before, once some meetings are gone and new ones are there."""
        people = {name for m in (*gone, *new) for name in (m.seller_id, m.buyer_id)}
        beside = {id(m): m for name in people for m in self.agenda(name)}
        for meeting in (*gone, *new):
            beside |= {id(m): m for m in self._places.get((meeting.slot_id, meeting.table_id), ())}
        before = list(beside.values())
        # Whether the others may be held where they are is the same before and after.
        broken = {breach.key: breach.by for breach in self.rules.broken(before, people, gone)}
        after = [*(meeting for meeting in before if meeting not in gone), *new]
        found = dict.fromkeys(self.rules.broken(after, people, new))
        return [breach for breach in found if breach.by > broken.get(breach.key, 0)]

    @singledispatchmethod
    def _effect(self, change: Change) -> tuple[tuple[Meeting, ...], tuple[Meeting, ...]]:
        """The meetings that go, and those that come."""
        raise TypeError(f"{change!r} is no change of a schedule")

    @_effect.register
    def _(self, change: Add) -> tuple[tuple[Meeting, ...], tuple[Meeting, ...]]:
        pair = (change.seller_id, change.buyer_id)
        for name in pair:
            self.rules.participant(name)
        worth = _value(self._event, pair)
        bare = Meeting(
            *pair, change.slot_id, change.table_id, worth.value, worth.value_seller, worth.value_buyer, worth.films
        )  # fmt: skip
        return (), (self._seated(bare, ()),)

    @_effect.register
    def _(self, change: Move) -> tuple[tuple[Meeting, ...], tuple[Meeting, ...]]:
        old = self._meeting((change.seller_id, change.buyer_id))
        bare = replace(old, slot_id=change.slot_id, table_id=change.table_id)
        return (old,), (self._seated(bare, (old,), old.table_id),)

    @_effect.register
    def _(self, change: Swap) -> tuple[tuple[Meeting, ...], tuple[Meeting, ...]]:
        one, other = self._meeting(change.one), self._meeting(change.other)
        return (one, other), (
            replace(one, slot_id=other.slot_id, table_id=other.table_id),
            replace(other, slot_id=one.slot_id, table_id=one.table_id),
        )

    @_effect.register
    def _(self, change: Cancel) -> tuple[tuple[Meeting, ...], tuple[Meeting, ...]]:
        return (self._meeting((change.seller_id, change.buyer_id)),), ()

    def _meeting(self, pair: tuple[str, str]) -> Meeting:
        for name in pair:
            self.rules.participant(name)
        if pair not in self._held:
            raise QueryError(f"{quoted(pair[0])} and {quoted(pair[1])} have no meeting: add it instead.")
        return self._held[pair]

    def _seated(self, meeting: Meeting, gone: Sequence[Meeting], last: str = "") -> Meeting:
        """The meeting at its table, or at the best that is free: `last`, one of their own, one without a walk.

        Where none is free it is at one that is taken: a conflict.
        """
        self.rules.slot(meeting.slot_id)
        if meeting.table_id:
            self.rules.table(meeting.table_id)
            return meeting
        usable = [
            t for t in self._event.tables if self.rules.may_use(t, (meeting.seller_id, meeting.buyer_id))
        ]
        free = [t for t in usable if self._is_free(t, meeting.slot_id, gone)]
        tables = free or usable or list(self._event.tables)
        if not tables:
            raise QueryError("the event has no table: add one first.")
        usual = {held.table_id for held in self.agenda(meeting.seller_id)}
        tables.sort(key=lambda t: (t.table_id != last, not t.reserved_for, t.table_id not in usual))
        first_of_hall = {table.hall: table for table in reversed(tables)}
        ways = [replace(meeting, table_id=t.table_id) for t in tables if first_of_hall[t.hall] is t]
        return next((way for way in ways if not self._far(gone, way)), ways[0])

    def _is_free(self, table: Table, slot_id: str, gone: Sequence[Meeting]) -> bool:
        return all(meeting in gone for meeting in self._places.get((slot_id, table.table_id), ()))

    def _far(self, gone: Sequence[Meeting], meeting: Meeting) -> bool:
        """Whether somebody could not walk there in time."""
        return any(breach.rule == "walking" for breach in self._breaks(gone, (meeting,)))


def _value(event: Event, pair: tuple[str, str]) -> PairValue:
    """What a meeting of two is worth, 0 where it is not listed."""
    rows = np.flatnonzero((event.values.seller_id == pair[0]) & (event.values.buyer_id == pair[1]))
    return event.values[int(rows[0])] if len(rows) else PairValue(*pair, 0.0)
