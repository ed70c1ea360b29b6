"""The cells of the grid: what stands where, and what would happen to a meeting that is picked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from recommender.meetings.byhand import Swap
from recommender.meetings.domain import Meeting, Slot
from service.domain.events import EventTable
from service.usecases.events.targets import Target
from service.web.page import Page
from service.web.pages.organiser.breaches import breach_texts
from service.web.pages.organiser.desk import Desk
from service.web.pages.organiser.lists import Part, part_of

__all__ = ["TABLES", "Cell", "Grid", "breach_label", "grid_of", "with_targets"]

TABLES: Final = 10
"""Columns at a time: what a laptop shows without scrolling."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A slot at a table. marked: somebody who is looked for sits here. target: where a meeting is picked up.

    drop: "" while none is, else yes, swap, soft (a must or minimum suffers) or no; why: what stands against it.
    """

    slot_id: str
    table: EventTable
    meeting: Meeting | None
    marked: bool = False
    is_picked_up: bool = False
    drop: str = ""
    why: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """One day at some tables. total: meetings of the day, also at tables that other pages show."""

    day: date
    days: tuple[date, ...]
    tables: Part[EventTable]
    rows: tuple[tuple[Slot, tuple[Cell, ...]], ...]
    total: int


def grid_of(
    desk: Desk,
    meetings: Sequence[Meeting],
    tables: Sequence[EventTable],
    *,
    day: date | None,
    number: int,
    person: str = "",
    picked_up: tuple[str, str] | None = None,
) -> Grid | None:
    """The grid of a day, None without slots. person: only tables where this one sits then."""
    days = tuple(dict.fromkeys(slot.day for slot in desk.slots.values()))
    if not days:
        return None
    shown = day if day in days else days[0]
    slots = [slot for slot in desk.slots.values() if slot.day == shown]
    at = {(one.slot_id, one.table_id): one for one in meetings if desk.slots[one.slot_id].day == shown}
    used = {table_id for _, table_id in at}
    own = {one.table_id for one in at.values() if person in (one.seller_id, one.buyer_id)}
    columns = [table for table in tables if not table.closed or table.table_id in used]
    part = part_of(
        [one for one in columns if one.table_id in own] if person and own else columns, number, TABLES
    )
    rows = tuple(
        (slot, tuple(_cell(at, slot, table, person, picked_up) for table in part.items)) for slot in slots
    )
    return Grid(shown, days, part, rows, len(at))


def with_targets(desk: Desk, grid: Grid, targets: Sequence[Target]) -> Grid:
    """The grid with what would happen at each place."""
    at = {(one.slot_id, one.table_id): one for one in targets}
    rows = tuple((slot, tuple(_told(desk, cell, at) for cell in cells)) for slot, cells in grid.rows)
    return Grid(grid.day, grid.days, grid.tables, rows, grid.total)


def breach_label(page: Page, rule: str) -> str:
    """What stands in the way, in two words."""
    say = page.say
    return {
        "busy": say("busy then"),
        "twice": say("meet already"),
        "absent": say("away then"),
        "no-go": say("no-go"),
        "table": say("table taken"),
        "reserved": say("reserved"),
        "limit": say("over a limit"),
        "walking": say("too far to walk"),
        "lock": say("fixed"),
        "must": say("a must is lost"),
        "minimum": say("below a minimum"),
        "side": say("wrong side"),
    }.get(rule, rule)


def _cell(
    at: Mapping[tuple[str, str], Meeting],
    slot: Slot,
    table: EventTable,
    person: str,
    picked_up: tuple[str, str] | None,
) -> Cell:
    meeting = at.get((slot.slot_id, table.table_id))
    pair = (meeting.seller_id, meeting.buyer_id) if meeting else ("", "")
    return Cell(
        slot.slot_id,
        table,
        meeting,
        marked=bool(person) and person in pair,
        is_picked_up=meeting is not None and pair == picked_up,
    )


def _told(desk: Desk, cell: Cell, at: Mapping[tuple[str, str], Target]) -> Cell:
    target = at.get((cell.slot_id, cell.table.table_id))
    if target is None or cell.table.closed:
        return cell
    if any(breach.hard for breach in target.conflicts):
        drop = "no"
    elif target.conflicts:
        drop = "soft"
    else:
        drop = "swap" if isinstance(target.change, Swap) else "yes"
    why = "; ".join(breach_texts(desk, target.conflicts))
    short = breach_label(desk.page, target.conflicts[0].rule) if target.conflicts else ""
    return Cell(
        cell.slot_id,
        cell.table,
        cell.meeting,
        cell.marked,
        cell.is_picked_up,
        drop=drop,
        why=why,
        short=short,
    )
