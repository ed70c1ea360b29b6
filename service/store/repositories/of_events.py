"""What the repositories of an event's parts share: ids that are unique within their event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, Table, delete, select
from sqlalchemy.dialects.postgresql import insert

from service.errors import Invalid, NotFound
from service.phrases import phrase
from service.store.repositories.base import Repository
from service.store.repositories.columns import columns_of
from service.store.tables.events import EVENT_PARTICIPANTS, EVENT_SLOTS, EVENT_TABLES, EVENTS

__all__ = ["EventRepository", "Places"]


class Places:
    """Row numbers of what an event has, by its ids."""

    def __init__(self, noun: str, numbers: dict[str, int]) -> None:
        self._noun = noun
        self._numbers = numbers
        self._ids = {number: key for key, number in numbers.items()}

    def pk(self, key: str, field: str) -> int:
        """Raises Invalid, which names the field."""
        number = self._numbers.get(key)
        if number is None:
            raise Invalid.field(
                field,
                phrase("the event has no {noun} {id!r}", noun=phrase(self._noun), id=key),
                phrase("Look it up in its list of {noun}s", noun=phrase(self._noun)),
            )
        return number

    def known(self, keys: Iterable[str]) -> list[int]:
        """Row numbers of those of the ids that the event has."""
        return [self._numbers[key] for key in keys if key in self._numbers]

    def ids(self, numbers: NDArray[np.int64]) -> list[str]:
        """The ids of row numbers."""
        return list(map(self._ids.__getitem__, numbers.tolist()))


class EventRepository(Repository):
    """A repository of what belongs to events."""

    def _event(self, event_id: str) -> int:
        """Raises NotFound."""
        found: int | None = self._connection.execute(
            select(EVENTS.c.id).where(EVENTS.c.event_id == event_id)
        ).scalar_one_or_none()
        if found is None:
            raise NotFound("event", event_id)
        return found

    def _people(self, event_pk: int) -> Places:
        return self._places(event_pk, EVENT_PARTICIPANTS, "participant")

    def _slots(self, event_pk: int) -> Places:
        return self._places(event_pk, EVENT_SLOTS, "slot")

    def _tables(self, event_pk: int) -> Places:
        return self._places(event_pk, EVENT_TABLES, "table")

    def _columns(self, query: Select[*tuple[Any, ...]]) -> dict[str, NDArray[Any]]:
        return columns_of(self._connection, query)

    def _put(self, table: Table, rows: list[dict[str, Any]], *key: str) -> None:
        """Add rows, or write them over those of the same key."""
        if rows:
            written = insert(table)
            changes: dict[str, Any] = {name: written.excluded[name] for name in rows[0] if name not in key}
            if "version" in table.c:
                changes["version"] = table.c.version + 1
            self._connection.execute(
                written.on_conflict_do_update(index_elements=list(key), set_=changes), rows
            )

    def _drop(self, table: Table, event_pk: int, column: str, keys: Iterable[str], noun: str) -> None:
        """Remove rows by their ids. Raises NotFound for one that is not there."""
        for key in keys:
            gone = delete(table).where(table.c.event_pk == event_pk, table.c[column] == key)
            if not self._connection.execute(gone).rowcount:
                raise NotFound(noun, key)

    def _places(self, event_pk: int, table: Table, noun: str) -> Places:
        key = table.c[f"{noun}_id"]
        rows = self._connection.execute(select(key, table.c.id).where(table.c.event_pk == event_pk))
        return Places(noun, {row[0]: row[1] for row in rows})
