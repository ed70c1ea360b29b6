"""How bundles are compared on deals they have not seen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from recommender.errors import BundleError, QueryError
from recommender.evaluation.metrics import score_run
from recommender.evaluation.ours import run_of
from recommender.matching import Bundle, Manifest
from recommender.matching.bundle import FORMAT
from service.usecases import judging
from service.usecases.judging import ENOUGH_PASSES, SIMPLE, Window, judged
from tests.hash_encoder import HashEncoder
from tests.service.bundled import contents
from tests.tastes import TERRITORIES, UNTIL, WORDS, WordEncoder, fitted_tastes, frames, tasteful_market

JANUARY_2019 = date(2019, 1, 1)


@pytest.fixture(autouse=True)
def enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The market has 16 films a year in France and the United States, and 17 in Korea."""
    monkeypatch.setattr(judging, "ENOUGH_QUERIES", 16)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    manifest = Manifest("20180101-0123456789", FORMAT, "", UNTIL, 0, WordEncoder.fingerprint, {}, {}, {})
    return Bundle(manifest, contents())


def test_it_is_what_the_benchmark_measures(bundle: Bundle) -> None:
    window = Window.of(tasteful_market(), UNTIL, JANUARY_2019)
    ours = run_of(fitted_tastes(), window.market, UNTIL, JANUARY_2019, (), "cold")
    expected = score_run(window.truth, ours).overall
    found = judged(bundle, window, WordEncoder())
    assert found["queries"] == expected.queries
    assert found["ndcg@10"] == pytest.approx(expected.ndcg_10, abs=1e-9)
    assert found["recall@10"] == pytest.approx(expected.recall_10, abs=1e-9)


def test_it_ranks_films_and_distributors_that_came_later(bundle: Bundle) -> None:
    tables = frames()
    tables["films"].loc[tables["films"]["film_id"] == "western-2018-1", "film_id"] = "later"
    tables["deals"].loc[tables["deals"]["film_id"] == "western-2018-1", "film_id"] = "later"
    window = Window.of(tasteful_market(**tables), UNTIL, JANUARY_2019)
    found = judged(bundle, window, WordEncoder())
    before = judged(bundle, Window.of(tasteful_market(), UNTIL, JANUARY_2019), WordEncoder())
    assert "later" in set(window.truth["film_id"])
    assert found["listed"] == before["listed"]


def test_no_private_deal_moves_a_figure(bundle: Bundle) -> None:
    tables = frames()
    first = tables["deals"].iloc[-2].to_dict()
    secret = first | {
        "deal_id": "secret",
        "film_id": "drama-2018-0",
        "distributor_id": "fr-war",
        "territory": "FR",
    }
    for day in ("2017-05-05", "2018-05-05"):
        deals = pd.concat(
            [
                tables["deals"].assign(private="0"),
                pd.DataFrame([secret | {"private": "1", "release_date": day}]),
            ]
        )
        market = tasteful_market(deals=deals)
        learnt = replace(
            bundle.contents, tables={**bundle.contents.tables, "deals": market.before(UNTIL).deals}
        )
        found = judged(
            replace(bundle, contents=learnt), Window.of(market, UNTIL, JANUARY_2019), WordEncoder()
        )
        assert found == judged(bundle, Window.of(tasteful_market(), UNTIL, JANUARY_2019), WordEncoder())


def test_a_territory_where_nobody_worked_is_missed(bundle: Bundle) -> None:
    tables = frames()
    tables["distributors"].loc[len(tables["distributors"])] = {
        "distributor_id": "it-new",
        "name": "It New",
        "territory": "IT",
        "kind": "independent",
        "brief": "",
    }
    row = tables["deals"].iloc[-1].to_dict() | {
        "deal_id": "it",
        "film_id": "western-2018-1",
        "distributor_id": "it-new",
        "territory": "IT",
        "release_date": "2018-05-05",
    }
    tables["deals"].loc[len(tables["deals"])] = row
    window = Window.of(tasteful_market(**tables), UNTIL, JANUARY_2019)
    everywhere = judged(bundle, window, WordEncoder())
    before = judged(bundle, Window.of(tasteful_market(), UNTIL, JANUARY_2019), WordEncoder())
    queries = before["queries"] or 0
    assert everywhere["queries"] == queries + 1
    expected = (before["ndcg@10"] or 0) * queries / (queries + 1)
    assert everywhere["ndcg@10"] == pytest.approx(expected)


def test_figures_are_json(bundle: Bundle) -> None:
    found = judged(bundle, Window.of(tasteful_market(), UNTIL, JANUARY_2019), WordEncoder())
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_each_territory_has_its_own_figures(bundle: Bundle) -> None:
    window = Window.of(tasteful_market(), UNTIL, JANUARY_2019)
    found = judged(bundle, window, WordEncoder())
    queries = {code: one["queries"] for code, one in found["territories"].items()}
    assert set(queries) == set(TERRITORIES)
    assert sum(queries.values()) == found["queries"]
    weighed = sum(one["queries"] * one["ndcg@10"] for one in found["territories"].values())
    assert weighed / found["queries"] == pytest.approx(found["ndcg@10"])


