"""What a row of a file would do to what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from service.domain.deals import Money
from service.domain.rights import Window
from service.phrases import phrase
from service.store.repositories.bulk import Upserted
from service.usecases.importing.rows import Row

__all__ = ["Effect", "Item", "Refusal", "Target", "effect_of", "money", "window"]


class Effect(StrEnum):
    """What happens to the object of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Item:
    """A row as objects to store. ids: public ids, each in one row of a file only.

    before, after: the objects, for showing differences; before holds None for each that is new.
    """

    line: int
    ids: tuple[str, ...]
    effect: Effect
    before: tuple[Any, ...]
    after: tuple[Any, ...]


class Refusal(Exception):  # noqa: N818 - the name of the condition
    """Why a row cannot be used; column: ours, "" for the whole row."""

    def __init__(self, column: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message
        self.remedy = remedy


class Target(Protocol):
    """One of the four lists, within one unit of work and on behalf of one company."""

    def ordered(self, rows: list[Row]) -> list[Row]:
        """The rows in the order in which they are to be stored."""

    def look_up(self, rows: Sequence[Row], *, alone: bool) -> None:
        """Read what these rows refer to; call it before `item`.

        alone: nobody else changes what they are about until the unit of work ends, for whoever will `write`.
        """

    def item(self, row: Row) -> Item:
        """What the row would do. Raises Refusal."""

    def write(self, items: Sequence[Item]) -> Upserted:
        """Store these."""


def effect_of(before: Sequence[Any], after: Sequence[Any]) -> Effect:
    """Of a row with these objects."""
    if all(old is None for old in before):
        return Effect.ADDED
    return Effect.UNCHANGED if list(before) == list(after) else Effect.CHANGED


def money(row: Row, name: str, code: str, stored: Money | None) -> Money | None:
    """An amount and its currency from two columns; what the file lacks stays. Raises Refusal for one without other."""
    if name not in row.values and code not in row.values:
        return stored
    amount: Decimal | None = row.values.get(name, stored.amount if stored else None)
    currency: str = row.values.get(code, stored.currency if stored else "")
    if amount is None:
        # A table may name the currency of all its rows, also of those without a figure.
        return None
    if not currency:
        raise Refusal(
            code, phrase("the {name} has no currency", name=name.replace("_", " ")), "Add it, such as EUR"
        )
    return Money(amount, currency)


def window(row: Row, stored: Window | None) -> Window | None:
    """The licence period from starts_on and ends_on; what the file lacks stays. Raises Refusal."""
    starts_on: date | None = row.values.get("starts_on", stored.starts_on if stored else None)
    ends_on: date | None = row.values.get("ends_on", stored.ends_on if stored else None)
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise Refusal(
            "ends_on",
            phrase(
                "it ends on {ends_on}, before it starts on {starts_on}", ends_on=ends_on, starts_on=starts_on
            ),
            "Exchange the days",
        )
    return None if starts_on is None and ends_on is None else Window(starts_on, ends_on)


def unknown(column: str, noun: str, value: str) -> Refusal:
    """There is no such thing, or none that the company may use."""
    return Refusal(
        column,
        phrase("there is no {noun} {id!r}", noun=phrase(noun), id=value[:100]),
        phrase("Import or add the {noun} first, or correct it", noun=phrase(noun)),
    )


def ids(rows: Iterable[Row], column: str) -> list[str]:
    """The distinct values of a column of ids."""
    return list(dict.fromkeys(row.values[column] for row in rows if row.values.get(column)))
