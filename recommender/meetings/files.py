"""An event folder in, a plan's files out. data/README.md describes both.

Tables are CSV, gzipped CSV or Parquet, as the market's are. The files of a plan are written together or not
at all.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from recommender.market.cells import CONTROL
from recommender.market.files import RawTable, is_there, read_raw
from recommender.meetings.cells import days_of, instants_of
from recommender.meetings.columns import (
    ABSENCES,
    EVENT_TABLES,
    HISTORY,
    LINEUPS,
    LOCKS,
    NEEDED,
    PARTICIPANTS,
    SLOTS,
    TABLES,
    VALUES,
    WISHES,
)
from recommender.meetings.domain import Event, Lock, Meeting, Participant, Past, Slot, Table, Values, Wish
from recommender.meetings.rules import cells_of
from recommender.meetings.why import Unscheduled

if TYPE_CHECKING:
    from recommender.meetings.talk import TalkingPoint

__all__ = ["event_of", "lineups_of", "read_event_tables", "write_plan"]

T = TypeVar("T")


def read_event_tables(folder: Path) -> dict[str, RawTable]:
    """The raw tables of a folder, unchecked: the needed ones, and those of the others that are there.

    A file of the others with nothing in it, not even a header, counts as missing.
    """
    there = [name for name in EVENT_TABLES if name in NEEDED or is_there(folder, name)]
    return {name: read_raw(folder, name) for name in there}


def event_of(tables: Mapping[str, RawTable], walking_min: int | None = None) -> Event:
    """The event of tables in which `check_event` refuses nothing.

    walking_min: from hall to hall, by default the longest way that the tables tell.
    """
    frames = {name: table.frame for name, table in tables.items()}
    return Event(
        participants=tuple(_participants(frames[PARTICIPANTS])),
        slots=tuple(_slots(frames[SLOTS])),
        tables=tuple(_objects(Table, frames[TABLES], "table_id", "reserved_for", "hall")),
        values=_values(frames[VALUES]) if VALUES in frames else Values.of(()),
        absences=frozenset(_objects(_pair, frames.get(ABSENCES), "participant_id", "slot_id")),
        wishes=tuple(_objects(Wish, frames.get(WISHES), "participant_id", "other_id", "wish")),
        locks=tuple(_objects(Lock, frames.get(LOCKS), "seller_id", "buyer_id", "slot_id", "table_id")),
        walking_min=_longest_way(frames[TABLES]) if walking_min is None else walking_min,
        history=tuple(_objects(Past, frames.get(HISTORY), "participant_id", "other_id", "past")),
    )


def lineups_of(tables: Mapping[str, RawTable]) -> dict[str, tuple[str, ...]]:
    """The films of each seller that has some, in the order of the file."""
    films: dict[str, dict[str, None]] = {}
    frame = tables[LINEUPS].frame if LINEUPS in tables else None
    for seller, film in _objects(_pair, frame, "seller_id", "film_id"):
        films.setdefault(seller, {})[film] = None
    return {seller: tuple(line_up) for seller, line_up in films.items()}


def write_plan(
    folder: Path,
    meetings: Iterable[Meeting],
    unscheduled: Unscheduled,
    report: Mapping[str, object],
    talks: Iterable[tuple[Meeting, TalkingPoint]] | None = None,
) -> None:
    """Write meetings.csv, unscheduled.csv and report.json into a folder, made when missing.

    talks: the films to talk about, for reasons.csv; without them one of an earlier plan is removed. Whatever
    fails before all files are complete leaves those that were there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "meetings.csv": _csv(_MEETING, map(_meeting_row, meetings)),
        "unscheduled.csv": _csv(_UNSCHEDULED, unscheduled.rows()),
        "report.json": json.dumps(report, indent=2, allow_nan=False) + "\n",
    }
    if talks is not None:
        texts["reasons.csv"] = _csv(_REASONS, (_talk_row(*talk) for talk in talks))
    parts = {name: folder / f"{name}.part" for name in texts}
    try:
        for name, text in texts.items():
            parts[name].write_text(text, encoding="utf-8", newline="")
        for name, part in parts.items():
            part.replace(folder / name)
        if talks is None:
            (folder / "reasons.csv").unlink(missing_ok=True)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _participants(frame: pd.DataFrame) -> Iterator[Participant]:
    names = cells_of(frame, "name").str.replace(CONTROL, " ", regex=True).str.strip()
    texts = (frame["participant_id"], frame["side"], names, cells_of(frame, "company_id"))
    limits = (cells_of(frame, column) for column in ("max_meetings", "min_meetings", "max_per_day"))
    for person, side, name, company, most, least, daily in zip(*texts, *limits, strict=True):
        yield Participant(person, side, name, company, _whole(most), _whole(least) or 0, _whole(daily))


def _slots(frame: pd.DataFrame) -> Iterator[Slot]:
    starts, ends = instants_of(frame, "starts_at"), instants_of(frame, "ends_at")
    sessions = cells_of(frame, "session")
    for slot, day, start, end, session in zip(
        frame["slot_id"], days_of(frame), starts, ends, sessions, strict=True
    ):
        if start is None or end is None:
            raise ValueError(f"the times of slot {slot} were not checked")
        yield Slot(slot, day, start, end, session)


def _longest_way(frame: pd.DataFrame) -> int:
    """Minutes, 0 where no table tells any."""
    return max((_whole(cell) or 0 for cell in cells_of(frame, "walking_minutes")), default=0)


def _values(frame: pd.DataFrame) -> Values:
    """A side's own value is the joint one where it is not known."""
    joint = pd.to_numeric(frame["value"]).astype("float64")
    seller, buyer = (
        pd.to_numeric(cells_of(frame, column)).astype("float64").fillna(joint).to_numpy()
        for column in ("value_seller", "value_buyer")
    )
    return Values(
        frame["seller_id"].to_numpy(dtype=object),
        frame["buyer_id"].to_numpy(dtype=object),
        joint.to_numpy(),
        seller,
        buyer,
    )


def _objects(make: Callable[..., T], frame: pd.DataFrame | None, *columns: str) -> Iterator[T]:
    """One object for each row of a table that may be missing."""
    if frame is not None:
        yield from map(make, *(cells_of(frame, column) for column in columns))


def _pair(one: str, other: str) -> tuple[str, str]:
    return one, other


def _whole(cell: str) -> int | None:
    return int(float(cell)) if cell else None


def _meeting_row(meeting: Meeting) -> tuple[str, ...]:
    values = (meeting.value, meeting.value_seller, meeting.value_buyer)
    place = (meeting.seller_id, meeting.buyer_id, meeting.slot_id, meeting.table_id)
    return (*place, *(repr(float(value)) for value in values), "|".join(meeting.films))


def _talk_row(meeting: Meeting, point: TalkingPoint) -> tuple[str, ...]:
    pair = (meeting.seller_id, meeting.buyer_id)
    return (
        *pair,
        point.film_id,
        repr(point.probability),
        "; ".join(point.for_seller),
        "; ".join(point.for_buyer),
    )


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


_MEETING = ("seller_id", "buyer_id", "slot_id", "table_id", "value", "value_seller", "value_buyer", "films")
_UNSCHEDULED = ("seller_id", "buyer_id", "value", "reason")
_REASONS = ("seller_id", "buyer_id", "film_id", "probability", "for_seller", "for_buyer")
