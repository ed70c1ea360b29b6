"""Changes of single rows that let others hold: what they are, and which to try first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from recommender.errors import quoted
from recommender.meetings.domain import Event
from recommender.meetings.rows import ALL_TABLES, Row

__all__ = ["Change", "Remedy", "changes"]

MOST: Final = 3
"""How far a limit or the number of tables is raised at most to see whether that helps."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A limit goes from `before` to `after`, `after` tables are added, or, without numbers, the row is given up."""

    row: Row
    before: int | None = None
    after: int | None = None

    def __str__(self) -> str:
        row, names = self.row, [quoted(name) for name in self.row.key]
        if row == ALL_TABLES:
            return f"Add {self.after} table{'' if self.after == 1 else 's'}"
        if row.table == "participants":
            verb = "Raise" if (self.after or 0) > (self.before or 0) else "Lower"
            return f"{verb} {row.column} of {names[0]} from {self.before} to {self.after}"
        if row.table == "absences":
            return f"Let {names[0]} come at {names[1]}"
        if row.table == "tables":
            return f"Open table {names[0]} to others"
        if row.table == "wishes":
            return f"Take back the {row.key[2].replace('_', '-')} of {names[0]} about {names[1]}"
        return f"Remove the lock of {names[0]} and {names[1]} at {names[2]}"


@dataclass(frozen=True, slots=True)
class Change:
    """A remedy carried out: the event and its rows with it, and how many tables more there are in each hall."""

    remedy: Remedy
    event: Event
    rows: Sequence[Row]
    more_tables: int = 0


def changes(event: Event, conflict: Sequence[Row], around: Sequence[Row]) -> Iterator[Change]:
    """Changes of one row of `conflict`, the smaller first, as seen among the rows `around` it."""
    for more in range(1, MOST + 1):
        for row in conflict:
            if row.table == "participants":
                yield _raised(event, row, more, around)
        if ALL_TABLES in conflict:
            yield Change(Remedy(ALL_TABLES, after=more), event, around, more)
    for table in ("absences", "tables", "wishes", "locks"):
        for row in conflict:
            if row.table == table and row != ALL_TABLES:
                yield Change(Remedy(row), event, [other for other in around if other != row])


def _raised(event: Event, row: Row, more: int, around: Sequence[Row]) -> Change:
    person = next(person for person in event.participants if person.participant_id == row.key[0])
    limit = int(getattr(person, row.column))
    if row.column == "max_meetings":
        raised = replace(person, max_meetings=limit + more)
    else:
        raised = replace(person, max_per_day=limit + more)
    people = tuple(raised if other is person else other for other in event.participants)
    return Change(Remedy(row, limit, limit + more), replace(event, participants=people), around)
