from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pandas as pd
import pytest

from recommender.errors import TrainingError
from recommender.matching.train import Fitted
from recommender.ranking.choice import Choices
from recommender.ranking.model import FEWEST_QUERIES, RankingModel, fit_last_stage
from recommender.ranking.rolling import Window, offers
from recommender.ranking.signals import rising
from tests.tastes import TERRITORIES, taste_of


def slate(fitted: Fitted) -> np.ndarray:
    """Rows of the films of 2019, one of each genre, that nobody has taken."""
    return np.flatnonzero(fitted.market.films["year"].to_numpy() == 2019)


def probabilities(fitted: Fitted, territory: str) -> pd.DataFrame:
    """Film by distributor, of the slate."""
    rows = slate(fitted)
    scored = fitted.model.score(fitted.films.take(rows), territory)
    return pd.DataFrame(
        scored.probability,
        index=fitted.market.films["film_id"].iloc[rows],
        columns=fitted.market.distributors["distributor_id"].iloc[scored.signals.distributors],
    )


@pytest.mark.parametrize("territory", TERRITORIES)
def test_the_distributor_whose_taste_it_is_wins_every_film(fitted: Fitted, territory: str) -> None:
    for film, row in probabilities(fitted, territory).iterrows():
        assert taste_of(str(row.idxmax())).lower() == str(film).split("-")[0]
        assert row.max() > 0.4


@pytest.mark.parametrize("territory", TERRITORIES)
def test_probabilities_sum_to_the_buyers_that_a_film_finds(fitted: Fitted, territory: str) -> None:
    expected = fitted.model.last_stage.cold.calibration.buyers[territory]
    np.testing.assert_allclose(probabilities(fitted, territory).sum(axis=1), expected, atol=1e-3)


@pytest.mark.parametrize("territory", TERRITORIES)
def test_an_ineligible_distributor_never_appears(fitted: Fitted, territory: str) -> None:
    listed = set(probabilities(fitted, territory).columns)
    assert not listed & {"us-giant", "us-asleep", "kr-late"}
    assert {name[:2].upper() for name in listed} == {territory}


def test_a_distributor_with_only_a_brief_is_listed_and_likes_what_it_asks_for(fitted: Fitted) -> None:
    novice = probabilities(fitted, "FR")["fr-novice"]
    assert (novice > 0).all()
    rows = slate(fitted)
    signals = fitted.model.score(fitted.films.take(rows), "FR").signals
    place = list(fitted.market.distributors["distributor_id"].iloc[signals.distributors]).index("fr-novice")
    nearest = signals.values[:, place, signals.names.index("nearest_synopsis")]
    assert fitted.market.films["genres"].iloc[rows[nearest.argmax()]] == ("Western",)


def test_known_buyers_elsewhere_are_used_where_they_are_given(fitted: Fitted) -> None:
    (offer,) = offers(fitted.market, date(2017, 1, 1), date(2018, 1, 1), ["KR"])
    asked = fitted.films.take(offer.films)
    cold, earlier = fitted.model.score(asked, "KR"), fitted.model.score(asked, "KR", offer.earlier)
    assert fitted.model.last_stage.earlier is not None
    assert earlier.stage is fitted.model.last_stage.earlier
    assert "elsewhere" in earlier.signals.names
    assert cold.stage is fitted.model.last_stage.cold
    assert np.abs(cold.probability - earlier.probability).max() > 0.01


def test_without_a_stage_for_earlier_deals_they_are_left_aside(fitted: Fitted) -> None:
    cold_only = dataclasses.replace(fitted.model.last_stage, earlier=None)
    model = RankingModel(fitted.model.state, cold_only)
    (offer,) = offers(fitted.market, date(2017, 1, 1), date(2018, 1, 1), ["KR"])
    asked = fitted.films.take(offer.films)
    np.testing.assert_array_equal(
        model.score(asked, "KR", offer.earlier).probability, model.score(asked, "KR").probability
    )


def test_high_likeness_never_counts_against_a_distributor(fitted: Fitted) -> None:
    cold = fitted.windows[0].cold[0]
    held = rising(cold.names)
    assert held[cold.names.index("nearest_synopsis")]
    assert held[cold.names.index("times_directors")]
    weights = fitted.model.last_stage.cold.model.weights
    assert (weights[np.concatenate([held, held])] >= 0).all()


def test_the_judged_stage_has_not_seen_the_last_window(fitted: Fitted) -> None:
    *past, last = fitted.windows
    nobody = tuple(Choices(c.territory, c.signals, np.zeros_like(c.taken), c.names) for c in last.cold)
    _, judged = fit_last_stage(fitted.windows)
    _, blind = fit_last_stage([*past, Window(last.start, nobody, ())])
    np.testing.assert_array_equal(judged.cold.model.weights, blind.cold.model.weights)
    assert judged.cold.calibration.buyers == blind.cold.calibration.buyers


def test_the_served_stage_learns_from_the_last_window_too(fitted: Fitted) -> None:
    served, judged = fit_last_stage(fitted.windows)
    assert np.abs(served.cold.model.weights - judged.cold.model.weights).max() > 1e-4
    assert served.cold.calibration.sharpness == judged.cold.calibration.sharpness


def few(window: Window, queries: int) -> Window:
    """With so many queries of the first territory, and no earlier deals."""
    first = window.cold[0]
    cut = Choices(first.territory, first.signals[:queries], first.taken[:queries], first.names)
    return Window(window.start, (cut,), ())


def test_twenty_answered_queries_are_enough_and_nineteen_are_not(fitted: Fitted) -> None:
    one, two, *_ = fitted.windows
    served, _ = fit_last_stage([few(one, 10), few(two, FEWEST_QUERIES - 10)])
    assert served.earlier is None
    with pytest.raises(TrainingError, match="only 19 of 19 past releases, of 2 years"):
        fit_last_stage([few(one, 10), few(two, FEWEST_QUERIES - 11)])


def test_a_last_year_with_nothing_before_it_is_not_enough(fitted: Fitted) -> None:
    first, last = fitted.windows[0], fitted.windows[-1]
    nobody = tuple(Choices(c.territory, c.signals, np.zeros_like(c.taken), c.names) for c in first.cold)
    for windows in ([last], [Window(first.start, nobody, ()), last], []):
        with pytest.raises(TrainingError, match="give deals of at least four years"):
            fit_last_stage(windows)
