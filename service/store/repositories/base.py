"""What the repositories share: ids to row numbers, pages, updates that respect a version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    delete,
    func,
    select,
    text,
    update,
)

from service import clock
from service.domain.letters import ACCENTS, without_accents
from service.domain.paging import Page, PageRequest
from service.errors import Invalid, NotFound, PreconditionFailed
from service.phrases import phrase

__all__ = ["Repository", "contains", "pk_of"]

T = TypeVar("T")
Query: TypeAlias = Select[*tuple[Any, ...]]
Found: TypeAlias = Row[*tuple[Any, ...]]

_CHUNK: Final = 2_000
"""Rows fetched at a time while streaming."""


class Repository:
    """Works on the connection of one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _first(self, query: Query) -> Found | None:
        return self._connection.execute(query).first()

    def _all(self, query: Query) -> Iterator[Found]:
        yield from self._connection.execute(query)

    def _stream(self, query: Query) -> Iterator[Found]:
        options = {"stream_results": True, "yield_per": _CHUNK}
        yield from self._connection.execute(query, execution_options=options)

    def _page(
        self,
        query: Query,
        position: ColumnElement[int],
        request: PageRequest,
        build: Callable[[Any], T],
        *,
        newest_first: bool = False,
    ) -> Page[T]:
        """One page of `query`, whose columns include `position` under the name `position`."""
        order = position.desc() if newest_first else position.asc()
        if request.after is not None:
            query = query.where(position < request.after if newest_first else position > request.after)
        rows = self._connection.execute(query.order_by(order).limit(request.size + 1)).all()
        items = tuple(build(row) for row in rows[: request.size])
        more = len(rows) > request.size
        return Page(items, rows[request.size - 1].position if more else None)

    def _insert(self, table: Table, values: Mapping[str, Any]) -> None:
        self._connection.execute(table.insert().values(values))

    def _update(
        self, key: Column[str], value: str, values: Mapping[str, Any], expected: int | None, noun: str
    ) -> None:
        """Write one row and count its version up; raises NotFound, or PreconditionFailed by the version."""
        table = key.table
        assert isinstance(table, Table)
        changed = update(table).where(key == value).values({**values, "version": table.c.version + 1})
        if "updated_at" in table.c:
            changed = changed.values(updated_at=clock.now())
        if expected is not None:
            changed = changed.where(table.c.version == expected)
        if not self._connection.execute(changed).rowcount:
            self._missed(key, value, noun)

    def _delete(self, key: Column[str], value: str, expected: int | None, noun: str) -> None:
        table = key.table
        assert isinstance(table, Table)
        gone = delete(table).where(key == value)
        if expected is not None:
            gone = gone.where(table.c.version == expected)
        if not self._connection.execute(gone).rowcount:
            self._missed(key, value, noun)

    def _missed(self, key: Column[str], value: str, noun: str) -> None:
        if self._connection.execute(select(key).where(key == value)).first() is None:
            raise NotFound(noun, value)
        raise PreconditionFailed(noun, value)

    def _pk(self, key: Column[str], value: str, field: str) -> int:
        """The row number of a public id that a request refers to; Invalid names the field."""
        found: int | None = self._connection.execute(
            select(key.table.c.id).where(key == value)
        ).scalar_one_or_none()
        if found is None:
            raise _unknown(field, value)
        return found

    def _optional_pk(self, key: Column[str], value: str | None, field: str) -> int | None:
        return None if value is None else self._pk(key, value, field)

    def _pks(
        self, key: Column[str], values: Iterable[str | None], field: str
    ) -> dict[str | None, int | None]:
        """The row numbers of many public ids, None for None; Invalid names the field."""
        wanted = {value for value in values if value is not None}
        query = (
            select(key, key.table.c.id).where(key.in_(wanted))
            if len(wanted) < _CHUNK
            else select(key, key.table.c.id)
        )
        found: dict[str | None, int | None] = {row[0]: row[1] for row in self._connection.execute(query)}
        missing = wanted - found.keys()
        if missing:
            raise _unknown(field, min(missing))
        return {**found, None: None}


def pk_of(key: Column[str], value: str) -> ColumnElement[Any]:
    """The row number of a public id, as a subquery: no row where there is none."""
    return select(key.table.c.id).where(key == value).scalar_subquery()


def contains(column: ColumnElement[Any] | Column[Any], words: str) -> ColumnElement[bool]:
    """Whether a text holds `words`, without regard to case and accents; % and _ are letters like any other."""
    bare = func.regexp_replace(func.normalize(column, text("NFKD")), ACCENTS, "", "g")
    return bare.icontains(without_accents(words), autoescape=True)


def _unknown(field: str, value: str) -> Invalid:
    noun = field.removesuffix("_id").replace("_", " ")
    return Invalid.field(
        field,
        phrase("no {noun} has the id {id!r}", noun=phrase(noun), id=value),
        "Look the id up in the list, or leave it out",
    )
