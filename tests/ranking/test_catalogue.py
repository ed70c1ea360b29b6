from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import QueryError
from recommender.market import Market, market_from_frames
from recommender.ranking.catalogue import SILENCE, Catalogue, Releases, market_time
from tests.ranking.conftest import CatalogueOf
from tests.tastes import deal, tasteful_market

TODAY = date(2018, 1, 1)
MARKET = tasteful_market()


def outcomes(*deals: dict[str, str]) -> list[float]:
    """The outcome percentile of each deal, in the order of their ids."""
    market = tasteful_market(deals=pd.DataFrame([row | {"screens": ""} for row in deals]))
    releases = Releases.before(market, date(2020, 1, 1))
    order = np.argsort(market.deals["deal_id"].to_numpy()[releases.deals])
    return [round(float(value), 4) for value in releases.outcome[order]]


def test_only_deals_before_the_day_are_releases(small_market: Market) -> None:
    assert len(Releases.before(small_market, date(2009, 10, 7))) == 0
    assert len(Releases.before(small_market, date(2009, 10, 8))) == 1
    assert (Releases.before(small_market, date(2014, 6, 27)).age > 0).all()


def test_a_release_is_forgotten_after_twenty_years(small_market: Market) -> None:
    assert 0 not in Releases.before(small_market, date(2029, 10, 9)).deals
    assert 0 in Releases.before(small_market, date(2029, 10, 1)).deals


def test_where_importers_are_named_they_are_the_buyers(small_market: Market) -> None:
    releases = Releases.before(small_market, date(2019, 1, 1))
    ids = set(small_market.deals["deal_id"].to_numpy()[releases.deals])
    assert {"d21", "d22", "d23"} <= ids
    assert not {"d20", "d13", "d06"} & ids


def test_an_importer_who_is_named_later_is_not_known_yet(small_market: Market) -> None:
    releases = Releases.before(small_market, date(2014, 7, 17))
    assert "d23" in set(small_market.deals["deal_id"].to_numpy()[releases.deals])
    deals = small_market.deals.copy()
    deals.loc[deals["deal_id"] == "d23", "release_date"] = pd.Timestamp("2015-01-01")
    later = Market(small_market.films, small_market.distributors, deals)
    assert "d06" in set(deals["deal_id"].to_numpy()[Releases.before(later, date(2014, 7, 17)).deals])


def test_a_film_released_twice_by_a_distributor_counts_from_the_first_time() -> None:
    rows = [
        deal("drama-2010-0", "fr-drama", "2014-01-01", deal_id="again", admissions=9),
        deal("drama-2010-0", "fr-drama", "2012-01-01", deal_id="first", admissions=5),
    ]
    releases = Releases.before(tasteful_market(deals=pd.DataFrame(rows)), TODAY)
    assert releases.deals.tolist() == [1]
    assert releases.age == pytest.approx(6.0, abs=0.01)


def test_recency_halves_with_every_half_life(small_market: Market) -> None:
    releases = Releases.before(small_market, TODAY)
    np.testing.assert_allclose(releases.recency(2.0), 0.5 ** (releases.age / 2))


def test_outcomes_are_percentiles_of_their_territory_and_year_alone() -> None:
    found = outcomes(
        deal("drama-2010-0", "fr-drama", "2012-02-01", deal_id="a", admissions=100),
        deal("war-2010-0", "fr-war", "2012-12-31", deal_id="b", admissions=300),
        deal("crime-2010-0", "fr-crime", "2012-06-01", deal_id="c", admissions=200),
        deal("drama-2010-1", "fr-drama", "2013-02-01", deal_id="d", admissions=1),
        deal("drama-2010-0", "us-drama", "2012-02-01", deal_id="e", gross=10, admissions=""),
        deal("war-2010-0", "us-war", "2012-02-01", deal_id="f", gross=5, admissions=""),
    )
    assert found == [0.1667, 0.8333, 0.5, 0.5, 0.75, 0.25]


def test_equal_outcomes_share_a_percentile_and_unknown_ones_have_none() -> None:
    found = outcomes(
        deal("drama-2010-0", "fr-drama", "2012-02-01", deal_id="a", admissions=7),
        deal("war-2010-0", "fr-war", "2012-03-01", deal_id="b", admissions=7),
        deal("crime-2010-0", "fr-crime", "2012-04-01", deal_id="c", admissions="", gross=""),
    )
    assert found[:2] == [0.5, 0.5]
    assert np.isnan(found[2])


