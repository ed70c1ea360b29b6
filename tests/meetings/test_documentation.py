"""data/README.md describes what is read and written, and the sample event is what its script makes."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from recommender.meetings.columns import FOLDER_TABLES, PAST_WORDS, WISH_WORDS
from recommender.meetings.domain import Plan
from recommender.meetings.figures import report_of
from recommender.meetings.files import event_of, read_event_tables
from recommender.meetings.why import WhyNot
from scripts import make_sample_event, schedule_files

DATA = Path(__file__).resolve().parents[2] / "data"
OF_THE_COMMAND = ("musts_missed", "left_out", "rows_left_out", "conflicts")
PAGE = (DATA / "README.md").read_text(encoding="utf-8").partition("## Events")[2]


def test_every_column_of_an_event_is_described() -> None:
    for table, columns in FOLDER_TABLES.items():
        missing = [name for name in (table, *(column.name for column in columns)) if name not in PAGE]
        assert not missing, f"data/README.md does not describe {missing} of {table}"
    assert all(f"`{word}`" in PAGE for word in (*WISH_WORDS, *PAST_WORDS))


def test_every_column_and_figure_of_a_plan_is_described() -> None:
    event = event_of(read_event_tables(DATA / "sample" / "event"))
    figures = [
        *report_of(event, Plan((), 0.0, 0.0)),
        *OF_THE_COMMAND,
        *schedule_files.MEETINGS,
        *schedule_files.UNSCHEDULED,
    ]
    assert not [name for name in figures if f"`{name}`" not in PAGE]


def test_every_beginning_of_a_reason_is_described() -> None:
    words = re.findall(r"^    - ([a-z -]+):", WhyNot.__doc__ or "", re.MULTILINE)
    assert len(words) == 8
    assert not [word for word in words if f"| `{word}` |" not in PAGE]


def test_the_sample_event_is_what_its_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (DATA / "sample").glob("*.csv"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(sys, "argv", ["make_sample_event.py", "--data", str(tmp_path)])
    make_sample_event.main()
    made = {path.name: path.read_bytes() for path in (tmp_path / "event").iterdir()}
    assert made == {path.name: path.read_bytes() for path in (DATA / "sample" / "event").iterdir()}
