from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recommender.errors import DataError
from recommender.market import Market
from recommender.matching.changes import Changes

ONE = np.ones((1, 4), dtype=np.float32)


def film(film_id: str, title: str = "A Film", **values: object) -> pd.DataFrame:
    return pd.DataFrame([{"film_id": film_id, "title": title, "synopsis": "Snow.", **values}])


def company(distributor_id: str, territory: str = "FR") -> pd.DataFrame:
    row = {"distributor_id": distributor_id, "name": distributor_id, "territory": territory}
    return pd.DataFrame([{**row, "kind": "independent"}])


def deal(
    deal_id: str, film_id: str, distributor_id: str, territory: str = "FR", day: str = ""
) -> pd.DataFrame:
    row = {"deal_id": deal_id, "film_id": film_id, "distributor_id": distributor_id}
    return pd.DataFrame([{**row, "territory": territory, "release_date": day}])


def test_edited_rows_stay_and_new_ones_follow_by_id(small_market: Market) -> None:
    films = pd.concat([film("z"), film("f03", "Renamed"), film("a")])
    after = Changes.of(films=films, synopses=np.ones((3, 4), np.float32)).applied(small_market)
    assert after.films["film_id"].to_list() == [*small_market.films["film_id"], "a", "z"]
    assert after.film("f03").title == "Renamed"
    assert after.film("f04") == small_market.film("f04")
    pd.testing.assert_series_equal(after.films.dtypes, small_market.films.dtypes)


def test_nothing_changes_no_table(small_market: Market) -> None:
    after = Changes.of().applied(small_market)
    assert after.films is not None
    for name in ("films", "distributors", "deals"):
        pd.testing.assert_frame_equal(getattr(after, name), getattr(small_market, name))


def test_typed_frames_and_text_are_the_same_changes(small_market: Market) -> None:
    typed = Changes.of(films=small_market.films.iloc[[3]], synopses=ONE, deals=small_market.deals.iloc[[5]])
    after = typed.applied(small_market)
    pd.testing.assert_frame_equal(after.films, small_market.films)
    pd.testing.assert_frame_equal(after.deals, small_market.deals)


def test_of_what_two_changes_name_the_later_counts() -> None:
    one = Changes.of(films=film("a", "First"), synopses=ONE, removed_films=["b", "c"])
    two = Changes.of(films=film("b", "Back"), synopses=2 * ONE, removed_films=["a", "d"])
    both = one.then(two)
    assert both.films.ids == ["b"]
    assert both.films.removed == {"a", "c", "d"}
    assert both.films.vectors.tolist() == [[2, 2, 2, 2]]
    assert two.then(one).films.rows["title"].to_list() == ["First"]


def test_what_is_given_and_removed_at_once_is_given() -> None:
    assert Changes.of(films=film("a"), synopses=ONE, removed_films=["a"]).films.removed == frozenset()


def test_the_number_of_changes_is_that_of_rows_and_removals() -> None:
    assert len(Changes.of()) == 0
    assert len(Changes.of(film("a"), ONE, removed_deals=["x", "y"])) == 3


def test_a_cell_that_a_table_could_not_hold_is_refused() -> None:
    with pytest.raises(DataError, match="films row 2, column year, value '20x6'"):
        Changes.of(films=film("a", year="20x6"), synopses=ONE)
    with pytest.raises(DataError, match="the id is already used"):
        Changes.of(films=pd.concat([film("a"), film("a")]), synopses=np.ones((2, 4), np.float32))
    with pytest.raises(DataError, match="column release_date, value 'soon'"):
        Changes.of(deals=deal("d", "f01", "fr-lumen", day="soon"))


def test_a_deal_needs_no_release_date() -> None:
    assert Changes.of(deals=deal("d", "f01", "fr-lumen")).deals.rows["release_date"].isna().all()


def test_a_deal_that_was_learnt_from_keeps_its_day_while_its_parties_stay(small_market: Market) -> None:
    def day(**edit: str) -> str:
        edited = deal("d01", **{"film_id": "f01", "distributor_id": "fr-lumen", "day": "", **edit})
        return str(Changes.of(deals=edited).applied(small_market).deals["release_date"].iat[0].date())

    assert day() == day(day="2031-01-01") == "2009-10-07"
    assert day(film_id="f12", day="2031-01-01") == "2031-01-01"


@pytest.mark.parametrize(
    "vectors", [None, ONE[0], np.ones((2, 4), np.float32), np.ones((1, 0), np.float32)], ids=str
)
def test_each_film_needs_a_vector(vectors: np.ndarray | None) -> None:
    with pytest.raises(ValueError, match="1 rows of the films do not go with vectors of shape"):
        Changes.of(films=film("a"), synopses=vectors)


def test_vectors_must_be_finite() -> None:
    with pytest.raises(ValueError, match="a vector of the distributors holds NaN"):
        Changes.of(distributors=company("a"), briefs=ONE * np.nan)


def test_a_deal_of_something_unknown_is_refused_and_one_of_something_removed_is_not(
    small_market: Market,
) -> None:
    unknown = Changes.of(deals=deal("d", "nothing", "nobody"))
    with pytest.raises(DataError, match="nobody knows the film of the deal d") as refusal:
        unknown.applied(small_market)
    assert [problem.column for problem in refusal.value.problems] == ["film_id", "distributor_id"]
    gone = Changes.of(removed_films=["nothing"], removed_distributors=["nobody"])
    assert len(unknown.then(gone).applied(small_market).deals) == len(small_market.deals) + 1


def test_a_deal_must_be_where_its_distributor_works(small_market: Market) -> None:
    with pytest.raises(DataError, match="value 'US': the deal d is not where its distributor works"):
        Changes.of(deals=deal("d", "f12", "fr-lumen", "US")).applied(small_market)


def test_a_distributor_with_deals_cannot_move_and_one_without_can(small_market: Market) -> None:
    with pytest.raises(DataError, match="fr-lumen has deals in FR"):
        Changes.of(distributors=company("fr-lumen", "US"), briefs=ONE).applied(small_market)
    after = Changes.of(distributors=company("us-meadow", "FR"), briefs=ONE).applied(small_market)
    assert after.distributor("us-meadow").territory == "FR"
