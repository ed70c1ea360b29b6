"""The columns of the four lists that can be imported: names, other names they go by, and what a cell may hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from recommender.market import columns as market
from recommender.market.columns import Column, Is
from service.domain.words import Direction, GrantStatus, ImportKind, MediaRight, Stage
from service.usecases.importing import cells

__all__ = ["COLUMNS", "KEYS", "ImportColumn", "column_named"]


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """One column. read: a cell's text -> its value; raises BadCell. also: other names in people's files.

    market: the column of the market tables whose checks apply, None where only `read` decides. filled: no cell
    may be empty. limit: the longest text, in characters.
    """

    name: str
    read: Callable[[str], Any]
    also: tuple[str, ...] = ()
    market: Column | None = None
    filled: bool = False
    limit: int = 20_000


_LIMITS: Final = {
    "title": 300,
    "original_title": 500,
    "sales_agent": 500,
    "source": 500,
    "synopsis_language": 35,
    "name": 300,
}
_LIMITS_OF_THE_REST: Final = {Is.ID: 200, Is.TEXT: 20_000}

_READ: Final[dict[Is, Callable[[str], Any]]] = {
    Is.ID: cells.text,
    Is.NAME: cells.line,
    Is.TEXT: cells.line,
    Is.LIST: cells.values,
    Is.COUNTRIES: cells.countries,
    Is.TERRITORY: cells.territory,
    Is.KIND: cells.text,
    Is.ROLE: cells.text,
    Is.YEAR: cells.whole,
    Is.NUMBER: cells.whole,
    Is.DATE: cells.day,
    Is.FLAG: cells.flag,
}

_CHECKED_AS: Final = {Is.COUNTRIES: Is.LIST, Is.TERRITORY: Is.TEXT}
"""What the service is stricter with than a market's folder, or more lenient, and reads by itself."""

_ALSO: Final = {
    "film_id": ("film", "title id", "film code", "project id"),
    "title": ("film title", "english title", "international title"),
    "original_title": ("native title",),
    "year": ("production year", "release year", "year of production"),
    "synopsis": ("plot", "description", "summary"),
    "countries": ("country", "country of origin", "countries of origin"),
    "languages": ("language", "original language"),
    "directors": ("director", "directed by"),
    "cast": ("actors", "starring", "main cast"),
    "production_companies": ("production company", "produced by", "producers"),
    "sales_agent": ("sales company", "world sales"),
    "distributor_id": ("distributor", "buyer", "buyer id"),
    "name": ("company", "company name", "distributor name"),
    "territory": ("country code", "territory code"),
    "kind": ("type", "distributor type"),
    "aliases": ("also known as", "other names", "aka"),
    "brief": ("looking for", "acquisition brief"),
    "deal_id": ("deal", "contract id", "contract number"),
    "release_date": ("release", "released on", "date of release"),
    "gross": ("box office", "revenue"),
    "admissions": ("tickets", "entries"),
    "private": ("confidential",),
}


def _of_market(table: str, **changed: Callable[[str], Any]) -> tuple[ImportColumn, ...]:
    return tuple(
        ImportColumn(
            column.name,
            changed.get(column.name, _READ[column.holds]),
            _ALSO.get(column.name, ()),
            # What a new row needs is for its reader to say; a file may also change a few columns only.
            market=column._replace(required=False, holds=_CHECKED_AS.get(column.holds, column.holds)),
            filled=column.filled and column.holds is not Is.DATE,
            limit=_LIMITS.get(column.name, _LIMITS_OF_THE_REST.get(column.holds, 20_000)),
        )
        for column in market.TABLES[table]
    )


def _optional(column: ImportColumn) -> ImportColumn:
    """A column whose cells may be empty here, though not in the market's tables."""
    assert column.market is not None
    return ImportColumn(
        column.name, column.read, column.also, column.market._replace(filled=False), limit=column.limit
    )


