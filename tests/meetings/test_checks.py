"""What is wrong with an event folder is said with table, row, column, value and remedy."""

from pathlib import Path

import pytest

from recommender.market.problems import Problem
from recommender.meetings.checks import check_event, the_rest
from recommender.meetings.files import event_of, read_event_tables
from tests.meetings.folders import SMALL, problems_of, with_cell, with_row, write_event

Changes = dict[str, str | None]


def test_a_good_folder_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "event") == ()


def test_three_tables_are_enough(tmp_path: Path) -> None:
    others: Changes = dict.fromkeys(SMALL.keys() - {"participants", "slots", "tables"})
    assert problems_of(tmp_path / "event", others) == ()


@pytest.mark.parametrize("name", ["participants", "slots", "tables"])
def test_a_needed_table_that_is_missing_is_told(tmp_path: Path, name: str) -> None:
    (problem,) = problems_of(tmp_path / "event", {name: None})
    assert (problem.table, problem.row, problem.refused) == (name, None, True)
    assert f"{name}.csv" in problem.message


def test_a_folder_that_is_not_there_is_told_for_each_needed_table(tmp_path: Path) -> None:
    problems = check_event(read_event_tables(tmp_path / "nowhere"))
    assert {problem.table for problem in problems} == {"participants", "slots", "tables"}


BAD_CELLS: list[tuple[Changes, str, int, str, str, str]] = [
    (with_row("participants", "s1,seller,,,,,"), "participants", 7, "participant_id", "s1", "row 2"),
    (with_row("participants", "b9,guest,,,,,"), "participants", 7, "side", "guest", "not a side"),
    (with_row("participants", "b9,buyer,,,2.5,,"), "participants", 7, "max_meetings", "2.5", "whole number"),
    (with_row("participants", "b9,buyer,,,-1,,"), "participants", 7, "max_meetings", "-1", "below zero"),
    (
        with_row("participants", "b9,buyer,,,many,,"),
        "participants",
        7,
        "max_meetings",
        "many",
        "not a number",
    ),
    (with_row("participants", ",buyer,,,,,"), "participants", 7, "participant_id", "", "empty"),
    (with_row("slots", "d1a,x,2026-06-01T09:00Z,2026-06-01T10:00Z"), "slots", 5, "slot_id", "d1a", "row 2"),
    (with_cell("slots", "2026-05-15T09:00:00+02:00", "soon"), "slots", 4, "starts_at", "soon", "not a time"),
    (
        with_cell("slots", "2026-05-15T09:00:00+02:00", "2026-05-15"),
        *("slots", 4, "starts_at", "2026-05-15", "not a time"),
    ),
    (
        with_cell("slots", "2026-05-15T09:30:00+02:00", "2026-05-15T08:30:00+02:00"),
        *("slots", 4, "starts_at", "2026-05-15T09:00:00+02:00", "does not end after its start"),
    ),
    (
        with_cell("slots", "2026-05-15T09:30:00+02:00", "2026-05-15T09:30:00"),
        *("slots", 4, "starts_at", "2026-05-15T09:00:00+02:00", "a zone"),
    ),
    (
        with_row("slots", "d1c,2026-05-14,2026-05-14T09:20:00+02:00,2026-05-14T09:25:00+02:00"),
        *("slots", 5, "starts_at", "2026-05-14T09:20:00+02:00", "overlaps slot d1a of row 2"),
    ),
    (with_row("tables", "t1,"), "tables", 4, "table_id", "t1", "row 2"),
    (with_row("tables", "t9,nobody"), "tables", 4, "reserved_for", "nobody", "no participant and no company"),
    (with_row("absences", "b9,d1a"), "absences", 4, "participant_id", "b9", "no such id"),
    (with_row("absences", "b1,d9"), "absences", 4, "slot_id", "d9", "no such id"),
    (with_row("wishes", "s1,b9,want"), "wishes", 6, "other_id", "b9", "no such id"),
    (with_row("wishes", "s1,b3,maybe"), "wishes", 6, "wish", "maybe", "not a wish"),
    (with_row("wishes", "s1,s2,want"), "wishes", 6, "other_id", "s2", "both are sellers"),
    (with_row("wishes", "s1,s1,want"), "wishes", 6, "other_id", "s1", "nobody meets themselves"),
    (with_row("locks", "s1,b9,d1a,"), "locks", 3, "buyer_id", "b9", "no buyer"),
    (with_row("locks", "b2,b1,d1b,"), "locks", 3, "seller_id", "b2", "no seller"),
    (with_row("locks", "s1,b1,,"), "locks", 3, "slot_id", "", "empty"),
    (with_row("locks", "s1,b1,d1b,t9"), "locks", 3, "table_id", "t9", "no such id"),
    (with_row("values", "s1,b9,1,1,1"), "values", 6, "buyer_id", "b9", "no buyer"),
    (with_row("values", "s1,b1,1,1,1"), "values", 6, "seller_id", "s1", "row 2"),
    (with_row("values", "s1,b3,-1,1,1"), "values", 6, "value", "-1", "below zero"),
    (with_row("values", "s1,b3,NaN,1,1"), "values", 6, "value", "NaN", "empty cell"),
    (with_row("values", "s1,b3,inf,1,1"), "values", 6, "value", "inf", "not a number"),
    (with_row("values", "s1,b3,,1,1"), "values", 6, "value", "", "empty"),
    (with_row("values", "s1,b3,1,x,1"), "values", 6, "value_seller", "x", "not a number"),
    (with_row("lineups", "b1,f01"), "lineups", 5, "seller_id", "b1", "no seller"),
]


