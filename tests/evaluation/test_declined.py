from __future__ import annotations

import pandas as pd
import pytest

from recommender.evaluation.declined import standings
from recommender.evaluation.runs import RUN_COLUMNS


def run() -> pd.DataFrame:
    """Four candidates for the film f in FR, and one in US."""
    rows = [("f", "FR", who, rank, 0.5) for rank, who in enumerate("abcd", 1)] + [("f", "US", "a", 1, 0.5)]
    return pd.DataFrame(rows, columns=RUN_COLUMNS)


def pairs(*found: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(found, columns=["film_id", "territory", "distributor_id"])


def test_the_first_of_a_pool_stands_above_the_others_and_half_of_itself() -> None:
    assert standings(run(), pairs(("f", "FR", "a"))) == pytest.approx([3.5 / 4])
    assert standings(run(), pairs(("f", "FR", "d"))) == pytest.approx([0.5 / 4])


def test_one_alone_stands_in_the_middle() -> None:
    assert standings(run(), pairs(("f", "US", "a"))) == pytest.approx([0.5])


def test_a_whole_pool_stands_in_the_middle_on_average() -> None:
    everybody = pairs(*((row.film_id, row.territory, row.distributor_id) for row in run().itertuples()))
    assert standings(run(), everybody).mean() == pytest.approx(0.5)


def test_a_pair_counts_once_and_one_that_is_not_ranked_not_at_all() -> None:
    twice = pairs(("f", "FR", "a"), ("f", "FR", "a"), ("f", "FR", "nobody"), ("g", "FR", "a"))
    assert len(standings(run(), twice)) == 1
