"""`reelmatch meetings plan` as an organiser meets it, and what it writes checked by scripts/check_schedule.py."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from recommender.cli.plans import knob_text, plan_text
from recommender.meetings.knob import Setting
from tests.cli.planning import checked, planned, report, rows
from tests.meetings.folders import SMALL, write_event

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "event"
Capture = pytest.CaptureFixture[str]


def test_the_sample_event_is_planned_to_within_a_thousandth_of_the_best(
    tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "plan"
    assert planned(SAMPLE, out) == 0
    written = capsys.readouterr()
    assert written.err == ""
    assert "of the best possible" in written.out
    assert "musts kept        10 of 10" in written.out
    assert checked(SAMPLE, out) == 0
    assert report(out)["gap"] < 0.001
    films = {row["film_id"] for row in rows(SAMPLE / "lineups.csv")}
    assert all(set(row["films"].split("|")) <= films for row in rows(out / "meetings.csv"))


def test_the_most_even_plan_keeps_every_rule_too(tmp_path: Path) -> None:
    even, most = tmp_path / "even", tmp_path / "most"
    assert planned(SAMPLE, even, "--evenness", "1") == 0
    assert planned(SAMPLE, most, "--evenness", "0") == 0
    assert checked(SAMPLE, even) == 0
    gini = [report(out)["evenness"]["buyers"]["gini"] for out in (even, most)]
    assert gini[0] <= gini[1]
    assert report(even)["total_value"] <= report(most)["bound"] * (1 + 1e-9)


def test_the_same_event_gives_the_same_meetings(tmp_path: Path) -> None:
    event = write_event(tmp_path / "event")
    for name in ("one", "two"):
        assert planned(event, tmp_path / name) == 0
    for name in ("meetings.csv", "unscheduled.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_small_event_has_one_best_plan(tmp_path: Path) -> None:
    event, out = write_event(tmp_path / "event"), tmp_path / "out"
    assert planned(event, out, "--time-limit", "60") == 0
    assert checked(event, out) == 0
    held = {(row["seller_id"], row["buyer_id"]): row for row in rows(out / "meetings.csv")}
    assert set(held) == {("s1", "b1"), ("s1", "b2"), ("s2", "b2")}
    assert held["s2", "b2"]["slot_id"] == "d2a"
    assert held["s1", "b1"]["films"] == "f02|f01"
    (left,) = rows(out / "unscheduled.csv")
    assert (left["seller_id"], left["buyer_id"], left["value"]) == ("s2", "b3", "3.0")
    assert left["reason"].startswith("no-go: b3")
    figures = report(out)
    assert (figures["total_value"], figures["musts_kept"], figures["wishes_kept"]) == (3.75, 1, 1)
    assert figures["gap"] == pytest.approx(0, abs=1e-6)


def test_an_event_without_values_needs_a_bundle(tmp_path: Path, capsys: Capture) -> None:
    event = write_event(tmp_path / "event", {"values": None})
    assert planned(event, tmp_path / "out") == 2
    written = capsys.readouterr()
    assert written.err.startswith("reelmatch: values: ")
    assert "--bundles" in written.err
    assert planned(event, tmp_path / "out", "--bundles", str(tmp_path / "none")) == 2
    assert "reelmatch train" in capsys.readouterr().err


def test_a_plan_replaces_the_one_before(tmp_path: Path) -> None:
    event, out = tmp_path / "event", tmp_path / "out"
    write_event(event)
    assert planned(event, out) == 0
    shutil.rmtree(event)
    write_event(event, {"wishes": None, "locks": None})
    assert planned(event, out) == 0
    assert checked(event, out) == 0


def test_a_gap_is_never_rounded_away() -> None:
    even = {"lowest": 1, "median": 1.0, "highest": 2, "gini": 0.1}
    figures: dict[str, Any] = {
        "meetings": 2,
        "total_value": 99.999,
        "bound": 100.0,
        "gap": 0.00001,
        "musts": 0,
        "musts_kept": 0,
        "wishes": 0,
        "wishes_kept": 0,
        "minimums_missed": 0,
        "evenness": {"sellers": even, "buyers": even},
        "gaps": {"mean": 0.0, "most": 0},
        "waiting": {"mean_min": 0.0, "most_min": 0.0},
        "table_changes": {"sellers": 0, "buyers": 0},
        "seconds": 1.0,
        "timed_out": True,
    }
    text = plan_text(figures, 1)
    assert "99.99 % of the best possible" in text
    assert "2, 1 pair left out" in text
    assert "ended by the time limit" in text
    for gap in (0.0, 2e-7):
        assert "100 % of the best possible" in plan_text(figures | {"gap": gap}, 0)


def test_who_has_fewer_meetings_than_wished_for_is_named(tmp_path: Path, capsys: Capture) -> None:
    people = "participant_id,side,min_meetings\ns1,seller,2\nb1,buyer,\n"
    values = "seller_id,buyer_id,value\ns1,b1,1\n"
    only: dict[str, str | None] = dict.fromkeys(["absences", "wishes", "locks", "lineups"])
    event = write_event(
        tmp_path / "event", only | {"participants": people, "values": values, "tables": "table_id\nt1\n"}
    )
    assert planned(event, tmp_path / "out") == 0
    assert "minimum: 's1' has 1 of at least 2 meetings: only 1 may be met" in capsys.readouterr().err


def test_halls_are_walked_between_and_the_time_limit_still_gives_a_sound_plan(tmp_path: Path) -> None:
    halls: dict[str, str | None] = {"tables": "table_id,reserved_for,hall\nt1,,North\nt2,alba,South\n"}
    event = write_event(tmp_path / "event", halls)
    for number, limit in enumerate(("0", "60")):
        out = tmp_path / f"out{number}"
        assert planned(event, out, "--walking", "10", "--time-limit", limit) == 0
        assert report(out)["walking_min"] == 10
        assert checked(event, out) == 0


def test_the_knob_is_told_a_setting_a_line() -> None:
    (_, line) = knob_text([Setting(0.2, 1340, 664.04, (20, 4), (0.0, 0.124))]).splitlines()
    assert line.startswith("  0.2  ")
    assert line.endswith(
        "value 664.0, 1,340 meetings; sellers at least 20, Gini 0.00; buyers at least 4, Gini 0.12"
    )


def test_the_way_between_halls_and_the_sessions_come_from_the_files(tmp_path: Path, capsys: Capture) -> None:
    tables = "table_id,reserved_for,hall,walking_minutes\nt1,,North,\nt2,alba,South,12\n"
    header, *slots = SMALL["slots"].splitlines()
    sessions = zip(slots, ("Day 1", "Day 1", ""), strict=True)
    named = [f"{header},session", *(f"{row},{name}" for row, name in sessions)]
    event = write_event(tmp_path / "event", {"tables": tables, "slots": "\n".join(named) + "\n"})
    out = tmp_path / "out"
    assert planned(event, out) == 0
    written = capsys.readouterr()
    assert written.err == ""
    assert (report(out)["walking_min"], set(report(out)["sessions"])) == (12, {"Day 1"})
    in_session = [row for row in rows(out / "meetings.csv") if row["slot_id"] in ("d1a", "d1b")]
    assert report(out)["sessions"]["Day 1"] == {"slots": 2, "meetings": len(in_session)}
    assert f"Day 1 {len(in_session)} meeting" in written.out
    assert checked(event, out) == 0
    assert planned(event, out, "--walking", "0") == 0
    assert report(out)["walking_min"] == 0


def test_minutes_that_are_no_whole_number_are_refused(tmp_path: Path, capsys: Capture) -> None:
    tables = "table_id,reserved_for,hall,walking_minutes\nt1,,North,far\nt2,alba,South,2.5\n"
    event = write_event(tmp_path / "event", {"tables": tables})
    assert planned(event, tmp_path / "out") == 1
    told = capsys.readouterr().err
    assert "tables row 2, column walking_minutes, value 'far'" in told
    assert "tables row 3, column walking_minutes, value '2.5'" in told
