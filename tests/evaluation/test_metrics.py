import json
import math
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import QueryError
from recommender.evaluation.metrics import RunScores, per_query, score_run
from recommender.evaluation.protocol import yearly_fold
from recommender.evaluation.runs import to_run, write_run
from recommender.market import Market, market_from_frames, read_market, write_market
from recommender.market.purchases import queries


def truth_of(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["film_id", "territory", "distributor_id"]).assign(foreign=True)


def run_of(*rows: tuple[str, str, str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["film_id", "territory", "distributor_id", "rank", "probability"])


def ranked(order: list[str], film: str = "f", territory: str = "FR") -> pd.DataFrame:
    return run_of(
        *((film, territory, name, place, 1 / (place + 1)) for place, name in enumerate(order, start=1))
    )


def test_one_buyer_in_second_place() -> None:
    row = per_query(truth_of(("f", "FR", "b")), ranked(["a", "b", "c"])).iloc[0]
    assert row["ndcg@10"] == pytest.approx(1 / math.log2(3))
    assert (row.mrr, row["recall@5"], row.listed) == (0.5, 1.0, 1.0)


def test_two_buyers_in_first_and_eleventh_place() -> None:
    names = [f"d{number}" for number in range(1, 13)]
    row = per_query(truth_of(("f", "FR", "d1"), ("f", "FR", "d11")), ranked(names)).iloc[0]
    assert row["ndcg@10"] == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert (row.mrr, row["recall@10"], row["recall@20"]) == (1.0, 0.5, 1.0)


def test_a_buyer_that_is_not_listed_is_a_miss() -> None:
    scores = score_run(truth_of(("f", "FR", "z"), ("g", "FR", "a")), ranked(["a", "b"], "g"))
    assert scores.overall.queries == 2
    assert (scores.overall.ndcg_10, scores.overall.listed, scores.overall.mrr) == (0.5, 0.5, 0.5)


def test_the_macro_counts_large_territories_once_each() -> None:
    films = [f"f{number}" for number in range(50)]
    truth = truth_of(*((film, "FR", "a") for film in films), *((film, "US", "x") for film in films[:49]))
    run = pd.concat([ranked(["a", "b"], film) for film in films])
    scores = score_run(truth, run)
    assert scores.macro is not None
    assert (scores.macro.queries, scores.macro.ndcg_10) == (50, 1.0)
    assert scores.overall.ndcg_10 == pytest.approx(50 / 99)
    assert score_run(truth[truth.territory == "US"], run).macro is None


def test_foreign_films_are_also_counted_alone() -> None:
    truth = truth_of(("f", "FR", "a"), ("g", "FR", "b")).assign(foreign=[True, False])
    scores = score_run(truth, pd.concat([ranked(["a", "b"], "f"), ranked(["a", "b"], "g")]))
    assert (scores.foreign.queries, scores.foreign.mrr) == (1, 1.0)


def test_coverage_is_the_share_of_the_ranked_that_reach_a_top_ten() -> None:
    names = [f"d{number:02}" for number in range(20)]
    truth = truth_of(("f", "FR", "d00"), ("g", "FR", "d00"))
    run = pd.concat([ranked(names, "f"), ranked(names[5:] + names[:5], "g")])
    assert score_run(truth, run).territories["FR"].coverage_10 == 15 / 20


def test_calibration_of_a_run_that_says_what_happens() -> None:
    run = run_of(("f", "FR", "a", 1, 1.0), ("f", "FR", "b", 2, 0.0))
    figures = score_run(truth_of(("f", "FR", "a")), run).calibration
    assert (figures.ece_top_tenth, figures.expected_deals, figures.actual_deals) == (0.0, 1.0, 1.0)
    assert figures.log_loss == pytest.approx(1e-6, rel=1e-3)


def test_the_calibration_error_is_the_gap_in_the_top_tenth() -> None:
    run = run_of(
        *(("f", "FR", f"d{number}", number + 1, 0.8 if number == 0 else 0.1) for number in range(10))
    )
    figures = score_run(truth_of(("f", "FR", "d0")), run).calibration
    assert figures.ece_top_tenth == pytest.approx(0.2)
    assert figures.expected_deals == pytest.approx(1.7)


def test_rows_of_other_queries_are_ignored() -> None:
    truth, run = truth_of(("f", "FR", "b")), ranked(["a", "b"])
    more = pd.concat([run, ranked(["x", "b"], "f", "US"), ranked(["b"], "other")])
    assert score_run(truth, more) == score_run(truth, run)


def test_a_run_that_lists_nobody_scores_zero() -> None:
    scores = score_run(truth_of(("f", "FR", "b")), ranked(["a"], "other"))
    assert scores.overall.ndcg_10 == 0.0
    assert math.isnan(scores.territories["FR"].coverage_10)
    assert math.isnan(scores.calibration.log_loss)


def test_no_query_and_a_malformed_run_are_refused() -> None:
    with pytest.raises(QueryError, match="no query in that window"):
        score_run(truth_of(), ranked(["a"]))
    with pytest.raises(QueryError, match="one rank twice"):
        score_run(truth_of(("f", "FR", "a")), ranked(["a", "b"]).assign(rank=1))


@settings(max_examples=30, deadline=None)
@given(st.permutations([f"d{number:02}" for number in range(15)]), st.integers(1, 12))
def test_figures_stay_in_range_and_a_better_place_never_costs(order: list[str], buyers: int) -> None:
    truth = truth_of(*(("f", "FR", f"d{number:02}") for number in range(buyers)))
    row = per_query(truth, ranked(order)).iloc[0]
    numbers = row[["ndcg@10", "mrr", "recall@5", "recall@10", "recall@20", "listed"]].astype(float)
    assert numbers.between(0, 1 + 1e-12).all()
    best = sorted(order, key=lambda name: name != "d00")
    assert per_query(truth, ranked(best)).iloc[0]["ndcg@10"] >= row["ndcg@10"] - 1e-12
    assert per_query(truth, ranked(sorted(order))).iloc[0]["ndcg@10"] == pytest.approx(1.0)


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(12)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    truth = truth_of(("f", "FR", "a"), ("f", "FR", "c"), ("g", "FR", "b"))
    run = pd.concat([ranked([*"abcdef"], "f"), ranked([*"fedcba"], "g")], ignore_index=True)
    assert score_run(truth, run.iloc[list(order)]).overall == score_run(truth, run).overall


def official(folder: Path, run: pd.DataFrame, score: Path, tmp_path: Path, *window: str) -> object:
    write_run(run, tmp_path / "run.csv")
    out = tmp_path / "official.json"
    command: list[str | Path] = [
        sys.executable,
        score,
        "--data",
        folder,
        "--run",
        tmp_path / "run.csv",
        "--json",
        out,
    ]
    subprocess.run([*command, "--from", window[0], "--until", window[1]], check=True, capture_output=True)
    return json.loads(out.read_text())


def assert_close(left: object, right: object) -> None:
    if isinstance(left, dict):
        assert isinstance(right, dict)
        assert left.keys() == right.keys()
        for name, value in left.items():
            assert_close(value, right[name])
    elif isinstance(left, list):
        assert isinstance(right, list)
        for one, other in zip(left, right, strict=True):
            assert_close(one, other)
    elif isinstance(left, str) or left is None:
        assert left == right
    else:
        assert left == pytest.approx(right, rel=0, abs=1e-9, nan_ok=True)


def random_answer(truth: pd.DataFrame, pool: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Random scores for most of the pool, probabilities with ties."""
    generator = np.random.default_rng(seed)
    pairs = truth[["film_id", "territory"]].drop_duplicates().merge(pool, on="territory")
    pairs = pairs[generator.random(len(pairs)) < 0.9]
    run = to_run(pairs.assign(score=generator.random(len(pairs))))
    return run.assign(probability=generator.integers(0, 50, len(run)) / 200)


def random_market(seed: int) -> Market:
    """300 invented films in three territories with importers, majors, in-house and undescribed films."""
    generator = np.random.default_rng(seed)
    films = pd.DataFrame({"film_id": [f"f{number}" for number in range(300)]})
    films["title"] = films.film_id
    films["synopsis"] = np.where(generator.random(300) < 0.9, "A synopsis.", "")
    films["countries"] = generator.choice(["FR", "US|FR", "KR", ""], 300)
    companies = pd.DataFrame({"distributor_id": [f"c{number}" for number in range(60)]})
    companies["name"] = companies.distributor_id
    companies["territory"] = np.repeat(["FR", "US", "KR"], 20)
    companies["kind"] = generator.choice(["independent", "independent", "major"], 60)
    deals = pd.DataFrame({"deal_id": [f"x{number}" for number in range(900)]})
    deals["film_id"] = generator.choice(films.film_id, 900)
    chosen = companies.iloc[generator.integers(0, 60, 900)]
    deals["distributor_id"], deals["territory"] = (
        chosen.distributor_id.to_numpy(),
        chosen.territory.to_numpy(),
    )
    deals["release_date"] = [
        str(date.fromordinal(int(day))) for day in generator.integers(735964, 736695, 900)
    ]
    deals["role"] = generator.choice(["distributor", "distributor", "importer"], 900)
    deals["in_house"] = generator.choice(["0", "", "1"], 900)
    return market_from_frames(films, companies, deals)


@pytest.mark.real
@pytest.mark.parametrize("seed", [1, 2])
def test_figures_equal_the_benchmarks_own_script(real_market_dir: Path, tmp_path: Path, seed: int) -> None:
    market = random_market(seed)
    write_market(market, tmp_path / "market", "csv.gz")
    truth = queries(market, date(2016, 1, 1), date(2017, 1, 1))
    assert truth.duplicated(["film_id", "territory"]).any()
    run = random_answer(truth, market.distributors[["territory", "distributor_id"]], seed)
    script = real_market_dir.parent / "benchmark" / "score.py"
    expected = official(tmp_path / "market", run, script, tmp_path, "2016-01-01", "2017-01-01")
    assert_close(json.loads(json.dumps(score_run(truth, run).to_json())), expected)


@pytest.mark.real
def test_figures_on_real_deals_equal_the_benchmarks_own_script(real_market_dir: Path, tmp_path: Path) -> None:
    market, fold = read_market(real_market_dir), yearly_fold(2017)
    truth = fold.queries(market)
    independents = market.distributors[market.distributors.kind == "independent"]
    run = random_answer(truth, independents[["territory", "distributor_id"]], 3)
    script = real_market_dir.parent / "benchmark" / "score.py"
    scores: RunScores = score_run(truth, run)
    expected = official(real_market_dir, run, script, tmp_path, str(fold.start), str(fold.end))
    assert_close(json.loads(json.dumps(scores.to_json())), expected)
