import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from recommender.errors import QueryError
from recommender.evaluation.metrics import Accuracy, Calibration, RunScores, TerritoryScores
from recommender.evaluation.protocol import yearly_fold
from recommender.evaluation.report import write_report
from recommender.evaluation.results import BANDS, Bin, DataFacts, FoldResult, LearningPoint, Reach

FACTS = DataFacts(
    "an invented market",
    1200,
    900,
    50,
    3000,
    date(2001, 1, 1),
    date(2020, 12, 31),
    date(2026, 11, 1),
    {"faiss": "1"},
)
LEARNING = [LearningPoint("ours", years, 0.3 + years / 100) for years in (1, 4, 16)]


def scores_of(ndcg: float) -> RunScores:
    accuracy = Accuracy(60, ndcg, ndcg, ndcg, ndcg, ndcg, 0.9)
    territories = {"FR": TerritoryScores(accuracy, 0.7), "US": TerritoryScores(accuracy, 0.6)}
    calibration = Calibration(0.012, 0.04, 55.0, 50.0)
    return RunScores(accuracy, accuracy, replace(accuracy, queries=30), territories, calibration)


def results() -> list[FoldResult]:
    reach = tuple(Reach(str(low), 20, 10, 40, 5) for low in (0, *BANDS))
    bins = (Bin(0.0, 0.0, 500), Bin(0.02, 0.03, 50), Bin(0.4, 0.35, 50))
    return [
        FoldResult(fold, model, scores_of(ndcg), reach, bins if model == "ours" else ())
        for fold in (yearly_fold(2016), yearly_fold(2017), yearly_fold(2020, ("US",), later=True))
        for model, ndcg in (("ours", 0.4567), ("popularity", 0.2718))
    ]


def test_the_page_states_the_figures_it_was_given(tmp_path: Path) -> None:
    page = write_report(tmp_path, results(), LEARNING, FACTS, ["RecTools is not installed."]).read_text()
    assert "| ours | 0.457 | 0.457 | 0.457 | 0.457 | 0.457 |" in page
    assert "| popularity | 0.272 |" in page
    assert "| ours | 2016 | 0.012 | 0.040 | 1.100 |" in page
    assert "1,200 films (900 with a synopsis)" in page
    assert "2026-11-01" in page
    assert "- RecTools is not installed." in page
    assert page.index("Folds to choose on") < page.index("Later folds")


def test_every_chart_is_there_and_described(tmp_path: Path) -> None:
    page = write_report(tmp_path, results(), LEARNING, FACTS).read_text()
    charts = [(name, alt) for alt, name in re.findall(r"!\[([^]]+)\]\(([^)]+)\)", page)]
    assert {path.name for path in tmp_path.glob("*.svg")} == {name for name, _ in charts}
    assert len(charts) == 5
    for name, description in charts:
        assert len(description) > 60
        assert ElementTree.parse(tmp_path / name).getroot().tag.endswith("svg")


def test_the_same_figures_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_report(tmp_path / folder, results(), LEARNING, FACTS)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_page_can_do_without_probabilities_reach_and_history(tmp_path: Path) -> None:
    bare = [replace(result, bins=(), reach=()) for result in results()]
    page = write_report(tmp_path, bare, [], FACTS).read_text()
    assert "probabilities true" not in page
    assert "More history" not in page


def test_a_fold_without_large_territories_leaves_its_macro_empty(tmp_path: Path) -> None:
    small = [replace(result, scores=replace(result.scores, macro=None)) for result in results()]
    assert "| ours |  |  |  | 0.457 | 0.457 |" in write_report(tmp_path, small, [], FACTS).read_text()


def test_no_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="no result"):
        write_report(tmp_path / "out", [], [], FACTS)
    assert not (tmp_path / "out").exists()
