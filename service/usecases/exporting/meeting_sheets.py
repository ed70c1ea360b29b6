"""A schedule as sheets of a workbook: all meetings, each day, each table, each participant, and the figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from recommender.meetings.domain import Meeting, Slot
from service.domain.events import EventTable, Participant
from service.domain.schedules import Schedule
from service.domain.words import Answer
from service.tables_io.writing import Cell, Sheet
from service.usecases.exporting.figures import figure_rows
from service.usecases.exporting.wording import PLAIN, Wording, _, headed

__all__ = ["HEADS", "MEETINGS", "Programme", "programme_sheets"]

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

HEADS: Final = {
    "answer": _("Answer"),
    "buyer": _("Buyer"),
    "buyer_answer": _("Buyer's answer"),
    "buyer_id": _("Buyer's id"),
    "day": _("Day"),
    "ends_at": _("Ends at"),
    "figure": _("Figure"),
    "films": _("Films"),
    "hall": _("Hall"),
    "participant": _("Participant"),
    "seller": _("Seller"),
    "seller_answer": _("Seller's answer"),
    "seller_id": _("Seller's id"),
    "side": _("Side"),
    "slot_id": _("Slot"),
    "starts_at": _("Starts at"),
    "table": _("Table"),
    "table_id": _("Table"),
    "their_answer": _("Their answer"),
    "value": _("Value"),
    "value_buyer": _("Value for the buyer"),
    "value_seller": _("Value for the seller"),
    "with": _("With"),
}

_MOST_SHEETS: Final = 300
"""Beyond these, participants and tables are told apart within one sheet each: nobody finds a sheet among thousands."""


@dataclass(frozen=True, eq=False)
class Programme:
    """A version with all that its sheets tell of. answers: by seller_id, buyer_id and side."""

    schedule: Schedule
    meetings: Sequence[Meeting]
    people: Mapping[str, Participant]
    slots: Mapping[str, Slot]
    tables: Mapping[str, EventTable]
    titles: Mapping[str, str]
    answers: Mapping[tuple[str, str, str], Answer]

    def rows(
        self, wording: Wording = PLAIN, meetings: Iterable[Meeting] | None = None
    ) -> Iterator[tuple[Cell, ...]]:
        """Rows of MEETINGS."""
        for one in self.meetings if meetings is None else meetings:
            yield (
                *self._when(one),
                *self._where(one),
                self.name(one.seller_id),
                self.name(one.buyer_id),
                self._films(one),
                *(round(number, 4) for number in (one.value, one.value_seller, one.value_buyer)),
                *(self._answer(one, side, wording) for side in ("seller", "buyer")),
                *(one.seller_id, one.buyer_id, one.slot_id),
            )

    def rows_of(self, participant: Participant, wording: Wording) -> Iterator[tuple[Cell, ...]]:
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
                    *(self._answer(one, side, wording) for side in sides),
                )

    def rows_at(self, table: EventTable) -> Iterator[tuple[Cell, ...]]:
        """Who sits at a table."""
        for one in self.meetings:
            if one.table_id == table.table_id:
                yield (*self._when(one), self.name(one.seller_id), self.name(one.buyer_id))

    def name(self, participant_id: str) -> str:
        """What somebody is called."""
        return self.people[participant_id].called

    def time(self, wording: Wording, slot_id: str) -> str:
        """Day and hour of a slot."""
        slot = self.slots[slot_id]
        return f"{wording.day(slot.day)} {slot.starts_at:%H:%M}"

    def _answer(self, one: Meeting, side: str, wording: Wording) -> str:
        given = self.answers.get((one.seller_id, one.buyer_id, side))
        return wording.label(given) if given else ""

    def _when(self, one: Meeting) -> tuple[Cell, ...]:
        slot = self.slots[one.slot_id]
        return slot.day, f"{slot.starts_at:%H:%M}", f"{slot.ends_at:%H:%M}"

    def _where(self, one: Meeting) -> tuple[Cell, ...]:
        return one.table_id, self.tables[one.table_id].hall

    def _films(self, one: Meeting) -> tuple[str, ...]:
        return tuple(self.titles.get(film, film) for film in one.films)


def programme_sheets(programme: Programme, wording: Wording = PLAIN) -> Iterator[Sheet]:
    """The sheets, the whole first."""
    say = wording.say
    yield _sheet(wording, say("All"), MEETINGS, programme.rows(wording))
    by_day: dict[date, list[Meeting]] = {}
    for one in programme.meetings:
        by_day.setdefault(programme.slots[one.slot_id].day, []).append(one)
    for day, meetings in by_day.items():
        yield _sheet(wording, wording.day(day), MEETINGS, programme.rows(wording, meetings))
    people, tables = programme.people.values(), programme.tables.values()
    yield _sheet(wording, say("Tables"), ("table", *_OF_TABLE), _all_tables(programme))
    columns = ("participant", "side", *_OF_ONE)
    yield _sheet(wording, say("Participants"), columns, _all_people(programme, wording))
    if len(people) + len(tables) <= _MOST_SHEETS:
        for table in tables:
            name = say("Table %(table)s", table=table.table_id)
            yield _sheet(wording, name, _OF_TABLE, programme.rows_at(table))
        for person in people:
            yield _sheet(wording, person.called, _OF_ONE, programme.rows_of(person, wording))
    report, at = programme.schedule.report, partial(programme.time, wording)
    figures = figure_rows(report, wording, programme.name, at)
    yield _sheet(wording, say("Figures"), ("figure", "value"), figures)


def _sheet(wording: Wording, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Sheet:
    return Sheet(name, headed(columns, HEADS, wording), rows)


def _all_tables(programme: Programme) -> Iterator[tuple[Cell, ...]]:
    rank = {table_id: place for place, table_id in enumerate(programme.tables)}
    for one in sorted(programme.meetings, key=lambda one: rank[one.table_id]):
        (row,) = programme.rows(meetings=[one])
        yield (one.table_id, *row[:3], *row[5:7])


def _all_people(programme: Programme, wording: Wording) -> Iterator[tuple[Cell, ...]]:
    own: dict[str, list[Meeting]] = {}
    for one in programme.meetings:
        for person in (one.seller_id, one.buyer_id):
            own.setdefault(person, []).append(one)
    sides = {side: side if wording is PLAIN else wording.say(HEADS[side]) for side in ("seller", "buyer")}
    for person, participant in programme.people.items():
        theirs = replace(programme, meetings=own.get(person, ()))
        for row in theirs.rows_of(participant, wording):
            yield (programme.name(person), sides[participant.side], *row)