@pytest.mark.parametrize(("changes", "table", "row", "column", "value", "message"), BAD_CELLS)
def test_a_bad_row_is_refused_where_it_stands(
    tmp_path: Path, changes: Changes, table: str, row: int, column: str, value: str, message: str
) -> None:
    (problem,) = problems_of(tmp_path / "event", changes)
    assert (problem.table, problem.row, problem.column, problem.value) == (table, row, column, value)
    assert message in problem.message
    assert problem.remedy
    assert problem.refused


BROKEN_RULES: list[tuple[Changes, str, int, str]] = [
    (
        with_cell("participants", "b1,buyer,Lumen,fr-lumen,2,1,", "b1,buyer,,,2,3,"),
        "participants",
        4,
        "below the minimum",
    ),
    (
        with_cell("participants", "b3,buyer,Harbor,us-harbor,2,,1", "b3,buyer,,,9,3,1"),
        *("participants", 6, "max_per_day 1 on 2 days"),
    ),
    (with_row("wishes", "s1,b1,no_go"), "wishes", 2, "row 6 is a no_go of s1"),
    (with_row("wishes", "b3,s2,want"), "wishes", 6, "row 4 is a no_go of b3"),
    (with_row("locks", "s1,b1,d1a,"), "locks", 3, "row 2 of the absences"),
    (with_row("locks", "s2,b3,d1a,"), "locks", 3, "row 4 of the wishes"),
    (with_row("locks", "s2,b1,d1b,t2"), "locks", 3, "reserved for alba"),
    (with_row("locks", "s1,b2,d2a,t2"), "locks", 3, "b2 is locked to slot d2a in row 2"),
    (with_row("locks", "s1,b1,d2a,t1"), "locks", 3, "t1 is locked to slot d2a in row 2"),
    (
        with_row("locks", "s1,b3,d1a,", "s2,b1,d1b,", "s2,b3,d1b,"),
        "locks",
        5,
        "b3 has 2 locked meetings on 2026-05-14",
    ),
]


@pytest.mark.parametrize(("changes", "table", "row", "message"), BROKEN_RULES)
def test_rows_that_cannot_hold_together_name_each_other(
    tmp_path: Path, changes: Changes, table: str, row: int, message: str
) -> None:
    found = [problem for problem in problems_of(tmp_path / "event", changes) if message in problem.message]
    (problem,) = found
    assert (problem.table, problem.row, problem.refused) == (table, row, True)
    assert problem.remedy


def test_two_locks_need_two_tables(tmp_path: Path) -> None:
    changes = with_row("participants", "s3,seller,,,,,") | with_row("locks", "s3,b1,d2a,")
    (problem,) = problems_of(tmp_path / "event", changes)
    assert "2 locks in slot d2a need a table that is not reserved" in problem.message
    assert "There are 1" in problem.remedy


