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
    "conflicts": [
        {
            "text": "these cannot all hold: locks 's1' 'b1' 'a1' 't1'; absences 's1' 'a1'. Let 's1' come at 'a1'.",
            "rows": [
                {"table": "locks", "key": ["s1", "b1", "a1", "t1"], "column": ""},
                {"table": "absences", "key": ["s1", "a1"], "column": ""},
            ],
            "remedy": {
                "row": {"table": "absences", "key": ["s1", "a1"], "column": ""},
                "before": None,
                "after": None,
            },
            "proved": True,
        }
    ],
}


def test_a_program_reads_every_figure_by_its_key() -> None:
    rows = {row[0]: row[1] for row in figure_rows(REPORT, PLAIN)}
    assert rows["evenness sellers gini"] == 0.15060851926977703
    assert rows["musts_missed"] == "s1 and b1"
    assert rows["knob 1 value"] == 664.0129999999999
    assert rows["conflicts"] == REPORT["conflicts"][0]["text"]


def test_people_read_what_a_figure_means_with_names_and_few_digits() -> None:
    names, times = {"s1": "Alba", "b1": "Lumen"}, {"a1": "14 May 09:00"}
    wording = wording_of(Reader())
    assert list(figure_rows(REPORT, wording, names.__getitem__, times.__getitem__)) == [
        ("Meetings", 340),
        ("Unevenness among sellers (Gini)", 0.1506),
        ("Must that is missed", "Alba – Lumen"),
        (
            "Contradiction",
            "Fixed meeting: Alba and Lumen, 14 May 09:00; Absence: Alba, 14 May 09:00; "
            "Let Alba come on 14 May 09:00",
        ),
        ("Meetings at an evenness of 0.2", 339),
        ("Value at an evenness of 0.2", 664.013),
    ]
