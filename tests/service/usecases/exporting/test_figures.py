"""The figures of a schedule as rows, for programs and for people."""

from __future__ import annotations

from typing import Any

from service.usecases.exporting.figures import figure_rows
from service.usecases.exporting.wording import PLAIN
from service.web.reader import Reader
from service.web.wording import wording_of

REPORT: dict[str, Any] = {
    "meetings": 340,
    "evenness": {"sellers": {"gini": 0.15060851926977703}},
    "musts_missed": [["s1", "b1"]],
    "knob": [{"evenness": 0.2, "meetings": 339, "value": 664.0129999999999, "gini": [0.0, 0.1]}],
    "changed": None,
}


def test_a_program_reads_every_figure_by_its_key() -> None:
    rows = {row[0]: row[1] for row in figure_rows(REPORT, PLAIN)}
    assert rows["evenness sellers gini"] == 0.15060851926977703
    assert rows["musts_missed"] == "s1 and b1"
    assert rows["knob 1 value"] == 664.0129999999999


def test_people_read_what_a_figure_means_with_names_and_few_digits() -> None:
    names = {"s1": "Alba", "b1": "Lumen"}
    assert list(figure_rows(REPORT, wording_of(Reader()), names.__getitem__)) == [
        ("Meetings", 340),
        ("Unevenness among sellers (Gini)", 0.1506),
        ("Must that is missed", "Alba – Lumen"),
        ("Meetings at an evenness of 0.2", 339),
        ("Value at an evenness of 0.2", 664.013),
    ]
