"""Random events of the sizes that markets have, the same ones for a seed; `bench_meetings.py` plans them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from recommender.meetings.domain import Event, Participant, Side, Slot, Table, Values, Wish, WishKind

Floats = NDArray[np.float64]
__all__ = ["SIZES", "Reserved", "Size", "random_event", "reserved_on_both_sides"]


@dataclass(frozen=True, slots=True)
class Size:
    """What an event is made of.

    tables: 0 = one for each seller. absent: share of everybody's slots. most_*: meeting limits are drawn
    around it, 0 = no limit. least_seller: the minimum of every seller. listed: share of the pairs that have a value.
    """

    name: str
    sellers: int
    buyers: int
    days: int
    slots_a_day: int
    tables: int
    absent: float
    most_seller: int
    most_buyer: int
    least_seller: int
    listed: float
    musts: int
    wants: int
    no_gos: int


@dataclass(frozen=True, slots=True)
class Reserved:
    """common: tables for everybody, for each seller. sellers, buyers: share with a table, half of them alone."""

    common: float
    sellers: float
    buyers: float


SIZES = {
    size.name: size
    for size in (
        Size("co-production", 35, 500, 3, 14, 35, 0.15, 0, 5, 10, 0.35, 60, 600, 60),
        Size("largest", 600, 1800, 5, 16, 400, 0.15, 42, 13, 5, 0.15, 900, 12000, 900),
        Size("co-production, tight", 35, 500, 3, 14, 22, 0.33, 0, 5, 10, 0.35, 60, 600, 60),
        Size("largest, tight", 600, 1800, 5, 16, 260, 0.33, 42, 13, 5, 0.15, 900, 12000, 900),
    )
}


def random_event(size: Size, seed: int = 0) -> Event:
    """Sellers and buyers with tastes in eight dimensions, popular and unpopular ones, absences in stretches."""
    rng = np.random.default_rng(seed)
    sellers = [f"s{number:04d}" for number in range(size.sellers)]
    buyers = [f"b{number:04d}" for number in range(size.buyers)]
    slots = _slots(size)
    of_seller, of_buyer = _values(size, rng)
    value = 2 * of_seller * of_buyer / (of_seller + of_buyer)
    listed = rng.random(value.shape) < size.listed * np.sqrt(value / value.mean())
    rows, columns = np.nonzero(listed)
    return Event(
        participants=(
            *_people(sellers, "seller", size.most_seller, size.least_seller, rng),
            *_people(buyers, "buyer", size.most_buyer, 0, rng),
        ),
        slots=slots,
        tables=tuple(Table(f"t{number:03d}") for number in range(size.tables or size.sellers)),
        values=Values(
            np.array(sellers, dtype=object)[rows],
            np.array(buyers, dtype=object)[columns],
            value[rows, columns].round(4),
            of_seller[rows, columns].round(4),
            of_buyer[rows, columns].round(4),
        ),
        absences=_absences(sellers + buyers, slots, size.absent, rng),
        wishes=_wishes(size, sellers, buyers, value, listed, rng),
    )


def reserved_on_both_sides(event: Event, reserved: Reserved, seed: int = 0) -> Event:
    """`event` with other tables: common ones, and some for people of either side, alone or three to a table."""
    rng = np.random.default_rng(seed + 1)
    people = {one.participant_id: one for one in event.participants}
    sides = [
        [one.participant_id for one in event.participants if one.side == side] for side in ("seller", "buyer")
    ]
    tables = [Table(f"c{number}") for number in range(round(reserved.common * len(sides[0])))]
    for side, share in zip(sides, (reserved.sellers, reserved.buyers), strict=True):
        for place, name in enumerate(rng.choice(side, round(share * len(side)), replace=False).tolist()):
            if place % 2:
                tables.append(Table(f"t-{name}", name))
                continue
            together = f"house-{side[0]}-{place // 6}"
            people[name] = replace(people[name], company_id=together)
            if place % 6 == 0:
                tables.append(Table(f"t-{together}", together))
    return replace(event, participants=tuple(people.values()), tables=tuple(tables))


def _slots(size: Size) -> tuple[Slot, ...]:
    start = datetime(2027, 2, 12, 9, tzinfo=UTC)
    times = [
        start + timedelta(days=day, minutes=30 * place + (60 if 2 * place >= size.slots_a_day else 0))
        for day in range(size.days)
        for place in range(size.slots_a_day)
    ]
    return tuple(
        Slot(f"{time:%d-%H%M}", time.date(), time, time + timedelta(minutes=30 if size.sellers < 100 else 25))
        for time in times
    )


def _people(ids: list[str], side: Side, most: int, least: int, rng: np.random.Generator) -> list[Participant]:
    limits = rng.integers(max(most * 2 // 3, 1), most * 4 // 3 + 1, len(ids)) if most else [None] * len(ids)
    return [
        Participant(
            name,
            side,
            name=f"Participant {name}",
            company_id=f"c-{name}",
            max_meetings=None if limit is None else int(limit),
            min_meetings=least,
        )
        for name, limit in zip(ids, limits, strict=True)
    ]


def _values(size: Size, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """(sellers, buyers) what a meeting is worth to the seller and to the buyer, 0..1; their harmonic mean counts."""
    taste = rng.normal(size=(size.sellers, 8)) @ rng.normal(size=(8, size.buyers)) / np.sqrt(8)
    fame = rng.normal(scale=0.7, size=(size.sellers, 1)) + rng.normal(scale=0.5, size=(1, size.buyers))
    sides = [taste + fame + rng.normal(scale=0.6, size=taste.shape) - 1.5 for _ in range(2)]
    return 1 / (1 + np.exp(-sides[0])), 1 / (1 + np.exp(-sides[1]))


def _absences(
    people: list[str], slots: tuple[Slot, ...], share: float, rng: np.random.Generator
) -> frozenset[tuple[str, str]]:
    """Half of the absent time in single slots, half in stretches (late arrival, half days)."""
    absent = rng.random((len(people), len(slots))) < share / 2
    for row in absent:
        while row.mean() < share * rng.uniform(0.6, 1.2):
            start, length = rng.integers(0, len(slots)), rng.integers(1, len(slots) // 6 + 2)
            row[start : start + length] = True
    rows, columns = np.nonzero(absent)
    return frozenset((people[row], slots[column].slot_id) for row, column in zip(rows, columns, strict=True))


def _wishes(
    size: Size,
    sellers: list[str],
    buyers: list[str],
    value: Floats,
    listed: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[Wish, ...]:
    """Musts and wants go to pairs of some value, no-gos to any; never two about one pair."""
    rows, columns = np.nonzero(listed)
    weight = value[rows, columns] + 0.1
    drawn = rng.choice(
        len(rows), size.musts + size.wants + size.no_gos, replace=False, p=weight / weight.sum()
    )
    numbers: tuple[tuple[WishKind, int], ...] = (
        ("must", size.musts),
        ("want", size.wants),
        ("no_go", size.no_gos),
    )
    kinds = [kind for kind, number in numbers for _ in range(number)]
    return tuple(
        Wish(sellers[rows[pair]], buyers[columns[pair]], kind)
        if pair % 2
        else Wish(buyers[columns[pair]], sellers[rows[pair]], kind)
        for pair, kind in zip(drawn, kinds, strict=True)
    )
