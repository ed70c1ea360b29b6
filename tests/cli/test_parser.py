import re
import subprocess
import sys
from argparse import ArgumentParser, _SubParsersAction
from datetime import date
from pathlib import Path

import pytest

from recommender.cli.parser import build_parser

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ROOT / "recommender" / "cli" / "commands"
PLAN = ["meetings", "plan", "--event", "e", "--out", "o"]
MATCH = ["match", "--bundles", "b", "--film", "f1", "--territory", "FR"]


def _names() -> set[str]:
    (action,) = (action for action in build_parser()._actions if action.dest == "command")
    return set(action.choices or ())


def _with_actions(command: ArgumentParser) -> list[ArgumentParser]:
    """A command and what it is made of, as `plan` of `meetings`."""
    parts = [action for action in command._actions if isinstance(action, _SubParsersAction)]
    return [command, *(action for part in parts for action in part.choices.values())]


def _options(command: ArgumentParser) -> set[str]:
    return {option for action in command._actions for option in action.option_strings}


def test_every_command_has_its_module_and_every_module_its_command() -> None:
    assert _names() == {path.stem for path in COMMANDS.glob("*.py")} - {"__init__"}


def test_the_arguments_of_each_command_are_understood() -> None:
    parse = build_parser().parse_args
    assert parse(["validate", "d", "--fix-report", "f.csv"]).fix_report == Path("f.csv")
    train = parse(["train", "--data", "d", "--until", "2016-01-01", "--out", "b", "--seed", "7"])
    assert (train.data, train.until, train.out, train.seed) == (Path("d"), date(2016, 1, 1), Path("b"), 7)
    assert parse([*MATCH, "--territory", "US", "-k", "3", "--json"]).territories == ["FR", "US"]
    suggest = parse(["suggest", "--bundles", "b", "--distributor", "x", "--since", "2025-01-01"])
    assert (suggest.since, suggest.k, suggest.json) == (date(2025, 1, 1), 20, False)
    assert parse(["similar", "--bundles", "b", "--film", "f1"]).k == 10
    evaluate = parse(
        ["evaluate", "--data", "d", "--from", "2016-01-01", "--until", "2017-01-01", "--run", "r"]
    )
    assert (evaluate.start, evaluate.end, evaluate.mode) == (date(2016, 1, 1), date(2017, 1, 1), "cold")
    assert evaluate.territories == []
    assert parse(["benchmark", "--data", "d", "--out", "o"]).out == Path("o")
    meetings = parse([*PLAN, "--evenness", "0.5", "--time-limit", "20", "--walking", "10", "--plan-the-rest"])
    assert (meetings.command, meetings.action, meetings.event) == ("meetings", "plan", Path("e"))
    assert (meetings.evenness, meetings.time_limit, meetings.walking) == (0.5, 20.0, 10)
    assert (meetings.plan_the_rest, meetings.reasons, meetings.bundles) == (True, False, None)
    assert (parse(PLAN).evenness, parse(PLAN).time_limit) == (0.0, None)


def test_it_says_which_release_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["--version"])
    assert ended.value.code == 0
    assert re.fullmatch(r"reelmatch \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_one_parser_can_be_used_twice() -> None:
    parse = build_parser().parse_args
    arguments = ["evaluate", "--data", "d", "--from", "2016-01-01", "--until", "2017-01-01", "--run", "r"]
    assert parse([*arguments, "--territory", "FR"]).territories == ["FR"]
    assert parse(arguments).territories == []


BAD_ARGUMENTS = [
    ([], "COMMAND"),
    (["mach"], "invalid choice"),
    (["match", "--bundles", "b", "--territory", "FR"], "--film"),
    ([*MATCH, "--film-file", "f.json"], "not allowed with"),
    (["match", "--bundles", "b", "--film", "f1"], "--territory"),
    ([*MATCH, "-k", "0"], "'0' is not a whole number from 1"),
    ([*MATCH, "-k", "ten"], "'ten' is not a whole number"),
    (["train", "--data", "d", "--out", "b", "--until", "2016-13-01"], "write it as 2018-01-31"),
    (["train", "--data", "d", "--out", "b", "--seed", "-1"], "whole number from 0"),
    (["train", "--data", "d", "--out", "b", "--enc", "m"], "unrecognized"),
    (["bundles", "--bundles", "b", "--promote", "v", "--roll-back"], "not allowed with"),
    (["meetings"], "ACTION"),
    ([*PLAN, "--evenness", "1.5"], "'1.5' is not a number from 0 to 1"),
    ([*PLAN, "--evenness", "nan"], "'nan' is not a number from 0 to 1"),
    ([*PLAN, "--time-limit", "-1"], "'-1' is not a number from 0"),
    ([*PLAN, "--walking", "ten"], "'ten' is not a whole number"),
    ([*PLAN, "--plan"], "unrecognized"),
]


@pytest.mark.parametrize(("arguments", "expected"), BAD_ARGUMENTS)
def test_wrong_arguments_are_told_in_one_line_that_leads_to_help(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        build_parser().parse_args(arguments)
    assert stopped.value.code == 2
    message = capsys.readouterr().err
    assert expected in message
    assert "--help" in message
    assert message.count("\n") == 1


def _modules_after(program: str) -> set[str]:
    # Standard libraries load each other; what counts is what has to be installed.
    program = f"import sys\n{program}\nprint(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_help_needs_no_library() -> None:
    loaded = _modules_after("from recommender.cli.parser import build_parser\nbuild_parser().format_help()")
    assert not loaded & {"numpy", "pandas", "scipy", "sklearn", "faiss", "torch"}


def test_validate_loads_no_model_and_no_index() -> None:
    loaded = _modules_after("import recommender.cli.commands.validate")
    assert "pandas" in loaded
    assert not loaded & {"sklearn", "faiss", "torch", "lightfm", "sentence_transformers"}


def test_the_page_about_the_command_line_explains_every_command_and_option() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    (action,) = (action for action in build_parser()._actions if action.dest == "command")
    assert action.choices is not None
    for name, command in dict(action.choices).items():
        section = page.partition(f"## reelmatch {name}\n")[2].partition("\n## ")[0]
        assert section, f"docs/cli.md has no section on reelmatch {name}"
        options = set().union(*map(_options, _with_actions(command)))
        missing = [option for option in sorted(options - {"-h", "--help"}) if f"`{option}" not in section]
        assert not missing, f"docs/cli.md does not explain {missing} of reelmatch {name}"
