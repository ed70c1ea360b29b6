"""An event and a schedule as `check_schedule.py` reads them; no code of the planner."""

import csv
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

Row = dict[str, str]
Pair = tuple[str, str]
LeftOut = Mapping[tuple[str, int], set[str]]
"""Table and line -> the columns whose cells do not count, "" = the whole row."""

SLOTS = ("slot_id", "day", "starts_at", "ends_at")
MEETINGS = ("seller_id", "buyer_id", "slot_id", "table_id", "value", "value_seller", "value_buyer", "films")
UNSCHEDULED = ("seller_id", "buyer_id", "value", "reason")
REPORT = (
    *("meetings", "total_value", "bound", "gap", "evenness", "gaps"),
    *("musts_kept", "wishes_kept", "seconds"),
)


class UnreadableError(Exception):
    """A file is missing, lacks a column, or is of a kind that only the planner reads."""


@dataclass(frozen=True)
class Event:
    """The rows of an event folder by id; what it does not have is empty."""

    participants: dict[str, Row]
    slots: dict[str, Row]
    tables: dict[str, Row]
    absences: frozenset[Pair]
    wishes: tuple[tuple[str, str, str], ...]
    locks: tuple[Row, ...]
    values: dict[Pair, float] | None

    def pair(self, one: str, other: str) -> Pair:
        """A wish's two participants as (seller, buyer)."""
        seller = self.participants.get(one, {}).get("side") == "seller"
        return (one, other) if seller else (other, one)

    def wished(self, *words: str) -> set[Pair]:
        """The pairs that either side wished for in these words."""
        return {self.pair(one, other) for one, other, wish in self.wishes if wish in words}


@dataclass(frozen=True)
class Schedule:
    """The three files of an output folder."""

    meetings: list[Row]
    unscheduled: list[Row]
    report: dict[str, Any]

    @property
    def left_out(self) -> LeftOut:
        """The rows of the event that the report says were left out."""
        rows: dict[tuple[str, int], set[str]] = {}
        for row in self.report.get("rows_left_out", ()):
            rows.setdefault((row["table"], int(row["row"])), set()).add(row.get("column", ""))
        return rows


def read_event(folder: Path, left_out: LeftOut | None = None) -> Event:
    """The event that was to be planned, without what was left out."""

    def rows(name: str, columns: Iterable[str], needed: bool = False) -> list[Row]:
        return read_rows(folder, name, columns, needed, left_out)

    wishes = rows("wishes", ["participant_id", "other_id", "wish"])
    absences = rows("absences", ["participant_id", "slot_id"])
    values = rows("values", ["seller_id", "buyer_id", "value"])
    listed = (path := _file(folder, "values")) is not None and bool(path.stat().st_size)
    people = rows("participants", ["participant_id", "side"], needed=True)
    return Event(
        participants={row["participant_id"]: row for row in people},
        slots={row["slot_id"]: row for row in rows("slots", SLOTS, needed=True)},
        tables={row["table_id"]: row for row in rows("tables", ["table_id"], needed=True)},
        absences=frozenset((row["participant_id"], row["slot_id"]) for row in absences),
        wishes=tuple((row["participant_id"], row["other_id"], row["wish"]) for row in wishes),
        locks=tuple(rows("locks", ["seller_id", "buyer_id"])),
        values={pair_of(row): float(row["value"]) for row in values} if listed else None,
    )


def read_schedule(folder: Path) -> Schedule:
    """What the planner wrote."""
    path = folder / "report.json"
    if not path.is_file():
        raise UnreadableError(f"{path} is missing")
    report = json.loads(path.read_text(encoding="utf-8"))
    missing = [key for key in REPORT if key not in report]
    if missing:
        raise UnreadableError(f"{path} has no {', '.join(missing)}")
    meetings = read_rows(folder, "meetings", MEETINGS, needed=True)
    return Schedule(meetings, read_rows(folder, "unscheduled", UNSCHEDULED, needed=True), report)


def read_rows(
    folder: Path, name: str, columns: Iterable[str], needed: bool, left_out: LeftOut | None = None
) -> list[Row]:
    """The rows of a CSV as text, outer blanks stripped. A file that is not needed may be missing."""
    path = _file(folder, name)
    if path is None and needed:
        raise UnreadableError(f"{folder / name}.csv is missing")
    if path is None:
        return []
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        names = [cell.strip() for cell in next(reader, [])]
        if (missing := [column for column in columns if column not in names]) and (needed or names):
            raise UnreadableError(f"{path} has no column {', '.join(missing)}")
        rows, line = [], reader.line_num + 1
        for cells in reader:
            without = (left_out or {}).get((name, line), set())
            if any(cells) and "" not in without:
                row = dict.fromkeys(names, "") | dict(zip(names, map(str.strip, cells), strict=False))
                rows.append(row | dict.fromkeys(without, ""))
            line = reader.line_num + 1
        return rows


def pair_of(row: Row) -> Pair:
    """Seller and buyer."""
    return row["seller_id"], row["buyer_id"]


def moment(cell: str) -> datetime:
    """A date with a time, or a time alone, which is compared with others of its day only."""
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        return datetime.combine(datetime.min, time.fromisoformat(cell))


def _file(folder: Path, name: str) -> Path | None:
    """The file of a table, plain or gzipped."""
    found = [
        path for suffix in ("csv", "csv.gz", "parquet") if (path := folder / f"{name}.{suffix}").is_file()
    ]
    if len(found) > 1:
        raise UnreadableError(f"{folder} has {' and '.join(path.name for path in found)}: keep one of them")
    if found and found[0].suffix == ".parquet":
        raise UnreadableError(
            f"{found[0]} is Parquet, which Python alone cannot read: "
            f"write it as {name}.csv beside it and move it away, then check again"
        )
    return found[0] if found else None
