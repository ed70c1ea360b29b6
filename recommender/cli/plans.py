"""A plan of meetings, and what stands in its way, as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recommender.cli.words import beside, count
from recommender.market.files import RawTable
from recommender.meetings.columns import EVENT_TABLES
from recommender.meetings.infeasible import Conflict
from recommender.meetings.knob import Setting
from recommender.meetings.rows import Row

__all__ = ["conflict_text", "knob_text", "plan_text"]

WIDTH = 18


def plan_text(report: Mapping[str, Any], unscheduled: int) -> str:
    """The figures of report.json, as an organiser reads them. unscheduled: pairs that were left out."""
    best = f"{_percent(1 - report['gap'])} of the best possible"
    gaps, waiting, changes = report["gaps"], report["waiting"], report["table_changes"]
    sessions = ", ".join(
        f"{name} {count(each['meetings'], 'meeting')}" for name, each in report.get("sessions", {}).items()
    )
    lines = {
        "meetings": f"{report['meetings']:,}, {count(unscheduled, 'pair')} left out",
        "value": f"{best}: {report['total_value']:,.1f} of at most {report['bound']:,.1f}",
        "musts kept": f"{report['musts_kept']:,} of {report['musts']:,}",
        "wishes kept": f"{report['wishes_kept']:,} of {report['wishes']:,}",
        "minimums missed": f"{report['minimums_missed']:,}",
        **{f"for {side}": _spread(report["evenness"][side]) for side in ("sellers", "buyers")},
        "gaps": f"{gaps['mean']:.1f} empty slots a person, at most {gaps['most']}",
        "waiting": f"{waiting['mean_min']:.0f} minutes a person, at most {waiting['most_min']:.0f}",
        "table changes": f"{changes['sellers']:,} by sellers, {changes['buyers']:,} by buyers",
        **({"sessions": sessions} if sessions else {}),
        "time": f"{report['seconds']:.1f} s" + (", ended by the time limit" if report["timed_out"] else ""),
    }
    return "\n".join(beside(name, text, WIDTH) for name, text in lines.items())


def knob_text(settings: Sequence[Setting]) -> str:
    """What the knob between value and evenness would give at each setting, a line each."""
    lines = ["What --evenness would give, before slots and tables:"]
    for one in settings:
        sides = zip(("sellers", "buyers"), one.lowest, one.gini, strict=True)
        even = "; ".join(f"{side} at least {lowest}, Gini {gini:.2f}" for side, lowest, gini in sides)
        told = f"value {one.value:,.1f}, {count(one.meetings, 'meeting')}; {even}"
        lines.append(beside(f"  {one.evenness:.1f}", told, WIDTH))
    return "\n".join(lines)


def conflict_text(conflict: Conflict, tables: Mapping[str, RawTable]) -> str:
    """A conflict with the lines of the files that it is about, and the smallest change that helps."""
    rows = "; ".join(_row_text(row, tables) for row in conflict.rows)
    return f"conflict: these rows cannot all hold: {rows}. {conflict.advice}."


def _row_text(row: Row, tables: Mapping[str, RawTable]) -> str:
    """Table, line and cells of a row, and the limit that is meant."""
    if row.table not in tables or not row.key:
        return str(row)
    frame = tables[row.table].frame
    same = [frame[name] == cell for name, cell in zip(_columns(row.table), row.key, strict=False)]
    lines = frame.index[np.logical_and.reduce(same)]
    cells = " ".join(filter(None, (*row.key, row.column)))
    return f"{row.table} row {lines[0]} ({cells})" if len(lines) else str(row)


def _columns(table: str) -> list[str]:
    return [column.name for column in EVENT_TABLES[table]]


def _spread(side: Mapping[str, float]) -> str:
    spread = f"{side['lowest']:.0f} to {side['highest']:.0f} meetings, median {side['median']:g}"
    return f"{spread}, Gini {side['gini']:.2f}"


def _percent(share: float) -> str:
    """Rounded down: nothing short of the best reads as 100 %, save by a millionth, which rounding may cost."""
    return f"{math.floor(share * 10_000 + 0.01) / 100:g} %"
