"""The service's commands and their arguments. docs/cli.md explains each; a test compares the two.

Settings come from the environment (docs/settings.md), so that most commands take no arguments.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from recommender.cli.parser import Commands
from service.domain.words import ImportKind, Role, Scope

__all__ = ["add_commands"]

_PACKAGE: Final = "service.cli.commands"


def add_commands(commands: Commands) -> None:
    """Add every command of the service."""
    _plain(commands, "serve", "start the service: database, sample market, bundle, worker and HTTP")
    _plain(commands, "worker", "do the work that waits in the queue, until stopped")
    _plain(commands, "migrate", "bring the database up to date")
    _import(commands)
    _retrain(commands)
    _promote(commands)
    _rollback(commands)
    _create_user(commands)
    _create_key(commands)
    _backup(commands)
    _restore(commands)


def _plain(commands: Commands, name: str, about: str, module: str = "") -> ArgumentParser:
    command = commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    command.set_defaults(module=f"{_PACKAGE}.{module or name}")
    return command


def _import(commands: Commands) -> None:
    about = "load a folder of films, distributors and deals, or one file of a list, into the database"
    command = _plain(commands, "import", about, "import_market")
    command.add_argument(
        "source", metavar="PATH", type=Path, help="a data folder as for train, or a CSV, XLSX or Parquet file"
    )
    command.add_argument(
        "--kind", choices=[kind.value for kind in ImportKind], help="what the rows of a file are"
    )
    command.add_argument(
        "--company", metavar="ID", help="on whose behalf; without it they become market reference data"
    )
    command.add_argument(
        "--map",
        dest="mapping",
        metavar="THEIRS=OURS",
        type=_pair,
        action="append",
        default=[],
        help="a column of the file, and which of ours it is, where that is not guessed; may be repeated",
    )
    command.add_argument(
        "--dry-run", action="store_true", help="say what would change, and change nothing (files only)"
    )
    command.add_argument(
        "--problems",
        metavar="FILE",
        type=Path,
        help="write what is wrong with which row to a CSV (files only)",
    )


def _retrain(commands: Commands) -> None:
    about = "have a worker train on the database, and put the new bundle in force unless it is worse"
    command = _plain(commands, "retrain", about)
    command.add_argument("--wait", action="store_true", help="until it is done, with its progress")


def _promote(commands: Commands) -> None:
    command = _plain(commands, "promote", "put a bundle in force")
    command.add_argument("version", metavar="VERSION", help="a bundle of the bundle store")
    command.add_argument("--reason", default="", help="why, for the record")


def _rollback(commands: Commands) -> None:
    command = _plain(commands, "rollback", "go back to the bundle that was in force before")
    command.add_argument("--reason", default="", help="why, for the record")


def _create_user(commands: Commands) -> None:
    about = "invite a person: prints the invitation with which a password is set"
    command = _plain(commands, "create-user", about, "create_user")
    command.add_argument("--email", required=True, help="the address to sign in with")
    command.add_argument("--name", required=True, help="the person's name")
    place = command.add_mutually_exclusive_group(required=True)
    place.add_argument("--administrator", action="store_true", help="may manage everything")
    place.add_argument("--company", metavar="ID", help="becomes a member of this company")
    command.add_argument(
        "--role",
        choices=[role.value for role in Role],
        default=Role.MEMBER.value,
        help="in the company (default member)",
    )
    command.add_argument(
        "--password-stdin",
        action="store_true",
        help="with --administrator: take the password from the first line of standard input",
    )


def _create_key(commands: Commands) -> None:
    about = "make an API key for a program: prints the key, which cannot be shown again"
    command = _plain(commands, "create-key", about, "create_key")
    command.add_argument("--name", required=True, help="what the key is for")
    owner = command.add_mutually_exclusive_group(required=True)
    owner.add_argument("--company", metavar="ID", help="the company the program acts for")
    owner.add_argument("--administrator", action="store_true", help="a key that manages everything")
    command.add_argument(
        "--scope",
        dest="scopes",
        action="append",
        choices=[scope.value for scope in Scope],
        required=True,
        help="what the program may do, may be repeated",
    )
    command.add_argument("--expires", metavar="DATE", type=_end_of_day, help="the key's last day, in UTC")


def _backup(commands: Commands) -> None:
    command = _plain(commands, "backup", "copy the database and all bundles into a folder")
    command.add_argument("folder", metavar="DIR", type=Path, help="a folder that does not exist yet")


def _restore(commands: Commands) -> None:
    command = _plain(commands, "restore", "put a backup into an empty database and the bundle store")
    command.add_argument("folder", metavar="DIR", type=Path, help="what `reelmatch backup` made")


def _pair(value: str) -> tuple[str, str]:
    theirs, found, ours = value.rpartition("=")
    if not found or not theirs or not ours:
        raise ArgumentTypeError(f"{value!r} is not THEIRS=OURS, such as 'Original title=title'")
    return theirs, ours


def _end_of_day(value: str) -> datetime:
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(hour=23, minute=59, second=59, tzinfo=UTC)
    except ValueError:
        raise ArgumentTypeError(f"{value!r} is not a day: write it as 2027-01-31") from None
