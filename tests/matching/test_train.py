from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from recommender.errors import TrainingError
from recommender.market import Market
from recommender.matching.packing import pack
from recommender.matching.train import Fitted, fit, train
from recommender.ranking.rerank import EPOCHS
from tests.tastes import TERRITORIES, UNTIL, WordEncoder, deal, fitted_tastes, frames, tasteful_market

DAY = timedelta(days=1)

Change = Callable[[pd.DataFrame], pd.DataFrame]


def later_deals() -> pd.DataFrame:
    """Deals on and after UNTIL that would turn every taste over if they were seen."""
    films = [row for row in frames()["films"].itertuples() if row.year in ("2018", "2019")]
    rows = [
        deal(
            str(film.film_id),
            f"{territory.lower()}-drama",
            "2018-01-01",
            deal_id=f"planted-{film.film_id}-{territory}",
        )
        for film in films
        for territory in TERRITORIES
    ]
    return pd.DataFrame(rows)


def planted(deals: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([deals, later_deals()], ignore_index=True)


def planted_first(deals: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([later_deals(), deals], ignore_index=True)


def old_film_again(deals: pd.DataFrame) -> pd.DataFrame:
    """The best of 2017 comes out again with someone else, as an import, with an enormous outcome."""
    rows = [
        deal(
            "drama-2017-0", "fr-horror", "2018-01-01", deal_id="again", admissions=99_999_999, role="importer"
        ),
        deal("drama-2017-0", "fr-drama", "2018-01-02", deal_id="again2", admissions=99_999_999),
    ]
    return pd.concat([deals.assign(role="distributor"), pd.DataFrame(rows)], ignore_index=True)


def other_outcomes(deals: pd.DataFrame) -> pd.DataFrame:
    late = deals["release_date"] >= "2018-01-01"
    return deals.assign(
        admissions=deals["admissions"].where(~late, "1"), screens=deals["screens"].where(~late, "99999")
    )


def no_later_deals(deals: pd.DataFrame) -> pd.DataFrame:
    return deals[deals["release_date"] < "2018-01-01"].reset_index(drop=True)


def probabilities(fitted: Fitted, territory: str) -> pd.DataFrame:
    """Film by distributor, of all films, by id."""
    scored = fitted.model.score(fitted.films, territory)
    ids = fitted.market.distributors["distributor_id"].iloc[scored.signals.distributors].to_numpy()
    return pd.DataFrame(scored.probability, index=fitted.market.films["film_id"].to_numpy(), columns=ids)


@pytest.mark.parametrize("change", [planted, planted_first, old_film_again, other_outcomes, no_later_deals])
def test_deals_on_or_after_the_day_change_no_bit_of_any_probability(change: Change) -> None:
    seen = fit(tasteful_market(deals=change(frames()["deals"])), UNTIL, WordEncoder())
    for territory in TERRITORIES:
        mine, theirs = probabilities(fitted_tastes(), territory), probabilities(seen, territory)
        pd.testing.assert_frame_equal(mine, theirs, check_exact=True)
    assert seen.figures == fitted_tastes().figures
    pd.testing.assert_frame_equal(seen.market.deals, fitted_tastes().market.deals, check_like=True)


def test_a_deal_the_day_before_does_change_them() -> None:
    rows = later_deals().assign(release_date="2017-12-31")
    deals = pd.concat([frames()["deals"], rows], ignore_index=True)
    seen = fit(tasteful_market(deals=deals), UNTIL, WordEncoder())
    assert (probabilities(seen, "FR") - probabilities(fitted_tastes(), "FR")).abs().max(axis=None) > 0.01


@pytest.fixture(scope="module")
def with_a_private_deal() -> Fitted:
    """A film of its own, taken in the last month by the distributor of such films."""
    row = deal("drama-2019-0", "fr-drama", "2017-12-31", deal_id="secret", private="1")
    deals = pd.concat([frames()["deals"], pd.DataFrame([row])], ignore_index=True)
    return fit(tasteful_market(deals=deals), UNTIL, WordEncoder())


def test_a_private_deal_moves_the_weights_by_one_question_and_nothing_else(
    with_a_private_deal: Fitted,
) -> None:
    seen, before = with_a_private_deal, fitted_tastes()
    assert seen.figures == before.figures
    assert len(seen.market.deals) == len(before.market.deals) + 1
    mine, theirs = (
        pack(one.market, one.model, one.films) for one in (replace(before, market=seen.market), seen)
    )
    assert mine.documents == theirs.documents
    for group in set(mine.arrays) - {"last_stage"}:
        for name, array in mine.arrays[group].items():
            assert np.array_equal(array, theirs.arrays[group][name]), f"{group} {name}"
    for territory in TERRITORIES:
        moved = (probabilities(seen, territory) - probabilities(before, territory)).abs().max(axis=None)
        assert 0 < moved < 0.01


def test_a_private_deal_does_not_say_up_to_which_day_is_learnt() -> None:
    row = deal("drama-2019-0", "fr-drama", "2019-05-05", deal_id="secret", private="1")
    deals = pd.concat([frames()["deals"], pd.DataFrame([row])], ignore_index=True)
    market = tasteful_market(deals=deals)
    assert fit(market, None, WordEncoder()).until == market.told().deals["release_date"].max().date() + DAY
    with pytest.raises(TrainingError, match="fill the deals table"):
        fit(market.hidden(), None, WordEncoder())


@pytest.mark.parametrize("table", ["deals", "distributors"])
def test_the_order_of_a_table_changes_no_probability(table: str) -> None:
    shuffled = frames()[table].sample(frac=1.0, random_state=5)
    seen = fit(tasteful_market(**{table: shuffled}), UNTIL, WordEncoder())
    for territory in TERRITORIES:
        mine = probabilities(fitted_tastes(), territory)
        # Sums in another order differ in the last bits of float32, and what is fitted on them by up to 2e-5.
        pd.testing.assert_frame_equal(
            mine,
            probabilities(seen, territory)[mine.columns],
            check_exact=False,
            rtol=0,
            atol=TOLERANCE[table],
        )


TOLERANCE = {"deals": 1e-12, "distributors": 5e-5}


def test_the_order_of_the_films_changes_no_bit_of_any_probability() -> None:
    seen = fit(tasteful_market(films=frames()["films"][::-1]), UNTIL, WordEncoder())
    for territory in TERRITORIES:
        mine, theirs = probabilities(fitted_tastes(), territory), probabilities(seen, territory)
        pd.testing.assert_frame_equal(mine, theirs, check_exact=True)


def test_the_same_seed_gives_the_same_bits_and_another_does_not() -> None:
    market = tasteful_market()
    mine = probabilities(fitted_tastes(), "US")
    pd.testing.assert_frame_equal(
        mine, probabilities(fit(market, UNTIL, WordEncoder()), "US"), check_exact=True
    )
    other = probabilities(fit(market, UNTIL, WordEncoder(), seed=1), "US")
    assert (mine != other).any(axis=None)


def test_by_default_all_deals_are_learnt_from(small_market: Market) -> None:
    fitted = fit(tasteful_market(), None, WordEncoder())
    last = fitted.market.deals["release_date"].max().date()
    assert (fitted.until - last).days == 1
    assert len(fitted.market.deals) == len(tasteful_market().deals)
    assert fitted.model.state.moment == fitted.until


def test_held_out_figures_are_those_of_the_last_year() -> None:
    figures = fitted_tastes().figures
    assert figures["held_out_from"] == date(2017, 1, 1).toordinal()
    # 16 films in three territories; the deal of kr-late is not before the day.
    assert figures["queries"] == 48
    assert figures["actual_deals"] == 48
    assert figures["expected_deals"] == pytest.approx(48, abs=0.5)
    assert (figures["ndcg_10"] or 0) > 0.8


def test_the_outcome_of_a_major_or_a_sleeper_does_not_make_it_a_candidate() -> None:
    assert set(probabilities(fitted_tastes(), "US").columns) == {
        name for name in frames()["distributors"]["distributor_id"] if name.startswith("us-")
    } - {"us-giant", "us-asleep"}


def test_training_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    fit(tasteful_market(), UNTIL, WordEncoder(), progress=True)
    told = capsys.readouterr()
    epochs = 6 * 4 * 2 * EPOCHS
    assert "fitting: 100%" in told.err
    assert f"{epochs}/{epochs}" in told.err
    assert told.out == ""


def test_training_without_progress_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    fit(tasteful_market(), UNTIL, WordEncoder())
    assert capsys.readouterr() == ("", "")


def test_a_bundle_has_the_market_up_to_the_day() -> None:
    trained = train(tasteful_market(), UNTIL, WordEncoder())
    assert trained.until == UNTIL
    assert trained.figures == fitted_tastes().figures
    assert len(trained.contents.tables["deals"]) == len(fitted_tastes().market.deals)
    assert trained.contents.tables["deals"]["release_date"].max() < pd.Timestamp(UNTIL)


@pytest.mark.parametrize(
    ("until", "message"),
    [
        (date(2009, 1, 1), "no deal was released before 2009-01-01"),
        (date(2011, 6, 1), "only 0 of 0 past releases"),
        (date(2045, 1, 1), "only 0 of 0 past releases"),
    ],
)
def test_a_day_with_too_little_before_it_is_refused(until: date, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        fit(tasteful_market(), until, WordEncoder())


def test_a_market_without_deals_or_with_few_is_refused(small_market: Market) -> None:
    with pytest.raises(TrainingError, match="fill the deals table"):
        fit(
            Market(small_market.films, small_market.distributors, small_market.deals[:0]), None, WordEncoder()
        )
    with pytest.raises(TrainingError, match="can be learnt from"):
        fit(small_market, None, WordEncoder())
