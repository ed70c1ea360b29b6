"""The tables of an event as files: the planner's own CSV, or XLSX and Parquet, tried first and then applied.

Rows add or change what has the same key; columns that the file lacks stay as they are. With `replace`, rows that the
file lacks are removed. Refused rows are told and
left out, unless what remains would contradict what is stored: then nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from recommender.market.files import RawTable
from recommender.market.problems import Problem
from recommender.meetings.checks import check_event
from recommender.meetings.columns import EVENT_TABLES, PARTICIPANTS, SLOTS, VALUES
from service.domain.events import Event
from service.domain.words import Scope
from service.errors import Invalid
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import Action, require_scope
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.tables_io.reading import read_table
from service.usecases.audit import record
from service.usecases.events.access import event_to_plan
from service.usecases.events.cells import EXTRA_COLUMNS, extra_problems, with_zone
from service.usecases.events.frames import KEPT_TABLES, empty_table, stored_tables, with_every_day
from service.usecases.events.lists import LISTS
from service.usecases.events.merging import Changes

__all__ = ["EventImport", "import_event_tables", "import_table", "problem_rows"]


@dataclass(frozen=True, slots=True)
class EventImport:
    """What an import of one table did, or would do. total: rows of the file. problems: by row."""

    table: str
    dry_run: bool
    total: int
    changes: Changes
    refused: int
    problems: tuple[Problem, ...]

    @property
    def is_possible(self) -> bool:
        """Whether what is not refused can be written."""
        return not any(one.refused and (one.row is None or one.row < 0) for one in self.problems)


def import_table(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    table: str,
    content: bytes,
    *,
    dry_run: bool,
    replace_all: bool = False,
) -> EventImport:
    """Import one table of an event, or try it. table: a name of KEPT_TABLES, such as participants.

    Raises Invalid and TooLarge where the file cannot be read.
    """
    if table not in KEPT_TABLES:
        names = ", ".join(KEPT_TABLES)
        raise Invalid.field(
            "table",
            phrase("an event has no table {table!r}", table=table),
            phrase("Name one of: {names}", names=names),
        )
    require_scope(actor, Scope.IMPORT)
    read = read_table(content)
    with uow(statement_timeout_s=0) as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        problems = [
            Problem(
                table,
                ragged.line,
                "",
                "",
                phrase("the row has {cells} cells", cells=ragged.cells),
                "Put texts with commas in quotes",
            )
            for ragged in read.ragged
        ]
        done = _import(tx, actor, event, RawTable(table, _named(table, read.frame), problems), replace_all)
        done = replace(done, dry_run=dry_run)
        if not dry_run and done.is_possible:
            record(
                tx,
                actor,
                f"{table}.import",
                "event_plan",
                event_id,
                company_id=event.company_id,
                after={"refused": done.refused, **done.changes.counts()},
            )
            tx.commit()
    return done


def import_event_tables(
    tx: UnitOfWork, actor: Actor, event: Event, tables: Mapping[str, RawTable]
) -> dict[str, EventImport]:
    """Import several tables in an order in which each finds what it refers to; for the caller to commit."""
    return {
        name: _import(tx, actor, event, tables[name], replace_all=False)
        for name in KEPT_TABLES
        if name in tables
    }


def problem_rows(done: EventImport) -> Iterator[tuple[str, ...]]:
    """row, column, value, problem, remedy, and whether the row is refused, as texts."""
    for one in done.problems:
        row = str(one.row) if one.row is not None and one.row > 0 else ""
        yield row, one.column, one.value, one.message, one.remedy, "yes" if one.refused else ""


def _import(tx: UnitOfWork, actor: Actor, event: Event, file: RawTable, replace_all: bool) -> EventImport:
    name, total = file.name, len(file.frame)
    own = file.frame.drop(columns=[one for one in EXTRA_COLUMNS.get(name, ()) if one in file.frame])
    missing = _missing(own, name)
    if any(problem.refused for problem in missing):
        return EventImport(name, True, total, Changes(), total, tuple(missing))
    stored = stored_tables(tx, event, leaving_out=() if name == VALUES else (VALUES,))
    file = _completed(with_zone(file, event), stored[name].frame)
    found = [*missing, *file.problems, *extra_problems(file, event)]
    mine = [one for one in file.frame if one not in EXTRA_COLUMNS.get(name, ())]
    good = file.frame[mine].drop(list(_refused_rows(found)))
    while True:
        problems = _problems(stored, event, name, good, replace_all)
        bad = _refused_rows(problems)
        # Warnings of a round with refused rows come again in the next one, where they still hold.
        found += [problem for problem in problems if problem.refused or not bad]
        if not bad:
            break
        good = good.drop(list(bad))
    target = LISTS[name](tx, actor, event, RawTable(name, file.frame.loc[good.index]))
    found += target.problems
    done = EventImport(name, True, total, Changes(), len(_refused_rows(found)), tuple(_ordered(found)))
    return replace(done, changes=target.write(replace_all)) if done.is_possible else done


def _refused_rows(problems: Iterable[Problem]) -> set[int]:
    """Rows of the file that cannot be used."""
    return {one.row for one in problems if one.refused and one.row is not None and one.row > 0}


def _problems(
    stored: Mapping[str, RawTable], event: Event, name: str, good: pd.DataFrame, replace_all: bool
) -> Sequence[Problem]:
    """What is wrong with the file's rows together with what is stored, as far as the file is why."""
    known = {(p.table, p.row, p.message) for p in check_event(with_every_day(stored, event))}
    kept = stored[name].frame.iloc[:0] if replace_all else _others(name, stored[name].frame, good)
    merged = pd.concat([good, kept]).fillna("") if len(kept) else good
    problems = check_event(with_every_day({**stored, name: RawTable(name, merged)}, event))
    return [
        problem
        for problem in problems
        if (problem.table, problem.row, problem.message) not in known
        and (problem.table == name or problem.refused)
        and not (problem.row is None and problem.refused)
    ]


