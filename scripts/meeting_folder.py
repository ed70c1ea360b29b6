"""A random event as the folder that `reelmatch meetings plan` reads."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from recommender.meetings.columns import (
    ABSENCES,
    EVENT_TABLES,
    LOCKS,
    PARTICIPANTS,
    SLOTS,
    TABLES,
    VALUES,
    WISHES,
)
from recommender.meetings.domain import Event

__all__ = ["write_event"]


def write_event(event: Event, folder: Path) -> None:
    """Write the tables that an event has; limits that there are not stay empty."""
    people = (
        (p.participant_id, p.side, p.name, p.company_id, p.max_meetings, p.min_meetings, p.max_per_day)
        for p in event.participants
    )
    slots = (
        (s.slot_id, s.day, s.starts_at.isoformat(), s.ends_at.isoformat(), s.session) for s in event.slots
    )
    _write(folder, PARTICIPANTS, people)
    _write(folder, SLOTS, slots)
    _write(folder, TABLES, ((t.table_id, t.reserved_for, t.hall) for t in event.tables))
    _write(folder, ABSENCES, sorted(event.absences))
    _write(folder, WISHES, ((w.participant_id, w.other_id, w.kind) for w in event.wishes))
    _write(folder, LOCKS, ((k.seller_id, k.buyer_id, k.slot_id, k.table_id) for k in event.locks))
    _write(
        folder,
        VALUES,
        ((v.seller_id, v.buyer_id, v.value, v.value_seller, v.value_buyer) for v in event.values),
    )


def _write(folder: Path, name: str, rows: Iterable[Iterable[object]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in EVENT_TABLES[name]])
        writer.writerows(rows)
