"""What a distributor released and bought itself, as its own company may see it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.deals import DealRecord
from service.domain.paging import PageRequest
from service.store.repositories.deals import DealFilter
from service.store.unit_of_work import UnitOfWork

__all__ = ["Known", "Release", "known_from", "names_of", "releases_of"]

_ALL: Final = PageRequest(size=100_000)

_FIELDS: Final = ("directors", "cast", "production_companies", "sales_agent")


@dataclass(frozen=True, slots=True)
class Release:
    """A deal with its film."""

    deal: DealRecord
    film: FilmRecord


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of a film whom the distributor knows from its own releases, latest first.

    role: a field of Film, such as directors.
    """

    role: str
    name: str
    releases: tuple[Release, ...]


def releases_of(tx: UnitOfWork, profile: DistributorProfile) -> tuple[Release, ...]:
    """All deals of a profile with their films, the latest first; those without a date before all others."""
    deals = tx.deals.list(_ALL, DealFilter(distributor_id=profile.distributor_id)).items
    films = tx.films.find({deal.film_id for deal in deals})
    ordered = sorted(deals, key=lambda deal: (deal.release_date or date.max, deal.deal_id), reverse=True)
    return tuple(Release(deal, films[deal.film_id]) for deal in ordered)


def known_from(releases: tuple[Release, ...], film: FilmRecord) -> tuple[Known, ...]:
    """The people, companies and agent of a film that the releases, but those of the film itself, were with."""
    with_name: dict[tuple[str, str], list[Release]] = defaultdict(list)
    for release in releases:
        if release.film.film_id != film.film_id:
            for role in _FIELDS:
                for name in {name.casefold() for name in names_of(release, role)}:
                    with_name[role, name].append(release)
    return tuple(
        Known(role, name, tuple(found))
        for role in _FIELDS
        for name in _values(film, role)
        if (found := with_name.get((role, name.casefold())))
    )


def names_of(release: Release, role: str) -> tuple[str, ...]:
    """Who did it; who sold a film may be known of the deal only."""
    if role == "sales_agent" and release.deal.sales_agent:
        return (release.deal.sales_agent,)
    return _values(release.film, role)


def _values(film: FilmRecord, role: str) -> tuple[str, ...]:
    value = getattr(film.film, role)
    return value if isinstance(value, tuple) else (value,) if value else ()