def _completed(file: RawTable, stored: pd.DataFrame) -> RawTable:
    """The file with what is stored in the columns that it lacks; values are known as a whole or not at all."""
    lacks = [column.name for column in EVENT_TABLES[file.name] if column.name not in file.frame]
    if not lacks or file.name == VALUES:
        return file
    keys = [column.name for column in EVENT_TABLES[file.name] if column.name in _KEYS[file.name]]
    known = file.frame[keys].join(stored.set_index(keys)[lacks], on=keys).fillna("")
    return RawTable(file.name, file.frame.assign(**{name: known[name] for name in lacks}), file.problems)


def _others(name: str, stored: pd.DataFrame, good: pd.DataFrame) -> pd.DataFrame:
    """Stored rows that no row of the file stands for."""
    keys = [column.name for column in EVENT_TABLES[name] if column.name in _KEYS[name]]
    again = pd.MultiIndex.from_frame(stored[keys]).isin(pd.MultiIndex.from_frame(good[keys]))
    return stored[~again]


_KEYS: Final = {
    name: {
        PARTICIPANTS: ("participant_id",),
        SLOTS: ("slot_id",),
        "tables": ("table_id",),
        "locks": ("seller_id", "buyer_id"),
        VALUES: ("seller_id", "buyer_id"),
    }.get(name, tuple(column.name for column in columns))
    for name, columns in EVENT_TABLES.items()
}


def _named(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns by our names: blanks, case and dashes do not matter."""
    known = [column.name for column in EVENT_TABLES[table]] + list(EXTRA_COLUMNS.get(table, ()))
    names = {name: re.sub(r"[\s-]+", "_", str(name).strip().casefold()) for name in frame.columns}
    ours = {name: ours for name, ours in names.items() if ours in known}
    twice = [name for name in ours.values() if list(ours.values()).count(name) > 1]
    if twice:
        raise Invalid.field(
            "file",
            phrase(
                "the column {name!r} is in the file twice after blanks and case are ignored", name=twice[0]
            ),
            "Keep one of them, or rename one",
        )
    return frame.rename(columns=ours)


def _missing(frame: pd.DataFrame, name: str) -> list[Problem]:
    """Columns that are required, refused, and columns that are not used."""
    tables = {other: empty_table(other) for other in (PARTICIPANTS, SLOTS, "tables")}
    problems = check_event({**tables, name: RawTable(name, frame.iloc[:0])})
    return [
        one
        for one in problems
        if one.table == name and one.column and (one.column not in frame or not one.refused)
    ]


def _ordered(problems: Sequence[Problem]) -> list[Problem]:
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda problem: (problem.row is None, problem.row or 0))
