"""The words of meeting lists: an event that goes in, a plan that comes out.

Text that is not known is "", a limit that does not exist is None. Times are ISO 8601 at the edges and aware
or naive datetimes here, all of one kind. Pairs with a value may be a million, so they come as columns
(`Values`); everything else is one object each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Event",
    "Lock",
    "Meeting",
    "PairValue",
    "Participant",
    "Past",
    "PastKind",
    "Plan",
    "Side",
    "Slot",
    "Table",
    "Values",
    "Wish",
    "WishKind",
]

Side = Literal["seller", "buyer"]
WishKind = Literal["must", "want", "no_go", "met_before"]
PastKind = Literal[
    "met_before", "met_this_year", "in_business", "competitor", "interested", "not_interested", "no_show"
]


@dataclass(frozen=True, slots=True)
class Participant:
    """Who has an agenda of its own: one meeting at a time.

    company_id: colleagues have the same; a table that is reserved for a company serves all of them in turn.
    max_meetings, max_per_day: None = no limit. min_meetings: kept wherever possible, before value.
    """

    participant_id: str
    side: Side
    name: str = ""
    company_id: str = ""
    max_meetings: int | None = None
    min_meetings: int = 0
    max_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which meetings are held; slots do not overlap. session: the part of the event it is in, "" = none."""

    slot_id: str
    day: date
    starts_at: datetime
    ends_at: datetime
    session: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A place for one meeting at a time.

    reserved_for: a participant_id or company_id; only meetings with that participant or one of that company
    may be held here. hall: tables in different halls are `Event.walking_min` minutes apart.
    """

    table_id: str
    reserved_for: str = ""
    hall: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What participant_id says about meeting other_id, who is on the other side.

    must: before all else. want: preferred among equals (its weight is in the pair's value). no_go: never.
    met_before: known to each other; no rule, only values know it.
    """

    participant_id: str
    other_id: str
    kind: WishKind


@dataclass(frozen=True, slots=True)
class Past:
    """What was between two, one of each side, before the event. No rule: only values of a bundle know it.

    met_before: at the last event. met_this_year, in_business, competitor: of both. interested, not_interested: what
    participant_id said after they met. no_show: participant_id did not come to their meeting.
    """

    participant_id: str
    other_id: str
    kind: PastKind


@dataclass(frozen=True, slots=True)
class Lock:
    """A meeting that the organiser has fixed; table_id "" = at any table."""

    seller_id: str
    buyer_id: str
    slot_id: str
    table_id: str = ""


@dataclass(frozen=True, slots=True)
class PairValue:
    """What a meeting of two is worth, jointly and to each side, and the films to talk about."""

    seller_id: str
    buyer_id: str
    value: float
    value_seller: float = 0.0
    value_buyer: float = 0.0
    films: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Values:
    """PairValues as columns of equal length: ids as object arrays, values as float64, finite.

    A pair occurs once. A pair that is not listed has value 0 and is only planned where it is wished for or
    locked. films: per row the film_ids, or an empty tuple where no row has any.
    """

    seller_id: NDArray[np.object_]
    buyer_id: NDArray[np.object_]
    value: NDArray[np.float64]
    value_seller: NDArray[np.float64]
    value_buyer: NDArray[np.float64]
    films: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[PairValue]) -> Values:
        """Columns of `pairs`."""
        rows = list(pairs)
        return cls(
            np.array([row.seller_id for row in rows], dtype=object),
            np.array([row.buyer_id for row in rows], dtype=object),
            np.array([row.value for row in rows], dtype=np.float64),
            np.array([row.value_seller for row in rows], dtype=np.float64),
            np.array([row.value_buyer for row in rows], dtype=np.float64),
            tuple(row.films for row in rows) if any(row.films for row in rows) else (),
        )

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, row: int) -> PairValue:
        return PairValue(
            str(self.seller_id[row]),
            str(self.buyer_id[row]),
            float(self.value[row]),
            float(self.value_seller[row]),
            float(self.value_buyer[row]),
            self.films[row] if self.films else (),
        )

    def __iter__(self) -> Iterator[PairValue]:
        return (self[row] for row in range(len(self)))


@dataclass(frozen=True, eq=False, slots=True)
class Event:
    """All that a plan depends on.

    absences: (participant_id, slot_id) at which somebody cannot meet ("not before 10" is an absence too).
    walking_min: minutes from one hall to another; a participant has at least that long between two meetings
    of one day in different halls. elsewhere: participant -> meetings kept and missed before, with others than those
    who are here.
    """

    participants: tuple[Participant, ...]
    slots: tuple[Slot, ...]
    tables: tuple[Table, ...]
    values: Values = field(default_factory=lambda: Values.of(()))
    absences: frozenset[tuple[str, str]] = frozenset()
    wishes: tuple[Wish, ...] = ()
    locks: tuple[Lock, ...] = ()
    walking_min: int = 0
    history: tuple[Past, ...] = ()
    elsewhere: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two people, when and where, with what it is worth and the films to talk about."""

    seller_id: str
    buyer_id: str
    slot_id: str
    table_id: str
    value: float = 0.0
    value_seller: float = 0.0
    value_buyer: float = 0.0
    films: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule and how good it is.

    meetings: ordered by slot, then table. total_value: the sum of their values. bound: no schedule that
    keeps the same rules, and as many musts, minimums and published meetings as this one, has a higher sum.
    musts_missed: (seller_id, buyer_id) of musts without a meeting. changed: previous meetings that are no
    longer held at their slot and table. timed_out: the time limit ended the search.
    """

    meetings: tuple[Meeting, ...]
    total_value: float
    bound: float
    musts_missed: tuple[tuple[str, str], ...] = ()
    changed: int = 0
    seconds: float = 0.0
    timed_out: bool = False

    @property
    def gap(self) -> float:
        """How far the plan may be from the best, as a share of the bound: 0 = proved best, at most 1."""
        return max(self.bound - self.total_value, 0.0) / self.bound if self.bound > 0 else 0.0
