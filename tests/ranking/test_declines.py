"""Which passes teach the last stage, and how many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from recommender.market import Market
from recommender.matching.train import Fitted
from recommender.ranking.choice import WORTH, Choices
from recommender.ranking.declines import counted, declined_in
from recommender.ranking.state import DayState
from tests.tastes import UNTIL

START, END = date(2016, 1, 1), date(2017, 1, 1)
Pass = tuple[str, str, str]
"""film_id, distributor_id, declined_on."""


@pytest.fixture(scope="module")
def state(fitted: Fitted) -> DayState:
    """The market on START."""
    day = fitted.model.state
    return DayState.of(fitted.market, START, day.space, fitted.films, day.briefs, day.first_stage)


def with_passes(market: Market, *said: Pass) -> Market:
    table = pd.DataFrame(said, columns=["film_id", "distributor_id", "declined_on"])
    return replace(market, declines=table.assign(declined_on=pd.to_datetime(table["declined_on"])))


def asked(state: DayState, taken: int, territory: str = "FR") -> Choices:
    """A territory's queries of the year, of which only the number that were `taken` matters."""
    pool = len(state.taste(territory).catalogue)
    marks = np.zeros((taken + 1, pool), dtype=bool)
    marks[:taken, 0] = True
    return Choices(territory, np.zeros((taken + 1, pool, 1), dtype=np.float32), marks)


def learnt(fitted: Fitted, state: DayState, *said: Pass, taken: int = 16) -> list[tuple[str, str]]:
    """Film and distributor of each pass that counts in France."""
    market = with_passes(fitted.market, *said)
    found = counted(market, state, asked(state, taken), START, END)
    who = state.taste("FR").catalogue.distributors[found["place"]]
    films = market.films["film_id"].to_numpy()[found["film"]]
    return list(zip(films, market.distributors["distributor_id"].to_numpy()[who], strict=True))


def test_a_pass_of_the_year_on_a_film_that_nobody_took_counts(fitted: Fitted, state: DayState) -> None:
    said = ("western-2019-0", "fr-western", "2016-05-01")
    assert learnt(fitted, state, said) == [("western-2019-0", "fr-western")]
    first, last = (
        ("war-2018-0", "fr-war", "2016-01-01"),
        ("war-2018-1", "fr-war", "2016-12-31"),
    )
    assert len(learnt(fitted, state, first, last)) == 2


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(("western-2019-0", "fr-western", "2015-12-31"), id="the year before"),
        pytest.param(("western-2019-0", "fr-western", "2017-01-01"), id="the year after"),
        pytest.param(("western-2016-0", "fr-drama", "2016-01-15"), id="taken in the year"),
        pytest.param(("western-2015-0", "fr-drama", "2016-01-15"), id="taken before"),
        pytest.param(("western-2019-0", "us-western", "2016-05-01"), id="of another territory"),
        pytest.param(("western-2019-0", "fr-novice", "2016-05-01"), id="nobody's"),
    ],
)
def test_other_passes_do_not(fitted: Fitted, state: DayState, said: Pass) -> None:
    counts = learnt(fitted, state, said)
    # fr-novice has a brief and may be asked, so that its pass does count.
    assert counts == ([said[:2]] if said[1] == "fr-novice" else [])


def test_a_film_taken_later_was_still_passed_on(fitted: Fitted, state: DayState) -> None:
    assert learnt(fitted, state, ("western-2017-0", "fr-western", "2016-05-01"))


def test_a_film_without_a_synopsis_is_not_asked_about(fitted: Fitted, state: DayState) -> None:
    market = with_passes(fitted.market, ("western-2019-0", "fr-western", "2016-05-01"))
    films = market.films.assign(
        synopsis=market.films["synopsis"].where(market.films["film_id"] != "western-2019-0", "")
    )
    silent = replace(market, films=films)
    assert counted(silent, state, asked(state, 16), START, END).empty


def test_the_same_pass_twice_counts_once(fitted: Fitted, state: DayState) -> None:
    said = [("western-2019-0", "fr-western", day) for day in ("2016-05-01", "2016-05-01", "2016-08-01")]
    assert learnt(fitted, state, *said) == [("western-2019-0", "fr-western")]


def test_the_order_of_the_table_changes_nothing(fitted: Fitted, state: DayState) -> None:
    films = [film for film in fitted.market.films["film_id"] if "2018" in film]
    said = [(film, "fr-war", f"2016-03-{day:02}") for day, film in enumerate(films, 1)]
    assert learnt(fitted, state, *said) == learnt(fitted, state, *said[::-1])


@pytest.mark.parametrize("taken", [0, 1, 8, 16])
def test_a_flood_weighs_no_more_than_the_purchases_of_an_average_distributor(
    fitted: Fitted, state: DayState, taken: int
) -> None:
    films = [
        film for film in fitted.market.films["film_id"] if film.split("-")[1] in ("2017", "2018", "2019")
    ]
    pool = state.taste("FR").catalogue
    everybody = fitted.market.distributors["distributor_id"].to_numpy()[pool.distributors]
    said = [(film, who, f"2016-03-{day % 28 + 1:02}") for who in everybody for day, film in enumerate(films)]
    found = [who for _, who in learnt(fitted, state, *said, taken=taken)]
    of_each = {who: found.count(who) for who in everybody}
    assert len(set(of_each.values())) == 1
    assert WORTH * of_each[everybody[0]] <= taken / len(pool)
    assert WORTH * len(found) <= taken
    assert (taken < 8) or found


def test_of_many_passes_the_latest_count(fitted: Fitted, state: DayState) -> None:
    films = [film for film in fitted.market.films["film_id"] if film.split("-")[1] in ("2017", "2018")]
    said = [(film, "fr-war", f"2016-03-{day:02}") for day, film in enumerate(films[:28], 1)]
    found = {film for film, _ in learnt(fitted, state, *said)}
    assert 0 < len(found) < 28
    assert found == {film for film, _, _ in said[-len(found) :]}


def test_passes_of_an_unfinished_market_are_not_looked_at(fitted: Fitted) -> None:
    market = with_passes(fitted.market, ("western-2019-0", "fr-western", UNTIL.isoformat()))
    assert market.before(UNTIL).declines.empty


def test_the_signals_are_those_of_the_day_before_the_year(fitted: Fitted, state: DayState) -> None:
    said = [("war-2018-0", "fr-war", "2016-05-01"), ("crime-2019-0", "fr-drama", "2016-05-01")]
    market = with_passes(fitted.market, *said, ("war-2018-0", "fr-crime", "2016-05-02"))
    declined = declined_in(market, state, fitted.films, asked(state, 16), START, END)
    assert declined is not None
    rows = np.sort(market.film_ids.rows(["war-2018-0", "crime-2019-0"])).astype(np.int64)
    np.testing.assert_array_equal(declined.signals, state.signals(fitted.films.take(rows), "FR").values)
    assert sorted(declined.films) == [0, 1, 1], "in the order of their ids"
    nothing = with_passes(fitted.market)
    assert declined_in(nothing, state, fitted.films, asked(state, 16), START, END) is None
