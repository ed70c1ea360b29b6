"""Meeting lists measured: gap, time and memory against their limits, other methods, growth.

Prints the page, writes it as docs/benchmark/meetings.md with its chart, and fails where a limit is missed.

    python -m scripts.bench_meetings [--out docs/benchmark] [--seed 0]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from recommender.evaluation.plots import draw_growth
from scripts.meeting_baselines import BASELINES
from scripts.meeting_command import Command, by_command, checked, written
from scripts.meeting_events import SIZES
from scripts.meeting_living import drop_out, locked_in_halls, stand_by
from scripts.meeting_page import CHART, Runs, gap_of, page
from scripts.meeting_runs import (
    EVENNESS,
    LIMITS,
    MEMORY_GB,
    REPLAN_S,
    STAND_BY_S,
    Figures,
    both_sides,
    by_baseline,
    by_us,
    grown,
)

T = TypeVar("T")
SHARES: Final = (0.125, 0.25, 0.5, 0.75, 1.0, 1.5)
"""Sizes of the largest market that are timed."""
GROWING: Final = ("largest", "largest, tight")
BOTH_SIDES: Final = (("co-production, tight", 1.0), ("largest, tight", 0.3), ("largest, tight", 1.0))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure everything; 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description="Measure the planning of meetings.")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmark"), help="where the page is written")
    parser.add_argument("--seed", type=int, default=0, help="another seed makes other events")
    args = parser.parse_args(argv)
    runs = _measured(args.seed)
    draw_growth(args.out / CHART, runs.growth)
    text = "\n".join(page(runs))
    (args.out / "meetings.md").write_text(text, encoding="utf-8")
    print(text)
    missed = [*_missed(runs), *_behind(runs)]
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    return int(bool(missed))


def _measured(seed: int) -> Runs:
    ours = [_alone(partial(by_us, name, seed)) for name in SIZES]
    took = {run.size: run.seconds for run in ours}
    return Runs(
        ours=ours,
        commands=[_command(name, seed) for name in SIZES],
        again=[_alone(partial(drop_out, name, seed)) for name in SIZES],
        stood_by=[_alone(partial(stand_by, name, seed)) for name in SIZES],
        even=[_alone(partial(by_us, name, seed, evenness)) for name in SIZES for evenness in EVENNESS],
        others=[
            _alone(partial(by_baseline, name, seed, method, took[name]))
            for name in SIZES
            for method in BASELINES
        ],
        locked=[_alone(partial(locked_in_halls, name, seed)) for name in SIZES],
        both=[_alone(partial(both_sides, name, seed, share)) for name, share in BOTH_SIDES],
        growth={name: [_alone(partial(grown, name, seed, share)) for share in SHARES] for name in GROWING},
    )


def _alone(work: Callable[[], T]) -> T:
    """The result of `work` in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work).result()


def _command(name: str, seed: int) -> Command:
    with TemporaryDirectory() as folder:
        event, out = Path(folder) / "event", Path(folder) / "out"
        _alone(partial(written, name, seed, event))
        done = _alone(partial(by_command, name, event, out))
        return replace(done, violations=_alone(partial(checked, event, out)))


def _missed(runs: Runs) -> Iterator[str]:
    for run in runs.ours:
        yield from _short(run.size, gap_of(run), run.busy, run.musts_kept, run.musts, run.gb)
    for done in runs.commands:
        name = f"{done.size}, the command"
        yield from _short(name, done.gap, done.busy, done.musts_kept, done.musts, done.gb)
        if done.violations:
            yield f"{name}: {done.violations} violations"
    for locked in runs.locked:
        least = LIMITS[locked.size].musts * locked.musts
        if locked.musts_kept < least:
            yield f"{locked.size}, {locked.method}: {locked.musts_kept} of {locked.musts} musts kept"
    for new in runs.again:
        if new.changed != new.lost or new.busy > REPLAN_S:
            yield f"{new.size}: {new.changed} changes for {new.lost} lost meetings in {new.busy:.1f} s"
    for asked in runs.stood_by:
        if asked.slowest > STAND_BY_S:
            yield f"{asked.size}: stand-bys took up to {asked.slowest:.1f} s"


def _short(name: str, gap: float, busy: float, kept: int, musts: int, gb: float) -> Iterator[str]:
    limit = LIMITS[name.removesuffix(", the command")]
    if gap > limit.gap:
        yield f"{name}: gap {gap:.3%} above {limit.gap:.1%}"
    if busy > limit.seconds:
        yield f"{name}: {busy:.1f} s above {limit.seconds} s"
    if kept < limit.musts * musts:
        yield f"{name}: {kept} of {musts} musts kept"
    if gb > MEMORY_GB:
        yield f"{name}: {gb:.1f} GB above {MEMORY_GB} GB"


def _behind(runs: Runs) -> Iterator[str]:
    """Every other method must be behind one setting of ours in value, and not ahead of it in evenness."""
    for other in runs.others:
        mine = [run for run in (*runs.ours, *runs.even) if run.size == other.size]
        if not any(run.value > other.value and _no_less_even(run, other) for run in mine):
            yield f"{other.size}: no setting is ahead of {other.method} and as even on both sides"


def _no_less_even(run: Figures, other: Figures) -> bool:
    """By the Gini coefficient of each side, to three digits."""
    return all(round(mine, 3) <= round(its, 3) for mine, its in zip(run.gini, other.gini, strict=True))


if __name__ == "__main__":
    sys.exit(main())
