"""A version that is changed by hand, with meetings in it that cannot be held any more.

Who dropped out and tables that are closed leave meetings behind until it is planned again. A change leaves them where
they are, unless it is about one of them, or takes its place: then they go, and that is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recommender.meetings import domain as core
from recommender.meetings.breaches import Breach
from recommender.meetings.byhand import Add, Cancel, Change, Move
from recommender.meetings.byhand import Schedule as Held
from service.usecases.events.schedules import standing

__all__ = ["ByHand"]


class ByHand:
    """A version, ready to be asked about several changes. held, left: meetings that can and cannot be held now."""

    def __init__(self, planned: core.Event, meetings: tuple[core.Meeting, ...]) -> None:
        self.held = standing(planned, meetings)
        stands = set(self.held)
        self.left = tuple(one for one in meetings if one not in stands)
        self._left = {_pair(one): one for one in self.left}
        self._schedule = Held(planned, self.held)

    def conflicts(self, change: Change) -> tuple[Breach, ...]:
        """What it would break. Raises UnknownIdError, and QueryError where there is no such meeting."""
        if isinstance(change, Cancel) and _pair(change) in self._left:
            return ()
        return self._schedule.conflicts(self._meant(change))

    def after(self, change: Change) -> tuple[core.Meeting, ...]:
        """All meetings after it, whatever it breaks. Raises what `conflicts` raises."""
        if isinstance(change, Cancel) and _pair(change) in self._left:
            return (*self.held, *(one for one in self.left if _pair(one) != _pair(change)))
        after = self._schedule.after(self._meant(change))
        moved = self._left.get(_pair(change)) if isinstance(change, Move) else None
        if moved is not None:
            after = tuple(_as_it_was(moved, one) if _pair(one) == _pair(moved) else one for one in after)
        return self._beside(after)

    def _meant(self, change: Change) -> Change:
        """A meeting that cannot be held where it is, is added where it moves to."""
        if isinstance(change, Move) and _pair(change) in self._left:
            return Add(*_pair(change), change.slot_id, change.table_id)
        return change

    def _beside(self, held: Sequence[core.Meeting]) -> tuple[core.Meeting, ...]:
        """With what is left, but for pairs that meet, and where somebody or a table is taken."""
        pairs = {_pair(one) for one in held}
        taken = {place for one in held for place in _places(one)}
        left = (one for one in self.left if _pair(one) not in pairs and taken.isdisjoint(_places(one)))
        return (*held, *left)


def _pair(one: core.Meeting | Add | Move | Cancel) -> tuple[str, str]:
    return one.seller_id, one.buyer_id


def _places(one: core.Meeting) -> set[tuple[str, str, str]]:
    people = {("participant", name, one.slot_id) for name in _pair(one)}
    return {*people, ("table", one.table_id, one.slot_id)}


def _as_it_was(before: core.Meeting, one: core.Meeting) -> core.Meeting:
    return replace(before, slot_id=one.slot_id, table_id=one.table_id)
