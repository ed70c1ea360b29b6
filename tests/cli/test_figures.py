from datetime import date
from math import nan

import pandas as pd

from recommender.cli.figures import held_out_text, scores_text
from recommender.evaluation.metrics import score_run

TRUTH = pd.DataFrame(
    {
        "film_id": ["f1", "f2"],
        "territory": ["FR", "US"],
        "distributor_id": ["a", "c"],
        "foreign": [False, False],
    }
)
RUN = pd.DataFrame(
    {
        "film_id": ["f1", "f1", "f2", "f2"],
        "territory": ["FR", "FR", "US", "US"],
        "distributor_id": ["a", "b", "d", "c"],
        "rank": [1, 2, 1, 2],
        "probability": [0.5, 0.25, 0.5, 0.25],
    }
)


def _rows(text: str) -> dict[str, list[str]]:
    cells = [line.split() for line in text.splitlines() if line]
    return {row[0]: row[1:] for row in cells}


def test_figures_have_their_columns_and_four_digits() -> None:
    text = scores_text(score_run(TRUTH, RUN))
    names = ["queries", "ndcg@10", "mrr", "recall@5", "recall@10", "recall@20", "listed", "coverage@10"]
    assert text.split()[: len(names)] == names
    rows = _rows(text)
    assert rows["FR"] == ["1", "1.0000", "1.0000", "1.0000", "1.0000", "1.0000", "1.0000", "1.0000"]
    assert rows["US"][1:3] == ["0.6309", "0.5000"]
    assert rows["all"][:3] == ["2", "0.8155", "0.7500"]


def test_what_was_not_asked_is_a_dash_and_a_missing_macro_is_told() -> None:
    text = scores_text(score_run(TRUTH, RUN))
    assert _rows(text)["foreign"][:2] == ["0", "-"]
    assert "there is none here" in text
    assert not [line for line in text.splitlines() if line.startswith("macro  ")]


def test_a_large_territory_gets_a_macro_row() -> None:
    truth = pd.concat([TRUTH.iloc[:1].assign(film_id=f"f{n}") for n in range(50)], ignore_index=True)
    run = pd.concat([RUN.iloc[:2].assign(film_id=f"f{n}") for n in range(50)], ignore_index=True)
    text = scores_text(score_run(truth, run))
    assert [line.split()[:3] for line in text.splitlines() if line.startswith("macro  ")] == [
        ["macro", "50", "1.0000"]
    ]
    assert "expected deals 37.5, actual 50" in text


def test_held_out_figures_stand_below_each_other() -> None:
    figures = {"ndcg_10": 0.4441, "queries": 1200.0, "ece": None, "mrr": nan, "listed": 1.0}
    assert held_out_text(figures) == (
        "held-out figures:\n  ndcg_10  0.4441\n  queries  1,200\n  ece      -\n"
        "  mrr      -\n  listed   1.0000"
    )


def test_held_out_figures_say_since_when() -> None:
    day = float(date(2025, 6, 27).toordinal())
    text = held_out_text({"held_out_from": day, "mrr": 0.5})
    assert text == "held-out figures, of deals from 2025-06-27 on:\n  mrr  0.5000"
