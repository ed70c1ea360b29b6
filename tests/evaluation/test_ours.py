import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recommender.errors import QueryError
from recommender.evaluation.metrics import score_run
from recommender.evaluation.ours import Window, rank_window, run_of
from recommender.evaluation.runs import QUERY, RUN_COLUMNS, write_run
from recommender.market import Market, write_market
from recommender.market.purchases import earlier_deals
from recommender.matching.train import Fitted
from recommender.space.cache import CachedEncoder, EmbeddingCache
from tests.hash_encoder import HashEncoder

START, END = date(2022, 1, 1), date(2023, 1, 1)


def test_every_candidate_is_listed_once_for_every_query(sample_market: Market, sample_window: Window) -> None:
    deals = sample_market.before(START).deals
    last = deals.groupby("distributor_id").release_date.max()
    active = set(last.index[last >= pd.Timestamp(START) - pd.DateOffset(years=5)])
    companies = sample_market.distributors[sample_market.distributors.kind == "independent"]
    new = ~companies.distributor_id.isin(last.index) & (companies.brief != "")
    pool = (
        companies[companies.distributor_id.isin(active) | new].groupby("territory").distributor_id.apply(set)
    )
    asked = sample_window.truth[QUERY].drop_duplicates()
    answers = sample_window.run.groupby(QUERY)
    assert set(answers.groups) == set(asked.itertuples(index=False, name=None))
    for (_, territory), answer in answers:
        assert len(answer) == len(pool[territory])
        assert set(answer.distributor_id) == pool[territory]
        assert list(answer["rank"]) == list(range(1, len(answer) + 1))
        assert (np.diff(answer.probability) <= 0).all()


@pytest.mark.real
def test_figures_on_the_sample_equal_the_benchmarks_own_script(
    sample_market: Market, sample_window: Window, real_market_dir: Path, tmp_path: Path
) -> None:
    write_market(sample_market, tmp_path / "market", "csv.gz")
    write_run(sample_window.run, tmp_path / "run.csv")
    script = real_market_dir.parent / "benchmark" / "score.py"
    paths = [
        "--data",
        tmp_path / "market",
        "--run",
        tmp_path / "run.csv",
        "--json",
        tmp_path / "figures.json",
    ]
    command = [sys.executable, script, *paths, "--from", START, "--until", END]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    expected = json.loads((tmp_path / "figures.json").read_text())
    ours = score_run(sample_window.truth, sample_window.run).to_json()
    assert _flat(ours) == pytest.approx(_flat(expected), abs=1e-9, nan_ok=True)


def test_a_second_evaluation_encodes_nothing_and_earlier_deals_change_only_films_that_have_some(
    sample_market: Market, sample_window: Window, embeddings: Path
) -> None:
    behind = HashEncoder()
    encoder = CachedEncoder(behind, EmbeddingCache(embeddings))
    again = rank_window(sample_market, START, END, encoder, mode="earlier")
    assert (encoder.encoded, behind.calls) == (0, [])
    deals = earlier_deals(sample_market, sample_window.truth, START)
    known = pd.MultiIndex.from_arrays([deals.film_id, deals.asked_territory])
    cold, earlier = (
        run.sort_values([*QUERY, "rank"], ignore_index=True) for run in (sample_window.run, again.run)
    )
    told = pd.MultiIndex.from_frame(cold[QUERY]).isin(known)
    pd.testing.assert_frame_equal(cold[~told], earlier[~told])
    assert not cold[told].probability.equals(earlier[told].probability)


def test_the_same_day_and_seed_rank_alike_and_only_the_territories_asked_for(
    sample_market: Market, sample_window: Window, sample_fitted: Fitted
) -> None:
    run = run_of(sample_fitted, sample_market, START, END, ["FR"], "cold")
    french = sample_window.run[sample_window.run.territory == "FR"].reset_index(drop=True)
    pd.testing.assert_frame_equal(run, french)
    assert list(run.columns) == RUN_COLUMNS


def test_deals_from_the_first_day_on_teach_nothing(sample_market: Market, sample_window: Window) -> None:
    deals = sample_market.deals
    late = (deals.release_date >= pd.Timestamp(START)) & (deals.release_date < pd.Timestamp(END))
    rows = deals[late].drop_duplicates("distributor_id").assign(film_id=deals.film_id[0], gross=9e9)
    planted = rows.assign(deal_id="planted-" + rows.deal_id, release_date=pd.Timestamp("2022-01-01"))
    market = replace(sample_market, deals=pd.concat([deals, planted], ignore_index=True))
    run = rank_window(market, START, END, HashEncoder()).run
    asked = pd.MultiIndex.from_frame(sample_window.run[QUERY])
    run = run[pd.MultiIndex.from_frame(run[QUERY]).isin(asked)]
    key = [*QUERY, "rank"]
    pd.testing.assert_frame_equal(
        run.sort_values(key, ignore_index=True), sample_window.run.sort_values(key, ignore_index=True)
    )


def test_a_window_without_a_query_is_refused_before_training(sample_market: Market) -> None:
    encoder = HashEncoder()
    with pytest.raises(QueryError, match="ask about other days"):
        rank_window(sample_market, date(2040, 1, 1), date(2041, 1, 1), encoder)
    assert encoder.calls == []


def _flat(figures: Any, path: str = "") -> dict[str, float]:
    if isinstance(figures, dict):
        return {
            key: value
            for name, part in figures.items()
            for key, value in _flat(part, f"{path}/{name}").items()
        }
    if isinstance(figures, list):
        return {
            key: value
            for part in figures
            for key, value in _flat(part, f"{path}/{part['territory']}").items()
        }
    return {path: figures} if isinstance(figures, int | float) else {}
