"""The independent checker lets a good schedule pass and catches every rule that is broken."""

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scripts.check_schedule import main
from tests.architecture.source import ROOT, imports_of
from tests.meetings.folders import SMALL, write_event

Capture = pytest.CaptureFixture[str]
Row = dict[str, str]
PLACES = {"s1 b1": "d1b t2", "s1 b2": "d1a t2", "s2 b2": "d2a t1"}
VALUES = {"s1 b1": 0.5, "s1 b2": 2.0, "s2 b2": 1.25}


@dataclass
class Output:
    """A plan of the small event: three meetings, and the pair that must not meet."""

    meetings: list[Row] = field(
        default_factory=lambda: [
            dict(
                zip(("seller_id", "buyer_id", "slot_id", "table_id"), f"{pair} {place}".split(), strict=True)
            )
            | {"value": str(VALUES[pair]), "value_seller": "1", "value_buyer": "1", "films": ""}
            for pair, place in PLACES.items()
        ]
    )
    unscheduled: list[Row] = field(
        default_factory=lambda: [
            {"seller_id": "s2", "buyer_id": "b3", "value": "3", "reason": "no-go: of b3"}
        ]
    )
    report: dict[str, Any] = field(
        default_factory=lambda: {
            "meetings": 3,
            "total_value": 3.75,
            "bound": 4.0,
            "gap": 0.0625,
            "evenness": {
                "sellers": {"lowest": 1, "median": 1.5, "highest": 2, "gini": 1 / 6},
                "buyers": {"lowest": 0, "median": 1, "highest": 2, "gini": 4 / 9},
            },
            "gaps": {"total": 0, "mean": 0.0, "most": 0},
            "waiting": {"mean_min": 0.0, "most_min": 0.0},
            "table_changes": {"sellers": 0, "buyers": 0},
            "minimums_missed": 0,
            "musts_missed": [],
            "musts_kept": 1,
            "wishes_kept": 1,
            "seconds": 0.1,
        }
    )

    def write(self, folder: Path) -> Path:
        folder.mkdir()
        for name, rows in (("meetings", self.meetings), ("unscheduled", self.unscheduled)):
            with (folder / f"{name}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows)
        (folder / "report.json").write_text(json.dumps(self.report))
        return folder


def checked(
    tmp_path: Path, change: Callable[[Output], object], event: dict[str, str | None] | None = None
) -> int:
    output = Output()
    change(output)
    return main([str(write_event(tmp_path / "event", event)), str(output.write(tmp_path / "out"))])


def test_a_good_schedule_passes(tmp_path: Path, capsys: Capture) -> None:
    assert checked(tmp_path, lambda output: None) == 0
    assert capsys.readouterr().out == "3 meetings, 0 violations\n"


def move(pair: int, slot: str, table: str) -> Callable[[Output], None]:
    return lambda output: output.meetings[pair].update(slot_id=slot, table_id=table)


def put(pair: int, **cells: str) -> Callable[[Output], None]:
    return lambda output: output.meetings[pair].update(cells)


def report(**figures: object) -> Callable[[Output], None]:
    return lambda output: output.report.update(figures)


MUTATIONS: list[tuple[Callable[[Output], object], str]] = [
    (move(0, "d1a", "t1"), "seller s1 is booked 2 times in slot d1a"),
    (move(1, "d2a", "t2"), "buyer b2 is booked 2 times in slot d2a"),
    (move(0, "d2a", "t1"), "table t1 is booked 2 times in slot d2a"),
    (move(0, "d1a", "t2"), "b1 is absent in slot d1a"),
    (put(2, table_id="t2"), "table t2 is reserved for alba"),
    (put(2, slot_id="d1b"), "locked to slot d2a"),
    (put(2, table_id="t2"), "locked to table t1"),
    (lambda output: output.meetings.pop(), "the locked meeting of s2 and b2 is missing"),
    (lambda output: output.meetings.append(output.meetings[0]), "s1 and b1 meet 2 times"),
    (put(2, buyer_id="b3"), "s2 and b3 meet against a no-go"),
    (put(0, seller_id="b3"), "'b3' is no seller"),
    (put(0, buyer_id="b9"), "'b9' is no buyer"),
    (put(0, slot_id="d9"), "no slot 'd9'"),
    (put(0, table_id="t9"), "no table 't9'"),
    (put(0, value="0.6"), "its value is 0.6, the event says 0.5"),
    (put(0, value="nan"), "its value is nan, the event says 0.5"),
    (put(0, buyer_id="b3", value="0"), "no value and nobody wished for it"),
    (lambda output: output.meetings.pop(0), "s1 and b1 are neither scheduled nor listed"),
    (lambda output: output.unscheduled[0].update(reason=""), "no reason is given"),
    (lambda output: output.unscheduled[0].update(seller_id="s1", buyer_id="b1"), "scheduled and listed"),
    (lambda output: output.unscheduled.append(output.unscheduled[0]), "listed 2 times"),
    (report(total_value=4.0), "total_value = 4.0"),
    (report(meetings=4), "meetings = 4"),
    (report(gap=0.0), "gap = 0.0"),
    (report(bound=3.0, gap=0.0), "below the total value 3.75"),
    (report(musts_kept=0), "musts_kept = 0"),
    (report(wishes_kept=2), "wishes_kept = 2"),
    (report(evenness={}), "no sellers of evenness"),
    (lambda output: output.report["evenness"]["buyers"].update(gini=0.3), "evenness.buyers.gini = 0.3"),
    (lambda output: output.report["evenness"]["sellers"].update(lowest=2), "evenness.sellers.lowest = 2"),
    (report(gaps={"total": 1, "mean": 0.0, "most": 0}), "gaps.total = 1, the meetings say 0"),
    (report(waiting={"mean_min": 0.0, "most_min": 30.0}), "waiting.most_min = 30.0"),
    (report(table_changes={"sellers": 1, "buyers": 0}), "table_changes.sellers = 1"),
    (report(minimums_missed=1), "minimums_missed = 1"),
    (report(musts_missed=[["s1", "b1"]]), "lists 1 musts as missed"),
]


@pytest.mark.parametrize(("change", "line"), MUTATIONS)
def test_a_broken_rule_is_caught(
    tmp_path: Path, capsys: Capture, change: Callable[[Output], object], line: str
) -> None:
    assert checked(tmp_path, change) == 1
    assert line in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "s1,seller,Alba Sales,alba,,1,",
            "s1,seller,Alba Sales,alba,1,1,",
            "s1 has 2 meetings, max_meetings is 1",
        ),
        ("b2,buyer,Comet,fr-comet,,,", "b2,buyer,Comet,fr-comet,1,,", "b2 has 2 meetings, max_meetings is 1"),
        (
            "s1,seller,Alba Sales,alba,,1,",
            "s1,seller,Alba Sales,alba,,1,1",
            "s1 has 2 meetings on 2026-05-14",
        ),
    ],
)
def test_a_limit_that_is_passed_is_caught(
    tmp_path: Path, capsys: Capture, old: str, new: str, line: str
) -> None:
    folder = write_event(tmp_path / "event")
    people = folder / "participants.csv"
    people.write_text(people.read_text().replace(old, new))
    assert main([str(folder), str(Output().write(tmp_path / "out"))]) == 1
    assert line in capsys.readouterr().out


