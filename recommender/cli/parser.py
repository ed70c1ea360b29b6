"""Commands and their arguments. docs/cli.md explains each; a test compares the two."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeAlias

if TYPE_CHECKING:
    from argparse import _SubParsersAction

__all__ = ["PROGRAM", "Commands", "build_parser"]

PROGRAM = "reelmatch"
MAX_SEED = 2**32 - 1


class OneLineParser(ArgumentParser):
    """Says what is wrong with the arguments in one line; usage is what --help is for."""

    def error(self, message: str) -> NoReturn:
        """Print the message and exit with status 2."""
        self.exit(2, f"{self.prog}: {message}. See `{self.prog} --help`.\n")


Commands: TypeAlias = "_SubParsersAction[OneLineParser]"


def build_parser(add_more: Callable[[Commands], None] | None = None) -> ArgumentParser:
    """The parser of the whole command line. `command` of what it returns names a module of commands/.

    add_more: adds the commands of a program around this one; each sets `module` to where it lies.
    """
    parser = OneLineParser(
        prog=PROGRAM,
        allow_abbrev=False,
        description="Which distributors take which film: how likely, and why.",
        epilog=f"Explain one command: {PROGRAM} COMMAND --help",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {metadata.version(PROGRAM)}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _validate(commands)
    _train(commands)
    _match(commands)
    _suggest(commands)
    _similar(commands)
    _bundles(commands)
    _evaluate(commands)
    _benchmark(commands)
    _meetings(commands)
    if add_more is not None:
        add_more(commands)
    for command in commands.choices.values():
        command.allow_abbrev = False
    return parser


def _validate(commands: Commands) -> None:
    about = "check the tables of a data folder and say how to put them right"
    command = commands.add_parser("validate", help=about, description=about)
    command.add_argument("folder", metavar="DIR", type=Path, help="folder with films, distributors and deals")
    command.add_argument("--fix-report", metavar="FILE", type=Path, help="write the refused rows to a CSV")


def _train(commands: Commands) -> None:
    about = "train on a data folder and put the new bundle in force"
    command = commands.add_parser("train", help=about, description=about)
    _data(command)
    command.add_argument(
        "--until", metavar="DATE", type=_day, help="use only deals before this day (default: all)"
    )
    command.add_argument(
        "--out", metavar="BUNDLES", type=Path, required=True, help="folder of bundles, made when missing"
    )
    command.add_argument("--seed", metavar="N", type=_seed, default=0, help="random seed (default 0)")
    _encoder(command)


def _match(commands: Commands) -> None:
    about = "rank the distributors of a territory for a film: how likely, and why"
    command = commands.add_parser("match", help=about, description=about)
    _bundles_folder(command)
    film = command.add_mutually_exclusive_group(required=True)
    film.add_argument("--film", metavar="ID", help="a film of the bundle")
    film.add_argument("--film-file", metavar="F.json", type=Path, help="a new film: a title and a synopsis")
    _territories(command, required=True)
    _answer(command, default=10)
    _encoder(command, " (with --film-file, for a bundle trained with it)")


def _suggest(commands: Commands) -> None:
    about = "rank the films that a distributor could still take"
    command = commands.add_parser("suggest", help=about, description=about)
    _bundles_folder(command)
    command.add_argument("--distributor", metavar="ID", required=True, help="a distributor of the bundle")
    command.add_argument("--since", metavar="DATE", type=_day, help="only films of that year or later")
    _answer(command, default=20)


def _similar(commands: Commands) -> None:
    about = "show the films most like a film, and who released them"
    command = commands.add_parser("similar", help=about, description=about)
    _bundles_folder(command)
    command.add_argument("--film", metavar="ID", required=True, help="a film of the bundle")
    _answer(command, default=10)


def _bundles(commands: Commands) -> None:
    about = "list the bundles of a folder, or choose which one is in force"
    command = commands.add_parser("bundles", help=about, description=about)
    _bundles_folder(command)
    change = command.add_mutually_exclusive_group()
    change.add_argument("--promote", metavar="VERSION", help="put this bundle in force")
    change.add_argument("--roll-back", action="store_true", help="go back to the bundle before")


def _evaluate(commands: Commands) -> None:
    about = "train on the deals before a day and measure the ranking of those that followed"
    command = commands.add_parser("evaluate", help=about, description=about)
    _data(command)
    command.add_argument("--from", dest="start", metavar="T", type=_day, required=True, help="learn until T")
    command.add_argument(
        "--until", dest="end", metavar="U", type=_day, required=True, help="ask about deals before U"
    )
    _territories(command, required=False)
    command.add_argument(
        "--mode",
        choices=("cold", "earlier"),
        default="cold",
        help="what is known of a film: nothing but its row, or also its earlier deals elsewhere",
    )
    command.add_argument(
        "--run", metavar="RUN.csv", type=Path, required=True, help="write the full ranking to this file"
    )
    command.add_argument("--json", action="store_true", help="print the figures as JSON, unrounded")
    _encoder(command)


def _benchmark(commands: Commands) -> None:
    about = "measure our model and every baseline, and write a page about it"
    command = commands.add_parser("benchmark", help=about, description=about)
    _data(command)
    command.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder of the page")
    _encoder(command)


def _meetings(commands: Commands) -> None:
    about = "meeting lists of a market: who meets whom, when and where"
    actions = commands.add_parser("meetings", help=about, description=about).add_subparsers(
        dest="action", metavar="ACTION", required=True
    )
    about = "plan the meetings of an event folder, and say how near the best possible they are"
    action = actions.add_parser("plan", help=about, description=about, allow_abbrev=False)
    action.add_argument("--event", metavar="DIR", type=Path, required=True, help="folder of the event")
    action.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder of the plan")
    action.add_argument(
        "--evenness",
        metavar="E",
        type=_share,
        default=0.0,
        help="from 0, most value (default), to 1, most even",
    )
    action.add_argument(
        "--time-limit",
        metavar="S",
        type=_seconds,
        help="seconds, after which the best plan so far is taken",
    )
    action.add_argument(
        "--bundles",
        metavar="BUNDLES",
        type=Path,
        help="folder of bundles, for values and films to talk about",
    )
    action.add_argument(
        "--reasons", action="store_true", help="with --bundles, also write why to talk about each film"
    )
    action.add_argument(
        "--walking",
        metavar="MIN",
        type=_minutes,
        help="minutes from one hall to another (default: the longest way that the tables tell)",
    )
    action.add_argument(
        "--plan-the-rest", action="store_true", help="leave out what cannot be, and plan what is left"
    )


def _data(command: ArgumentParser) -> None:
    command.add_argument(
        "--data", metavar="DIR", type=Path, required=True, help="folder with films, distributors and deals"
    )


def _bundles_folder(command: ArgumentParser) -> None:
    command.add_argument("--bundles", metavar="BUNDLES", type=Path, required=True, help="folder of bundles")


def _territories(command: ArgumentParser, required: bool) -> None:
    command.add_argument(
        "--territory",
        dest="territories",
        metavar="XX",
        action="append",
        default=[] if not required else None,
        required=required,
        help="ISO 3166-1 alpha-2, may be repeated" + ("" if required else " (default: all)"),
    )


def _answer(command: ArgumentParser, default: int) -> None:
    command.add_argument(
        "-k", metavar="N", type=_count, default=default, help=f"how many to show (default {default})"
    )
    command.add_argument("--json", action="store_true", help="print JSON, with every detail")


def _encoder(command: ArgumentParser, note: str = "") -> None:
    about = "sentence-transformers model: a folder, or a name on this machine"
    command.add_argument("--encoder", metavar="MODEL", help=about + note)


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ArgumentTypeError(f"{value!r} is not a day: write it as 2018-01-31") from None


def _count(value: str) -> int:
    return _whole_number(value, least=1, most=1_000_000)


def _seed(value: str) -> int:
    return _whole_number(value, least=0, most=MAX_SEED)


def _minutes(value: str) -> int:
    return _whole_number(value, least=0, most=24 * 60)


def _share(value: str) -> float:
    return _number(value, least=0.0, most=1.0)


def _seconds(value: str) -> float:
    return _number(value, least=0.0, most=1e6)


def _number(value: str, least: float, most: float) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise ArgumentTypeError(f"{value!r} is not a number from {least:g} to {most:,.0f}")
    return number


def _whole_number(value: str, least: int, most: int) -> int:
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise ArgumentTypeError(f"{value!r} is not a whole number from {least} to {most:,}")
    return number
