"""Is this folder an event? Every problem with table, row, column, value and remedy.

A row is refused when it cannot be used or breaks a rule together with another row; a warning is told and
planned with. `the_rest` leaves out what is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import pandas as pd

from recommender.market.columns import Column
from recommender.market.files import RawTable
from recommender.market.problems import Problem
from recommender.meetings.cells import check_cells, instants_of
from recommender.meetings.columns import (
    ABSENCES,
    EVENT_TABLES,
    FOLDER_TABLES,
    HISTORY,
    LINEUPS,
    LOCKS,
    PARTICIPANTS,
    SIDES,
    SLOTS,
    TABLES,
    VALUES,
    WISHES,
)
from recommender.meetings.rules import broken_locks, broken_wishes, limits

__all__ = ["LeftOutRow", "check_event", "rows_left_out", "the_rest"]

Tables = Mapping[str, RawTable]
Columns = Mapping[str, Sequence[Column]]


class LeftOutRow(NamedTuple):
    """A row of a table, by its line in the file, that a plan is made without; or its cell of `column` alone."""

    table: str
    row: int
    column: str = ""


_KEYS = {
    PARTICIPANTS: ["participant_id"],
    SLOTS: ["slot_id"],
    TABLES: ["table_id"],
    VALUES: ["seller_id", "buyer_id"],
    LOCKS: ["seller_id", "buyer_id"],
}
"""What may occur once in a table."""

_LINKS = (
    (ABSENCES, "participant_id", PARTICIPANTS),
    (ABSENCES, "slot_id", SLOTS),
    (WISHES, "participant_id", PARTICIPANTS),
    (WISHES, "other_id", PARTICIPANTS),
    (HISTORY, "participant_id", PARTICIPANTS),
    (HISTORY, "other_id", PARTICIPANTS),
    (LOCKS, "slot_id", SLOTS),
    (LOCKS, "table_id", TABLES),
)
"""Table and column -> table that must have the id."""


def check_event(tables: Tables, columns: Columns = EVENT_TABLES) -> tuple[Problem, ...]:
    """Everything wrong with the raw tables of an event; keys are the names of EVENT_TABLES. columns: those known."""
    problems: list[Problem] = []
    for table in tables.values():
        problems += table.problems
        if all(problem.row is not None for problem in table.problems):
            problems += _missing_columns(table)
    if any(problem.row is None for problem in problems):
        return tuple(problems)
    for table in tables.values():
        problems += check_cells(table, columns[table.name])
        problems += _duplicates(table)
    problems += _empty(tables)
    problems += _links(tables)
    sound = _sound(tables, problems)
    problems += _times(sound[SLOTS].frame)
    for rule in (limits, broken_wishes, broken_locks):
        problems += rule({name: table.frame for name, table in sound.items()})
    for table in tables.values():
        problems += _extra_columns(table, columns)
    return tuple(problems)


def the_rest(tables: Tables, columns: Columns = EVENT_TABLES) -> dict[str, RawTable]:
    """The tables without what is refused: a cell that may be empty is emptied, any other takes its row along.

    What is refused of a whole table stays.
    """
    rest = dict(tables)
    while refused := [problem for problem in check_event(rest, columns) if problem.refused and problem.row]:
        rest = _sound(rest, refused)
    return rest


def rows_left_out(tables: Tables, rest: Tables) -> Iterator[LeftOutRow]:
    """The rows of `tables` that are not in `rest`, and the cells that are empty there."""
    for name, table in tables.items():
        kept = rest[name].frame
        for line in table.frame.index.difference(kept.index):
            yield LeftOutRow(name, int(line))
        before = table.frame.loc[kept.index]
        for column in kept:
            for line in kept.index[(kept[column] == "") & (before[column] != "")]:
                yield LeftOutRow(name, int(line), str(column))


def _sound(tables: Tables, problems: Iterable[Problem]) -> dict[str, RawTable]:
    sound = _without(tables, problems)
    while dangling := list(_links(sound)):
        sound = _without(sound, dangling)
    return sound


def _without(tables: Tables, problems: Iterable[Problem]) -> dict[str, RawTable]:
    refused = [problem for problem in problems if problem.refused and problem.row is not None]
    return {name: _cut(table, [p for p in refused if p.table == name]) for name, table in tables.items()}


def _cut(table: RawTable, refused: list[Problem]) -> RawTable:
    if not refused:
        return table
    optional = {column.name for column in FOLDER_TABLES[table.name] if not column.filled}
    frame = table.frame.drop([problem.row for problem in refused if problem.column not in optional])
    for problem in refused:
        if problem.column in optional and problem.row in frame.index:
            frame.loc[problem.row, problem.column] = ""
    return RawTable(table.name, frame)


def _missing_columns(table: RawTable) -> Iterator[Problem]:
    for column in EVENT_TABLES[table.name]:
        if column.required and column.name not in table.frame:
            remedy = f"Add the column; this table has {', '.join(map(str, table.frame.columns)) or 'none'}"
            yield Problem(table.name, None, column.name, "", "the required column is missing", remedy)


def _extra_columns(table: RawTable, columns: Columns) -> Iterator[Problem]:
    known = [column.name for column in columns[table.name]]
    for name in table.frame.columns:
        if name not in known:
            remedy = f"Nothing, or name it as one of: {', '.join(known)}"
            yield Problem(table.name, None, name, "", "the column is not used", remedy, refused=False)


def _duplicates(table: RawTable) -> Iterator[Problem]:
    if table.name not in _KEYS:
        return
    keys = _KEYS[table.name]
    first: dict[tuple[str, ...], int] = {}
    again = table.frame.duplicated(keys, keep=False)
    for line, *key in table.frame.loc[again, keys].itertuples():
        earlier = first.setdefault(tuple(key), line)
        if earlier != line:
            message = f"{'this pair' if len(keys) > 1 else 'the id'} is already used in row {earlier}"
            remedy = (
                "Keep one of the rows" if len(keys) > 1 else "Give each row its own id, or remove one row"
            )
            yield Problem(table.name, line, keys[0], key[0], message, remedy)


def _empty(tables: Tables) -> Iterator[Problem]:
    for name, noun in ((SLOTS, "slot"), (TABLES, "table")):
        if tables[name].frame.empty:
            yield Problem(name, None, "", "", f"there is no {noun}", f"Add a row for each {noun}")
    sides = set(tables[PARTICIPANTS].frame["side"])
    for side in SIDES:
        if side not in sides:
            message = f"there is no {side}"
            yield Problem(PARTICIPANTS, None, "side", "", message, f"Add a row for each {side}")


def _links(tables: Tables) -> Iterator[Problem]:
    for name, column, parent in _LINKS:
        if name in tables and column in tables[name].frame:
            known = set(tables[parent].frame[_KEYS[parent][0]])
            yield from _unknown(name, column, tables[name].frame, known, f"the {parent} table has no such id")
    people = tables[PARTICIPANTS].frame
    for side in SIDES:
        known = set(people["participant_id"][people["side"] == side])
        for name in (LOCKS, VALUES, LINEUPS):
            if name in tables and f"{side}_id" in tables[name].frame:
                message = f"no {side} of the participants has this id"
                yield from _unknown(name, f"{side}_id", tables[name].frame, known, message)
    for name in (WISHES, HISTORY):
        if name in tables and {"participant_id", "other_id"} <= set(tables[name].frame):
            yield from _same_side(people, name, tables[name].frame)
    if "reserved_for" in tables[TABLES].frame:
        known = {*people["participant_id"], *people.get("company_id", ())}
        message = "no participant and no company has this id"
        yield from _unknown(TABLES, "reserved_for", tables[TABLES].frame, known, message)


def _unknown(name: str, column: str, frame: pd.DataFrame, known: set[str], message: str) -> Iterator[Problem]:
    ids = frame[column]
    for line, value in ids[(ids != "") & ~ids.isin(known)].items():
        yield Problem(name, line, column, value, message, "Correct the id, or add it there")


def _same_side(people: pd.DataFrame, name: str, pairs: pd.DataFrame) -> Iterator[Problem]:
    sides = dict(zip(people["participant_id"], people["side"], strict=True))
    for line, one, other in pairs[["participant_id", "other_id"]].itertuples():
        if sides.get(one) == sides.get(other) is not None:
            message = f"both are {sides[one]}s" if one != other else "nobody meets themselves"
            yield Problem(name, line, "other_id", other, message, "Name somebody of the other side")


def _times(slots: pd.DataFrame) -> Iterator[Problem]:
    """Slots with and without a zone, that end before they start, that overlap."""
    starts, ends = instants_of(slots, "starts_at"), instants_of(slots, "ends_at")
    written = zip(starts, ends, slots.index, slots["slot_id"], slots["starts_at"], strict=True)
    rows = [(start, end, *place) for start, end, *place in written if start and end]
    zoned = bool(rows and rows[0][0].tzinfo)
    sound: list[tuple[datetime, datetime, int, str, str]] = []
    for start, end, line, slot, cell in rows:
        problem = (SLOTS, line, "starts_at", cell)
        if {bool(start.tzinfo), bool(end.tzinfo)} != {zoned}:
            message = "some times have a zone (such as +02:00) and some have none"
            yield Problem(*problem, message, "Write all times with a zone, or none")
        elif end <= start:
            yield Problem(*problem, "the slot does not end after its start", "Correct one of the times")
        else:
            sound.append((start, end, line, slot, cell))
    yield from _overlaps(sorted(sound))


def _overlaps(rows: Iterable[tuple[datetime, datetime, int, str, str]]) -> Iterator[Problem]:
    """rows: start, end, line, id and start as written, in the order of their starts."""
    latest: tuple[datetime, int, str] | None = None
    for start, end, line, slot, cell in rows:
        if latest and start < latest[0]:
            message = f"slot {slot} overlaps slot {latest[2]} of row {latest[1]}"
            yield Problem(SLOTS, line, "starts_at", cell, message, "Move or remove one of the two")
        if latest is None or end > latest[0]:
            latest = (end, line, slot)
