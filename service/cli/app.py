"""The entry: the recommender's, with more commands and more errors to tell."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.cli.app import run
from recommender.cli.parser import build_parser
from recommender.errors import ReelmatchError
from service.cli.parser import add_commands
from service.errors import ServiceError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command (by default the process's own arguments) and return the exit status."""
    return run(build_parser(add_commands), argv, (ReelmatchError, ServiceError))
