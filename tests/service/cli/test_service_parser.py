import importlib
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recommender.cli.parser import build_parser
from service.cli.parser import add_commands

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
PROMISED = {
    *("serve", "worker", "migrate", "import", "train", "promote", "rollback"),
    *("create-user", "create-key", "backup", "restore"),
}


def _commands() -> dict[str, ArgumentParser]:
    (action,) = (one for one in build_parser(add_commands)._actions if one.dest == "command")
    return dict(action.choices or {})


OF_THE_SERVICE = sorted(set(_commands()) - set(build_parser()._actions[-1].choices or ()))


def test_every_promised_command_is_there() -> None:
    assert set(_commands()) >= PROMISED


@pytest.mark.parametrize("name", OF_THE_SERVICE)
def test_every_command_of_the_service_has_a_module_that_runs_it(name: str) -> None:
    module = _commands()[name].get_default("module")
    assert callable(importlib.import_module(module).run)


@pytest.mark.parametrize("name", OF_THE_SERVICE)
def test_every_command_and_option_of_the_service_is_explained(name: str) -> None:
    section = PAGE.partition(f"## reelmatch {name}\n")[2].partition("\n## ")[0]
    assert section, f"docs/cli.md has no section on reelmatch {name}"
    options = {text for action in _commands()[name]._actions for text in action.option_strings}
    missing = [text for text in sorted(options - {"-h", "--help"}) if f"`{text}" not in section]
    assert not missing, f"docs/cli.md does not explain {missing} of reelmatch {name}"


def test_the_commands_on_files_are_as_they_were() -> None:
    parse = build_parser(add_commands).parse_args
    arguments = ["train", "--data", "d", "--out", "b", "--seed", "7"]
    assert vars(parse(arguments)) == vars(build_parser().parse_args(arguments))


def test_the_arguments_of_each_command_are_understood() -> None:
    parse = build_parser(add_commands).parse_args
    file = parse(["import", "f.csv", "--kind", "films", "--map", "Titre=title", "--map", "a=b=year"])
    assert (file.source, file.kind, file.mapping) == (
        Path("f.csv"),
        "films",
        [("Titre", "title"), ("a=b", "year")],
    )
    user = parse(["create-user", "--email", "a@b.org", "--name", "A", "--company", "c"])
    assert (user.company, user.role, user.administrator, user.password_stdin) == ("c", "member", False, False)
    key = ["create-key", "--name", "n", "--company", "c", "--scope", "read", "--scope", "match"]
    assert parse(key).scopes == ["read", "match"]
    assert parse([*key, "--expires", "2027-01-31"]).expires == datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)
    assert parse(["promote", "v"]).version == "v"
    assert parse(["retrain", "--wait"]).wait


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["import"], "PATH"),
        (["import", "f", "--map", "title"], "'title' is not THEIRS=OURS"),
        (["import", "f", "--kind", "people"], "invalid choice"),
        (["create-user", "--email", "a", "--name", "A"], "--administrator --company"),
        (["create-key", "--name", "n", "--company", "c"], "--scope"),
        (["create-key", "--name", "n", "--administrator", "--scope", "all"], "invalid choice"),
        (
            ["create-key", "--name", "n", "--administrator", "--scope", "read", "--expires", "soon"],
            "2027-01-31",
        ),
        (["backup"], "DIR"),
        (["promote"], "VERSION"),
        (["serve", "--port", "80"], "unrecognized"),
    ],
)
def test_wrong_arguments_are_told_in_one_line(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        build_parser(add_commands).parse_args(arguments)
    assert stopped.value.code == 2
    message = capsys.readouterr().err
    assert expected in message
    assert message.count("\n") == 1
