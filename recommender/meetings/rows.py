"""Rows of an event as things that can be left out: to see which of them cannot all hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from recommender.errors import quoted
from recommender.meetings.domain import Event, Lock, Participant, Table, Values, Wish, WishKind

__all__ = ["ALL_TABLES", "MUST", "Row", "need_of", "needs_of", "part_of", "people_of", "rules_of"]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an event's tables, or one limit in it.

    table: participants, slots, tables, absences, wishes or locks. key: the cells that name the row: the id,
    or all cells of an absence, a wish or a lock; empty = the table as a whole. column: the limit that is
    meant, "" = the row itself.
    """

    table: str
    key: tuple[str, ...] = ()
    column: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.table, *map(quoted, filter(None, self.key)), self.column)))


ALL_TABLES = Row("tables")
"""The number of tables."""
LIMITS = ("max_meetings", "max_per_day")
MUST: WishKind = "must"


def need_of(source: Wish | Lock) -> Row:
    """The row of a wish or a lock."""
    if isinstance(source, Lock):
        return Row("locks", (source.seller_id, source.buyer_id, source.slot_id, source.table_id))
    return Row("wishes", (source.participant_id, source.other_id, source.kind))


def people_of(row: Row) -> frozenset[str]:
    """The two people of a wish or a lock."""
    return frozenset(row.key[:2])


def needs_of(event: Event) -> list[Row]:
    """The locks, then the musts of pairs without a lock, one for each pair."""
    locks = [need_of(lock) for lock in event.locks]
    musts = [need_of(wish) for wish in event.wishes if wish.kind == MUST]
    locked = {people_of(lock) for lock in locks}
    once = {people_of(must): must for must in reversed(musts) if people_of(must) not in locked}
    return [*locks, *once.values()]


def rules_of(event: Event, needs: Sequence[Row], people: Iterable[str] = ()) -> list[Row]:
    """What may be in the way of `needs` and of further `people`, the likeliest to be changed first."""
    people = frozenset(people).union(*map(people_of, needs))
    pairs = set(map(people_of, needs))
    named = {need.key[3] for need in needs if need.table == "locks"}
    limits = [
        Row("participants", (person.participant_id,), column)
        for person in event.participants
        for column in LIMITS
        if person.participant_id in people and getattr(person, column) is not None
    ]
    reserved = [
        Row("tables", (table.table_id,), "reserved_for")
        for table in event.tables
        if table.table_id in named and table.reserved_for
    ]
    no_gos = [need_of(w) for w in event.wishes if w.kind == "no_go" and people_of(need_of(w)) in pairs]
    absences = [Row("absences", key) for key in sorted(event.absences) if key[0] in people]
    return [*limits, ALL_TABLES, *reserved, *no_gos, *absences]


def part_of(event: Event, rows: Collection[Row], people: Iterable[str] = (), more_tables: int = 0) -> Event:
    """`event` with nothing but the musts and locks in `rows`, their people and `people`, and the rules in `rows`.

    more_tables: spare ones to add in each hall; without the row ALL_TABLES there are enough for everybody.
    """
    by_table: dict[str, list[Row]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row)
    wishes = [_wish(row) for row in by_table.get("wishes", ())]
    locks = [Lock(*row.key) for row in by_table.get("locks", ())]
    musts = [wish for wish in wishes if wish.kind == MUST]
    needs = [*map(need_of, locks), *map(need_of, musts)]
    people = {*people, *(name for need in needs for name in people_of(need))}
    kept = set(rows)
    spare = more_tables if ALL_TABLES in kept else len(locks) + len(musts)
    return replace(
        event,
        participants=tuple(_limited(p, kept) for p in event.participants if p.participant_id in people),
        tables=tuple(_tables(event.tables, kept, locks, spare)),
        values=Values.of(()),
        absences=frozenset(
            (row.key[0], row.key[1]) for row in by_table.get("absences", ()) if row.key[0] in people
        ),
        wishes=tuple(wish for wish in wishes if {wish.participant_id, wish.other_id} <= people),
        locks=tuple(locks),
    )


def _wish(row: Row) -> Wish:
    one, other, kind = row.key
    return Wish(one, other, "must" if kind == MUST else "no_go")


def _limited(person: Participant, kept: Collection[Row]) -> Participant:
    name = (person.participant_id,)
    return replace(
        person,
        min_meetings=0,
        max_meetings=person.max_meetings if Row("participants", name, "max_meetings") in kept else None,
        max_per_day=person.max_per_day if Row("participants", name, "max_per_day") in kept else None,
    )


def _tables(tables: Sequence[Table], kept: Collection[Row], locks: Sequence[Lock], spare: int) -> list[Table]:
    """Tables named by locks are open to all unless their reservation is kept; `spare` more in each hall."""
    named = {lock.table_id for lock in locks}
    halls = dict.fromkeys([table.hall for table in tables] or [""])
    return [
        *(
            replace(table, reserved_for="")
            if table.table_id in named and Row("tables", (table.table_id,), "reserved_for") not in kept
            else table
            for table in tables
        ),
        *(Table(f"spare {number} {hall}", hall=hall) for hall in halls for number in range(spare)),
    ]