def test_a_walk_that_takes_longer_than_the_pause_is_caught(tmp_path: Path, capsys: Capture) -> None:
    halls: dict[str, str | None] = {"tables": "table_id,reserved_for,hall\nt1,,North\nt2,,South\n"}

    def walks(minutes: int) -> Callable[[Output], None]:
        def change(output: Output) -> None:
            put(0, table_id="t1")(output)
            report(walking_min=minutes, table_changes={"sellers": 1, "buyers": 0})(output)

        return change

    assert checked(tmp_path, walks(0), halls) == 0
    (tmp_path / "out").rename(tmp_path / "without")
    assert checked(tmp_path, walks(5), halls) == 1
    assert "s1 cannot walk from hall South in slot d1a to hall North in d1b" in capsys.readouterr().out


def test_a_table_reserved_for_a_person_or_a_company_serves_both(tmp_path: Path) -> None:
    tables = {"tables": "table_id,reserved_for\nt1,b2\nt2,s1\n"}
    assert checked(tmp_path, lambda output: None, dict(tables)) == 0


def test_without_values_the_schedule_brings_its_own(tmp_path: Path) -> None:
    assert checked(tmp_path, lambda output: None, {"values": None}) == 0


FOUR_SLOTS = """slot_id,day,starts_at,ends_at
d1a,2026-05-14,2026-05-14T09:00:00+02:00,2026-05-14T09:30:00+02:00
d1m,2026-05-14,2026-05-14T09:30:00+02:00,2026-05-14T10:00:00+02:00
d1b,2026-05-14,2026-05-14T10:15:00+02:00,2026-05-14T10:45:00+02:00
d2a,2026-05-15,2026-05-15T09:00:00+02:00,2026-05-15T09:30:00+02:00
"""


