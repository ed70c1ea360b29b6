from dataclasses import replace
from datetime import date

import pandas as pd

from recommender.evaluation.protocol import folds, independent_pool, yearly_fold
from recommender.market import Market


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_the_folds_are_the_protocols() -> None:
    assert [fold.name for fold in folds()] == ["2016", "2017", "2018", "2020", "2021"]
    assert [fold.later for fold in folds()] == [False, False, False, True, True]
    assert [fold.excluded for fold in folds()] == [(), (), (), ("US",), ("US",)]
    assert folds()[0].end == date(2017, 1, 1)


def test_a_fold_that_is_no_calendar_year_is_named_by_its_dates() -> None:
    fold = replace(yearly_fold(2016), end=date(2016, 7, 1))
    assert fold.name == "2016-01-01..2016-07-01"


def test_the_pool_is_the_independents_with_a_recent_deal(small_market: Market) -> None:
    history = small_market.before(date(2017, 1, 1))
    assert rows(independent_pool(history, date(2017, 1, 1)), "territory", "distributor_id") == [
        ("FR", "fr-comet"),
        ("FR", "fr-lumen"),
        ("US", "us-harbor"),
        ("US", "us-sepia"),
    ]
    recent = independent_pool(history, date(2017, 1, 1), years=1)
    assert set(recent.distributor_id) == {"fr-lumen", "us-harbor"}


def test_a_later_deal_does_not_bring_anybody_into_the_pool(small_market: Market) -> None:
    pool = independent_pool(small_market, date(2010, 1, 1))
    assert set(pool.distributor_id) == {"fr-lumen"}


def test_a_fold_asks_about_its_window_outside_its_excluded_territories(small_market: Market) -> None:
    without_us = replace(yearly_fold(2016), excluded=("US",)).queries(small_market)
    assert rows(without_us, "film_id", "territory") == [("f08", "FR")]
