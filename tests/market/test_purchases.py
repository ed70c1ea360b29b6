from datetime import date

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.market import Market
from recommender.market.purchases import buyer_deals, earlier_deals, queries


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_queries_name_the_independent_buyers_of_described_films(small_market: Market) -> None:
    asked = queries(small_market, date(2016, 1, 1), date(2017, 1, 1))
    assert rows(asked, "film_id", "territory", "distributor_id", "foreign") == [
        ("f09", "US", "us-harbor", True),
        ("f10", "US", "us-harbor", False),
        ("f08", "FR", "fr-lumen", True),
    ]


def test_in_house_releases_and_films_without_synopsis_are_not_asked_about(small_market: Market) -> None:
    assert queries(small_market, date(2018, 1, 1), date(2019, 1, 1)).empty
    asked = queries(small_market, date(2012, 1, 1), date(2013, 1, 1))
    assert "f07" not in set(asked.film_id)


def test_queries_can_be_limited_to_territories(small_market: Market) -> None:
    asked = queries(small_market, date(2016, 1, 1), date(2017, 1, 1), ["FR"])
    assert set(asked.territory) == {"FR"}


def test_the_window_includes_its_start_and_not_its_end(small_market: Market) -> None:
    release = date(2016, 7, 22)
    assert list(queries(small_market, release, date(2016, 7, 23)).film_id) == ["f10"]
    assert queries(small_market, date(2016, 7, 1), release).empty


def test_an_importer_is_the_buyer_instead_of_the_distributor(small_market: Market) -> None:
    kept = set(buyer_deals(small_market.deals).deal_id)
    assert {"d21", "d22", "d23"} <= kept
    assert not {"d20", "d13", "d06"} & kept
    assert "d14" in kept


def test_mode_earlier_knows_deals_elsewhere_before_the_querys_release(small_market: Market) -> None:
    start = date(2016, 1, 1)
    asked = queries(small_market, start, date(2017, 1, 1))
    known = earlier_deals(small_market, asked, start)
    assert rows(known, "deal_id", "asked_territory") == [("d09", "FR")]
    assert (known.territory != known.asked_territory).all()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1000))
def test_queries_do_not_depend_on_the_order_of_rows(small_market: Market, seed: int) -> None:
    shuffled = Market(
        small_market.films.sample(frac=1, random_state=seed, ignore_index=True),
        small_market.distributors.sample(frac=1, random_state=seed, ignore_index=True),
        small_market.deals.sample(frac=1, random_state=seed, ignore_index=True),
        {},
    )
    window = (date(2009, 1, 1), date(2019, 1, 1))
    columns = ("film_id", "territory", "distributor_id", "foreign")
    assert sorted(rows(queries(shuffled, *window), *columns)) == sorted(
        rows(queries(small_market, *window), *columns)
    )
