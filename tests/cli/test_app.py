"""The command as a person meets it: what it prints where, and its exit status."""

import csv
import io
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from recommender.cli import app, main

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys; from recommender.cli import main; sys.exit(main())"

Capture = pytest.CaptureFixture[str]


def _one_line(capsys: Capture) -> str:
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("reelmatch: ")
    assert written.err.count("\n") == 1
    return written.err


def test_a_good_folder_validates(small_folder: Path, capsys: Capture) -> None:
    assert main(["validate", str(small_folder)]) == 0
    written = capsys.readouterr()
    assert [line.split()[:4] for line in written.out.splitlines()[:3]] == [
        ["films", "12", "rows,", "12"],
        ["distributors", "6", "rows,", "6"],
        ["deals", "25", "rows,", "25"],
    ]
    assert "Nothing is refused" in written.out
    assert written.err == ""


def test_a_bad_row_is_shown_with_place_and_remedy_and_fails(small_folder: Path, capsys: Capture) -> None:
    deals = pd.read_csv(small_folder / "deals.csv", dtype=str, keep_default_na=False)
    deals.loc[3, "gross"] = "-5"
    deals.assign(mood="\x1b[31mgood").to_csv(small_folder / "deals.csv", index=False)
    report = small_folder / "reports" / "fix.csv"
    assert main(["validate", str(small_folder), "--fix-report", str(report)]) == 1
    out = capsys.readouterr().out
    first = out.splitlines()[0]
    for part in ("refused", "deals row 5", "column gross", "value '-5'", "below zero"):
        assert part in first
    assert "25 rows, 24 good, 1 refused; kept but not used: mood" in out
    assert "\x1b" not in out
    (row,) = csv.DictReader(io.StringIO(report.read_text(encoding="utf-8")))
    assert (row["table"], row["row"]) == ("deals", "5")


def test_a_warning_alone_does_not_fail(small_folder: Path, capsys: Capture) -> None:
    films = pd.read_csv(small_folder / "films.csv", dtype=str, keep_default_na=False)
    films.loc[0, "countries"] = "QQ"
    films.to_csv(small_folder / "films.csv", index=False)
    assert main(["validate", str(small_folder)]) == 0
    assert capsys.readouterr().out.startswith("warning  films row 2, column countries")


def test_a_folder_that_is_not_there_fails_to_validate(tmp_path: Path, capsys: Capture) -> None:
    assert main(["validate", str(tmp_path / "nowhere")]) == 1
    assert "does not exist" in capsys.readouterr().out


def test_a_refused_folder_is_not_trained_on(small_folder: Path, tmp_path: Path, capsys: Capture) -> None:
    (small_folder / "films.csv").unlink()
    bundles = tmp_path / "bundles"
    assert main(["train", "--data", str(small_folder), "--out", str(bundles)]) == 2
    assert "films" in _one_line(capsys)
    assert not bundles.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["match", "--film", "f1", "--territory", "FR"],
        ["suggest", "--distributor", "fr-lumen"],
        ["similar", "--film", "f1"],
        ["bundles"],
        ["bundles", "--roll-back"],
        ["bundles", "--promote", "20180101-0123456789"],
    ],
)
def test_without_a_bundle_there_is_one_line_on_what_to_do(
    arguments: list[str], tmp_path: Path, capsys: Capture
) -> None:
    assert main([*arguments, "--bundles", str(tmp_path / "none")]) == 2
    assert "reelmatch train" in _one_line(capsys)


@pytest.mark.parametrize(
    ("territory", "remedy"), [("UK", "Did you mean GB?"), ("fr", "Did you mean FR?"), ("", "ISO 3166-1")]
)
def test_an_unknown_territory_comes_with_the_right_one(
    territory: str, remedy: str, tmp_path: Path, capsys: Capture
) -> None:
    arguments = ["match", "--bundles", str(tmp_path), "--film", "f1", "--territory", "FR"]
    assert main([*arguments, "--territory", territory]) == 2
    assert remedy in _one_line(capsys)


def test_a_film_file_without_a_synopsis_is_refused(tmp_path: Path, capsys: Capture) -> None:
    film = tmp_path / "film.json"
    film.write_text('{"title": "Tide"}', encoding="utf-8")
    arguments = ["match", "--bundles", str(tmp_path), "--film-file", str(film), "--territory", "FR"]
    assert main(arguments) == 2
    assert "needs a synopsis" in _one_line(capsys)


def test_an_evaluation_that_ends_before_it_begins_is_refused(
    small_folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    window = ["--from", "2017-01-01", "--until", "2016-01-01"]
    arguments = ["evaluate", "--data", str(small_folder), *window, "--run", str(tmp_path / "run.csv")]
    assert main(arguments) == 2
    assert "Give a later --until" in _one_line(capsys)


def test_an_encoder_that_is_not_here_is_refused_before_training(
    small_folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    arguments = ["train", "--data", str(small_folder), "--out", str(tmp_path / "b"), "--encoder"]
    assert main([*arguments, str(tmp_path / "no-model")]) == 2
    assert "no-model" in _one_line(capsys)


def test_a_file_where_a_folder_belongs_is_told_without_a_traceback(
    small_folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    report = tmp_path / "taken" / "fix.csv"
    assert main(["validate", str(small_folder), "--fix-report", str(report)]) == 2
    error = capsys.readouterr().err
    assert "taken" in error
    assert "Check that the path is right" in error


def _command_that(raises: BaseException) -> Callable[[str], Callable[[Namespace], int]]:
    def run(args: Namespace) -> int:
        raise raises

    return lambda name: run


def test_an_interrupted_command_says_so(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(app, "_command", _command_that(KeyboardInterrupt()))
    assert main(["validate", "x"]) == 130
    assert "stopped" in _one_line(capsys)


def test_a_defect_is_not_hidden_behind_a_polite_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_command", _command_that(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        main(["validate", "x"])


def test_a_reader_that_goes_away_is_no_error(small_folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as output:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "validate", str(small_folder)],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (app.BROKEN_PIPE, "")


def test_a_terminal_without_a_character_gets_a_question_mark(small_folder: Path) -> None:
    films = small_folder / "films.csv"
    films.write_text(films.read_text(encoding="utf-8").replace("IL", "קיץ"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "validate", str(small_folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "'???'" in done.stdout
    assert done.stderr == ""
