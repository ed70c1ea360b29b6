import csv
import json
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender.meetings.domain import Lock, Meeting, Participant, Past, Table, Wish
from recommender.meetings.files import event_of, lineups_of, read_event_tables, write_plan
from recommender.meetings.reasons import Why
from recommender.meetings.why import Unscheduled
from tests.meetings.folders import SMALL, with_row, write_event

NOBODY = Unscheduled(np.array([], dtype=object), np.array([], dtype=object), np.array([]), ())
PLUS_TWO = timezone(timedelta(hours=2))


def test_an_event_comes_back_as_it_was_written(tmp_path: Path) -> None:
    event = event_of(read_event_tables(write_event(tmp_path / "event")), walking_min=10)
    assert event.participants[0] == Participant("s1", "seller", "Alba Sales", "alba", None, 1, None)
    assert event.participants[4] == Participant("b3", "buyer", "Harbor", "us-harbor", 2, 0, 1)
    assert event.slots[1].day == date(2026, 5, 14)
    assert event.slots[1].starts_at == datetime(2026, 5, 14, 9, 30, tzinfo=PLUS_TWO)
    assert event.tables == (Table("t1"), Table("t2", "alba"))
    assert event.absences == {("b1", "d1a"), ("b3", "d2a")}
    assert event.wishes[0] == Wish("s1", "b1", "must")
    assert event.locks == (Lock("s2", "b2", "d2a", "t1"),)
    assert event.walking_min == 10


def test_a_side_that_says_nothing_of_a_value_has_the_joint_one(tmp_path: Path) -> None:
    values = event_of(read_event_tables(write_event(tmp_path / "event"))).values
    assert [(v.value, v.value_seller, v.value_buyer) for v in values] == [
        (0.5, 0.4, 0.7),
        (2.0, 2.0, 2.0),
        (1.25, 1.0, 1.5),
        (3.0, 3.0, 3.0),
    ]


def test_a_file_with_nothing_in_it_counts_as_missing(tmp_path: Path) -> None:
    folder = write_event(tmp_path / "event", {"wishes": "", "locks": ""})
    assert not {"wishes", "locks"} & read_event_tables(folder).keys()
    assert (folder / "wishes.csv").is_file()


def test_history_is_read(tmp_path: Path) -> None:
    history = "participant_id,other_id,past\nb1,s1,no_show\ns1,b2,competitor\n"
    event = event_of(read_event_tables(write_event(tmp_path / "event", {"history": history})))
    assert event.history == (Past("b1", "s1", "no_show"), Past("s1", "b2", "competitor"))


def test_line_ups_keep_the_order_of_the_file(tmp_path: Path) -> None:
    tables = read_event_tables(write_event(tmp_path / "event", with_row("lineups", "s1,f02")))
    assert lineups_of(tables) == {"s1": ("f02", "f01"), "s2": ("f07",)}


def test_optional_tables_and_columns_may_be_missing(tmp_path: Path) -> None:
    changes: dict[str, str | None] = dict.fromkeys(SMALL.keys() - {"slots"})
    changes |= {"participants": "participant_id,side\ns,seller\nb,buyer\n", "tables": "table_id,hall\nt,H2\n"}
    tables = read_event_tables(write_event(tmp_path / "event", changes))
    event = event_of(tables)
    assert event.participants[1] == Participant("b", "buyer")
    assert event.tables == (Table("t", hall="H2"),)
    assert (len(event.values), event.wishes, event.locks, event.absences) == (0, (), (), frozenset())
    assert lineups_of(tables) == {}


@pytest.mark.parametrize(
    ("cells", "day", "start"),
    [
        ("2026-05-14,2026-05-14T09:00,2026-05-14T09:30", date(2026, 5, 14), time(9, 0)),
        ("2026-05-14,09:00,09:30", date(2026, 5, 14), time(9, 0)),
        ("Thursday,2026-05-14 09:00,2026-05-14 09:30", date(2026, 5, 14), time(9, 0)),
        ("1,09:00,09:30", date(2000, 1, 1), time(9, 0)),
        ("2026-05-14,20260514T0900Z,20260514T0930Z", date(2026, 5, 14), time(9, 0)),
    ],
)
def test_times_are_iso_8601_in_any_form(tmp_path: Path, cells: str, day: date, start: time) -> None:
    changes: dict[str, str | None] = {"slots": f"slot_id,day,starts_at,ends_at\nd1a,{cells}\n"}
    (slot,) = event_of(read_event_tables(write_event(tmp_path / "event", changes))).slots
    assert (slot.day, slot.starts_at.time()) == (day, start)
    assert slot.ends_at - slot.starts_at == timedelta(minutes=30)


def test_days_with_names_follow_each_other(tmp_path: Path) -> None:
    rows = "a,first,09:00,09:30\nb,second,09:00,09:30\nc,first,10:00,10:30\n"
    changes: dict[str, str | None] = {"slots": f"slot_id,day,starts_at,ends_at\n{rows}"}
    slots = event_of(read_event_tables(write_event(tmp_path / "event", changes))).slots
    assert [slot.day.day for slot in slots] == [1, 2, 1]


def test_parquet_and_gzip_are_read_too(tmp_path: Path) -> None:
    folder = write_event(tmp_path / "event", {"values": None, "absences": None})
    pd.DataFrame({"seller_id": ["s1"], "buyer_id": ["b1"], "value": [0.5]}).to_parquet(
        folder / "values.parquet"
    )
    pd.DataFrame({"participant_id": ["b1"], "slot_id": ["d1a"]}).to_csv(
        folder / "absences.csv.gz", index=False
    )
    event = event_of(read_event_tables(folder))
    assert event.values[0].value == 0.5
    assert event.absences == {("b1", "d1a")}


def test_a_plan_is_written_as_three_files(tmp_path: Path) -> None:
    meetings = [Meeting("s1", "b1", "d1a", "t1", 0.1, 0.2, np.float64(1 / 3), ("f01", "f02"))]
    left = Unscheduled(
        np.array(["s1"], dtype=object),
        np.array(["b2"], dtype=object),
        np.array([0.7]),
        (Why("no-go", ("s1", "b2"), 0.7, of="b,2"),),
    )
    out = tmp_path / "deep" / "out"
    write_plan(out, meetings, left, {"meetings": 1, "bound": 0.1})
    assert sorted(path.name for path in out.iterdir()) == ["meetings.csv", "report.json", "unscheduled.csv"]
    with (out / "meetings.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {
        "seller_id": "s1",
        "buyer_id": "b1",
        "slot_id": "d1a",
        "table_id": "t1",
        "value": "0.1",
        "value_seller": "0.2",
        "value_buyer": "0.3333333333333333",
        "films": "f01|f02",
    }
    assert (
        (out / "unscheduled.csv").read_text()
        == 'seller_id,buyer_id,value,reason\ns1,b2,0.7,"no-go: b,2 does not want it. To have it, withdraw the no-go"\n'
    )
    assert json.loads((out / "report.json").read_text()) == {"meetings": 1, "bound": 0.1}


def test_a_plan_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    write_plan(tmp_path, [], NOBODY, {"meetings": 0})
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match="JSON"):
        write_plan(tmp_path, [Meeting("s1", "b1", "d1a", "t1")], NOBODY, {"bound": float("nan")})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
