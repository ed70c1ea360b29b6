"""What participants wish, what the organiser locked, and what meetings are worth."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, get_args

import numpy as np
from sqlalchemy import ARRAY, ColumnElement, Integer, Table, Text, delete, func, literal, or_, select

from recommender.meetings.columns import SIDES
from recommender.meetings.domain import Lock, Values, Wish, WishKind
from service.store.repositories.bulk import copy_rows
from service.store.repositories.of_events import EventRepository, Places
from service.store.tables.events import EVENT_LOCKS, EVENT_PARTICIPANTS, EVENT_SLOTS, EVENT_TABLES
from service.store.tables.events import EVENT_VALUES as VALUES
from service.store.tables.events import EVENT_WISHES as WISHES

__all__ = ["Wishes"]

_PORTION: Final = 50_000
_VALUES: Final = ("seller_pk", "buyer_pk", "value", "value_seller", "value_buyer")
_KINDS: Final = get_args(WishKind)
_SELLERS = EVENT_PARTICIPANTS.alias("sellers")
_BUYERS = EVENT_PARTICIPANTS.alias("buyers")


class Wishes(EventRepository):
    """tx.wishes."""

    def all(self, event_id: str, participant_id: str | None = None) -> tuple[Wish, ...]:
        """In the order they came; of all, or what one participant wishes."""
        event = self._event(event_id)
        people = self._people(event)
        rows = self._columns(
            select(WISHES.c.seller_pk, WISHES.c.buyer_pk, _number(SIDES, WISHES.c.wisher, "wisher"))
            .add_columns(_number(_KINDS, WISHES.c.kind, "kind"))
            .where(WISHES.c.event_pk == event)
            .order_by(WISHES.c.id)
        )
        wishes = map(
            _wish,
            people.ids(rows["seller_pk"]),
            people.ids(rows["buyer_pk"]),
            rows["wisher"].tolist(),
            rows["kind"].tolist(),
        )
        return tuple(wish for wish in wishes if participant_id in (None, wish.participant_id))

    def add(self, event_id: str, wishes: Collection[Wish]) -> None:
        """Those that are not there yet. Raises Invalid for somebody unknown, Conflict for two of one side."""
        there = set(self.all(event_id))
        new = [wish for wish in dict.fromkeys(wishes) if wish not in there]
        copy_rows(self._connection, WISHES, list(self._wish_rows(event_id, new)))

    def remove(self, event_id: str, wishes: Collection[Wish]) -> None:
        """Those that are there."""
        for row in self._wish_rows(event_id, wishes):
            same = [WISHES.c[name] == value for name, value in row.items()]
            self._connection.execute(delete(WISHES).where(*same))

    def locks(self, event_id: str) -> tuple[Lock, ...]:
        """In the order they came."""
        query = (
            _of_pairs(EVENT_LOCKS, self._event(event_id))
            .join(EVENT_SLOTS, EVENT_LOCKS.c.slot_pk == EVENT_SLOTS.c.id)
            .outerjoin(EVENT_TABLES, EVENT_LOCKS.c.table_pk == EVENT_TABLES.c.id)
            .add_columns(EVENT_SLOTS.c.slot_id, EVENT_TABLES.c.table_id)
            .order_by(EVENT_LOCKS.c.id)
        )
        return tuple(
            Lock(row.seller_id, row.buyer_id, row.slot_id, row.table_id or "") for row in self._all(query)
        )

    def put_locks(self, event_id: str, locks: Collection[Lock]) -> None:
        """Add, or move those of the same pair. Raises Conflict when two need the same person or table."""
        event = self._event(event_id)
        people, slots, tables = self._people(event), self._slots(event), self._tables(event)
        rows = [
            {
                **_pair_row(people, event, lock.seller_id, lock.buyer_id),
                "slot_pk": slots.pk(lock.slot_id, "slot_id"),
                "table_pk": tables.pk(lock.table_id, "table_id") if lock.table_id else None,
            }
            for lock in locks
        ]
        self._put(EVENT_LOCKS, rows, "seller_pk", "buyer_pk")

    def remove_locks(self, event_id: str, pairs: Collection[tuple[str, str]]) -> None:
        """Of pairs (seller_id, buyer_id) that are locked."""
        event = self._event(event_id)
        people = self._people(event)
        for seller, buyer in pairs:
            row = _pair_row(people, event, seller, buyer)
            same = [EVENT_LOCKS.c[name] == value for name, value in row.items()]
            self._connection.execute(delete(EVENT_LOCKS).where(*same))

    def values(self, event_id: str, among: Collection[str] | None = None) -> Values:
        """As columns, in no order; of all, or of the pairs with one of these participants."""
        event = self._event(event_id)
        people = self._people(event)
        query = select(*(VALUES.c[name] for name in _VALUES)).where(VALUES.c.event_pk == event)
        if among is not None:
            numbers = people.known(among)
            query = query.where(or_(VALUES.c.seller_pk.in_(numbers), VALUES.c.buyer_pk.in_(numbers)))
        rows = self._columns(query)
        return Values(
            np.array(people.ids(rows["seller_pk"]), dtype=object),
            np.array(people.ids(rows["buyer_pk"]), dtype=object),
            rows["value"],
            rows["value_seller"],
            rows["value_buyer"],
        )

    def values_mark(self, event_id: str) -> str:
        """The same as long as no value changes."""
        one = func.hashint8extended(
            VALUES.c.seller_pk,
            func.hashint8extended(VALUES.c.buyer_pk, func.hashfloat8extended(VALUES.c.value, 0)),
        )
        query = select(func.bit_xor(one)).where(VALUES.c.event_pk == self._event(event_id))
        return str(self._connection.execute(query).scalar_one() or 0)

    def set_values(self, event_id: str, values: Values) -> None:
        """In place of all that were there."""
        event = self._event(event_id)
        people = self._people(event)
        self._connection.execute(delete(VALUES).where(VALUES.c.event_pk == event))
        for start in range(0, len(values), _PORTION):
            rows = [
                {
                    **_pair_row(people, event, pair.seller_id, pair.buyer_id),
                    "value": pair.value,
                    "value_seller": pair.value_seller,
                    "value_buyer": pair.value_buyer,
                }
                for pair in map(values.__getitem__, range(start, min(start + _PORTION, len(values))))
            ]
            copy_rows(self._connection, VALUES, rows)

    def _wish_rows(self, event_id: str, wishes: Collection[Wish]) -> Iterator[dict[str, Any]]:
        event = self._event(event_id)
        people, sides = self._people(event), self._sides(event)
        for wish in wishes:
            people.pk(wish.participant_id, "participant_id")
            wisher = sides[wish.participant_id]
            pair = (wish.participant_id, wish.other_id)
            seller, buyer = pair if wisher == "seller" else pair[::-1]
            row = _pair_row(people, event, seller, buyer, "other_id")
            yield {**row, "wisher": wisher, "kind": wish.kind}

    def _sides(self, event_pk: int) -> Mapping[str, str]:
        query = select(EVENT_PARTICIPANTS.c.participant_id, EVENT_PARTICIPANTS.c.side)
        rows = self._all(query.where(EVENT_PARTICIPANTS.c.event_pk == event_pk))
        return {row[0]: row[1] for row in rows}


def _of_pairs(table: Table, event_pk: int) -> Any:
    """The ids of the seller and the buyer of each row."""
    return (
        select(_SELLERS.c.participant_id.label("seller_id"), _BUYERS.c.participant_id.label("buyer_id"))
        .select_from(table)
        .join(_SELLERS, table.c.seller_pk == _SELLERS.c.id)
        .join(_BUYERS, table.c.buyer_pk == _BUYERS.c.id)
        .where(table.c.event_pk == event_pk)
    )


def _pair_row(people: Places, event: int, seller: str, buyer: str, field: str = "") -> dict[str, int]:
    return {
        "event_pk": event,
        "seller_pk": people.pk(seller, field or "seller_id"),
        "buyer_pk": people.pk(buyer, field or "buyer_id"),
    }


def _number(words: Sequence[str], column: ColumnElement[str], name: str) -> ColumnElement[int]:
    """Which of the words it is, from 1."""
    return func.array_position(literal(list(words), ARRAY(Text)), column, type_=Integer).label(name)


def _wish(seller: str, buyer: str, wisher: int, kind: int) -> Wish:
    one, other = (seller, buyer) if SIDES[wisher - 1] == "seller" else (buyer, seller)
    return Wish(one, other, _KINDS[kind - 1])