@pytest.mark.parametrize(("enough", "told"), [(17, {"KR"}), (50, set())])
def test_nothing_is_told_that_is_about_few_deals(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, enough: int, told: set[str]
) -> None:
    monkeypatch.setattr(judging, "ENOUGH_QUERIES", enough)
    found = judged(bundle, Window.of(tasteful_market(), UNTIL, JANUARY_2019), WordEncoder(), SIMPLE)
    for figures in (found, *found["baselines"].values()):
        assert set(figures["territories"]) == told
    assert bool(found["reach"]) == bool(found["reliability"]) == bool(told)
    assert found["queries"] == 49


def test_baselines_rank_the_same_candidates_for_the_same_queries(bundle: Bundle) -> None:
    window = Window.of(tasteful_market(), UNTIL, JANUARY_2019)
    found = judged(bundle, window, WordEncoder(), SIMPLE)
    popularity, nearest = (found["baselines"][name] for name in ("popularity", "nearest synopses"))
    # All candidates are ranked, so that each lists the same buyers.
    assert popularity["listed"] == nearest["listed"] == found["listed"]
    assert {code: one["queries"] for code, one in popularity["territories"].items()} == {
        code: one["queries"] for code, one in found["territories"].items()
    }
    # Everybody here takes one genre, which synopses tell and popularity does not.
    assert found["ndcg@10"] > popularity["ndcg@10"]
    assert nearest["ndcg@10"] > popularity["ndcg@10"]


def test_it_tells_how_true_the_probabilities_were_and_how_often_small_companies_are_shown(
    bundle: Bundle,
) -> None:
    window = Window.of(tasteful_market(), UNTIL, JANUARY_2019)
    found = judged(bundle, window, WordEncoder())
    pairs = sum(part["pairs"] for part in found["reliability"])
    happened = sum(part["pairs"] * part["happened"] for part in found["reliability"])
    assert happened == pytest.approx(found["actual_deals"])
    assert pairs > happened
    assert sum(band["deals"] for band in found["reach"]) == len(window.truth)
    # Fewer than ten are candidates in any territory here, so that all are in every top ten.
    assert sum(band["places"] for band in found["reach"]) == pairs
    assert all(band["shown"] == band["ranked"] for band in found["reach"])


def passed_on(apart: int, count: int = 24, year: int = 2019) -> Window:
    """Passes of 2018: of each distributor on a film of the genre so many places after its own."""
    genres = [genre.lower() for genre in WORDS]
    rows = [
        (f"{genres[(place + apart) % len(genres)]}-{year}-0", f"{territory.lower()}-{genre}", "2018-05-01")
        for territory in TERRITORIES
        for place, genre in enumerate(genres)
    ]
    declines = pd.DataFrame(rows[:count], columns=["film_id", "distributor_id", "declined_on"])
    return Window.of(tasteful_market(declines=declines), UNTIL, JANUARY_2019)


def test_it_tells_how_high_those_stood_who_passed_beside_those_who_took_a_film(bundle: Bundle) -> None:
    before = judged(bundle, Window.of(tasteful_market(), UNTIL, JANUARY_2019), WordEncoder())
    others, own = (judged(bundle, passed_on(apart), WordEncoder()) for apart in (3, 0))
    assert others["passes"] == own["passes"] == 20, "in full twenties"
    assert others["standing_passed"] < 0.6 < own["standing_passed"]
    assert others["standing_taken"] == own["standing_taken"] > 0.8
    assert json.loads(json.dumps(own, allow_nan=False)) == own
    kept = {name: value for name, value in own.items() if name in before}
    assert rounded(kept) == rounded(before), "no other figure moves"


def rounded(figures: Any) -> Any:
    """Without the last digits, which the order of sums decides."""
    if isinstance(figures, dict):
        return {name: rounded(value) for name, value in figures.items()}
    if isinstance(figures, list | tuple):
        return [rounded(value) for value in figures]
    return round(figures, 6) if isinstance(figures, float) else figures


@pytest.mark.parametrize("window", [(0, ENOUGH_PASSES - 1, 2019), (0, 24, 2016)], ids=["few", "sold before"])
def test_nothing_is_told_of_few_passes(bundle: Bundle, window: tuple[int, int, int]) -> None:
    assert not {"passes", "standing_passed", "standing_taken"} & set(
        judged(bundle, passed_on(*window), WordEncoder())
    )


def test_an_empty_window_says_so(bundle: Bundle) -> None:
    window = Window.of(tasteful_market(), date(2030, 1, 1), date(2031, 1, 1))
    with pytest.raises(QueryError, match="no query in that window"):
        judged(bundle, window, WordEncoder())


def test_vectors_of_two_encoders_are_not_compared(bundle: Bundle) -> None:
    with pytest.raises(BundleError, match="hash@1"):
        judged(bundle, Window.of(tasteful_market(), UNTIL, JANUARY_2019), HashEncoder())
