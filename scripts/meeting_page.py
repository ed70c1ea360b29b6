"""The page of the benchmark of meetings, from its runs."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from os import cpu_count, getloadavg
from typing import Final

from scripts.meeting_command import Command
from scripts.meeting_cp_sat import LITERALS
from scripts.meeting_events import SIZES
from scripts.meeting_living import WALKING_MIN, Replanned, StoodBy
from scripts.meeting_runs import LIMITS, MEMORY_GB, REPLAN_S, STAND_BY_S, Figures

__all__ = ["CHART", "Runs", "gap_of", "page"]

CHART: Final = "meetings-growth.svg"


@dataclass(frozen=True, slots=True)
class Runs:
    """All that was measured. others: for each event the other methods. growth: size -> (meetings, seconds)."""

    ours: Sequence[Figures]
    commands: Sequence[Command]
    again: Sequence[Replanned]
    stood_by: Sequence[StoodBy]
    even: Sequence[Figures]
    others: Sequence[Figures]
    locked: Sequence[Figures]
    both: Sequence[Figures]
    growth: Mapping[str, Sequence[tuple[int, float]]]


def gap_of(run: Figures) -> float:
    """How far a plan may be from the best, as a share of its bound."""
    return max(run.bound - run.value, 0.0) / run.bound


def page(runs: Runs) -> Iterator[str]:
    """Its lines."""
    yield HEAD.format(
        python=platform.python_version(),
        ortools=version("ortools"),
        numpy=version("numpy"),
        machine=_machine(),
        sizes="\n".join(_size_rows()),
    )
    yield from _reached(runs)
    yield from _living(runs)
    yield OTHERS.format(literals=LITERALS)
    for name in SIZES:
        yield from _comparison([run for run in (*runs.ours, *runs.even, *runs.others) if run.size == name])
    yield BOTH
    for run in runs.both:
        yield (
            f"| {run.size}, {run.method} | {run.meetings:,} | {gap_of(run):.2%} | {run.busy:.1f} "
            f"| {run.musts_kept:,} of {run.musts:,} | {run.gb:.2f} |"
        )
    most = max(meetings for line in runs.growth.values() for meetings, _ in line)
    yield GROWTH.format(chart=CHART, most=most)


def _machine() -> str:
    """The cores, and what others did on them: our own runs are one after the other, on a core or two."""
    cores, load = cpu_count() or 1, getloadavg()[2]
    others = f", on which others worked too (load average {load:.0f})" if load > cores else ""
    return f"{cores} cores{others}"


def _size_rows() -> Iterator[str]:
    for size in SIZES.values():
        yield (
            f"| {size.name} | {size.sellers} | {size.buyers:,} | {size.days * size.slots_a_day} "
            f"| {size.tables or size.sellers} | {size.absent:.0%} | {size.musts} |"
        )


def _reached(runs: Runs) -> Iterator[str]:
    yield "## What has to be reached\n"
    yield (
        "| event | meetings | gap | limit | seconds | limit | by the clock | musts kept | GB |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    for run in runs.ours:
        limit = LIMITS[run.size]
        yield (
            f"| {run.size} | {run.meetings:,} | {gap_of(run):.3%} | {limit.gap:.1%} | {run.busy:.1f} "
            f"| {limit.seconds:g} | {run.seconds:.1f} | {run.musts_kept:,} of {run.musts:,} | {run.gb:.2f} |"
        )
    yield COMMAND.format(memory=MEMORY_GB)
    for done in runs.commands:
        yield (
            f"| {done.size} | {done.meetings:,} | {done.left_out:,} | {done.gap:.3%} | {done.busy:.1f} "
            f"| {LIMITS[done.size].seconds:g} | {done.seconds:.1f} | {done.planning:.1f} "
            f"| {done.musts_kept:,} of {done.musts:,} | {done.gb:.2f} | {done.violations} |"
        )


def _living(runs: Runs) -> Iterator[str]:
    yield LOCKED.format(walking=WALKING_MIN)
    for run in runs.locked:
        yield (
            f"| {run.size}, {run.method} | {run.meetings:,} | {gap_of(run):.3%} | {run.busy:.1f} "
            f"| {run.seconds:.1f} | {run.musts_kept:,} of {run.musts:,} | {run.gb:.2f} |"
        )
    yield DROP_OUT
    for new in runs.again:
        yield (
            f"| {new.size} | {new.lost} | {new.changed} | {new.meetings:,} | {new.gap:.3%} | {new.busy:.1f} "
            f"| {REPLAN_S:g} | {new.seconds:.1f} |"
        )
    yield STAND_BY
    for asked in runs.stood_by:
        yield (
            f"| {asked.size} | {asked.questions} | {asked.found:.1f} | {asked.usual:.2f} | {asked.slowest:.2f} "
            f"| {STAND_BY_S:g} |"
        )


def _comparison(runs: Sequence[Figures]) -> Iterator[str]:
    best = runs[0]
    yield f"\n### {best.size}\n"
    yield (
        "| method | meetings | value | of the bound | musts kept | lowest | Gini | gaps | table changes | seconds "
        "| by the clock |\n|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for run in runs:
        yield (
            f"| {run.method} | {run.meetings:,} | {run.value:,.1f} | {run.value / best.bound:.2%} "
            f"| {run.musts_kept / max(run.musts, 1):.1%} | {run.lowest[0]} / {run.lowest[1]} "
            f"| {run.gini[0]:.3f} / {run.gini[1]:.3f} | {run.gaps:.2f} | {run.table_changes:,} | {run.busy:.1f} "
            f"| {run.seconds:.1f} |"
        )
    for run in runs:
        if run.note:
            yield f"\n{run.method}: {run.note}."


HEAD: Final = """# Meeting lists

