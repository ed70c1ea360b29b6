"""Rows of films."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recommender.market.domain import Film
from service.domain.catalogue import FilmRecord
from service.store.repositories.bulk import Upserted
from service.store.unit_of_work import UnitOfWork
from service.usecases.importing.items import Effect, Item, Refusal, effect_of
from service.usecases.importing.named_films import NamedFilms
from service.usecases.importing.rows import Row

__all__ = ["FilmRows"]

_OF_FILM: Final = frozenset(Film.__dataclass_fields__)


class FilmRows:
    """Films of one agent, or reference data where company_id is None."""

    def __init__(self, tx: UnitOfWork, company_id: str | None) -> None:
        self._tx = tx
        self._company_id = company_id
        self._agent = tx.companies.get(company_id).name if company_id else ""
        self._stored: dict[str, FilmRecord] = {}
        self._films = NamedFilms()

    def ordered(self, rows: list[Row]) -> list[Row]:
        """As they come."""
        return rows

    def look_up(self, rows: Sequence[Row], *, alone: bool) -> None:
        """The films that are there already, or were merged into others."""
        self._films = NamedFilms.of(self._tx, rows)
        self._stored = self._tx.films.find(self._films.all_ids, alone=alone)

    def item(self, row: Row) -> Item:
        """Columns that the file lacks stay as they are."""
        named = row.values["film_id"]
        film_id = self._films.id_of(named)
        before = self._stored.get(film_id)
        if before is not None and named != film_id and before.owner_id != self._company_id:
            # Reference data that is an agent's film by now, which is that agent's to change.
            return Item(row.line, (named,), Effect.UNCHANGED, (before,), (before,))
        if before is not None and before.owner_id != self._company_id:
            raise Refusal(
                "film_id", "another company's film or reference data has this id", "Use an id of your own"
            )
        old = before or FilmRecord(Film(film_id, "", "", sales_agent=self._agent), owner_id=self._company_id)
        values = {**row.values, "film_id": film_id}
        inner = {name: value for name, value in values.items() if name in _OF_FILM}
        if not inner.get("sales_agent"):
            # A new film's is its owner, of which an empty cell says nothing.
            inner.pop("sales_agent", None)
        outer = {name: value for name, value in values.items() if name not in _OF_FILM}
        after = replace(old, film=replace(old.film, **inner), **outer)
        if not after.film.title:
            raise Refusal("title", "a new film needs a title", "Add the column title")
        return Item(row.line, (film_id,), effect_of([before], [after]), (before,), (after,))

    def write(self, items: Sequence[Item]) -> Upserted:
        """Store these."""
        return self._tx.films.upsert_many([film for item in items for film in item.after])
