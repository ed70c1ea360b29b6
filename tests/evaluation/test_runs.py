from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import QueryError
from recommender.evaluation.runs import RUN_COLUMNS, check_run, to_run, write_run


def scored(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["film_id", "territory", "distributor_id", "score"])


def test_candidates_are_ranked_by_score_and_ties_by_id() -> None:
    run = to_run(scored(("f1", "FR", "c", 1.0), ("f1", "FR", "a", 3.0), ("f1", "FR", "b", 1.0)))
    assert list(run.columns) == RUN_COLUMNS
    assert list(run.distributor_id) == ["a", "b", "c"]
    assert list(run["rank"]) == [1, 2, 3]
    assert list(run.probability) == [1.0, 0.0, 0.0]


def test_each_query_has_its_own_ranks() -> None:
    run = to_run(scored(("f1", "FR", "a", -5.0), ("f1", "US", "b", 9.0), ("f2", "FR", "a", 0.0)))
    assert list(run["rank"]) == [1, 1, 1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_ranks_are_complete_and_do_not_depend_on_row_order(scores: list[float]) -> None:
    frame = scored(*(("f", "FR", f"d{number:02}", value) for number, value in enumerate(scores)))
    run = to_run(frame)
    check_run(run)
    assert list(run["rank"]) == list(range(1, len(scores) + 1))
    pd.testing.assert_frame_equal(run, to_run(frame.iloc[::-1]))


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(QueryError, match="not a finite number"):
        to_run(scored(("f1", "FR", "a", np.nan)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"distributor_id": ["a", "a"]}, "lists a distributor twice in the query f1, FR"),
        ({"rank": [1, 1]}, "gives one rank twice in the query f1, FR"),
        ({"probability": [0.5, 1.1]}, "outside 0..1"),
        ({"probability": [0.5, np.nan]}, "not a number"),
    ],
)
def test_a_malformed_run_is_refused(change: dict[str, list[object]], message: str) -> None:
    run = to_run(scored(("f1", "FR", "a", 2.0), ("f1", "FR", "b", 1.0))).assign(**change)
    with pytest.raises(QueryError, match=message):
        check_run(run)


def test_a_run_without_a_column_is_refused() -> None:
    with pytest.raises(QueryError, match="lacks the columns probability, rank"):
        check_run(scored(("f1", "FR", "a", 2.0)))


def test_a_written_run_reads_back_as_it_was(tmp_path: Path) -> None:
    run = to_run(scored(("f1", "FR", "a", 1.0), ("f1", "FR", "b", 0.3), ("f1", "FR", "c", 0.1)))
    write_run(run, tmp_path / "run.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "run.csv", dtype={"film_id": "str"}), run)