def test_size_is_by_screens_or_else_by_outcome() -> None:
    rows = [
        deal("drama-2010-0", "fr-drama", "2012-02-01", deal_id="a", admissions=9, screens=1),
        deal("war-2010-0", "fr-war", "2012-03-01", deal_id="b", admissions=5, screens=2),
        deal("crime-2010-0", "fr-crime", "2012-04-01", deal_id="c", admissions=1, screens=""),
    ]
    releases = Releases.before(tasteful_market(deals=pd.DataFrame(rows)), TODAY)
    np.testing.assert_allclose(releases.size, [0.25, 0.75, 1 / 6])
    np.testing.assert_allclose(releases.outcome, [5 / 6, 0.5, 1 / 6])


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_deals_table_does_not_matter(seed: int) -> None:
    market = MARKET
    order = np.random.default_rng(seed).permutation(len(market.deals))
    shuffled = Market(market.films, market.distributors, market.deals.iloc[order].reset_index(drop=True))
    one, other = Releases.before(market, TODAY), Releases.before(shuffled, TODAY)
    for name in ("films", "distributors", "territories", "age", "outcome", "size"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def pool(catalogue: Catalogue, market: Market) -> set[str]:
    return set(market.distributors["distributor_id"].to_numpy()[catalogue.distributors])


def test_majors_are_not_in_the_pool_but_in_everyones_releases(
    small_market: Market, catalogue_of: CatalogueOf
) -> None:
    catalogue = catalogue_of(small_market, TODAY, "FR")
    assert pool(catalogue, small_market) == {"fr-lumen", "fr-comet"}
    titan = small_market.distributor_ids.row("fr-titan")
    assert titan in catalogue.everyone.distributors
    assert titan not in catalogue.releases.distributors


def test_a_brief_opens_the_pool_without_a_deal(small_market: Market, catalogue_of: CatalogueOf) -> None:
    assert "us-meadow" in pool(catalogue_of(small_market, TODAY, "US"), small_market)
    assert pool(catalogue_of(small_market, date(2009, 1, 1), "US"), small_market) == {"us-meadow"}


def test_a_distributor_known_only_from_later_deals_is_not_in_the_pool(catalogue_of: CatalogueOf) -> None:
    market = tasteful_market()
    assert "kr-late" not in pool(catalogue_of(market, date(2018, 1, 1), "KR"), market)
    assert "kr-late" in pool(catalogue_of(market, date(2018, 1, 2), "KR"), market)


def test_releases_are_those_of_their_owners(small_market: Market, catalogue_of: CatalogueOf) -> None:
    catalogue = catalogue_of(small_market, TODAY, "US")
    np.testing.assert_array_equal(catalogue.distributors[catalogue.owners], catalogue.releases.distributors)
    assert (np.diff(catalogue.owners) >= 0).all()
    assert set(catalogue.releases.territories) == {"US"}


def test_counts_and_bests_are_by_owner_and_zero_for_newcomers(
    small_market: Market, catalogue_of: CatalogueOf
) -> None:
    catalogue = catalogue_of(small_market, TODAY, "US")
    ids = [str(small_market.distributors["distributor_id"].iat[row]) for row in catalogue.distributors]
    counts = dict(zip(ids, catalogue.count(np.ones(len(catalogue.owners))), strict=True))
    assert counts == {"us-harbor": 5, "us-meadow": 0, "us-sepia": 5}
    values = np.arange(1, len(catalogue.owners) + 1, dtype=np.float32)[None]
    best = dict(zip(ids, catalogue.best(values)[0], strict=True))
    assert best == {"us-harbor": 5, "us-meadow": 0, "us-sepia": 10}
    np.testing.assert_array_equal(
        catalogue.owned(np.ones(10)).toarray().sum(axis=0), catalogue.count(np.ones(10))
    )


def test_a_territory_without_distributors_is_refused(
    small_frames: Mapping[str, pd.DataFrame], catalogue_of: CatalogueOf
) -> None:
    with pytest.raises(QueryError, match="no distributor of KR"):
        catalogue_of(market_from_frames(**small_frames), TODAY, "KR")


WEEKLY = np.arange(1, 53) / 52


def in_one_territory(*ages: float) -> np.ndarray:
    return market_time(np.array(ages), np.full(len(ages), "TW"))


def test_the_clock_of_a_territory_without_silence_is_the_calendar() -> None:
    np.testing.assert_allclose(in_one_territory(*WEEKLY), WEEKLY)


def test_a_silence_counts_as_the_longest_gap_that_is_none() -> None:
    elapsed = in_one_territory(*WEEKLY, *(WEEKLY + 3.0))
    np.testing.assert_allclose(elapsed[:52], WEEKLY)
    np.testing.assert_allclose(elapsed[52:], 1.0 + SILENCE + np.arange(52) / 52)


def test_a_silence_that_nothing_has_ended_is_the_calendar() -> None:
    np.testing.assert_allclose(in_one_territory(*(WEEKLY + 2.0)), WEEKLY + 2.0)
    np.testing.assert_allclose(in_one_territory(3.0), [3.0])


def test_where_releases_are_always_far_apart_no_gap_is_a_silence() -> None:
    yearly = np.arange(1.0, 9.0)
    np.testing.assert_allclose(in_one_territory(*yearly), yearly)


def test_the_silence_of_one_territory_is_nothing_to_another() -> None:
    ages = np.concatenate([WEEKLY, WEEKLY, WEEKLY + 3.0])
    territories = np.repeat(["FR", "TW", "TW"], 52)
    elapsed = market_time(ages, territories)
    np.testing.assert_allclose(elapsed[:52], WEEKLY)
    np.testing.assert_allclose(elapsed[52:], in_one_territory(*ages[52:]))


@given(st.lists(st.integers(1, 7000), min_size=1, max_size=40))
def test_the_clock_keeps_the_order_and_never_runs_ahead_of_the_calendar(days: list[int]) -> None:
    ages = np.sort(np.array(days) / 365.25)
    elapsed = in_one_territory(*ages)
    assert (elapsed > 0).all()
    assert (elapsed <= ages + 1e-9).all()
    assert (np.diff(elapsed)[np.diff(ages) > 0] > 0).all()


def test_recency_goes_by_the_clock_of_the_territory_and_facts_by_the_calendar() -> None:
    films = [
        f"{genre}-{year}-{n}" for genre in ("drama", "war") for year in range(2010, 2014) for n in (0, 1)
    ]
    days = [
        *pd.date_range("2013-01-04", periods=8, freq="7D"),
        *pd.date_range("2016-11-01", periods=8, freq="7D"),
    ]
    rows = [deal(film, "fr-drama", f"{day:%Y-%m-%d}") for film, day in zip(films, days, strict=True)]
    releases = Releases.before(tasteful_market(deals=pd.DataFrame(rows)), date(2017, 1, 1))
    assert releases.age.max() > 3.9
    assert releases.elapsed.max() == pytest.approx(releases.age.min() + 14 / 52.18 + SILENCE, abs=0.01)
    assert releases.recency(1.0).min() > 0.6
