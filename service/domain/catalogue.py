"""Films and distributor profiles as stored, around what the recommender knows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from recommender.market.domain import Distributor, Film
from service.domain.words import MediaRight, Stage

__all__ = ["DistributorProfile", "FilmRecord"]


@dataclass(frozen=True, slots=True)
class FilmRecord:
    """A film or project with its place in the trade.

    owner_id: the sales agent's company, None for market reference data that everybody may read.
    eidr, isan, imdb_id (tt...), tmdb_id (digits): "" where unknown, unique where given. budget_usd: US
    dollars. version: for ETags, counted up by the store on each change.
    """

    film: Film
    stage: Stage | None = None
    logline: str = ""
    budget_usd: Decimal | None = None
    festivals: tuple[str, ...] = ()
    eidr: str = ""
    isan: str = ""
    imdb_id: str = ""
    tmdb_id: str = ""
    owner_id: str | None = None
    version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def film_id(self) -> str:
        """The film's public id."""
        return self.film.film_id


@dataclass(frozen=True, slots=True)
class DistributorProfile:
    """A company in one territory, with what it looks for and its limits.

    The distributor's id and territory never change. media_rights: what it buys, () for unknown.
    budget_min_usd, budget_max_usd: of films it takes. genres_never: genres it never takes. attending: names
    of the markets and events it goes to.
    """

    distributor: Distributor
    company_id: str
    media_rights: tuple[MediaRight, ...] = ()
    budget_min_usd: Decimal | None = None
    budget_max_usd: Decimal | None = None
    genres_never: tuple[str, ...] = ()
    attending: tuple[str, ...] = ()
    version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def distributor_id(self) -> str:
        """The profile's public id."""
        return self.distributor.distributor_id

    @property
    def territory(self) -> str:
        """The territory it works in."""
        return self.distributor.territory
