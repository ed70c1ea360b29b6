"""Check a schedule of meetings against the event it was made for.

It shares no code with the planner: it reads the files of data/README.md and tests every hard rule and every sum.

    python scripts/check_schedule.py EVENT_DIR OUT_DIR

Prints each violation. Exit status 0: there is none; 1: there are some; 2: a file is missing or unreadable.
"""

import csv
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

# Run as a file, it finds its two parts from here.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.schedule_figures import same, wrong_figures
from scripts.schedule_files import (
    Event,
    Pair,
    Row,
    Schedule,
    UnreadableError,
    moment,
    pair_of,
    read_event,
    read_schedule,
)


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
    yield from wrong_figures(event, schedule)


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
    for (seller, buyer), times in Counter(map(pair_of, meetings)).items():
        if times > 1:
            yield f"{seller} and {buyer} meet {times} times"


def places(event: Event, meetings: list[Row]) -> Iterator[str]:
    """Nobody who is absent meets, and a reserved table is used by those it is reserved for."""
    for row in meetings:
        for person in pair_of(row):
            if (person, row["slot_id"]) in event.absences:
                yield f"{_name(row)}: {person} is absent in slot {row['slot_id']}"
        owner = event.tables[row["table_id"]].get("reserved_for", "")
        companies = {event.participants[person].get("company_id", "") for person in pair_of(row)}
        if owner and owner not in companies.union(pair_of(row)):
            yield f"{_name(row)}: table {row['table_id']} is reserved for {owner}"


def limits(event: Event, meetings: list[Row]) -> Iterator[str]:
    """Nobody has more meetings than wished, in all and on a day."""
    held: Counter[tuple[str, str, str]] = Counter()
    for row in meetings:
        for person in pair_of(row):
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
        for person in pair_of(row):
            start, end = moment(slot["starts_at"]), moment(slot["ends_at"])
            agendas[person, slot["day"]].append((start, end, hall, slot["slot_id"]))
    for (person, _), agenda in agendas.items():
        for before, after in pairwise(sorted(agenda)):
            if before[2] != after[2] and after[0] - before[1] < least:
                yield f"{person} cannot walk from hall {before[2]} in slot {before[3]} to hall {after[2]} in {after[3]}"


def wishes_and_locks(event: Event, meetings: list[Row]) -> Iterator[str]:
    """No pair meets against a no-go, and every locked meeting is where it was locked."""
    held = {pair_of(row): row for row in meetings}
    for seller, buyer in sorted(event.wished("no_go") & held.keys()):
        yield f"{seller} and {buyer} meet against a no-go"
    for lock in event.locks:
        meeting = held.get(pair_of(lock))
        if meeting is None:
            yield f"the locked meeting of {lock['seller_id']} and {lock['buyer_id']} is missing"
            continue
        for column in ("slot_id", "table_id"):
            if lock.get(column) and meeting[column] != lock[column]:
                yield f"{_name(meeting)}: it is locked to {column.removesuffix('_id')} {lock[column]}"


def values(event: Event, meetings: list[Row]) -> Iterator[str]:
    """Values are those of the event, and nobody meets for nothing."""
    wished = event.wished("must", "want") | {pair_of(lock) for lock in event.locks}
    for row in meetings:
        worth = float(row["value"])
        known = worth if event.values is None else event.values.get(pair_of(row), 0.0)
        if not (worth >= 0 and same(worth, known)):
            yield f"{_name(row)}: its value is {row['value']}, the event says {known:g}"
        if worth == 0 and pair_of(row) not in wished:
            yield f"{_name(row)}: it has no value and nobody wished for it"


def left_out(event: Event, schedule: Schedule) -> Iterator[str]:
    """Every pair of participants with a value or a wish is either scheduled or left out with a reason, once."""
    held = set(map(pair_of, schedule.meetings))
    listed = Counter(map(pair_of, schedule.unscheduled))
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


def main(arguments: list[str]) -> int:
    """Check, print, and return the exit status."""
    if len(arguments) != 2:
        print("usage: python scripts/check_schedule.py EVENT_DIR OUT_DIR", file=sys.stderr)
        return 2
    try:
        schedule = read_schedule(Path(arguments[1]))
        event = read_event(Path(arguments[0]), schedule.left_out)
        found = list(violations(event, schedule))
    except (UnreadableError, OSError, EOFError, KeyError, TypeError, ValueError, csv.Error) as error:
        print(f"check_schedule: {error}", file=sys.stderr)
        return 2
    for (table, line), columns in schedule.left_out.items():
        print(f"left out, as report.json says: {table} row {line} {' '.join(sorted(columns))}".rstrip())
    for text in found:
        print(text)
    print(f"{len(schedule.meetings)} meetings, {len(found)} violations")
    return 1 if found else 0


def _name(row: Row) -> str:
    return f"{row['seller_id']} with {row['buyer_id']} in slot {row['slot_id']}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
