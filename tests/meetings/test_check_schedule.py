"""The independent checker lets a good schedule pass and catches every rule that is broken."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scripts.check_schedule import main
from tests.architecture.source import ROOT, imports_of, tree_of
from tests.meetings.folders import write_event

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
            "evenness": {},
            "gaps": {},
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


def report(**figures: float) -> Callable[[Output], None]:
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
    assert checked(tmp_path, put(0, table_id="t1"), halls) == 0
    (tmp_path / "out").rename(tmp_path / "without")

    def far(output: Output) -> None:
        put(0, table_id="t1")(output)
        report(walking_min=5)(output)

    assert checked(tmp_path, far, halls) == 1
    assert "s1 cannot walk from hall South in slot d1a to hall North in d1b" in capsys.readouterr().out


def test_a_table_reserved_for_a_person_or_a_company_serves_both(tmp_path: Path) -> None:
    tables = {"tables": "table_id,reserved_for\nt1,b2\nt2,s1\n"}
    assert checked(tmp_path, lambda output: None, dict(tables)) == 0


def test_without_values_the_schedule_brings_its_own(tmp_path: Path) -> None:
    assert checked(tmp_path, lambda output: None, {"values": None}) == 0


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
    script = "scripts/check_schedule.py"
    assert {module.split(".")[0] for module in imports_of(tree_of(script))} <= sys.stdlib_module_names
    folders = [str(write_event(tmp_path / "event")), str(Output().write(tmp_path / "out"))]
    done = subprocess.run(
        [sys.executable, "-I", script, *folders], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "3 meetings, 0 violations\n")
