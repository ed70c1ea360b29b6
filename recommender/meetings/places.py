"""Tables in index form: who may sit where, and how many meetings a slot can hold.

One side sits, the other walks: the side with more tables of its own, sellers where neither has any. Where
halls are too far apart to change between two slots, everybody who sits stays in one hall.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.meetings.domain import Event, Participant, Side, Table

__all__ = ["Places", "places_of"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """Tables by class; a class is a hall's common tables or a company's tables in one hall.

    sitting: the side that keeps its place. halls: number of halls, whose common tables are the first
    classes. table_class: (t,) class of a table, -1 = one participant's own.
    size: (c,) tables of a class. common: (c,) the class of the hall's common tables, to which a full class
    overflows. group: (n,) the class at which somebody sits, -1 = a walker without reserved tables.
    own: (n,) who has a table to himself and so never lacks one. hall: (n,) where somebody's tables are.
    table_hall: (t,). owners: for each table the people who may use it, None = everybody. several: (n,) who
    belongs to more than one class of reserved tables and is counted at one. sits: (n,) who is of the side that sits.
    """

    sitting: Side
    halls: int
    table_class: Ints
    size: Ints
    common: Ints
    group: Ints
    own: Bools
    hall: Ints
    table_hall: Ints
    owners: tuple[frozenset[int] | None, ...]
    several: Bools
    sits: Bools

    @property
    def guests(self) -> Bools:
        """(n,) who may have a table that the classes do not know of, because they tell one for each pair."""
        reserved = self.own | (self.group >= self.halls)
        return self.several | (reserved & ~self.sits)

    @property
    def exact(self) -> bool:
        """Whether the classes say exactly what tables allow; else they allow a little less."""
        sitters = (self.own | (self.group >= self.halls)) & self.sits
        return self.halls == 1 and not self.several.any() and not (self.guests.any() and sitters.any())

    def of_pairs(self, sitter: Ints, walker: Ints) -> tuple[Ints, Bools]:
        """(x,) class of the tables of each pair, and whether a table of its own makes the class needless."""
        reserved = self.group >= self.halls
        together = self.hall[sitter] == self.hall[walker]
        guest = ~reserved[sitter] & reserved[walker] & together
        own = self.own[sitter] | (self.own[walker] & together)
        return np.where(guest, self.group[walker], self.group[sitter]), own


def places_of(event: Event, people: Sequence[Participant], *, walking: bool) -> Places:
    """The tables of `event` for `people`, sellers first; walking: whether halls matter."""
    halls = list(dict.fromkeys(table.hall for table in event.tables)) if walking else []
    table_hall = np.array([halls.index(t.hall) if walking else 0 for t in event.tables], dtype=np.int64)
    owners = _owners(event.tables, people)
    personal = [who is not None and len(who) <= 1 for who in owners]
    classes = {("", hall): hall for hall in range(max(len(halls), 1))}
    table_class = np.full(len(event.tables), -1, dtype=np.int64)
    for number, table in enumerate(event.tables):
        if not personal[number]:
            key = (table.reserved_for, int(table_hall[number]))
            table_class[number] = classes.setdefault(key, len(classes))
    size = np.bincount(table_class[table_class >= 0], minlength=len(classes))
    own = np.zeros(len(people), dtype=bool)
    own[[person for table, who in enumerate(owners) if personal[table] for person in who or ()]] = True
    common = np.array([hall for _, hall in classes], dtype=np.int64)
    sitting = _sitting(owners, people)
    sits = np.array([person.side == sitting for person in people], dtype=bool)
    hall = _halls(owners, table_hall, personal, sits, size, common)
    group = np.full(len(people), -1, dtype=np.int64)
    several = np.zeros(len(people), dtype=bool)
    for place, who in enumerate(owners):
        for person in who or ():
            if not personal[place] and table_hall[place] == hall[person]:
                several[person] |= group[person] not in (-1, table_class[place])
                group[person] = table_class[place]
    group = np.where(sits & (group < 0), hall, group)
    return Places(
        sitting,
        max(len(halls), 1),
        table_class,
        size,
        common,
        group,
        own,
        hall,
        table_hall,
        tuple(owners),
        several,
        sits,
    )


def _owners(tables: Sequence[Table], people: Sequence[Participant]) -> list[frozenset[int] | None]:
    named: dict[str, set[int]] = {}
    for number, person in enumerate(people):
        for name in {person.participant_id, person.company_id} - {""}:
            named.setdefault(name, set()).add(number)
    return [frozenset(named.get(t.reserved_for, ())) if t.reserved_for else None for t in tables]


def _sitting(owners: Sequence[frozenset[int] | None], people: Sequence[Participant]) -> Side:
    sides = Counter(people[min(who)].side for who in owners if who)
    return "buyer" if sides["buyer"] > sides["seller"] else "seller"


def _halls(
    owners: Sequence[frozenset[int] | None],
    table_hall: Ints,
    personal: Sequence[bool],
    sits: Bools,
    size: Ints,
    common: Ints,
) -> Ints:
    """(n,) hall of everybody's tables; those who sit at common tables are spread over the halls by tables."""
    hall = np.full(len(sits), -1, dtype=np.int64)
    for table, who in enumerate(owners):
        for person in who or ():
            if hall[person] < 0 or personal[table]:
                hall[person] = table_hall[table]
    halls = int(common.max()) + 1
    seated = np.zeros(halls)
    for sitter in np.nonzero(sits & (hall < 0))[0]:
        hall[sitter] = int(np.argmin((seated + 1) / np.maximum(size[:halls], 0.01)))
        seated[hall[sitter]] += 1
    return hall
