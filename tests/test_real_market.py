"""The main job on the real deals: learn from before a year, be measured by score.py on that year."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from recommender.cli import main

pytestmark = pytest.mark.real

TABLES = ("films", "distributors", "deals")
SCORE = Path("benchmark") / "score.py"
LEARNT_SINCE = "2012-01-01"
"""Five years of deals say as much about 2017 as all (docs/benchmark: the learning curve), for a third of the time."""
POPULARITY = {"US": 0.16, "FR": 0.30, "BR": 0.42, "KR": 0.20}
"""NDCG@10 of popularity on 2016 to 2018."""
MACRO = 0.440
FLOORS = {"US": 0.36, "FR": 0.508, "BR": 0.537, "KR": 0.32}
"""NDCG@10 that 2017 must not fall below; 0.449, and 0.375, 0.526, 0.555 and 0.339 were measured.

MACRO is what the folds 2016 to 2018 must reach together. The others are 0.015 to 0.019 below what was measured: two
builds of LightFM differ by up to 0.003 over all territories, and by more in one.
"""


@pytest.fixture(scope="module")
def scored(real_market_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """Our figures of 2017 and score.py's of the same run."""
    folder = tmp_path_factory.mktemp("run")
    market = folder / "market"
    market.mkdir()
    _recent(real_market_dir, market)
    window = ["--from", "2017-01-01", "--until", "2018-01-01"]
    data = ["--data", str(market), "--run", str(folder / "run.csv"), *window]
    ours = folder / "ours.json"
    with ours.open("w") as out:
        entry = "from recommender.cli import main; raise SystemExit(main())"
        subprocess.run(
            [sys.executable, "-c", entry, "evaluate", *data, "--json"], stdout=out, check=True, timeout=1500
        )
    theirs = folder / "theirs.json"
    score = [sys.executable, str(real_market_dir.parent / SCORE), *data, "--json", str(theirs)]
    subprocess.run(score, check=True, timeout=300, stdout=subprocess.DEVNULL)
    return {"ours": json.loads(ours.read_text()), "theirs": json.loads(theirs.read_text())}


def test_the_real_deals_are_sound(real_market_dir: Path) -> None:
    assert main(["validate", str(real_market_dir)]) == 0


def test_the_figures_are_score_py_s(scored: dict[str, dict[str, object]]) -> None:
    for part in ("macro", "all", "foreign", "calibration"):
        assert scored["ours"][part] == pytest.approx(scored["theirs"][part], abs=1e-9)


def test_every_territory_is_ranked_better_than_by_popularity_and_no_worse_than_it_was(
    scored: dict[str, dict[str, object]],
) -> None:
    territories = scored["theirs"]["territories"]
    ndcg = {row["territory"]: row["ndcg@10"] for row in territories}  # type: ignore[attr-defined]
    assert all(ndcg[code] > popular + 0.05 for code, popular in POPULARITY.items())
    assert {code: ndcg[code] for code, floor in FLOORS.items() if ndcg[code] < floor} == {}
    assert scored["theirs"]["macro"]["ndcg@10"] >= MACRO  # type: ignore[index]


def test_the_probabilities_are_true(scored: dict[str, dict[str, object]]) -> None:
    calibration = scored["theirs"]["calibration"]
    assert calibration["ece_top_tenth"] <= 0.02  # type: ignore[index]
    ratio = calibration["expected_deals"] / calibration["actual_deals"]  # type: ignore[index]
    assert 0.85 <= ratio <= 1.15


def _recent(whole: Path, folder: Path) -> None:
    """A market of the deals since LEARNT_SINCE, their films, and all distributors."""
    tables = {name: pd.read_csv(whole / f"{name}.csv.gz", dtype="str") for name in TABLES}
    deals = tables["deals"]
    tables["deals"] = deals[deals["release_date"] >= LEARNT_SINCE]
    tables["films"] = tables["films"][tables["films"]["film_id"].isin(tables["deals"]["film_id"])]
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv.gz", index=False)
