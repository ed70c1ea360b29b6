import math
from datetime import date

import pandas as pd
import pytest

from recommender.errors import QueryError
from recommender.evaluation.baselines.popularity import Popularity
from recommender.evaluation.protocol import independent_pool, yearly_fold
from recommender.evaluation.results import DataFacts, FoldResult, evaluate, mean_ndcg, reliability
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