def test_gaps_waiting_and_changes_of_table_are_counted_from_the_meetings(
    tmp_path: Path, capsys: Capture
) -> None:
    """s1 meets b2 at d1a and b1 at d1b, and sits through d1m: 45 minutes, another table."""

    def change(output: Output) -> None:
        put(0, table_id="t1")(output)
        gaps, waiting = {"total": 1, "mean": 0.25, "most": 1}, {"mean_min": 11.25, "most_min": 45.0}
        output.report |= {"gaps": gaps, "waiting": waiting, "table_changes": {"sellers": 1, "buyers": 0}}

    assert checked(tmp_path, change, {"slots": FOUR_SLOTS}) == 0, capsys.readouterr().out


def test_what_the_report_left_out_is_left_out_here_and_told(tmp_path: Path, capsys: Capture) -> None:
    locks: dict[str, str | None] = {
        "locks": "seller_id,buyer_id,slot_id,table_id\ns2,b2,d2a,t1\n\ns1,b2,d2a,\n"
    }
    assert checked(tmp_path, lambda output: None, dict(locks)) == 1
    assert "locked to slot d2a" in capsys.readouterr().out
    (tmp_path / "out").rename(tmp_path / "without")
    rows = [{"table": "locks", "row": 4, "column": ""}]
    assert checked(tmp_path, report(rows_left_out=rows), dict(locks)) == 0
    assert "left out, as report.json says: locks row 4" in capsys.readouterr().out


def test_a_cell_that_was_left_out_counts_as_empty(tmp_path: Path) -> None:
    people = {
        "participants": SMALL["participants"].replace("s1,seller,Alba Sales,alba,,1,", "s1,seller,,alba,1,1,")
    }
    assert checked(tmp_path, lambda output: None, dict(people)) == 1
    (tmp_path / "out").rename(tmp_path / "without")
    rows = [{"table": "participants", "row": 2, "column": "max_meetings"}]
    assert checked(tmp_path, report(rows_left_out=rows), dict(people)) == 0


def test_gzipped_tables_are_read_and_parquet_is_refused_with_a_remedy(
    tmp_path: Path, capsys: Capture
) -> None:
    event, out = write_event(tmp_path / "event"), Output().write(tmp_path / "out")
    for path in list(event.iterdir()):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert main([str(event), str(out)]) == 0
    (event / "locks.csv").write_text("seller_id,buyer_id\n")
    assert main([str(event), str(out)]) == 2
    assert "keep one of them" in capsys.readouterr().err
    (event / "locks.csv").unlink()
    (event / "values.csv.gz").rename(event / "values.parquet")
    assert main([str(event), str(out)]) == 2
    assert "write it as values.csv" in capsys.readouterr().err


def test_a_missing_file_or_column_is_told_on_stderr(tmp_path: Path, capsys: Capture) -> None:
    event, out = write_event(tmp_path / "event"), Output().write(tmp_path / "out")
    assert main([str(event)]) == 2
    (out / "meetings.csv").write_text("seller_id,buyer_id\n")
    assert main([str(event), str(out)]) == 2
    assert "has no column slot_id" in capsys.readouterr().err
    (out / "report.json").write_text("{}")
    assert main([str(event), str(out)]) == 2
    assert "has no meetings" in capsys.readouterr().err
    (out / "report.json").unlink()
    assert main([str(event), str(out)]) == 2
    assert "report.json is missing" in capsys.readouterr().err


def test_the_checker_runs_alone_and_shares_no_code_with_the_planner(tmp_path: Path) -> None:
    script, *parts = (
        f"scripts/{name}.py" for name in ("check_schedule", "schedule_files", "schedule_figures")
    )
    known = sys.stdlib_module_names | {"scripts.schedule_files", "scripts.schedule_figures"}
    for path in (script, *parts):
        modules = {name if name.startswith("scripts.") else name.split(".")[0] for name in imports_of(path)}
        assert modules <= known
    folders = [str(write_event(tmp_path / "event")), str(Output().write(tmp_path / "out"))]
    done = subprocess.run(
        [sys.executable, "-I", script, *folders], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "3 meetings, 0 violations\n")
