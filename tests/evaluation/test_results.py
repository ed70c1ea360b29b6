import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import QueryError
from recommender.evaluation.baselines.popularity import Popularity
from recommender.evaluation.protocol import independent_pool, yearly_fold
from recommender.evaluation.results import (
    DataFacts,
    FoldResult,
    equal_bins,
    evaluate,
    interval,
    mean_ndcg,
    reliability,
)
from recommender.evaluation.runs import to_run
from recommender.market import Market


def result_of(market: Market, year: int = 2016, probabilities: bool = False) -> FoldResult:
    fold = yearly_fold(year)
    history, asked = market.before(fold.start), fold.queries(market)
    pool = independent_pool(history, fold.start, years=8)
    run = to_run(Popularity().rank(history, asked, pool, pd.DataFrame().to_numpy("f4")))
    return evaluate(market, fold, "popularity", run, probabilities)


def test_reach_counts_distributors_and_places_by_popularity(small_market: Market) -> None:
    bands = {band.band: band for band in result_of(small_market).reach}
    assert list(bands) == ["0", "1", "2-3", "4-7", "8-15", "16-31", "32+"]
    # In 2013 to 2015: us-harbor and fr-comet 2 or more (f06, f08; f05, f06 twice), us-sepia 2, fr-lumen none.
    assert (bands["2-3"].ranked, bands["2-3"].places, bands["2-3"].deals) == (3, 5, 2)
    assert (bands["0"].ranked, bands["0"].shown, bands["0"].deals) == (1, 1, 1)
    assert sum(band.places for band in bands.values()) == 2 * 2 + 2


def test_bins_are_kept_only_for_probabilities(small_market: Market) -> None:
    assert result_of(small_market).bins == ()
    bins = result_of(small_market, probabilities=True).bins
    assert sum(part.pairs for part in bins) == 6


def test_reliability_of_exact_probabilities_is_exact() -> None:
    run = pd.DataFrame({"film_id": [f"f{number:03}" for number in range(200)], "territory": "FR"})
    run = run.assign(distributor_id="a", rank=1, probability=[0.0] * 180 + [1.0] * 20)
    bins = reliability(run[run.probability == 1], run)
    assert [part.said for part in bins] == [part.happened for part in bins]
    assert [part.pairs for part in bins] == [45] * 4 + [2] * 10


def test_a_fold_without_queries_is_refused(small_market: Market) -> None:
    with pytest.raises(QueryError, match="no query"):
        result_of(small_market, 2018)


def test_mean_ndcg_weighs_folds_by_their_queries(small_market: Market) -> None:
    results = [result_of(small_market, 2014), result_of(small_market, 2016)]
    by_hand = [
        (r.scores.territories["US"].accuracy.ndcg_10, r.scores.territories["US"].accuracy.queries)
        for r in results
    ]
    assert mean_ndcg(results, "US") == sum(n * q for n, q in by_hand) / sum(q for _, q in by_hand)
    assert math.isnan(mean_ndcg(results, "KR"))


def test_facts_describe_the_market(small_market: Market) -> None:
    facts = DataFacts.of(small_market, "an invented market", date(2026, 1, 2), {})
    assert (facts.films, facts.described_films, facts.distributors, facts.deals) == (12, 11, 6, 25)
    assert (facts.first_release, facts.last_release) == (date(2009, 10, 7), date(2018, 11, 2))


def test_equal_bins_hold_as_many_pairs_each_in_the_order_of_what_was_said() -> None:
    said = np.array([0.9, 0.1, 0.8, 0.2, 0.3, 0.7])
    happened = np.array([True, False, True, False, True, False])
    bins = equal_bins(said, happened, 3)
    assert [part.pairs for part in bins] == [2, 2, 2]
    assert [part.happened for part in bins] == [0.0, 0.5, 1.0]
    assert bins[0].said == pytest.approx(0.15)


def test_fewer_pairs_than_bins_leave_no_empty_bin() -> None:
    assert len(equal_bins(np.array([0.5]), np.array([True]), 10)) == 1


def test_an_interval_is_that_of_wilson() -> None:
    # Wilson's interval for 8 of 10 at 95 %, as in Brown, Cai and DasGupta 2001.
    assert interval(8, 10, 1.96) == pytest.approx((0.490, 0.943), abs=0.001)


@given(st.integers(1, 500), st.data())
def test_an_interval_holds_the_share_and_narrows_with_more_pairs(pairs: int, data: st.DataObject) -> None:
    happened = data.draw(st.integers(0, pairs))
    low, high = interval(happened, pairs)
    assert 0 <= low <= high <= 1
    assert low - 1e-9 <= happened / pairs <= high + 1e-9
    wider = interval(happened * 4, pairs * 4)
    assert wider[1] - wider[0] < high - low
