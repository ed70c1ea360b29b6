from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from recommender.market import Market
from recommender.matching.train import Fitted
from recommender.ranking.rolling import (
    WINDOWS,
    Window,
    asked_in,
    offers,
    rolling_windows,
    window_starts,
)
from recommender.ranking.state import EARLIER_SIGNALS, DayState
from tests.tastes import UNTIL, deal

Change = Callable[[pd.DataFrame], pd.DataFrame]
START, END = date(2016, 1, 1), date(2017, 1, 1)


def more_deals(deals: pd.DataFrame) -> pd.DataFrame:
    rows = [
        deal("war-2010-0", "fr-drama", "2016-02-02", deal_id="new1", admissions=9_999_999),
        deal("war-2016-0", "us-asleep", "2016-12-31", deal_id="new2"),
    ]
    new = pd.DataFrame(rows).assign(
        release_date=lambda table: pd.to_datetime(table["release_date"]),
        admissions=lambda table: pd.to_numeric(table["admissions"]),
        gross=lambda table: pd.to_numeric(table["gross"]),
        screens=lambda table: pd.to_numeric(table["screens"]),
        role="distributor",
        in_house=False,
        private=False,
    )
    return pd.concat([deals, new.astype({"release_date": deals["release_date"].dtype})], ignore_index=True)


def other_outcomes(deals: pd.DataFrame) -> pd.DataFrame:
    late = deals["release_date"] >= pd.Timestamp(START)
    return deals.assign(
        admissions=deals["admissions"].where(~late, 1.0), screens=deals["screens"].where(~late, np.nan)
    )


def other_buyers(deals: pd.DataFrame) -> pd.DataFrame:
    late = (deals["release_date"] >= pd.Timestamp(START)) & (deals["territory"] == "FR")
    return deals.assign(distributor_id=deals["distributor_id"].where(~late, "fr-family"))


def fewer_deals(deals: pd.DataFrame) -> pd.DataFrame:
    return deals[deals["release_date"] < pd.Timestamp(START)].reset_index(drop=True)


def changed(market: Market, change: Change) -> Market:
    return Market(market.films, market.distributors, change(market.deals))


def state_of(fitted: Fitted, market: Market, moment: date = START) -> DayState:
    state = fitted.model.state
    return DayState.of(market, moment, state.space, fitted.films, state.briefs, seeds=(0,))


def windows_of(fitted: Fitted, market: Market) -> list[Window]:
    state = fitted.model.state
    return rolling_windows(market, UNTIL, state.space, fitted.films, state.briefs, seeds=(0,))


def test_windows_are_the_five_years_before_the_day() -> None:
    assert window_starts(date(2018, 3, 1)) == tuple(date(year, 3, 1) for year in range(2013, 2018))
    assert window_starts(date(2020, 2, 29))[-1] == date(2019, 2, 28)


def test_a_year_asks_for_every_release_and_knows_its_buyers(fitted: Fitted) -> None:
    market = fitted.market
    found = {offer.territory: offer for offer in offers(market, START, END)}
    assert set(found) == {"FR", "KR", "US"}
    deals = market.deals[(market.deals["release_date"].dt.year == 2016) & (market.deals["territory"] == "FR")]
    asked = found["FR"]
    assert set(market.films["film_id"].to_numpy()[asked.films]) == set(deals["film_id"])
    rows, columns = asked.buyers.nonzero()
    bought = {
        (market.films["film_id"].iat[asked.films[row]], market.distributors["distributor_id"].iat[column])
        for row, column in zip(rows, columns, strict=True)
    }
    assert bought == set(zip(deals["film_id"], deals["distributor_id"], strict=True))


def test_earlier_buyers_are_those_of_other_territories_before_the_release(fitted: Fitted) -> None:
    market = fitted.market
    territories = market.distributors["territory"].to_numpy()
    earlier = {
        offer.territory: set(territories[offer.earlier.nonzero()[1]]) for offer in offers(market, START, END)
    }
    # A film of the market opens in FR in February, in the US in June and in KR in November.
    assert earlier == {"FR": set(), "US": {"FR"}, "KR": {"FR", "US"}}


def test_choices_mark_who_took_each_film_and_only_earlier_ones_know_other_territories(fitted: Fitted) -> None:
    state = state_of(fitted, fitted.market)
    for offer in offers(fitted.market, START, END):
        cold, earlier = asked_in(state, fitted.films, offer)
        np.testing.assert_array_equal(cold.taken.sum(axis=1), 1)
        assert not set(EARLIER_SIGNALS) & set(cold.names)
        assert (earlier is None) == (offer.territory == "FR")
        if earlier is not None:
            assert earlier.names == (*cold.names, *EARLIER_SIGNALS)
            np.testing.assert_array_equal(earlier.taken, cold.taken)
            np.testing.assert_array_equal(earlier.signals[..., : len(cold.names)], cold.signals)


@pytest.mark.parametrize("change", [more_deals, other_outcomes, other_buyers, fewer_deals])
def test_the_state_of_a_window_does_not_know_the_deals_in_or_after_it(fitted: Fitted, change: Change) -> None:
    one, other = state_of(fitted, fitted.market), state_of(fitted, changed(fitted.market, change))
    for territory in ("FR", "KR", "US"):
        mine, theirs = one.signals(fitted.films, territory), other.signals(fitted.films, territory)
        np.testing.assert_array_equal(mine.distributors, theirs.distributors)
        assert mine.values.tobytes() == theirs.values.tobytes()
    for name, scorers in one.first_stage.scorers.items():
        assert scorers[0].vectors.tobytes() == other.first_stage.scorers[name][0].vectors.tobytes()


@pytest.mark.parametrize("change", [more_deals, other_outcomes, other_buyers])
def test_windows_before_a_changed_deal_stay_as_they_were(fitted: Fitted, change: Change) -> None:
    one, other = windows_of(fitted, fitted.market), windows_of(fitted, changed(fitted.market, change))
    before = [(mine, theirs) for mine, theirs in zip(one, other, strict=True) if mine.start < START]
    assert len(before) == WINDOWS - 2
    for mine, theirs in before:
        for choices, same in zip((*mine.cold, *mine.earlier), (*theirs.cold, *theirs.earlier), strict=True):
            assert choices.signals.tobytes() == same.signals.tobytes()
            np.testing.assert_array_equal(choices.taken, same.taken)
    assert any(
        choices.signals.shape != same.signals.shape or (choices.signals != same.signals).any()
        for choices, same in zip(one[-1].cold, other[-1].cold, strict=True)
    )


def test_a_territory_is_asked_about_after_two_years_of_deals(fitted: Fitted) -> None:
    market = fitted.market
    young = (market.deals["territory"] != "KR") | (market.deals["release_date"] >= pd.Timestamp("2013-06-01"))
    windows = windows_of(fitted, changed(market, lambda deals: deals[young].reset_index(drop=True)))
    asked = {window.start.year: {choices.territory for choices in window.cold} for window in windows}
    assert asked[2015] == {"FR", "US"}
    assert asked[2016] == {"FR", "KR", "US"}


def test_years_without_a_query_are_left_out(fitted: Fitted) -> None:
    def gap(deals: pd.DataFrame) -> pd.DataFrame:
        return deals[deals["release_date"].dt.year != 2015].reset_index(drop=True)

    windows = windows_of(fitted, changed(fitted.market, gap))
    assert [window.start.year for window in windows] == [2013, 2014, 2016, 2017]
