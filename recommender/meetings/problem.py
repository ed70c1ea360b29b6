"""An event in index form: what the solver works on.

People are numbered sellers first, then buyers; pairs, slots and tables by row. Every array says its shape
with n = people, m = pairs, k = slots, c = classes of tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings.domain import Event, Slot, Values
from recommender.meetings.places import Places, places_of

__all__ = ["Bools", "Ints", "Problem", "problem_of"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NO_LIMIT = 1 << 30


@dataclass(frozen=True, eq=False, slots=True)
class Problem:
    """Sellers are people 0..sellers-1, buyers the rest; slots are in the order of time.

    names: (n,) participant_id. times: (k,). free: (n, k) who can meet when. most, least, most_a_day: (n,)
    limits; `most` is never above what the free slots and the days allow, `least` never above `most`.
    day: (k,) number of the day. seller, buyer: (m,) people of the pairs that may meet. value: (m,).
    must, want: (m,). row: (m,) row in `Values`, -1 = not listed. near: (k, k) slots too close to walk from
    hall to hall, None where that never happens. locks: pair (-1 = a no-go), slot and table (-1 = any) of
    each lock.
    """

    names: tuple[str, ...]
    times: tuple[Slot, ...]
    sellers: int
    free: Bools
    most: Ints
    least: Ints
    most_a_day: Ints
    day: Ints
    seller: Ints
    buyer: Ints
    value: NDArray[np.float64]
    must: Bools
    want: Bools
    row: Ints
    places: Places
    near: Bools | None
    locks: tuple[tuple[int, int, int], ...]

    @property
    def people(self) -> int:
        """Number of sellers and buyers."""
        return len(self.most)

    @property
    def slots(self) -> int:
        """Number of slots."""
        return len(self.day)

    @property
    def pairs(self) -> int:
        """Number of pairs that may meet."""
        return len(self.seller)


def problem_of(event: Event, published: Iterable[tuple[str, str]] = ()) -> Problem:
    """`event` in index form; pairs with a no-go are left out.

    published: pairs (seller_id, buyer_id) that had a meeting before; they may meet without being listed.

    Raises UnknownIdError for an id that no table of the event has, QueryError where two slots overlap or a
    value is not a number.
    """
    people = _numbers("participant", [*_ids(event, "seller"), *_ids(event, "buyer")])
    times = tuple(sorted(event.slots, key=lambda slot: (slot.starts_at, slot.ends_at)))
    slots = _numbers("slot", [slot.slot_id for slot in times])
    tables = _numbers("table", [table.table_id for table in event.tables])
    sellers = len(_ids(event, "seller"))
    day = np.unique([slot.day.toordinal() for slot in times], return_inverse=True)[1].astype(np.int64)
    free = np.ones((len(people), len(slots)), dtype=bool)
    for person, slot in event.absences:
        free[_number(people, "participant", person), _number(slots, "slot", slot)] = False
    by_id = {person.participant_id: person for person in event.participants}
    ordered = [by_id[name] for name in people]
    most_a_day = _limits(person.max_per_day for person in ordered)
    most = np.minimum(_limits(person.max_meetings for person in ordered), _days_allow(free, day, most_a_day))
    pairs = _Pairs(event, people, sellers, published)
    locks = [
        (
            pairs.number(lock.seller_id, lock.buyer_id),
            _number(slots, "slot", lock.slot_id),
            _number(tables, "table", lock.table_id) if lock.table_id else -1,
        )
        for lock in event.locks
    ]
    kept, renumbered = pairs.kept(free, [pair for pair, _, _ in locks])
    near = _near(event, times)
    return Problem(
        names=tuple(people),
        times=times,
        sellers=sellers,
        free=free,
        most=most,
        least=np.minimum(np.array([person.min_meetings for person in ordered], dtype=np.int64), most),
        most_a_day=most_a_day,
        day=day,
        seller=pairs.seller[kept],
        buyer=pairs.buyer[kept],
        value=pairs.value[kept],
        must=pairs.must[kept],
        want=pairs.want[kept],
        row=pairs.row[kept],
        places=places_of(event, ordered, walking=near is not None),
        near=near,
        locks=tuple((int(renumbered[pair]), slot, table) for pair, slot, table in locks),
    )


class _Pairs:
    """The listed pairs, then those that only a wish or a lock names."""

    def __init__(
        self, event: Event, people: Mapping[str, int], sellers: int, published: Iterable[tuple[str, str]]
    ) -> None:
        self._people = people
        self._sellers = sellers
        values = event.values
        self.seller = _column(people, values.seller_id)
        self.buyer = _column(people, values.buyer_id)
        self.value = np.asarray(values.value, dtype=np.float64)
        self.row = np.arange(len(values), dtype=np.int64)
        self._check(values)
        self._known: dict[int, int] = dict(
            zip((self.seller * len(people) + self.buyer).tolist(), range(len(values)), strict=True)
        )
        if len(self._known) < len(values):
            raise QueryError("a pair is listed twice among the values: keep one row for each pair.")
        wished = {
            kind: [self._between(w.participant_id, w.other_id) for w in event.wishes if w.kind == kind]
            for kind in ("must", "want", "no_go")
        }
        locked = [self._between(lock.seller_id, lock.buyer_id) for lock in event.locks]
        before = [self._between(*pair) for pair in published if people.keys() >= set(pair)]
        self._add([*wished["must"], *wished["want"], *locked, *before])
        self.must, self.want, self._no_go = (self._mask(wished[kind]) for kind in ("must", "want", "no_go"))
        self._published = self._mask(before)

    def number(self, seller_id: str, buyer_id: str) -> int:
        seller, buyer = self._between(seller_id, buyer_id)
        return self._known[seller * len(self._people) + buyer]

    def kept(self, free: Bools, locked: Iterable[int]) -> tuple[Ints, Ints]:
        """Rows of the pairs that may meet at all, and for every row its new number (-1 = left out)."""
        may = ~self._no_go & (self.must | self.want | self._published | (self.value > 0))
        rows = np.nonzero(may)[0]
        for part in np.array_split(rows, max(len(rows) // 100_000, 1)):
            may[part] = (free[self.seller[part]] & free[self.buyer[part]]).any(axis=1)
        may[[pair for pair in locked if not self._no_go[pair]]] = True
        renumbered = np.where(may, np.cumsum(may) - 1, -1)
        return np.nonzero(may)[0], renumbered

    def _between(self, one: str, other: str) -> tuple[int, int]:
        first, second = (_number(self._people, "participant", name) for name in (one, other))
        seller, buyer = min(first, second), max(first, second)
        if not seller < self._sellers <= buyer:
            raise QueryError(f"{one!r} and {other!r} are on the same side: name one seller and one buyer.")
        return seller, buyer

    def _check(self, values: Values) -> None:
        wrong = np.nonzero((self.seller >= self._sellers) | (self.buyer < self._sellers))[0]
        if len(wrong):
            pair = values[int(wrong[0])]
            raise QueryError(f"the value of {pair.seller_id!r} and {pair.buyer_id!r} is not of one seller "
                             "and one buyer: give the seller first.")  # fmt: skip
        if not np.isfinite(self.value).all():
            raise QueryError("a value is not a finite number: leave such pairs out.")

    def _add(self, named: Iterable[tuple[int, int]]) -> None:
        width = len(self._people)
        new = [key for key in dict.fromkeys(s * width + b for s, b in named) if key not in self._known]
        self._known.update((key, len(self.value) + place) for place, key in enumerate(new))
        keys = np.array(new, dtype=np.int64)
        self.seller = np.concatenate([self.seller, keys // width])
        self.buyer = np.concatenate([self.buyer, keys % width])
        self.value = np.concatenate([self.value, np.zeros(len(new))])
        self.row = np.concatenate([self.row, np.full(len(new), -1)])

    def _mask(self, pairs: Iterable[tuple[int, int]]) -> Bools:
        keys = (seller * len(self._people) + buyer for seller, buyer in pairs)
        mask = np.zeros(len(self.value), dtype=bool)
        mask[[self._known[key] for key in keys if key in self._known]] = True
        return mask


def _ids(event: Event, side: str) -> list[str]:
    return [person.participant_id for person in event.participants if person.side == side]


def _numbers(noun: str, ids: list[str]) -> dict[str, int]:
    numbers = {name: place for place, name in enumerate(ids)}
    if len(numbers) < len(ids):
        double = next(name for place, name in enumerate(ids) if numbers[name] != place)
        raise QueryError(f"the {noun} {double!r} is there twice: give each its own id.")
    return numbers


def _number(numbers: Mapping[str, int], noun: str, name: str) -> int:
    if name not in numbers:
        raise UnknownIdError(noun, name)
    return numbers[name]


def _column(people: Mapping[str, int], ids: Iterable[str]) -> Ints:
    try:
        return np.array([people[name] for name in ids], dtype=np.int64)
    except KeyError as error:
        raise UnknownIdError("participant", str(error.args[0])) from None


def _limits(limits: Iterable[int | None]) -> Ints:
    return np.array([NO_LIMIT if limit is None else limit for limit in limits], dtype=np.int64)


def _days_allow(free: Bools, day: Ints, most_a_day: Ints) -> Ints:
    """(n,) meetings that the free slots leave room for."""
    allowed = np.zeros(len(free), dtype=np.int64)
    for number in np.unique(day):
        allowed += np.minimum(free[:, day == number].sum(axis=1), most_a_day)
    return allowed


def _near(event: Event, times: Sequence[Slot]) -> Bools | None:
    """(k, k) slots between which nobody can walk to another hall, None if there are none; refuses overlaps."""
    near = np.zeros((len(times), len(times)), dtype=bool)
    walk = timedelta(minutes=event.walking_min)
    for place, first in enumerate(times):
        for other, second in enumerate(times[place + 1 :], start=place + 1):
            pause = second.starts_at - first.ends_at
            if pause < timedelta(0):
                raise QueryError(
                    f"the slots {first.slot_id!r} and {second.slot_id!r} overlap: change the times of one."
                )
            if pause >= walk:
                break
            near[place, other] = near[other, place] = True
    return near if near.any() and len({table.hall for table in event.tables}) > 1 else None
