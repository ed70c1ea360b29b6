from __future__ import annotations

from datetime import date

import pytest

from recommender.market import Market
from recommender.ranking.records import Records


@pytest.fixture
def secretive(small_market: Market) -> Market:
    """fr-lumen's purchase of f09 (d21) is private, as is us-harbor's of f08 (d09)."""
    deals = small_market.deals
    return Market(
        small_market.films,
        small_market.distributors,
        deals.assign(private=deals["deal_id"].isin(["d09", "d21"])),
    )


def buyers_of(records: Records, market: Market, film: str) -> set[str]:
    return {records.distributor_ids[row] for row in records.buyers[market.film_ids.row(film)].indices}


def test_buyers_are_those_with_a_deal_that_may_be_told_of(secretive: Market) -> None:
    records = Records.of(secretive)
    assert buyers_of(records, secretive, "f09") == {"us-harbor", "fr-titan"}
    assert (records.buyers.data == 1).all()
    assert buyers_of(records, secretive, "f12") == set()


def test_a_film_is_sold_where_it_has_a_deal(secretive: Market) -> None:
    records = Records.of(secretive)
    sold = set(records.film_ids[records.sold("US")])
    assert sold == set(secretive.deals["film_id"][secretive.deals["territory"] == "US"])
    assert not records.sold("DE").any()


def test_the_sale_that_is_told_is_a_public_one_where_there_is_one(secretive: Market) -> None:
    records = Records.of(secretive)

    def told(film: str, territory: str) -> str | None:
        deal = records.sale(secretive.film_ids.row(film), territory)
        return None if deal is None else str(secretive.deals["deal_id"].iat[deal])

    assert told("f09", "FR") == "d20"
    assert told("f08", "US") == "d09"
    assert told("f12", "US") is None


def test_a_deal_goes_with_its_film_its_distributor_or_alone(small_market: Market) -> None:
    records = Records.of(small_market, ["f08", "never heard"], ["fr-titan"], ["d01"])
    gone = set(small_market.deals["deal_id"][~records.holds])
    assert gone == {"d09", "d13", "d22", "d12", "d14", "d20", "d01"}
    assert buyers_of(records, small_market, "f01") == {"us-sepia"}
    assert records.sale(small_market.film_ids.row("f07"), "FR") is None


def test_a_comparable_has_the_names_and_the_day_of_its_deal(small_market: Market) -> None:
    past = Records.of(small_market).comparable(2, 0.5, float("nan"))
    assert (past.film_id, past.title, past.year) == ("f03", "The Beekeeper's Oath", 2012)
    assert (past.distributor_id, past.territory) == ("fr-lumen", "FR")
    assert past.release_date == date(2012, 9, 19)
    assert (past.similarity, past.outcome_percentile) == (0.5, None)
