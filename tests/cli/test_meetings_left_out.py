"""What `reelmatch meetings plan` cannot plan: told with its rows and a remedy, and left out if asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.planning import checked, planned, report, rows
from tests.meetings.folders import SMALL, with_cell, with_row, write_event

Capture = pytest.CaptureFixture[str]


def test_a_refused_row_stops_the_plan_and_says_where(tmp_path: Path, capsys: Capture) -> None:
    event = write_event(tmp_path / "event", with_row("absences", "b9,d1a"))
    assert planned(event, tmp_path / "out") == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert "refused: absences row 4, column participant_id, value 'b9'" in written.err
    assert "--plan-the-rest" in written.err
    assert not (tmp_path / "out").exists()


def test_the_rest_is_planned_if_asked(tmp_path: Path, capsys: Capture) -> None:
    event = write_event(tmp_path / "event", with_row("absences", "b9,d1a"))
    assert planned(event, tmp_path / "out", "--plan-the-rest") == 0
    assert "refused: absences row 4" in capsys.readouterr().err
    assert checked(event, tmp_path / "out") == 0


@pytest.mark.parametrize("name", ["slots", "tables"])
def test_without_slots_or_tables_there_is_no_rest_to_plan_which_is_said_once(
    tmp_path: Path, capsys: Capture, name: str
) -> None:
    header = SMALL[name].partition("\n")[0] + "\n"
    others: dict[str, str | None] = {"absences": None, "locks": None, name: header}
    assert planned(write_event(tmp_path / "event", others), tmp_path / "out", "--plan-the-rest") == 1
    assert capsys.readouterr().err.count(f"there is no {name[:-1]}") == 1


def test_a_rest_without_sellers_is_nothing_to_plan(tmp_path: Path, capsys: Capture) -> None:
    people = SMALL["participants"].replace(",seller,", ",broker,")
    event = write_event(tmp_path / "event", {"participants": people})
    assert planned(event, tmp_path / "out", "--plan-the-rest") == 1
    assert "there is no seller" in capsys.readouterr().err


def test_endless_problems_are_counted(tmp_path: Path, capsys: Capture) -> None:
    event = write_event(tmp_path / "event", with_row("absences", *(f"x{n},d1a" for n in range(60))))
    assert planned(event, tmp_path / "out") == 1
    written = capsys.readouterr().err.splitlines()
    assert len([line for line in written if line.startswith("refused: absences")]) == 50
    assert "refused: 10 more" in written


IMPOSSIBLE = with_cell(
    "participants", "b1,buyer,Lumen,fr-lumen,2,1,", "b1,buyer,Lumen,fr-lumen,1,1,"
) | with_row("wishes", "b1,s2,must")
"""b1 may have one meeting and must have two."""


def test_musts_that_cannot_all_be_kept_are_told_with_their_rows_and_a_remedy(
    tmp_path: Path, capsys: Capture
) -> None:
    event, out = write_event(tmp_path / "event", IMPOSSIBLE), tmp_path / "out"
    assert planned(event, out) == 1
    written = capsys.readouterr()
    (conflict,) = [line for line in written.err.splitlines() if line.startswith("conflict: ")]
    for part in ("wishes row 2", "wishes row 6", "participants row 4", "max_meetings"):
        assert part in conflict
    assert "musts kept        1 of 2" in written.out
    assert checked(event, out) == 0
    assert any(
        row["buyer_id"] == "b1" and row["reason"].startswith("fixed") for row in rows(out / "unscheduled.csv")
    )
    assert planned(event, out, "--plan-the-rest") == 0


def test_a_must_against_a_no_go_is_not_kept_and_told(tmp_path: Path, capsys: Capture) -> None:
    event, out = write_event(tmp_path / "event", with_row("wishes", "b1,s1,no_go")), tmp_path / "out"
    assert planned(event, out) == 1
    assert "row 6 is a no_go of b1" in capsys.readouterr().err
    assert checked(event, out) == 0
    assert report(out)["musts_kept"] == 0


def test_what_is_left_out_is_in_the_report(tmp_path: Path) -> None:
    locks = "seller_id,buyer_id,slot_id,table_id\ns2,b2,nowhere,\n"
    event, out = write_event(tmp_path / "event", {"locks": locks}), tmp_path / "out"
    assert planned(event, out) == 1
    assert planned(event, out, "--plan-the-rest") == 0
    (left_out,) = report(out)["left_out"]
    assert "nowhere" in left_out
    assert report(out)["conflicts"] == []


LOCKED_TWICE = {
    "locks": "seller_id,buyer_id,slot_id,table_id\n"
    + "".join(f"s1,b{n},d1b,\n" for n in (1, 2, 3))
    + "s2,b2,d2a,t1\n"
}
"""s1 cannot meet three at once."""


@pytest.mark.parametrize("limit", ["0", "60"])
def test_locks_that_cannot_hold_are_given_up_for_the_rest_with_their_rows(tmp_path: Path, limit: str) -> None:
    event, out = write_event(tmp_path / "event", dict(LOCKED_TWICE)), tmp_path / "out"
    assert planned(event, out, "--time-limit", limit) == 1
    assert not (out / "report.json").exists()
    assert planned(event, out, "--time-limit", limit, "--plan-the-rest") == 0
    figures = report(out)
    assert len(figures["left_out"]) == 2
    assert [row["table"] for row in figures["rows_left_out"]] == ["locks", "locks"]
    assert {row["row"] for row in figures["rows_left_out"]} < {2, 3, 4}
    assert checked(event, out) == 0


def test_endless_missed_musts_are_counted_and_all_in_the_report(tmp_path: Path, capsys: Capture) -> None:
    buyers = [f"b{n}" for n in range(1, 71)]
    only: dict[str, str | None] = dict.fromkeys(["absences", "locks", "lineups", "values"])
    event = write_event(
        tmp_path / "event",
        only
        | {
            "participants": "participant_id,side\ns1,seller\n" + "".join(f"{b},buyer\n" for b in buyers),
            "tables": "table_id\nt1\n",
            "wishes": "participant_id,other_id,wish\n" + "".join(f"s1,{b},must\n" for b in buyers),
            "values": "seller_id,buyer_id,value\n",
        },
    )
    out = tmp_path / "out"
    planned(event, out, "--time-limit", "0")
    assert report(out)["musts_kept"] == 3
    assert len(report(out)["musts_missed"]) == 67
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("must: ")]
    assert len(lines) == 51
    assert lines[-1] == "must: 17 more, which report.json lists"
    assert checked(event, out) == 0


def test_a_must_that_cannot_be_kept_is_in_the_report(tmp_path: Path) -> None:
    wishes = "participant_id,other_id,wish\ns1,b1,must\nb1,s1,no_go\n"
    event, out = write_event(tmp_path / "event", {"wishes": wishes}), tmp_path / "out"
    assert planned(event, out) == 1
    (conflict,) = report(out)["conflicts"]
    assert "Take back the must" in conflict
