from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from recommender.market import Market
from recommender.ranking.signals import HISTORY_PRIOR, PRIOR_DEALS
from recommender.ranking.state import DayState
from recommender.ranking.taste import LABEL_PRIOR
from tests.ranking.conftest import DayOf
from tests.tastes import deal, frames, tasteful_market

TODAY = date(2018, 1, 1)


@pytest.fixture
def state(small_market: Market, day_of: DayOf) -> DayState:
    return day_of(small_market, TODAY)


def signal(state: DayState, market: Market, film: str, territory: str, name: str) -> dict[str, float]:
    """Distributor -> one signal of a film."""
    row = np.array([market.film_ids.row(film)])
    signals = state.signals(state.films.take(row), territory)
    values = signals.values[0, :, signals.names.index(name)]
    ids = market.distributors["distributor_id"].to_numpy()[signals.distributors]
    return {str(key): float(value) for key, value in zip(ids, values, strict=True)}


def test_every_signal_is_finite_for_every_pair(state: DayState) -> None:
    for territory in ("FR", "US"):
        signals = state.signals(state.films, territory)
        assert signals.values.shape == (12, len(signals.distributors), len(signals.names))
        assert signals.values.dtype == np.float32
        assert np.isfinite(signals.values).all()
        assert len(set(signals.names)) == len(signals.names)


def test_who_shares_the_director_is_told_from_who_does_not(state: DayState, small_market: Market) -> None:
    times = signal(state, small_market, "f12", "FR", "times_directors")
    assert times["fr-lumen"] > 0
    assert times["fr-comet"] == 0
    part = signal(state, small_market, "f12", "FR", "part_directors")
    assert 0 < part["fr-lumen"] < 1
    agents = signal(state, small_market, "f12", "FR", "part_sales_agent")
    assert agents["fr-lumen"] > agents["fr-comet"] == 0


def test_part_is_the_rare_share_of_who_released_the_name(day_of: DayOf) -> None:
    rows = [deal("drama-2017-0", f"fr-{name}", "2017-12-31") for name in ("drama", "war")]
    market = tasteful_market(deals=pd.DataFrame(rows))
    state = day_of(market, TODAY)
    rarity = state.space.metadata.rarity["directors"][0] * 2 ** -(1 / 365.25 / 8)
    part = signal(state, market, "drama-2019-0", "FR", "part_directors")
    assert part["fr-drama"] == part["fr-war"] == pytest.approx(rarity / (2 * rarity + HISTORY_PRIOR))
    times = signal(state, market, "drama-2019-0", "FR", "times_directors")
    assert times["fr-drama"] == pytest.approx(np.log(2), abs=1e-3)


def test_pace_counts_recent_releases_and_a_newcomer_has_only_the_prior(
    state: DayState, small_market: Market
) -> None:
    pace = signal(state, small_market, "f12", "US", "pace_short")
    assert pace["us-harbor"] > pace["us-sepia"] > pace["us-meadow"]
    assert pace["us-meadow"] == pytest.approx(np.log(PRIOR_DEALS))
    since = signal(state, small_market, "f12", "FR", "since_last")
    last = (pd.Timestamp(TODAY) - pd.Timestamp("2017-02-15")).days / 365.25
    assert since["fr-lumen"] == pytest.approx(np.log(last + 0.05), abs=1e-5)


def test_a_film_like_the_catalogue_is_nearer_than_one_unlike_it(
    state: DayState, small_market: Market
) -> None:
    for name in ("nearest_metadata", "near_metadata_8", "lift_metadata_8", "share_genres"):
        drama = signal(state, small_market, "f12", "FR", name)
        comedy = signal(state, small_market, "f05", "FR", name)
        assert drama["fr-lumen"] > drama["fr-comet"]
        assert comedy["fr-comet"] > comedy["fr-lumen"]


def test_a_brief_that_fits_gets_a_higher_nearest_synopsis_than_one_that_does_not(day_of: DayOf) -> None:
    tables = frames()
    market = tasteful_market()
    western = market.films["synopsis"].iloc[market.film_ids.row("western-2019-0")]
    newcomers = pd.DataFrame(
        {"distributor_id": ["fr-fits", "fr-other"], "territory": "FR", "kind": "independent", "name": "New"}
    ).assign(brief=[western, "teapots and other quiet things"])
    market = tasteful_market(
        distributors=pd.concat([tables["distributors"], newcomers], ignore_index=True),
    )
    nearest = signal(day_of(market, TODAY), market, "western-2019-0", "FR", "nearest_synopsis")
    assert nearest["fr-fits"] == pytest.approx(1.0, abs=1e-6)
    assert nearest["fr-fits"] > nearest["fr-other"]


