"""Runs files of SQL inside a revision."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

__all__ = ["queue_files", "run_file", "run_queue_files"]


def run_file(name: str) -> None:
    """Run one of the files in sql/."""
    _run((files("service.store.migrations") / "sql" / name).read_text(encoding="utf-8"))


def run_queue_files(*, after: str = "", until: str) -> None:
    """Run the job queue's own migrations whose names sort after `after`, up to and with `until`."""
    for file in queue_files():
        if after < file.name <= until:
            _run(file.read_text(encoding="utf-8"))


def queue_files() -> Iterator[Path]:
    """The migrations that the installed job queue carries, in their order."""
    yield from sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _run(statements: str) -> None:
    # Without parameters the driver sends the text as it is: several statements, and % stays %.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(statements)
