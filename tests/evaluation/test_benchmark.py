import platform
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from recommender.errors import QueryError
from recommender.evaluation import benchmark as module
from recommender.evaluation.baselines import all_baselines, missing_packages
from recommender.evaluation.benchmark import COLD, EARLIER, LAMBDAMART, benchmark
from recommender.evaluation.metrics import score_run
from recommender.evaluation.ours import Window
from recommender.evaluation.protocol import Fold, yearly_fold
from recommender.market import Market
from tests.hash_encoder import HashEncoder

SIX_YEARS = Fold(date(2020, 6, 1), date(2026, 6, 1))
"""Long, so that some territories have queries enough to count in the macro."""

FOLDS = (yearly_fold(2016), SIX_YEARS, yearly_fold(2022, later=True), yearly_fold(2040))


@pytest.fixture(scope="module")
def out(sample_market: Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished page."""
    folder = tmp_path_factory.mktemp("benchmark")
    return benchmark(sample_market, "the sample", folder, HashEncoder(), folds=FOLDS).parent


@pytest.fixture(scope="module")
def page(out: Path) -> str:
    return (out / "README.md").read_text(encoding="utf-8")


def rows_of(page: str, fold: str) -> dict[tuple[str, str], list[str]]:
    """Model and territory -> queries and figures, from the detailed table of a fold."""
    table = page.split(f"### {fold}\n")[1].split("###")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()]
    return {(row[0], row[1]): row[2:] for row in cells[2:]}


@pytest.mark.parametrize("fold", [SIX_YEARS.name, "2022"])
def test_every_model_answers_the_same_queries_from_the_same_pool(page: str, fold: str) -> None:
    rows = rows_of(page, fold)
    models = [COLD, EARLIER, *(baseline.name for baseline in all_baselines())]
    if "lightgbm" not in missing_packages():
        models.append(LAMBDAMART)
    assert list(dict.fromkeys(model for model, _ in rows)) == models
    for territory in ("FR", "US", "KR"):
        assert len({(rows[model, territory][0], rows[model, territory][-2]) for model in models}) == 1


def test_the_figures_are_those_of_an_evaluation(page: str, sample_window: Window) -> None:
    scores = score_run(sample_window.truth, sample_window.run)
    rows = rows_of(page, "2022")
    for code, own in scores.territories.items():
        figures = [own.accuracy.queries, *own.accuracy.to_json().values(), own.coverage_10]
        assert rows[COLD, code] == [str(figures[0]), *(f"{value:.3f}" for value in figures[1:])]


def test_the_product_beats_popularity_on_the_sample(page: str) -> None:
    rows = rows_of(page, SIX_YEARS.name)
    assert float(rows[COLD, "macro"][1]) > float(rows["popularity", "macro"][1]) + 0.1


def test_only_our_model_is_asked_for_true_probabilities(page: str) -> None:
    section = page.split("## Are the probabilities true?")[1].split("\n## ")[0]
    models = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]
    assert models == ["model", *[COLD, EARLIER] * 2]


def test_folds_that_cannot_be_measured_are_named_with_the_reason(page: str) -> None:
    assert "Fold 2016 is left out: only 0 of 0 past releases" in page
    assert "Fold 2040 is left out: the data holds no query of it." in page


def test_the_learning_curve_is_drawn_on_the_last_fold_to_choose_on(page: str, out: Path) -> None:
    assert f"The learning curve asks about fold {SIX_YEARS.name}." in page
    assert "4 years of deals are too few to learn from." in page
    assert re.search(r"Reelmatch from 0\.\d+ with 6 years to 0\.\d+ with [67]\.\]", page)
    assert (out / "learning.svg").exists()


def test_the_page_says_what_earlier_deals_are_worth_where_there_are_any(page: str) -> None:
    assert re.search(r"Fold 2022: \d+ of \d+ queries have earlier deals elsewhere; over these alone", page)


def test_the_page_says_what_it_was_measured_on_and_how_to_do_it_again(page: str) -> None:
    today = datetime.now(UTC).date()
    assert re.search(rf"Measured on {today:%Y-%m}-\d\d on `the sample`: 256 films", page)
    assert f"Python {platform.python_version()}, seed 0, synopses encoded by hash@1" in page
    assert "`reelmatch benchmark --data DIR --out docs/benchmark`" in page
    assert re.search(r"numpy \d+\.\d+", page)


def test_the_page_quotes_no_film_and_no_path(page: str, out: Path, sample_market: Market) -> None:
    films = sample_market.films
    assert not [title for title in films.title if title in page and len(title) > 12]
    assert not [text for text in films.synopsis if text[:40] in page]
    assert str(out) not in page
    assert str(Path.home()) not in page


def test_what_is_not_installed_is_said_and_progress_goes_to_stderr(
    sample_market: Market,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(module, "all_baselines", tuple)
    monkeypatch.setattr(module, "missing_packages", lambda: ("lightgbm",))
    path = benchmark(
        sample_market, "x", tmp_path, HashEncoder(), progress=True, folds=[yearly_fold(2019, later=True)]
    )
    page = path.read_text(encoding="utf-8")
    assert "- Not installed, so that what needs them is left out: lightgbm." in page
    assert LAMBDAMART not in page
    assert "More history" not in page
    said = capsys.readouterr()
    assert f"2019: {COLD}" in said.err
    assert said.out == ""


def test_data_that_fits_no_fold_is_refused(sample_market: Market, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="no fold"):
        benchmark(sample_market, "x", tmp_path / "out", HashEncoder(), folds=[yearly_fold(2040)])
    assert not (tmp_path / "out").exists()
