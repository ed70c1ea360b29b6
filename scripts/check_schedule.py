"""Check a schedule of meetings against the event it was made for.

It shares no code with the planner: it reads the files of data/README.md and tests every hard rule and every sum.

    python scripts/check_schedule.py EVENT_DIR OUT_DIR

Prints each violation. Exit status 0: there is none; 1: there are some; 2: a file is missing or unreadable.
"""

import csv
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

Row = dict[str, str]
Pair = tuple[str, str]

TOLERANCE = 1e-6
"""Of sums and values, relative: files hold decimals."""

SLOTS = ("slot_id", "day", "starts_at", "ends_at")
MEETINGS = ("seller_id", "buyer_id", "slot_id", "table_id", "value", "value_seller", "value_buyer", "films")
UNSCHEDULED = ("seller_id", "buyer_id", "value", "reason")
REPORT = (
    *("meetings", "total_value", "bound", "gap", "evenness", "gaps"),
    *("musts_kept", "wishes_kept", "seconds"),
)


class UnreadableError(Exception):
    """A file is missing or lacks a column."""


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


def read_rows(path: Path, columns: Iterable[str], needed: bool = True) -> list[Row]:
    """The rows of a CSV as text, outer blanks stripped. A file that is not needed may be missing."""
    if not path.is_file() and not needed:
        return []
    if not path.is_file():
        raise UnreadableError(f"{path} is missing")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        names = [name.strip() for name in reader.fieldnames or ()]
        if (missing := [column for column in columns if column not in names]) and (needed or names):
            raise UnreadableError(f"{path} has no column {', '.join(missing)}")
        reader.fieldnames = names
        return [{name: cell.strip() for name, cell in row.items() if name} for row in reader]


