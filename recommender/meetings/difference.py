"""What is different between two schedules of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.meetings.domain import Meeting

__all__ = ["Difference", "Moved", "difference"]


@dataclass(frozen=True, slots=True)
class Moved:
    """The same two people at another place."""

    before: Meeting
    after: Meeting

    @property
    def only_table(self) -> bool:
        """Whether the time is the same."""
        return self.before.slot_id == self.after.slot_id


@dataclass(frozen=True, slots=True)
class Difference:
    """added, cancelled: pairs that meet in one schedule only. moved: at another slot or table. unchanged: a number."""

    added: tuple[Meeting, ...]
    moved: tuple[Moved, ...]
    cancelled: tuple[Meeting, ...]
    unchanged: int

    @property
    def changed(self) -> int:
        """Meetings of the first schedule that are not held as they were."""
        return len(self.moved) + len(self.cancelled)


def difference(before: Sequence[Meeting], after: Sequence[Meeting]) -> Difference:
    """From one schedule to a later one, each in its own order; only people, slots and tables are compared."""
    old = {(meeting.seller_id, meeting.buyer_id): meeting for meeting in before}
    new = {(meeting.seller_id, meeting.buyer_id): meeting for meeting in after}
    both = [Moved(meeting, new[pair]) for pair, meeting in old.items() if pair in new]
    moved = tuple(one for one in both if _place(one.before) != _place(one.after))
    return Difference(
        added=tuple(meeting for pair, meeting in new.items() if pair not in old),
        moved=moved,
        cancelled=tuple(meeting for pair, meeting in old.items() if pair not in new),
        unchanged=len(both) - len(moved),
    )


def _place(meeting: Meeting) -> tuple[str, str]:
    return meeting.slot_id, meeting.table_id
