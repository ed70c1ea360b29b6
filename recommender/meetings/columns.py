"""The tables of an event folder: columns, and what their cells hold. The only place that decides it.

README of the data folder explains each column with an example row.
"""

from __future__ import annotations

from typing import Final

from recommender.market.columns import Column, Is

__all__ = [
    "ABSENCES",
    "EVENT_TABLES",
    "FOLDER_TABLES",
    "HISTORY",
    "LINEUPS",
    "LOCKS",
    "NEEDED",
    "PARTICIPANTS",
    "PAST_WORDS",
    "SIDES",
    "SLOTS",
    "TABLES",
    "TIMES",
    "VALUES",
    "WHOLE",
    "WISHES",
    "WISH_WORDS",
]

PARTICIPANTS: Final = "participants"
SLOTS: Final = "slots"
TABLES: Final = "tables"
ABSENCES: Final = "absences"
WISHES: Final = "wishes"
LOCKS: Final = "locks"
VALUES: Final = "values"
LINEUPS: Final = "lineups"
HISTORY: Final = "history"

NEEDED: Final = (PARTICIPANTS, SLOTS, TABLES)

SIDES: Final = ("seller", "buyer")
WISH_WORDS: Final = ("must", "want", "no_go", "met_before")

PAST_WORDS: Final = (
    "met_before",
    "met_this_year",
    "in_business",
    "competitor",
    "interested",
    "not_interested",
    "no_show",
)

WHOLE: Final = ("max_meetings", "min_meetings", "max_per_day", "walking_minutes")
"""Columns of whole numbers."""

TIMES: Final = ("starts_at", "ends_at")
"""Columns of ISO 8601 times: a date with a time, or a time of the slot's day."""


def _id(name: str) -> Column:
    return Column(name, Is.ID, required=True, filled=True)


EVENT_TABLES: Final[dict[str, tuple[Column, ...]]] = {
    PARTICIPANTS: (
        _id("participant_id"),
        Column("side", Is.TEXT, required=True, filled=True),
        Column("name", Is.NAME),
        Column("company_id", Is.TEXT),
        Column("max_meetings", Is.NUMBER),
        Column("min_meetings", Is.NUMBER),
        Column("max_per_day", Is.NUMBER),
    ),
    SLOTS: (
        _id("slot_id"),
        Column("day", Is.TEXT, required=True, filled=True),
        Column("starts_at", Is.TEXT, required=True, filled=True),
        Column("ends_at", Is.TEXT, required=True, filled=True),
        Column("session", Is.NAME),
    ),
    TABLES: (_id("table_id"), Column("reserved_for", Is.TEXT), Column("hall", Is.TEXT)),
    ABSENCES: (_id("participant_id"), _id("slot_id")),
    WISHES: (
        _id("participant_id"),
        _id("other_id"),
        Column("wish", Is.TEXT, required=True, filled=True),
    ),
    LOCKS: (_id("seller_id"), _id("buyer_id"), _id("slot_id"), Column("table_id", Is.TEXT)),
    VALUES: (
        _id("seller_id"),
        _id("buyer_id"),
        Column("value", Is.NUMBER, required=True, filled=True),
        Column("value_seller", Is.NUMBER),
        Column("value_buyer", Is.NUMBER),
    ),
    LINEUPS: (_id("seller_id"), _id("film_id")),
    HISTORY: (
        _id("participant_id"),
        _id("other_id"),
        Column("past", Is.TEXT, required=True, filled=True),
    ),
}
"""Each table's columns in their order."""

FOLDER_TABLES: Final[dict[str, tuple[Column, ...]]] = EVENT_TABLES | {
    TABLES: (*EVENT_TABLES[TABLES], Column("walking_minutes", Is.NUMBER)),
}
"""Those of a folder: what the service has pages for may be columns there."""