_FILMS: Final = (
    *_of_market(market.FILMS, film_id=cells.key, synopsis=cells.text),
    ImportColumn("stage", cells.word(Stage), ("status", "production stage")),
    ImportColumn("logline", cells.text, ("pitch", "tagline"), limit=1_000),
    ImportColumn("budget_usd", cells.amount, ("budget",)),
    ImportColumn("festivals", cells.values, ("festival", "selections")),
    ImportColumn("eidr", cells.identifier("eidr"), ("eidr id",)),
    ImportColumn("isan", cells.identifier("isan")),
    ImportColumn("imdb_id", cells.identifier("imdb_id"), ("imdb", "imdb number")),
    ImportColumn("tmdb_id", cells.identifier("tmdb_id"), ("tmdb",)),
)
_DISTRIBUTORS: Final = (
    *_of_market(market.DISTRIBUTORS, distributor_id=cells.key, brief=cells.text),
    ImportColumn("media_rights", cells.words(MediaRight), ("rights", "media")),
    ImportColumn("budget_min_usd", cells.amount, ("minimum budget",)),
    ImportColumn("budget_max_usd", cells.amount, ("maximum budget",)),
    ImportColumn("genres_never", cells.values, ("excluded genres",)),
    ImportColumn("attending", cells.values, ("markets", "events")),
)
_DEALS: Final = (
    *(
        _optional(column) if column.name == "release_date" else column
        for column in _of_market(market.DEALS, deal_id=cells.key, gross=cells.amount, currency=cells.currency)
    ),
    ImportColumn("signed_on", cells.day, ("signed", "signature date", "contract date")),
    ImportColumn("media_rights", cells.words(MediaRight), ("rights", "media")),
    ImportColumn("starts_on", cells.day, ("licence start", "license start", "start date", "term start")),
    ImportColumn("ends_on", cells.day, ("licence end", "license end", "end date", "term end")),
    ImportColumn("guarantee", cells.amount, ("mg", "minimum guarantee")),
    ImportColumn("guarantee_currency", cells.currency, ("mg currency",)),
    ImportColumn("commission", cells.share, ("sales commission",)),
    ImportColumn("expenses_cap", cells.amount, ("expense cap", "capped expenses")),
    ImportColumn("expenses_cap_currency", cells.currency),
    ImportColumn("terms_note", cells.text, ("note", "remarks"), limit=5_000),
)
_RIGHTS: Final = (
    ImportColumn("grant_id", cells.key, ("grant", "right id"), market=Column("grant_id", Is.ID), limit=200),
    ImportColumn("direction", cells.word(Direction), ("held or sold",), filled=True),
    ImportColumn(
        "film_id",
        cells.text,
        _ALSO["film_id"],
        market=Column("film_id", Is.ID, filled=True),
        filled=True,
        limit=200,
    ),
    ImportColumn("licensee_id", cells.text, ("licensee", "buyer", "sold to", "distributor"), limit=300),
    ImportColumn("territories", cells.territories, ("territory", "country", "region"), filled=True),
    ImportColumn("media_rights", cells.words(MediaRight), ("media right", "rights", "media"), filled=True),
    ImportColumn("starts_on", cells.day, ("licence start", "license start", "start date", "from", "start")),
    ImportColumn("ends_on", cells.day, ("licence end", "license end", "end date", "until", "to", "end")),
    ImportColumn("exclusive", cells.flag, ("exclusivity",)),
    ImportColumn("languages", cells.languages, ("language",)),
    ImportColumn("holdback_until", cells.day, ("holdback",)),
    ImportColumn("status", cells.word(GrantStatus), ("state",)),
    ImportColumn("confirmed_on", cells.day, ("confirmed", "last confirmed")),
    ImportColumn("deal_id", cells.text, ("deal", "contract id"), limit=200),
    ImportColumn("note", cells.text, ("remarks", "comment"), limit=5_000),
)

COLUMNS: Final[dict[ImportKind, tuple[ImportColumn, ...]]] = {
    ImportKind.FILMS: _FILMS,
    ImportKind.DISTRIBUTORS: _DISTRIBUTORS,
    ImportKind.DEALS: _DEALS,
    ImportKind.RIGHTS: _RIGHTS,
}

KEYS: Final[dict[ImportKind, tuple[str, ...]]] = {
    ImportKind.FILMS: ("film_id",),
    ImportKind.DISTRIBUTORS: ("distributor_id",),
    ImportKind.DEALS: ("deal_id",),
    ImportKind.RIGHTS: ("film_id", "territories", "media_rights", "direction"),
}
"""Columns that a file cannot do without."""


def column_named(kind: ImportKind, name: str) -> ImportColumn | None:
    """The column of a list, None where it has no such column."""
    return next((column for column in COLUMNS[kind] if column.name == name), None)