def test_label_odds_of_a_known_catalogue_are_those_worked_out_by_hand(day_of: DayOf) -> None:
    rows = [
        deal("drama-2017-0", "fr-drama", "2017-12-31"),
        deal("drama-2017-1", "fr-drama", "2017-12-31"),
        deal("war-2017-0", "fr-drama", "2017-12-31"),
        deal("war-2017-1", "fr-war", "2017-12-31"),
    ]
    market = tasteful_market(deals=pd.DataFrame(rows))
    state = day_of(market, TODAY)
    today = 2 ** -(1 / 365.25 / 8)
    share_of_all = (2 * today + 0.5) / (4 * today + 1.0)
    expected = {
        "fr-drama": (2 * today + LABEL_PRIOR * share_of_all) / (3 * today + LABEL_PRIOR) / share_of_all,
        "fr-war": (0 + LABEL_PRIOR * share_of_all) / (today + LABEL_PRIOR) / share_of_all,
        "fr-novice": 1.0,
    }
    odds = state.taste("FR").label_odds["genres"]
    drama = state.space.metadata.terms["genres"].index("drama")
    ids = market.distributors["distributor_id"].to_numpy()[state.taste("FR").catalogue.distributors]
    found = dict(zip(ids, np.exp(odds[drama]), strict=True))
    assert found == pytest.approx(expected, rel=1e-5)
    shares = signal(state, market, "drama-2019-0", "FR", "share_genres")
    assert shares == pytest.approx(
        {key: np.log(value) for key, value in expected.items()}, rel=1e-4, abs=1e-6
    )


def test_a_distributor_of_large_releases_has_a_larger_size(day_of: DayOf) -> None:
    rows = [
        deal(f"{genre}-2017-{number}", f"fr-{genre}", "2017-05-01", screens=screens + number)
        for genre, screens in (("drama", 10), ("war", 900))
        for number in (0, 1)
    ]
    market = tasteful_market(deals=pd.DataFrame(rows))
    size = signal(day_of(market, TODAY), market, "drama-2019-0", "FR", "size")
    assert size["fr-war"] > size["fr-novice"] > size["fr-drama"]
    assert size["fr-novice"] == pytest.approx(0.5)


def test_films_of_names_with_large_films_are_for_distributors_of_large_releases(day_of: DayOf) -> None:
    rows = [
        deal(f"{genre}-2017-{number}", f"fr-{genre}", "2017-05-01", screens=screens + number)
        for genre, screens in (("drama", 10), ("war", 900))
        for number in (0, 1)
    ]
    market = tasteful_market(deals=pd.DataFrame(rows))
    together = signal(day_of(market, TODAY), market, "war-2019-0", "FR", "size_together")
    assert together["fr-war"] > together["fr-novice"] == 0 > together["fr-drama"]
    gap = signal(day_of(market, TODAY), market, "war-2019-0", "FR", "size_gap")
    assert gap["fr-war"] > gap["fr-drama"]


def test_who_releases_old_films_is_told_from_who_releases_new_ones(day_of: DayOf) -> None:
    rows = [
        deal(f"{genre}-{year}-{number}", f"fr-{genre}", "2017-05-01")
        for genre, year in (("drama", 2017), ("war", 2014))
        for number in (0, 1)
    ]
    market = tasteful_market(deals=pd.DataFrame(rows))
    state = day_of(market, TODAY)
    new = signal(state, market, "western-2018-0", "FR", "share_age")
    assert new["fr-drama"] > new["fr-novice"] > new["fr-war"]
    old = signal(state, market, "western-2014-0", "FR", "share_age")
    assert old["fr-war"] > old["fr-novice"] > old["fr-drama"]


def test_success_with_similar_films_counts_for_a_distributor(day_of: DayOf) -> None:
    rows = [
        deal("drama-2017-0", "fr-drama", "2017-05-01", admissions=1_000_000),
        deal("drama-2017-1", "fr-war", "2017-05-01", admissions=10),
    ]
    market = tasteful_market(deals=pd.DataFrame(rows))
    success = signal(day_of(market, TODAY), market, "drama-2019-0", "FR", "success")
    assert success["fr-drama"] > success["fr-novice"] == 0 > success["fr-war"]


def test_a_film_has_the_same_signals_alone_and_among_others(state: DayState) -> None:
    together = state.signals(state.films, "FR")
    for row in range(len(state.films)):
        alone = state.signals(state.films.take(np.array([row])), "FR")
        np.testing.assert_allclose(alone.values[0], together.values[row], rtol=1e-4, atol=1e-4)


def test_later_deals_change_no_signal(small_market: Market, day_of: DayOf, state: DayState) -> None:
    past = Market(small_market.films, small_market.distributors, small_market.before(TODAY).deals)
    for territory in ("FR", "US"):
        np.testing.assert_array_equal(
            day_of(past, TODAY).signals(state.films, territory).values,
            state.signals(state.films, territory).values,
        )
