"""Laws that every baseline keeps, and what each of them must get right on the small market."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recommender.errors import UnknownIdError
from recommender.evaluation.baselines import Baseline, all_baselines, missing_packages
from recommender.evaluation.baselines.nearest import NearestSynopses
from recommender.evaluation.baselines.popularity import Popularity
from recommender.evaluation.baselines.text_search import TextSearch
from recommender.evaluation.runs import to_run
from recommender.market import Market, market_from_frames

BASELINES = all_baselines()
# Popularity does not look at the film, and 25 deals are too few for a factorisation.
BY_SIMILARITY = [b for b in BASELINES if not isinstance(b, Popularity) and "LightFM" not in b.name]
POOL = pd.DataFrame(
    {
        "territory": ["FR", "FR", "US", "US", "US"],
        "distributor_id": ["fr-comet", "fr-lumen", "us-harbor", "us-meadow", "us-sepia"],
    }
)
ASKED = pd.DataFrame({"film_id": ["f12", "f12", "f09"], "territory": ["FR", "US", "FR"]})

every_baseline = pytest.mark.parametrize("baseline", BASELINES, ids=lambda baseline: baseline.name)


def vectors_of(market: Market) -> np.ndarray[Any, np.dtype[np.float32]]:
    """One direction per director, so that films of the same one have similar synopses."""
    directors = pd.factorize(market.films.directors)[0]
    vectors: np.ndarray[Any, np.dtype[np.float32]] = np.eye(len(market.films), dtype=np.float32)[directors]
    return vectors


def rank(
    baseline: Baseline, market: Market, queries: pd.DataFrame = ASKED, pool: pd.DataFrame = POOL
) -> pd.DataFrame:
    return baseline.rank(market, queries, pool, vectors_of(market))


def first(scores: pd.DataFrame, film: str, territory: str) -> str:
    run = to_run(scores)
    best = run[(run.film_id == film) & (run.territory == territory) & (run["rank"] == 1)]
    return str(best.distributor_id.item())


def changed(frames: dict[str, pd.DataFrame], change: Callable[[pd.DataFrame], pd.DataFrame]) -> Market:
    return market_from_frames(frames["films"], frames["distributors"], change(frames["deals"]))


def test_every_baseline_of_the_protocol_has_its_own_name() -> None:
    names = [baseline.name for baseline in BASELINES]
    assert len(set(names)) == len(names)
    assert {"popularity", "nearest synopses", "text search, synopsis", "plain LightFM"} <= set(names)
    assert "implicit" in missing_packages() or "implicit item-to-item, bm25" in names
    assert "rectools" in missing_packages() or "RecTools LightFM" in names


@every_baseline
def test_every_candidate_of_every_query_gets_a_finite_score(baseline: Baseline, small_market: Market) -> None:
    scores = rank(baseline, small_market)
    expected = ASKED.drop_duplicates().merge(POOL, on="territory")
    key = ["film_id", "territory", "distributor_id"]
    pd.testing.assert_frame_equal(
        scores[key].sort_values(key, ignore_index=True), expected[key].sort_values(key, ignore_index=True)
    )
    assert np.isfinite(scores.score).all()


@every_baseline
def test_the_same_question_gets_the_same_answer(baseline: Baseline, small_market: Market) -> None:
    repeated = pd.concat([ASKED, ASKED]).sample(frac=1, random_state=2)
    shuffled = POOL.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        rank(baseline, small_market), rank(baseline, small_market, repeated, shuffled)
    )


@pytest.mark.parametrize("baseline", BY_SIMILARITY, ids=lambda baseline: baseline.name)
def test_the_true_buyer_wins_a_film_made_for_it(baseline: Baseline, small_market: Market) -> None:
    assert first(rank(baseline, small_market), "f12", "FR") == "fr-lumen"


@every_baseline
def test_a_territory_without_candidates_or_deals_is_answered_in_peace(
    baseline: Baseline, small_market: Market
) -> None:
    assert rank(baseline, small_market, pool=POOL[:0]).empty
    unknown = rank(baseline, small_market.before(date(1990, 1, 1)))
    assert len(unknown) == 2 + 3 + 2
    assert (unknown.score == 0).all()


@every_baseline
def test_films_that_share_no_tag_and_no_word_are_answered(
    baseline: Baseline, small_frames: dict[str, pd.DataFrame]
) -> None:
    films = small_frames["films"].assign(genres="", countries="", directors="", synopsis="")
    market = market_from_frames(films, small_frames["distributors"], small_frames["deals"])
    assert np.isfinite(rank(baseline, market).score).all()


@every_baseline
def test_deals_in_another_territory_change_nothing(
    baseline: Baseline, small_frames: dict[str, pd.DataFrame], small_market: Market
) -> None:
    fewer = changed(small_frames, lambda deals: deals[deals.deal_id != "d17"])
    french = ASKED[ASKED.territory == "FR"]
    pd.testing.assert_frame_equal(rank(baseline, small_market, french), rank(baseline, fewer, french))


@every_baseline
def test_an_unknown_film_is_refused(baseline: Baseline, small_market: Market) -> None:
    with pytest.raises(UnknownIdError, match="nonsense"):
        rank(baseline, small_market, pd.DataFrame({"film_id": ["nonsense"], "territory": ["FR"]}))


def test_popularity_counts_recent_purchases_more(small_market: Market) -> None:
    history = small_market.before(date(2016, 7, 1))
    assert first(rank(Popularity(half_life_years=100), history), "f12", "US") == "us-sepia"
    assert first(rank(Popularity(half_life_years=0.5), history), "f12", "US") == "us-harbor"
    scores = rank(Popularity(), history).set_index("distributor_id").score
    assert scores["us-meadow"] == 0


def test_popularity_halves_with_every_half_life(small_market: Market) -> None:
    scores = rank(Popularity(half_life_years=1), small_market.before(date(2010, 6, 1))).set_index(
        "distributor_id"
    )
    assert scores.score["us-sepia"] == 1.0
    days = (date(2010, 3, 12) - date(2009, 10, 7)).days
    assert scores.score["fr-lumen"].iloc[0] == pytest.approx(0.5 ** (days / 365.25))


def test_the_importer_is_the_buyer_in_what_baselines_learn(small_market: Market) -> None:
    scores = rank(NearestSynopses(), small_market)
    horror = scores[(scores.film_id == "f09")].set_index("distributor_id").score
    assert horror["fr-lumen"] > horror["fr-comet"]


def test_nearest_synopses_do_not_look_at_films_without_synopsis(
    small_frames: dict[str, pd.DataFrame],
) -> None:
    small_frames["films"].loc[small_frames["films"].film_id == "f11", "directors"] = "Ines Vidal"
    market = market_from_frames(**small_frames)
    fewer = changed(small_frames, lambda deals: deals[deals.deal_id != "d25"])
    american = ASKED[ASKED.territory == "US"]
    with_it, without = (
        to_run(rank(NearestSynopses(half_life_years=None), known, american)) for known in (market, fewer)
    )
    assert list(with_it.distributor_id) == list(without.distributor_id)


def test_text_search_finds_words_and_tags(small_market: Market) -> None:
    assert {TextSearch().name, TextSearch(tags=True).name, TextSearch(synopsis=False, tags=True).name} == {
        "text search, synopsis",
        "text search, synopsis and tags",
        "text search, tags",
    }
    history = small_market.before(date(2018, 1, 1))
    assert first(rank(TextSearch(synopsis=False, tags=True), history), "f12", "US") == "us-sepia"
