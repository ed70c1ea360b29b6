from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from recommender.ranking.sizes import NameSizes
from recommender.ranking.state import DayState
from tests.ranking.conftest import DayOf
from tests.tastes import deal, tasteful_market

TODAY = date(2018, 1, 1)


def sizes_of(state: DayState) -> NameSizes:
    return NameSizes.of(state.releases, state.films.vectors, state.space.metadata)


def test_films_of_names_with_large_films_are_expected_to_be_large(day_of: DayOf) -> None:
    rows = [
        deal("drama-2017-0", "fr-drama", "2017-05-01", screens=10),
        deal("war-2017-0", "fr-war", "2017-05-01", screens=900),
    ]
    market = tasteful_market(deals=pd.DataFrame(rows))
    state = day_of(market, TODAY)
    ids = ["war-2019-0", "western-2019-0", "drama-2019-0"]
    asked = state.films.take(market.film_ids.rows(ids)).vectors
    large, unknown, small = sizes_of(state).expected(asked)
    assert large > unknown > small
    assert unknown == pytest.approx(0.5)


def test_without_any_size_every_film_is_a_typical_one(day_of: DayOf) -> None:
    market = tasteful_market(deals=pd.DataFrame([deal("war-2017-0", "fr-war", "2017-05-01")]))
    state = day_of(market, TODAY)
    expected = sizes_of(state).expected(state.films.vectors)
    np.testing.assert_allclose(expected, 0.5)
