"""A schedule as sheets of a workbook: all meetings, each day, each table, each participant, and the figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from recommender.meetings.domain import Meeting, Slot
from service.domain.events import EventTable, Participant
from service.domain.schedules import Schedule
from service.tables_io.writing import Cell, Sheet

__all__ = ["MEETINGS", "Programme", "programme_sheets"]

MEETINGS: Final = (
    *("day", "starts_at", "ends_at", "table_id", "hall", "seller", "buyer", "films"),
    *("value", "value_seller", "value_buyer", "seller_answer", "buyer_answer"),
    *("seller_id", "buyer_id", "slot_id"),
)
_OF_ONE: Final = (
    "day",
    "starts_at",
    "ends_at",
    "table_id",
    "hall",
    "with",
    "films",
    "answer",
    "their_answer",
)
_OF_TABLE: Final = ("day", "starts_at", "ends_at", "seller", "buyer")

_MOST_SHEETS: Final = 300
"""Beyond these, participants and tables are told apart within one sheet each: nobody finds a sheet among thousands."""


@dataclass(frozen=True, eq=False)
class Programme:
    """A version with all that its sheets tell of. answers: (seller_id, buyer_id, side) -> word."""

    schedule: Schedule
    meetings: Sequence[Meeting]
    people: Mapping[str, Participant]
    slots: Mapping[str, Slot]
    tables: Mapping[str, EventTable]
    titles: Mapping[str, str]
    answers: Mapping[tuple[str, str, str], str]

    def rows(self, meetings: Iterable[Meeting] | None = None) -> Iterator[tuple[Cell, ...]]:
        """Rows of MEETINGS."""
        for one in self.meetings if meetings is None else meetings:
            yield (
                *self._when(one),
                *self._where(one),
                self.name(one.seller_id),
                self.name(one.buyer_id),
                self._films(one),
                *(round(number, 4) for number in (one.value, one.value_seller, one.value_buyer)),
                *(self.answers.get((one.seller_id, one.buyer_id, side), "") for side in ("seller", "buyer")),
                *(one.seller_id, one.buyer_id, one.slot_id),
            )

    def rows_of(self, participant: Participant) -> Iterator[tuple[Cell, ...]]:
        """Somebody's agenda."""
        sells = participant.side == "seller"
        sides = ("seller", "buyer") if sells else ("buyer", "seller")
        for one in self.meetings:
            if participant.participant_id == (one.seller_id if sells else one.buyer_id):
                yield (
                    *self._when(one),
                    *self._where(one),
                    self.name(one.buyer_id if sells else one.seller_id),
                    self._films(one),
                    *(self.answers.get((one.seller_id, one.buyer_id, side), "") for side in sides),
                )

    def rows_at(self, table: EventTable) -> Iterator[tuple[Cell, ...]]:
        """Who sits at a table."""
        for one in self.meetings:
            if one.table_id == table.table_id:
                yield (*self._when(one), self.name(one.seller_id), self.name(one.buyer_id))

    def name(self, participant_id: str) -> str:
        """The name, the id where there is none."""
        return self.people[participant_id].name or participant_id

    def _when(self, one: Meeting) -> tuple[Cell, ...]:
        slot = self.slots[one.slot_id]
        return slot.day, f"{slot.starts_at:%H:%M}", f"{slot.ends_at:%H:%M}"

    def _where(self, one: Meeting) -> tuple[Cell, ...]:
        return one.table_id, self.tables[one.table_id].hall

    def _films(self, one: Meeting) -> tuple[str, ...]:
        return tuple(self.titles.get(film, film) for film in one.films)


def programme_sheets(programme: Programme) -> Iterator[Sheet]:
    """The sheets, the whole first."""
    yield Sheet("All", MEETINGS, programme.rows())
    by_day: dict[Any, list[Meeting]] = {}
    for one in programme.meetings:
        by_day.setdefault(programme.slots[one.slot_id].day, []).append(one)
    for day, meetings in by_day.items():
        yield Sheet(str(day), MEETINGS, programme.rows(meetings))
    people, tables = programme.people.values(), programme.tables.values()
    yield Sheet("Tables", ("table", *_OF_TABLE), _all_tables(programme))
    yield Sheet("Participants", ("participant", "side", *_OF_ONE), _all_people(programme))
    if len(people) + len(tables) <= _MOST_SHEETS:
        for table in tables:
            yield Sheet(f"Table {table.table_id}", _OF_TABLE, programme.rows_at(table))
        for person in people:
            yield Sheet(person.name or person.participant_id, _OF_ONE, programme.rows_of(person))
    yield Sheet("Figures", ("figure", "value"), _figures(programme.schedule.report))


def _all_tables(programme: Programme) -> Iterator[tuple[Cell, ...]]:
    rank = {table_id: place for place, table_id in enumerate(programme.tables)}
    for one in sorted(programme.meetings, key=lambda one: rank[one.table_id]):
        (row,) = programme.rows([one])
        yield (one.table_id, *row[:3], *row[5:7])


def _all_people(programme: Programme) -> Iterator[tuple[Cell, ...]]:
    own: dict[str, list[Meeting]] = {}
    for one in programme.meetings:
        for person in (one.seller_id, one.buyer_id):
            own.setdefault(person, []).append(one)
    for person, participant in programme.people.items():
        theirs = replace(programme, meetings=own.get(person, ()))
        for row in theirs.rows_of(participant):
            yield (programme.name(person), participant.side, *row)


def _figures(report: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[Cell, ...]]:
    for name, value in report.items():
        if isinstance(value, Mapping):
            yield from _figures(value, f"{prefix}{name} ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, one in enumerate(value, start=1):
                yield from _figures(one, f"{prefix}{name} {number} ")
        elif isinstance(value, list):
            yield from ((f"{prefix}{name}", _text(one)) for one in value)
        else:
            yield f"{prefix}{name}", value


def _text(value: Any) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)
