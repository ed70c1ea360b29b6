from datetime import date

import pandas as pd
import pytest

from recommender.evaluation.boosted import boosted_run
from recommender.evaluation.metrics import score_run
from recommender.evaluation.ours import Window
from recommender.evaluation.runs import QUERY
from recommender.market import Market
from recommender.matching.train import Fitted


@pytest.fixture(scope="module")
def run(sample_fitted: Fitted, sample_market: Market) -> pd.DataFrame:
    return boosted_run(sample_fitted, sample_market, date(2022, 1, 1), date(2023, 1, 1), ["FR", "US"])


def test_it_ranks_the_candidates_of_our_own_model(run: pd.DataFrame, sample_window: Window) -> None:
    key = [*QUERY, "distributor_id"]
    ours = sample_window.run[sample_window.run.territory.isin(["FR", "US"])]
    assert set(run[key].itertuples(index=False, name=None)) == set(
        ours[key].itertuples(index=False, name=None)
    )
    assert len(run) == len(ours)


def test_it_finds_the_buyers_from_the_signals(run: pd.DataFrame, sample_window: Window) -> None:
    truth = sample_window.truth[sample_window.truth.territory.isin(["FR", "US"])]
    assert score_run(truth, run).overall.ndcg_10 > 0.75
