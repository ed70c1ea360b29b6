"""Films."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select

from recommender.market.domain import Film
from service import clock
from service.domain.catalogue import FilmRecord
from service.domain.identifiers import IDENTIFIERS
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.rights import Window
from service.domain.words import Direction, GrantStatus, Stage
from service.errors import NotFound
from service.store.repositories.base import Repository, contains, pk_of
from service.store.repositories.bulk import Upserted, upsert
from service.store.repositories.windows import as_range
from service.store.tables.accounts import COMPANIES
from service.store.tables.catalogue import DISTRIBUTOR_PROFILES, FILMS
from service.store.tables.deals import DEALS, RIGHTS_GRANTS

__all__ = ["FilmFilter", "Films", "Traits", "Visibility"]

_LISTS = ("genres", "countries", "languages", "directors", "production_companies")
_FILMS = select(FILMS, COMPANIES.c.company_id.label("owner_id"), FILMS.c.id.label("position")).select_from(
    FILMS.outerjoin(COMPANIES, FILMS.c.owner_pk == COMPANIES.c.id)
)


@dataclass(frozen=True, slots=True)
class Visibility:
    """Films that members of `company_ids` with profiles in `territories` may see.

    Reference data, their own, those they have a deal for, and those whose active held rights in one of the
    territories have not ended.
    """

    company_ids: Collection[str] = ()
    territories: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class FilmFilter:
    """Each empty field is no condition. query: part of a title."""

    owner_id: str = ""
    stage: Stage | None = None
    year_from: int | None = None
    year_to: int | None = None
    genre: str = ""
    country: str = ""
    query: str = ""
    visible_to: Visibility | None = None


@dataclass(frozen=True, slots=True)
class Traits:
    """What lists of films are filtered by."""

    genres: tuple[str, ...]
    countries: tuple[str, ...]
    stage: Stage | None


class Films(Repository):
    """tx.films."""

    def add(self, record: FilmRecord) -> FilmRecord:
        """Store a new film; Conflict when its id or an identifier is taken."""
        owner = self._optional_pk(COMPANIES.c.company_id, record.owner_id, "owner_id")
        self._insert(FILMS, _values(record, owner))
        return self.get(record.film_id)

    def get(self, film_id: str) -> FilmRecord:
        """Raises NotFound."""
        row = self._first(_FILMS.where(FILMS.c.film_id == film_id))
        if row is None:
            raise NotFound("film", film_id)
        return _record(row)

    def find(self, film_ids: Collection[str], *, alone: bool = False) -> dict[str, FilmRecord]:
        """Those that exist, by id. alone: nobody else changes them until this unit of work ends."""
        query = _FILMS.where(FILMS.c.film_id == func.any(list(film_ids)))
        if alone:
            query = query.order_by(FILMS.c.id).with_for_update(key_share=True, of=FILMS)
        return {row.film_id: _record(row) for row in self._all(query)}

    def may_see(self, film_id: str, who: Visibility) -> bool:
        """Whether the film exists and `who` may see it."""
        query = select(literal(1)).where(FILMS.c.film_id == film_id, _visible(who))
        return self._first(query) is not None

    def seen_of(self, film_ids: Collection[str], who: Visibility) -> frozenset[str]:
        """Those that exist and `who` may see."""
        query = select(FILMS.c.film_id).where(FILMS.c.film_id == func.any(list(film_ids)), _visible(who))
        return frozenset(row.film_id for row in self._all(query))

    def list(
        self, page: PageRequest = FIRST, where: FilmFilter | None = None, *, newest_first: bool = False
    ) -> Page[FilmRecord]:
        """In the order they were added."""
        query = _FILMS.where(*_conditions(where or FilmFilter()))
        return self._page(query, FILMS.c.id, page, _record, newest_first=newest_first)

    def genres(self, owner_id: str) -> tuple[str, ...]:
        """Those that films of a company have, in order."""
        genre = func.unnest(FILMS.c.genres).label("genre")
        query = select(genre).where(FILMS.c.owner_pk == pk_of(COMPANIES.c.company_id, owner_id)).distinct()
        return tuple(sorted(row.genre for row in self._all(query)))

    def owners(self, film_ids: Collection[str]) -> dict[str, str | None]:
        """The owning company of each film that exists."""
        query = _FILMS.with_only_columns(FILMS.c.film_id, COMPANIES.c.company_id)
        rows = self._connection.execute(query.where(FILMS.c.film_id == func.any(list(film_ids))))
        return {row[0]: row[1] for row in rows}

    def traits(self, film_ids: Collection[str]) -> dict[str, Traits]:
        """Of each film that exists; much sooner than the whole films."""
        query = select(FILMS.c.film_id, FILMS.c.genres, FILMS.c.countries, FILMS.c.stage)
        rows = self._connection.execute(query.where(FILMS.c.film_id == func.any(list(film_ids))))
        return {
            film_id: Traits(tuple(genres), tuple(countries), Stage(stage) if stage else None)
            for film_id, genres, countries, stage in rows
        }

    def identified(self, **identifiers: str) -> FilmRecord | None:
        """The film with one of these identifiers (eidr, isan, imdb_id, tmdb_id)."""
        same = [FILMS.c[name] == value for name, value in identifiers.items() if value]
        row = self._first(_FILMS.where(or_(*same)).limit(1)) if same else None
        return None if row is None else _record(row)

    def stream(self) -> Iterator[FilmRecord]:
        """All of them, in the order they were added."""
        yield from map(_record, self._stream(_FILMS.order_by(FILMS.c.id)))

    def update(self, record: FilmRecord, expected: int | None = None) -> FilmRecord:
        """Write every field; raises NotFound, PreconditionFailed when the version is not `expected`."""
        owner = self._optional_pk(COMPANIES.c.company_id, record.owner_id, "owner_id")
        values = _values(record, owner)
        self._update(FILMS.c.film_id, values.pop("film_id"), values, expected, "film")
        return self.get(record.film_id)

    def upsert_many(self, records: Sequence[FilmRecord]) -> Upserted:
        """Add or change many by their ids; whose films they are is for the caller to check (see owners)."""
        owners = self._pks(COMPANIES.c.company_id, {record.owner_id for record in records}, "owner_id")
        rows = [_values(record, owners[record.owner_id]) for record in records]
        return upsert(self._connection, FILMS, "film_id", rows)

    def delete(self, film_id: str, expected: int | None = None) -> None:
        """With its vectors and feedback; Conflict while it has deals or rights."""
        self._delete(FILMS.c.film_id, film_id, expected, "film")


def _conditions(where: FilmFilter) -> Iterator[ColumnElement[bool]]:
    if where.owner_id:
        yield COMPANIES.c.company_id == where.owner_id
    if where.stage is not None:
        yield FILMS.c.stage == where.stage.value
    if where.year_from is not None:
        yield FILMS.c.year >= where.year_from
    if where.year_to is not None:
        yield FILMS.c.year <= where.year_to
    if where.genre:
        yield FILMS.c.genres.contains([where.genre])
    if where.country:
        yield FILMS.c.countries.contains([where.country])
    if where.query:
        yield contains(FILMS.c.title, where.query) | contains(FILMS.c.original_title, where.query)
    if where.visible_to is not None:
        yield _visible(where.visible_to)


def _visible(who: Visibility) -> ColumnElement[bool]:
    own = select(COMPANIES.c.id).where(COMPANIES.c.company_id.in_(who.company_ids))
    profiles = select(DISTRIBUTOR_PROFILES.c.id).where(DISTRIBUTOR_PROFILES.c.company_pk.in_(own))
    bought = select(DEALS.c.film_pk).where(DEALS.c.profile_pk.in_(profiles))
    from_today = as_range(Window(clock.today()))
    offered = select(literal(1)).where(
        RIGHTS_GRANTS.c.film_pk == FILMS.c.id,
        RIGHTS_GRANTS.c.direction == Direction.HELD.value,
        RIGHTS_GRANTS.c.status == GrantStatus.ACTIVE.value,
        RIGHTS_GRANTS.c.territory.in_(who.territories),
        RIGHTS_GRANTS.c.licence_window.overlaps(from_today),
    )
    return or_(
        FILMS.c.owner_pk.is_(None), FILMS.c.owner_pk.in_(own), FILMS.c.id.in_(bought), offered.exists()
    )


def _values(record: FilmRecord, owner_pk: int | None) -> dict[str, Any]:
    film = record.film
    return {
        "film_id": film.film_id,
        "title": film.title,
        "original_title": film.original_title,
        "year": film.year,
        "synopsis": film.synopsis,
        "synopsis_language": film.synopsis_language,
        **{name: list(getattr(film, name)) for name in _LISTS},
        "cast_names": list(film.cast),
        "sales_agent": film.sales_agent,
        "stage": None if record.stage is None else record.stage.value,
        "logline": record.logline,
        "budget_usd": record.budget_usd,
        "festivals": list(record.festivals),
        **{name: getattr(record, name) or None for name in IDENTIFIERS},
        "owner_pk": owner_pk,
    }


def _record(row: Any) -> FilmRecord:
    film = Film(
        film_id=row.film_id,
        title=row.title,
        synopsis=row.synopsis,
        original_title=row.original_title,
        year=row.year,
        synopsis_language=row.synopsis_language,
        genres=tuple(row.genres),
        countries=tuple(row.countries),
        languages=tuple(row.languages),
        directors=tuple(row.directors),
        cast=tuple(row.cast_names),
        production_companies=tuple(row.production_companies),
        sales_agent=row.sales_agent,
    )
    return FilmRecord(
        film=film,
        stage=None if row.stage is None else Stage(row.stage),
        logline=row.logline,
        budget_usd=row.budget_usd,
        festivals=tuple(row.festivals),
        eidr=row.eidr or "",
        isan=row.isan or "",
        imdb_id=row.imdb_id or "",
        tmdb_id=row.tmdb_id or "",
        owner_id=row.owner_id,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
