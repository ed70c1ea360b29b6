"""The one MetaData, its names for constraints, and the columns that many tables share.

Inside, a row is known by `id`; a column `film_pk` refers to films.id. The public text id of a film is
`film_id` and never refers to anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Numeric,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

__all__ = [
    "METADATA",
    "amount",
    "created_at",
    "currency_pair",
    "one_of",
    "phrases",
    "public_id",
    "reference",
    "row_id",
    "some_of",
    "string",
    "strings",
    "territory_code",
    "time",
    "updated_at",
    "version",
]

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def row_id() -> Column[int]:
    """The row's number, which never leaves the store."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def public_id(name: str) -> Column[str]:
    """The id that people and programs use."""
    return Column(
        name,
        Text,
        CheckConstraint(f"{name} <> '' AND length({name}) <= 200", name=f"{name}_length"),
        nullable=False,
        unique=True,
    )


def reference(
    name: str, target: str, *, nullable: bool = False, ondelete: str | None = None, primary_key: bool = False
) -> Column[int]:
    """A reference to a row of the table `target`."""
    key = ForeignKey(f"{target}.id", ondelete=ondelete)
    return Column(name, BigInteger, key, nullable=nullable, primary_key=primary_key)


def string(name: str, *, limit: int = 500, filled: bool = False) -> Column[str]:
    """Text of at most `limit` characters, "" where unknown; `filled`: never ""."""
    rule = f"length({name}) <= {limit}" + (f" AND btrim({name}) <> ''" if filled else "")
    default = None if filled else text("''")
    return Column(
        name, Text, CheckConstraint(rule, name=f"{name}_length"), nullable=False, server_default=default
    )


def phrases() -> Column[Any]:
    """What the texts of a row are made of that pages translate, by their column; NULL where there are none."""
    return Column("phrases", JSONB(none_as_null=True))


def strings(name: str) -> Column[list[str]]:
    """A list of texts, empty where unknown; 20,000 characters in all."""
    rule = CheckConstraint(f"length(array_to_string({name}, '')) <= 20000", name=f"{name}_length")
    return Column(name, ARRAY(Text), rule, nullable=False, server_default=text("'{}'"))


def time(name: str, *, nullable: bool = True) -> Column[Any]:
    """A moment with its time zone."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def created_at() -> Column[Any]:
    """When the row came."""
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))


def updated_at() -> Column[Any]:
    """When the row was last written."""
    return Column("updated_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))


def version() -> Column[int]:
    """Counts the row's changes, for ETags."""
    return Column("version", Integer, nullable=False, server_default=text("1"))


def amount(name: str) -> Column[Any]:
    """An amount of money, zero or more; PostgreSQL takes NaN for the largest number."""
    rule = CheckConstraint(f"{name} >= 0 AND {name} <> 'NaN'", name=f"{name}_not_negative")
    return Column(name, Numeric(16, 2), rule)


def currency_pair(name: str) -> tuple[Column[Any], Column[Any], CheckConstraint]:
    """An amount and its currency: both or neither."""
    code = f"{name}_currency"
    rule = f"({name} IS NULL) = ({code} IS NULL)"
    return (
        amount(name),
        Column(code, Text, CheckConstraint(f"{code} ~ '^[A-Z]{{3}}$'", name=f"{code}_iso4217")),
        CheckConstraint(rule, name=f"{name}_with_currency"),
    )


def territory_code(name: str = "territory", *, nullable: bool = False) -> Column[str]:
    """ISO 3166-1 alpha-2."""
    rule = CheckConstraint(f"{name} ~ '^[A-Z]{{2}}$'", name=f"{name}_iso3166")
    return Column(name, Text, rule, nullable=nullable)


def one_of(name: str, words: type[StrEnum] | Iterable[str], *, nullable: bool = False) -> Column[str]:
    """One word of a closed vocabulary."""
    rule = CheckConstraint(f"{name} IN ({_listed(words)})", name=f"{name}_known")
    return Column(name, Text, rule, nullable=nullable)


def some_of(name: str, words: type[StrEnum] | Iterable[str]) -> Column[list[str]]:
    """Some words of a closed vocabulary."""
    rule = CheckConstraint(f"{name} <@ ARRAY[{_listed(words)}]", name=f"{name}_known")
    return Column(name, ARRAY(Text), rule, nullable=False, server_default=text("'{}'"))


def _listed(words: type[StrEnum] | Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
