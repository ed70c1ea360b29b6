"""The columns of the tables: names, meaning, and what must be there. The only place that decides it.

README of the data folder explains each column with an example row.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

__all__ = [
    "DEALS",
    "DECLINES",
    "DISTRIBUTORS",
    "FILMS",
    "INDEPENDENT",
    "KINDS",
    "NEEDED",
    "ROLES",
    "TABLES",
    "Column",
    "Is",
]

FILMS: Final = "films"
DISTRIBUTORS: Final = "distributors"
DEALS: Final = "deals"
DECLINES: Final = "declines"

NEEDED: Final = (FILMS, DISTRIBUTORS, DEALS)
"""The tables that every market has, each with an id in its first column; the others may be missing."""

INDEPENDENT: Final = "independent"
KINDS: Final = (INDEPENDENT, "major", "exhibitor_or_event")
ROLES: Final = ("distributor", "importer")

MAX_TEXT: Final = 20_000
"""Longest text of a cell or of a film file's field, in characters."""

FIRST_YEAR: Final = 1880
LAST_YEAR: Final = 2100


class Is(Enum):
    """What a cell holds, which decides how it is checked and stored."""

    ID = "an id"
    NAME = "a title or name, where 'None' and 'null' are names like any other"
    TEXT = "text"
    LIST = "values separated by |"
    COUNTRIES = "countries separated by |"
    TERRITORY = "a territory"
    KIND = "a kind of distributor"
    ROLE = "a role in a deal"
    YEAR = "a year"
    NUMBER = "a number, zero or more"
    DATE = "a date"
    FLAG = "0 or 1"

    @property
    def many(self) -> bool:
        """Whether a cell holds several values."""
        return self in (Is.LIST, Is.COUNTRIES)


class Column(NamedTuple):
    """One column: `required` says that the table must have it, `filled` that no cell may be empty."""

    name: str
    holds: Is
    required: bool = False
    filled: bool = False
    default: str = ""


TABLES: Final[dict[str, tuple[Column, ...]]] = {
    FILMS: (
        Column("film_id", Is.ID, required=True, filled=True),
        Column("title", Is.NAME, required=True, filled=True),
        Column("original_title", Is.NAME),
        Column("year", Is.YEAR),
        Column("synopsis", Is.TEXT, required=True),
        Column("synopsis_language", Is.TEXT),
        Column("genres", Is.LIST),
        Column("countries", Is.COUNTRIES),
        Column("languages", Is.LIST),
        Column("directors", Is.LIST),
        Column("cast", Is.LIST),
        Column("production_companies", Is.LIST),
        Column("sales_agent", Is.TEXT),
    ),
    DISTRIBUTORS: (
        Column("distributor_id", Is.ID, required=True, filled=True),
        Column("name", Is.NAME, required=True, filled=True),
        Column("territory", Is.TERRITORY, required=True, filled=True),
        Column("kind", Is.KIND, required=True, filled=True),
        Column("aliases", Is.LIST),
        Column("brief", Is.TEXT),
    ),
    DEALS: (
        Column("deal_id", Is.ID, required=True, filled=True),
        Column("film_id", Is.ID, required=True, filled=True),
        Column("distributor_id", Is.ID, required=True, filled=True),
        Column("territory", Is.TERRITORY, required=True, filled=True),
        Column("release_date", Is.DATE, required=True, filled=True),
        Column("sales_agent", Is.TEXT),
        Column("role", Is.ROLE, default="distributor"),
        Column("admissions", Is.NUMBER),
        Column("gross", Is.NUMBER),
        Column("currency", Is.TEXT),
        Column("screens", Is.NUMBER),
        Column("in_house", Is.FLAG, default="0"),
        Column("private", Is.FLAG, default="0"),
        Column("source", Is.TEXT),
    ),
    DECLINES: (
        Column("film_id", Is.ID, required=True, filled=True),
        Column("distributor_id", Is.ID, required=True, filled=True),
        Column("declined_on", Is.DATE, required=True, filled=True),
    ),
}
"""Each table's columns in their order."""
