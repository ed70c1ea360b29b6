"""`reelmatch meetings plan` as a process, on files: what `bench_meetings.py` measures of the whole command."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from scripts.check_schedule import violations
from scripts.meeting_events import SIZES, random_event
from scripts.meeting_folder import write_event
from scripts.peak_memory import peak_gb
from scripts.schedule_files import read_event, read_schedule

__all__ = ["Command", "by_command", "checked", "written"]


@dataclass(frozen=True, slots=True)
class Command:
    """A run of the command. left_out: pairs with a reason. planning: seconds of the plan alone, as it reports them.

    busy: processor seconds. gb: peak memory of the process. violations: what the checker finds in its files.
    """

    size: str
    meetings: int
    left_out: int
    gap: float
    musts: int
    musts_kept: int
    planning: float
    seconds: float
    busy: float
    gb: float
    violations: int = 0


def written(name: str, seed: int, folder: Path) -> None:
    """Write the event, in a process of its own: a child's peak memory counts that of its parent at the start."""
    folder.mkdir(parents=True)
    write_event(random_event(SIZES[name], seed), folder)


def by_command(name: str, event: Path, out: Path) -> Command:
    """Run the command once. Raises RuntimeError where it plans nothing."""
    reelmatch = Path(sys.executable).with_name("reelmatch")
    start = time.perf_counter()
    done = subprocess.run(
        [reelmatch, "meetings", "plan", "--event", event, "--out", out],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    if not (out / "report.json").is_file():
        raise RuntimeError(f"reelmatch meetings plan failed on {name}: {done.stderr}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    with (out / "unscheduled.csv").open(encoding="utf-8") as file:
        left_out = sum(1 for _ in file) - 1
    return Command(
        size=name,
        meetings=report["meetings"],
        left_out=left_out,
        gap=report["gap"],
        musts=report["musts"],
        musts_kept=report["musts_kept"],
        planning=report["seconds"],
        seconds=seconds,
        busy=used.ru_utime + used.ru_stime,
        gb=peak_gb(resource.RUSAGE_CHILDREN),
    )


def checked(event: Path, out: Path) -> int:
    """Violations that the independent checker finds in what the command wrote."""
    found = violations(read_event(event), read_schedule(out))
    return len(list(found))