Random events of the sizes that markets have, made by `scripts/meeting_events.py` and planned by
`python -m scripts.bench_meetings`, which wrote this page. Each run has a process of its own. The gap is
(bound - value) / bound: the bound is one that no schedule can exceed which keeps as many musts and minimums.
Python {python}, ortools {ortools}, numpy {numpy}, {machine}.
Seconds are of processor time, which on an idle machine is the time by the clock, as our plans use one core.

| event | sellers | buyers | slots | tables | absent | musts |
|---|---|---|---|---|---|---|
{sizes}
"""
COMMAND: Final = """
The whole command, `reelmatch meetings plan` as a process on files: start, reading and checking, the plan, a reason for
every pair left out, writing. Seconds of planning are by the clock and in the report. The memory allowed is
{memory:g} GB. Violations are what `scripts/check_schedule.py` finds in the files.

| event | meetings | left out | gap | seconds | limit | by the clock | planning | musts kept | GB | violations |
|---|---|---|---|---|---|---|---|---|---|---|"""
LOCKED: Final = """
## Locks and halls

The same events with tables in two halls, {walking} minutes apart, and meetings that somebody locked by hand, half of
them to a table: they are meetings of the greedy plan. The bound is of an event whose halls are side by side, so a part
of the gap is what walking costs; it has no limit here.

| event | meetings | gap | seconds | by the clock | musts kept | GB |
|---|---|---|---|---|---|---|"""
DROP_OUT: Final = """
## After a drop-out

The busiest seller drops out of the published plan, which is planned again as it is by default, with its time limit.

| event | his meetings | changed meetings | meetings afterwards | gap | seconds | limit | by the clock |
|---|---|---|---|---|---|---|---|"""
STAND_BY: Final = """
## Stand-bys

Who could fill what the busiest seller leaves free, before anything is planned again: a slot of a buyer, any slot of a
buyer, a slot for whoever has time.

| event | questions | suggestions, mean | seconds, median | slowest | limit |
|---|---|---|---|---|---|"""
OTHERS: Final = """
## Beside other methods

All of them keep the same hard rules and place musts first. Lowest: the fewest meetings of a seller and of a
buyer. Gini: of the numbers of meetings of the sellers and of the buyers, 0 = all alike. Gaps: free slots a
participant sits through, mean. Table changes: of the sellers. The run fails unless for every other method there is a
setting of ours with a higher value and a Gini coefficient that is no higher on either side, to three digits.

CP-SAT has two cores and the time of the limit above, or what our plan took by the clock where that was more; building
its model counts, and is noted below each table. Without a first plan it found no schedule in that time, so it is given
the greedy one, and searches at once: simplifying the model first (presolve) took longer than the limit. At the largest
events a model of all possible meetings has millions of unknowns, of which {literals:,} are about what can be built in
the time: the meetings of the greedy plan, and of the best other pairs those that replace one meeting by another."""
BOTH: Final = """
## Tables reserved on both sides

Few common tables, and tables of people of either side, alone or three to a table. Whose meeting leaves a table to
others is no flow, so the bound is not as near as above (docs/decisions/0012): the gap has no limit here.

| event | meetings | gap | seconds | musts kept | GB |
|---|---|---|---|---|---|"""
GROWTH: Final = """
## How time grows

Events like the largest with more and more people, planned without a time limit until nothing was gained.

![Seconds against meetings, up to {most:,} meetings, with and without scarce tables]({chart})
"""
