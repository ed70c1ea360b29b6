"""Many rows at once: COPY into a temporary table, then one statement that adds and changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Table

from service import clock
from service.errors import Conflict
from service.phrases import phrase
from service.store.constraints import translated

__all__ = ["Upserted", "copy_rows", "upsert"]

_HAS_DOUBLED: Final = """
SELECT pg_relation_size(oid) / current_setting('block_size')::int > 2 * greatest(relpages, 0) + 50
FROM pg_class WHERE oid = %s::regclass
"""
"""Whether a table outgrew what the planner knows of it, which autovacuum would tell too late: within this
transaction the rules of rights would look through the whole table for each row.
"""


@dataclass(frozen=True, slots=True)
class Upserted:
    """Rows that were added, changed, and already there as they came."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Upserted) -> Upserted:
        return Upserted(
            self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged
        )


def upsert(connection: Connection, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> Upserted:
    """Add the rows whose `key` is new, change those that differ, leave the rest alone.

    Every row has the same columns. Raises Conflict when two rows have the same key, and whatever the rules of
    the table say: then none is written.
    """
    if not rows:
        return Upserted()
    _require_distinct(key, rows)
    columns = list(rows[0])
    incoming = sql.Identifier(f"incoming_{table.name}")
    cursor = _cursor(connection)
    try:
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                incoming, _names(columns), sql.Identifier(table.name)
            )
        )
        _copy(cursor, incoming, columns, rows)
        added, changed = _merge(cursor, table, incoming, key, columns)
        cursor.execute(sql.SQL("DROP TABLE {}").format(incoming))
        doubled = cursor.execute(_HAS_DOUBLED, [table.name]).fetchone()
        if added and doubled is not None and doubled[0]:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table.name)))
    except (psycopg.Error, UnicodeEncodeError) as error:
        raise translated(error) or error from error
    return Upserted(added, changed, len(rows) - added - changed)


def copy_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that have the same columns; none of them may be there already."""
    if not rows:
        return
    try:
        _copy(_cursor(connection), sql.Identifier(table.name), list(rows[0]), rows)
    except (psycopg.Error, UnicodeEncodeError) as error:
        raise translated(error) or error from error


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.cursor()


def _copy(
    cursor: psycopg.Cursor[Any],
    table: sql.Identifier,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, _names(columns))) as copy:
        for row in rows:
            copy.write_row([row[name] for name in columns])


def _merge(
    cursor: psycopg.Cursor[Any], table: Table, incoming: sql.Identifier, key: str, columns: Sequence[str]
) -> tuple[int, int]:
    settable = [name for name in columns if name != key]
    statement = sql.SQL(
        "WITH written AS ("
        " INSERT INTO {table} AS kept ({names}) SELECT {names} FROM {incoming}"
        " ON CONFLICT ({key}) DO UPDATE SET {changes}, version = kept.version + 1, updated_at = {now}"
        " WHERE ({old}) IS DISTINCT FROM ({new}) RETURNING (xmax = 0) AS added)"
        " SELECT count(*) FILTER (WHERE added), count(*) FILTER (WHERE NOT added) FROM written"
    ).format(
        table=sql.Identifier(table.name),
        names=_names(columns),
        incoming=incoming,
        key=sql.Identifier(key),
        changes=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in settable
        ),
        now=sql.Literal(clock.now()),
        old=_names(settable, "kept"),
        new=_names(settable, "excluded"),
    )
    counts = cursor.execute(statement).fetchone()
    assert counts is not None
    return counts[0], counts[1]


def _names(columns: Sequence[str], table: str = "") -> sql.Composed:
    parts = (sql.Identifier(table, name) if table else sql.Identifier(name) for name in columns)
    return sql.SQL(", ").join(parts)


def _require_distinct(key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    value, times = Counter(row[key] for row in rows).most_common(1)[0]
    if times > 1:
        raise Conflict(
            phrase("{value!r} comes {times} times", value=value, times=times),
            "Give each row its own id, or remove the others",
            field=key,
        )