def read_event(folder: Path) -> Event:
    """The event that was to be planned."""
    wishes = read_rows(folder / "wishes.csv", ["participant_id", "other_id", "wish"], needed=False)
    absences = read_rows(folder / "absences.csv", ["participant_id", "slot_id"], needed=False)
    values = read_rows(folder / "values.csv", ["seller_id", "buyer_id", "value"], needed=False)
    listed = (folder / "values.csv").is_file() and bool((folder / "values.csv").stat().st_size)
    people = read_rows(folder / "participants.csv", ["participant_id", "side"])
    return Event(
        participants={row["participant_id"]: row for row in people},
        slots={row["slot_id"]: row for row in read_rows(folder / "slots.csv", SLOTS)},
        tables={row["table_id"]: row for row in read_rows(folder / "tables.csv", ["table_id"])},
        absences=frozenset((row["participant_id"], row["slot_id"]) for row in absences),
        wishes=tuple((row["participant_id"], row["other_id"], row["wish"]) for row in wishes),
        locks=tuple(read_rows(folder / "locks.csv", ["seller_id", "buyer_id"], needed=False)),
        values={_pair(row): float(row["value"]) for row in values} if listed else None,
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
    meetings = read_rows(folder / "meetings.csv", MEETINGS)
    return Schedule(meetings, read_rows(folder / "unscheduled.csv", UNSCHEDULED), report)


def violations(event: Event, schedule: Schedule) -> Iterator[str]:
    """Every rule that is broken, in words."""
    unknown = list(unknown_ids(event, schedule.meetings))
    if unknown:
        yield from unknown
        return
    yield from double_bookings(schedule.meetings)
    yield from places(event, schedule.meetings)
    yield from limits(event, schedule.meetings)
    yield from walking(event, schedule)
    yield from wishes_and_locks(event, schedule.meetings)
    yield from values(event, schedule.meetings)
    yield from left_out(event, schedule)
    yield from sums(event, schedule)


def unknown_ids(event: Event, meetings: list[Row]) -> Iterator[str]:
    """Participants on the wrong side, slots and tables that the event does not have."""
    for row in meetings:
        for side in ("seller", "buyer"):
            person = row[f"{side}_id"]
            if event.participants.get(person, {}).get("side") != side:
                yield f"{_name(row)}: {person!r} is no {side} of the event"
        if row["slot_id"] not in event.slots:
            yield f"{_name(row)}: the event has no slot {row['slot_id']!r}"
        if row["table_id"] not in event.tables:
            yield f"{_name(row)}: the event has no table {row['table_id']!r}"


def double_bookings(meetings: list[Row]) -> Iterator[str]:
    """Nobody and no table is used twice in a slot, and no pair meets twice."""
    for column in ("seller_id", "buyer_id", "table_id"):
        taken = Counter((row[column], row["slot_id"]) for row in meetings)
        for (who, slot), times in taken.items():
            if times > 1:
                yield f"{column.removesuffix('_id')} {who} is booked {times} times in slot {slot}"
    for (seller, buyer), times in Counter(map(_pair, meetings)).items():
        if times > 1:
            yield f"{seller} and {buyer} meet {times} times"


def places(event: Event, meetings: list[Row]) -> Iterator[str]:
    """Nobody who is absent meets, and a reserved table is used by those it is reserved for."""
    for row in meetings:
        for person in _pair(row):
            if (person, row["slot_id"]) in event.absences:
                yield f"{_name(row)}: {person} is absent in slot {row['slot_id']}"
        owner = event.tables[row["table_id"]].get("reserved_for", "")
        companies = {event.participants[person].get("company_id", "") for person in _pair(row)}
        if owner and owner not in companies.union(_pair(row)):
            yield f"{_name(row)}: table {row['table_id']} is reserved for {owner}"


def limits(event: Event, meetings: list[Row]) -> Iterator[str]:
    """Nobody has more meetings than wished, in all and on a day."""
    held: Counter[tuple[str, str, str]] = Counter()
    for row in meetings:
        for person in _pair(row):
            held[person, "max_meetings", ""] += 1
            held[person, "max_per_day", f" on {event.slots[row['slot_id']]['day']}"] += 1
    for (person, limit, day), count in held.items():
        most = float(event.participants[person].get(limit) or math.inf)
        if count > most:
            yield f"{person} has {count} meetings{day}, {limit} is {most:.0f}"


def walking(event: Event, schedule: Schedule) -> Iterator[str]:
    """Everybody has time to walk from one hall to another."""
    least = timedelta(minutes=float(schedule.report.get("walking_min", 0)))
    agendas: defaultdict[Pair, list[tuple[datetime, datetime, str, str]]] = defaultdict(list)
    for row in schedule.meetings:
        slot, hall = event.slots[row["slot_id"]], event.tables[row["table_id"]].get("hall", "")
        for person in _pair(row):
            start, end = _time(slot["starts_at"]), _time(slot["ends_at"])
            agendas[person, slot["day"]].append((start, end, hall, slot["slot_id"]))
    for (person, _), agenda in agendas.items():
        for before, after in pairwise(sorted(agenda)):
            if before[2] != after[2] and after[0] - before[1] < least:
                yield f"{person} cannot walk from hall {before[2]} in slot {before[3]} to hall {after[2]} in {after[3]}"


def wishes_and_locks(event: Event, meetings: list[Row]) -> Iterator[str]:
    """No pair meets against a no-go, and every locked meeting is where it was locked."""
    held = {_pair(row): row for row in meetings}
    for seller, buyer in sorted(event.wished("no_go") & held.keys()):
        yield f"{seller} and {buyer} meet against a no-go"
    for lock in event.locks:
        meeting = held.get(_pair(lock))
        if meeting is None:
            yield f"the locked meeting of {lock['seller_id']} and {lock['buyer_id']} is missing"
            continue
        for column in ("slot_id", "table_id"):
            if lock.get(column) and meeting[column] != lock[column]:
                yield f"{_name(meeting)}: it is locked to {column.removesuffix('_id')} {lock[column]}"


def values(event: Event, meetings: list[Row]) -> Iterator[str]:
    """Values are those of the event, and nobody meets for nothing."""
    wished = event.wished("must", "want") | {_pair(lock) for lock in event.locks}
    for row in meetings:
        worth = float(row["value"])
        known = worth if event.values is None else event.values.get(_pair(row), 0.0)
        if not (worth >= 0 and _same(worth, known)):
            yield f"{_name(row)}: its value is {row['value']}, the event says {known:g}"
        if worth == 0 and _pair(row) not in wished:
            yield f"{_name(row)}: it has no value and nobody wished for it"


def left_out(event: Event, schedule: Schedule) -> Iterator[str]:
    """Every pair of participants with a value or a wish is either scheduled or left out with a reason, once."""
    held = set(map(_pair, schedule.meetings))
    listed = Counter(map(_pair, schedule.unscheduled))
    for seller, buyer in sorted(held & listed.keys()):
        yield f"{seller} and {buyer} are scheduled and listed as not scheduled"
    for (seller, buyer), times in listed.items():
        if times > 1:
            yield f"{seller} and {buyer} are listed {times} times as not scheduled"
    for row in schedule.unscheduled:
        if not row["reason"]:
            yield f"{row['seller_id']} and {row['buyer_id']} are not scheduled and no reason is given"
    valued = {pair for pair, value in (event.values or {}).items() if value > 0}
    for seller, buyer in sorted((valued | event.wished("must", "want")) - held - listed.keys()):
        if {seller, buyer} <= event.participants.keys():
            yield f"{seller} and {buyer} are neither scheduled nor listed as not scheduled"


def sums(event: Event, schedule: Schedule) -> Iterator[str]:
    """The figures of the report follow from the meetings, and the bound is above the total."""
    report, held = schedule.report, set(map(_pair, schedule.meetings))
    total = math.fsum(float(row["value"]) for row in schedule.meetings)
    bound = float(report["bound"])
    expected = {
        "meetings": len(schedule.meetings),
        "total_value": total,
        "gap": max(bound - total, 0.0) / bound if bound > 0 else 0.0,
        "musts_kept": len(event.wished("must") & held),
        "wishes_kept": len(event.wished("want") & held),
    }
    for key, value in expected.items():
        if not _same(float(report[key]), value):
            yield f"report.json says {key} = {report[key]}, the meetings say {value:g}"
    if bound < total and not _same(bound, total):
        yield f"report.json says bound = {bound}, which is below the total value {total:g}"


def main(arguments: list[str]) -> int:
    """Check, print, and return the exit status."""
    if len(arguments) != 2:
        print("usage: python scripts/check_schedule.py EVENT_DIR OUT_DIR", file=sys.stderr)
        return 2
    try:
        event, schedule = read_event(Path(arguments[0])), read_schedule(Path(arguments[1]))
        found = list(violations(event, schedule))
    except (UnreadableError, OSError, ValueError, csv.Error) as error:
        print(f"check_schedule: {error}", file=sys.stderr)
        return 2
    for line in found:
        print(line)
    print(f"{len(schedule.meetings)} meetings, {len(found)} violations")
    return 1 if found else 0


def _pair(row: Row) -> Pair:
    return row["seller_id"], row["buyer_id"]


def _name(row: Row) -> str:
    return f"{row['seller_id']} with {row['buyer_id']} in slot {row['slot_id']}"


def _time(cell: str) -> datetime:
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        return datetime.combine(datetime.min, time.fromisoformat(cell))


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