def test_a_locked_pair_with_a_table_of_its_own_needs_no_other(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "event", with_row("locks", "s1,b1,d2a,")) == ()


WARNINGS: list[tuple[Changes, str]] = [
    (with_row("wishes", "s2,b3,want"), "row 4 is a no_go of b3"),
    (with_row("wishes", "s2,b3,must"), "row 4 is a no_go of b3"),
    (with_row("wishes", "s1,b1,must"), "the same wish is in row 2"),
    (
        with_cell("participants", "b1,buyer,Lumen,fr-lumen,2,1,", "b1,buyer,,,,3,"),
        "b1 is there in 2 slots only",
    ),
]


def test_a_column_with_another_name_is_not_lost_in_silence(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "event", with_cell("participants", "max_meetings", "most_meetings"))
    assert (problem.table, problem.column, problem.refused) == ("participants", "most_meetings", False)
    assert "max_meetings" in problem.remedy


@pytest.mark.parametrize(("changes", "message"), WARNINGS)
def test_what_can_be_planned_with_is_only_a_warning(tmp_path: Path, changes: Changes, message: str) -> None:
    (problem,) = problems_of(tmp_path / "event", changes)
    assert not problem.refused
    assert message in problem.message


@pytest.mark.parametrize(
    ("name", "message"), [("slots", "no slot"), ("tables", "no table"), ("participants", "no seller")]
)
def test_an_event_without_slots_tables_or_people_is_refused(tmp_path: Path, name: str, message: str) -> None:
    header = SMALL[name].partition("\n")[0]
    problems = problems_of(tmp_path / "event", {name: f"{header}\n"})
    assert any(message in problem.message and problem.row is None for problem in problems)


def test_a_missing_column_is_told_once_with_those_that_are_there(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "event", {"tables": "table,reserved_for\nt1,\n"})
    assert (problem.table, problem.column, problem.row) == ("tables", "table_id", None)
    assert "table, reserved_for" in problem.remedy


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    changes = with_row("wishes", "s1,b9,want", "s1,b1,no_go") | with_row("values", "s1,b3,-1,1,1")
    changes |= with_row("slots", "d1c,2026-05-14,2026-05-14T09:20:00+02:00,2026-05-14T09:25:00+02:00")
    refused = problems_of(tmp_path / "event", changes)
    assert {(problem.table, problem.row) for problem in refused} == {
        ("wishes", 6),
        ("wishes", 2),
        ("values", 6),
        ("slots", 5),
    }


def rest_of(folder: Path, changes: Changes) -> tuple[Problem, ...]:
    tables = the_rest(read_event_tables(write_event(folder, changes)))
    event_of(tables)
    return tuple(problem for problem in check_event(tables) if problem.refused)


@pytest.mark.parametrize("changes", [case[0] for case in (*BAD_CELLS[::6], *BROKEN_RULES[::3])])
def test_the_rest_of_a_broken_event_is_sound(tmp_path: Path, changes: Changes) -> None:
    assert rest_of(tmp_path / "event", changes) == ()


def test_the_rest_leaves_out_what_refers_to_a_row_left_out(tmp_path: Path) -> None:
    changes = with_cell("participants", "s2,seller,Grim Reels", "s2,broker,Grim Reels")
    tables = the_rest(read_event_tables(write_event(tmp_path / "event", changes)))
    event = event_of(tables)
    assert [person.participant_id for person in event.participants] == ["s1", "b1", "b2", "b3"]
    assert event.locks == ()
    assert [pair.seller_id for pair in event.values] == ["s1", "s1"]


def test_the_rest_empties_a_limit_rather_than_losing_somebody(tmp_path: Path) -> None:
    changes = with_cell("participants", "b1,buyer,Lumen,fr-lumen,2,1,", "b1,buyer,,,2,3,")
    event = event_of(the_rest(read_event_tables(write_event(tmp_path / "event", changes))))
    (person,) = (person for person in event.participants if person.participant_id == "b1")
    assert (person.max_meetings, person.min_meetings) == (2, 0)
