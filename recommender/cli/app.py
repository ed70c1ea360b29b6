"""The entry: runs a command, turns errors into one line and an exit status."""

from __future__ import annotations

import importlib
import io
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence

from recommender.cli.parser import PROGRAM, build_parser
from recommender.cli.words import clean
from recommender.errors import ReelmatchError

__all__ = ["BROKEN_PIPE", "ERROR", "INTERRUPTED", "main", "run"]

ERROR = 2
INTERRUPTED = 130
BROKEN_PIPE = 141
"""What a shell reports of a program whose reader went away, as in `reelmatch ... | head`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command (by default the process's own arguments) and return the exit status.

    Raises SystemExit, as argparse does, after --help (0) and on arguments that make no sense (2).
    """
    return run(build_parser(), argv)


def run(
    parser: ArgumentParser,
    argv: Sequence[str] | None,
    told: tuple[type[Exception], ...] = (ReelmatchError,),
) -> int:
    """As `main`, with the commands of `parser`. told: errors whose message is meant for people."""
    _let_every_character_out()
    args = parser.parse_args(argv)
    try:
        status = _command(args)(args)
        sys.stdout.flush()
    except told as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        _fail("stopped. Nothing half-done was kept.")
        return INTERRUPTED
    except BrokenPipeError:
        # Or the interpreter would try to write the rest at exit and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        remedy = "Check that the path is right, that you may use it, and that the disk has room."
        return _fail(f"{place}{error.strerror or error}. {remedy}")
    return status


def _command(args: Namespace) -> Callable[[Namespace], int]:
    module = getattr(args, "module", f"recommender.cli.commands.{args.command}")
    command: Callable[[Namespace], int] = importlib.import_module(module).run
    return command


def _fail(message: str) -> int:
    print(f"{PROGRAM}: {clean(message)}", file=sys.stderr)
    return ERROR


def _let_every_character_out() -> None:
    """A terminal that lacks a character of a title gets a ? in its place, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
