"""What the rows of each table of an event become, once they are known to be sound."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Generic, TypeVar

import pandas as pd

from recommender.market.files import RawTable
from recommender.market.problems import Problem
from recommender.meetings import domain as core
from recommender.meetings.columns import (
    ABSENCES,
    HISTORY,
    LINEUPS,
    LOCKS,
    PARTICIPANTS,
    SLOTS,
    TABLES,
    VALUES,
    WISHES,
)
from recommender.meetings.files import event_of, lineups_of
from service.domain.events import Event, EventTable, Participant
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork
from service.usecases.events.cells import EXTRA_COLUMNS, flag_of, time_of, values_of
from service.usecases.events.frames import empty_table
from service.usecases.events.lineups import lineup_problems

__all__ = ["LISTS", "Changes", "Target"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Changes:
    """Objects by what happens to them."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def counts(self) -> dict[str, int]:
        """By name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Target(Generic[K, V]):
    """What is stored and what a file has, by key; `put` writes objects, `remove` takes keys out."""

    before: Mapping[K, V]
    after: Mapping[K, V]
    put: Callable[[Sequence[V]], None]
    remove: Callable[[Collection[K]], None]
    problems: Sequence[Problem] = field(default=())

    @classmethod
    def of_rows(
        cls: type[Target[V, V]],
        before: Iterable[V],
        after: Iterable[V],
        put: Callable[[Collection[V]], None],
        remove: Callable[[Collection[V]], None],
    ) -> Target[V, V]:
        """Of rows that are keys themselves: they come and go, and never change."""
        return cls({row: row for row in before}, {row: row for row in after}, put, remove)

    def write(self, replace_all: bool) -> Changes:
        """Write what differs. replace_all: what the file lacks is removed, before the rest is written."""
        gone = [key for key in self.before if key not in self.after] if replace_all else []
        added = [key for key in self.after if key not in self.before]
        changed = [key for key in self.after if key in self.before and self.after[key] != self.before[key]]
        if gone:
            self.remove(gone)
        if added or changed:
            self.put([self.after[key] for key in (*changed, *added)])
        unchanged = len(self.after) - len(added) - len(changed)
        return Changes(len(added), len(changed), unchanged, len(gone))


def _core(rows: RawTable) -> core.Event:
    needed = {name: empty_table(name) for name in (PARTICIPANTS, SLOTS, TABLES)}
    return event_of({**needed, rows.name: rows})


def _participants(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[str, Participant]:
    stored = {one.participant_id: one for one in tx.participants.all(event.event_id)}
    known = tx.distributors.find(list(rows.frame.get("company_id", ())))
    companies = tx.companies.find(list(rows.frame.get("company_id", ())))
    after, problems = {}, []
    for line, one in zip(rows.frame.index, _core(rows).participants, strict=True):
        before = stored.get(one.participant_id)
        if before is not None and before.side != one.side:
            message = f"{one.participant_id} is a {before.side}"
            problems.append(
                Problem(PARTICIPANTS, line, "side", one.side, message, "A side never changes: use another id")
            )
            continue
        wanted = _participant(one, before or Participant(one.participant_id, one.side, one.name))
        if before is None or before.colleagues != one.company_id:
            profile = known.get(one.company_id)
            at_profile = profile.company_id if profile else None
            wanted = replace(
                wanted,
                company_id=one.company_id if one.company_id in companies else at_profile,
                distributor_ids=(profile.distributor_id,) if profile and one.side == "buyer" else (),
            )
        after[one.participant_id] = replace(wanted, **_extra(rows.frame.loc[line]))
    key = event.event_id
    return Target(
        stored,
        after,
        lambda some: tx.participants.put(key, some),
        lambda ids: tx.participants.remove(key, ids),
        problems,
    )


def _participant(one: core.Participant, before: Participant) -> Participant:
    return replace(
        before,
        name=one.name or before.name,
        colleagues=one.company_id,
        max_meetings=one.max_meetings,
        min_meetings=one.min_meetings,
        max_per_day=one.max_per_day,
    )


def _extra(row: pd.Series) -> dict[str, Any]:
    read: dict[str, Callable[[str], Any]] = {
        "hosted": flag_of,
        "not_before": time_of,
        "territories": values_of,
        "brief": str,
    }
    return {name: read[name](row[name]) for name in EXTRA_COLUMNS[PARTICIPANTS] if name in row}


def _slots(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[str, core.Slot]:
    key = event.event_id
    return Target(
        {slot.slot_id: slot for slot in tx.venues.slots(key)},
        {slot.slot_id: slot for slot in _core(rows).slots},
        lambda some: tx.venues.put_slots(key, some),
        lambda ids: tx.venues.remove_slots(key, ids),
    )


def _tables(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[str, EventTable]:
    key = event.event_id
    stored = {table.table_id: table for table in tx.venues.tables(key)}
    after = {}
    for one in _core(rows).tables:
        before = stored.get(one.table_id, EventTable(one.table_id))
        after[one.table_id] = replace(before, reserved_for=one.reserved_for, hall=one.hall)
    return Target(
        stored,
        after,
        lambda some: tx.venues.put_tables(key, some),
        lambda ids: tx.venues.remove_tables(key, ids),
    )


def _absences(
    tx: UnitOfWork, _: Actor, event: Event, rows: RawTable
) -> Target[tuple[str, str], tuple[str, str]]:
    key = event.event_id
    return Target.of_rows(
        tx.participants.absences(key),
        _core(rows).absences,
        lambda some: tx.participants.add_absences(key, some),
        lambda some: tx.participants.remove_absences(key, some),
    )


def _wishes(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[core.Wish, core.Wish]:
    key = event.event_id
    return Target.of_rows(
        tx.wishes.all(key),
        _core(rows).wishes,
        lambda some: tx.wishes.add(key, some),
        lambda some: tx.wishes.remove(key, some),
    )


def _history(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[core.Past, core.Past]:
    key = event.event_id
    return Target.of_rows(
        tx.history.all(key),
        _core(rows).history,
        lambda some: tx.history.add(key, some),
        lambda some: tx.history.remove(key, some),
    )


def _locks(tx: UnitOfWork, _: Actor, event: Event, rows: RawTable) -> Target[tuple[str, str], core.Lock]:
    key = event.event_id
    return Target(
        {(lock.seller_id, lock.buyer_id): lock for lock in tx.wishes.locks(key)},
        {(lock.seller_id, lock.buyer_id): lock for lock in _core(rows).locks},
        lambda some: tx.wishes.put_locks(key, some),
        lambda pairs: tx.wishes.remove_locks(key, pairs),
    )


def _values(
    tx: UnitOfWork, _: Actor, event: Event, rows: RawTable
) -> Target[tuple[str, str], core.PairValue]:
    """Values of a bundle are not mixed with those of a file: a first file takes their place."""
    key = event.event_id
    stored = tx.wishes.values(key) if event.values_from == "file" else core.Values.of(())
    kept = {(one.seller_id, one.buyer_id): one for one in stored}

    def remove(pairs: Collection[tuple[str, str]]) -> None:
        for pair in pairs:
            del kept[pair]
        put(())

    def put(some: Sequence[core.PairValue]) -> None:
        kept.update({(one.seller_id, one.buyer_id): one for one in some})
        tx.wishes.set_values(key, core.Values.of(kept.values()))
        tx.events.update(replace(tx.events.get(key), values_from="file"))

    after = {(one.seller_id, one.buyer_id): one for one in _core(rows).values}
    return Target(dict(kept), after, put, remove)


def _lineups(
    tx: UnitOfWork, actor: Actor, event: Event, rows: RawTable
) -> Target[tuple[str, str], tuple[str, str]]:
    key = event.event_id
    people = {one.participant_id: one for one in tx.participants.all(key)}
    stored = {
        (one.participant_id, film): (one.participant_id, film)
        for one in people.values()
        for film in one.film_ids
    }
    wanted = {
        (seller, film): (seller, film)
        for seller, films in lineups_of({LINEUPS: rows}).items()
        for film in films
    }
    problems = []
    for seller in {seller for seller, _ in wanted}:
        new = {film for one, film in wanted if one == seller and (one, film) not in stored}
        for film, message, remedy in lineup_problems(tx, actor, people[seller], new):
            del wanted[seller, film]
            same = (rows.frame["seller_id"] == seller) & (rows.frame["film_id"] == film)
            problems += [
                Problem(LINEUPS, line, "film_id", film, message, remedy) for line in rows.frame.index[same]
            ]
    films = {one.participant_id: list(one.film_ids) for one in people.values()}

    def remove(pairs: Collection[tuple[str, str]]) -> None:
        for seller, film in pairs:
            films[seller].remove(film)
        save(seller for seller, _ in pairs)

    def put(pairs: Sequence[tuple[str, str]]) -> None:
        for seller, film in pairs:
            films[seller].append(film)
        save(seller for seller, _ in pairs)

    def save(sellers: Any) -> None:
        changed = [
            replace(people[seller], film_ids=tuple(films[seller])) for seller in dict.fromkeys(sellers)
        ]
        tx.participants.put(key, changed)

    return Target(stored, wanted, put, remove, problems)


LISTS: Final[dict[str, Callable[[UnitOfWork, Actor, Event, RawTable], Target[Any, Any]]]] = {
    PARTICIPANTS: _participants,
    SLOTS: _slots,
    TABLES: _tables,
    ABSENCES: _absences,
    WISHES: _wishes,
    LOCKS: _locks,
    VALUES: _values,
    LINEUPS: _lineups,
    HISTORY: _history,
}
