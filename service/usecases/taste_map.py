"""A distributor's catalogue as a picture of its taste: its films, the suggestions and its gaps on a plane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.space.picture import gaps, plane_of
from service.clock import today
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.security.actor import Actor
from service.store.repositories.deals import DealFilter
from service.store.unit_of_work import UnitOfWork
from service.usecases.distributors import own_profile
from service.usecases.films import readable_films
from service.usecases.matching import Desk
from service.usecases.own_catalogue import Release, releases_of
from service.usecases.suggestions import SuggestionRequest, for_buyer, offers_to, ranked_of

__all__ = ["HEIGHT", "RECENT_YEARS", "Gap", "Point", "PointKind", "TasteMap", "taste_map"]

RECENT_YEARS: Final = 3
"""A release is recent within these years before the latest one that is known in the territory."""

HEIGHT: Final = 0.6
"""Of the map, where half its width is 1."""

SUGGESTED: Final = 30
OWN: Final = 250
AROUND: Final = 300


class PointKind(StrEnum):
    """What a film on the map is to the distributor. around: another on offer, or lately released here by others."""

    SUGGESTED = "suggested"
    OWN = "own"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class Point:
    """A film on the map. x, y: on one scale, x -1..1, y -HEIGHT..HEIGHT upwards.

    released_on: by the distributor, or by another where the film is around; None for a film on offer. probability:
    of a suggestion. gap: the number of the gap that it is in, from 1 on, or None.
    """

    film: FilmRecord
    kind: PointKind
    x: float
    y: float
    released_on: date | None = None
    probability: float | None = None
    gap: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Films near the distributor's, of which it released none like them lately. genres: the commonest first.

    films: the one in the middle first; x, y are its place.
    """

    number: int
    genres: tuple[str, ...]
    films: tuple[Point, ...]
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class TasteMap:
    """points: suggestions by rank, then own releases, the latest first, then the others. shown: the share of the
    differences between films that the plane keeps. recent_from: since when a release is recent, None without any.
    """

    points: tuple[Point, ...]
    gaps: tuple[Gap, ...]
    shown: float
    recent_from: date | None


@dataclass(frozen=True, slots=True)
class _Film:
    film: FilmRecord
    kind: PointKind
    released_on: date | None = None
    probability: float | None = None


def taste_map(desk: Desk, actor: Actor, distributor_id: str) -> TasteMap:
    """The map of one profile. Raises NotFound, Invalid where it is not suggested films, Unavailable."""
    in_force = desk.matchers.current()
    with desk.uow() as tx:
        profile = own_profile(tx, actor, distributor_id)
        own = _own(releases_of(tx, profile))
        offers = offers_to(tx, profile)
        request = SuggestionRequest(distributor_id, k=SUGGESTED)
        asked = for_buyer(tx, in_force, profile, request.media_right)
        ranked = ranked_of(tx, asked, profile, request, frozenset(offers), desk.settings)[:SUGGESTED]
        around, recent_from = _around(tx, actor, profile, {one.film.film_id for one in own})
        films = _once([*_suggested(tx, ranked), *own, *_offered(tx, offers), *around])
    known, vectors = in_force.matcher.film_vectors(films)
    chosen = [films[film_id] for film_id in known]
    plane = plane_of(vectors)
    groups = _groups(chosen, vectors, recent_from)
    places = _fitted(plane.places)
    points = tuple(
        Point(
            one.film, one.kind, float(x), float(y), one.released_on, one.probability,
            next((number for number, rows in enumerate(groups, start=1) if row in rows), None),
        )
        for row, (one, (x, y)) in enumerate(zip(chosen, places, strict=True))
    )  # fmt: skip
    found = tuple(_gap(number, [points[row] for row in rows]) for number, rows in enumerate(groups, start=1))
    return TasteMap(points, found, plane.shown, recent_from)


def _fitted(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """In the middle of the picture and as large as it takes them, float64 (n, 2)."""
    if not len(places):
        return places
    low, high = places.min(axis=0), places.max(axis=0)
    half = (high - low) / 2
    return np.asarray((places - (low + high) / 2) / (max(half[0], half[1] / HEIGHT) or 1.0))


def _suggested(tx: UnitOfWork, ranked: Sequence[tuple[str, float]]) -> list[_Film]:
    films = tx.films.find([film_id for film_id, _ in ranked])
    return [
        _Film(films[film_id], PointKind.SUGGESTED, probability=probability)
        for film_id, probability in ranked
        if film_id in films
    ]


def _own(releases: Sequence[Release]) -> list[_Film]:
    return [
        _Film(release.film, PointKind.OWN, released_on=release.deal.release_date) for release in releases
    ][:OWN]


def _offered(tx: UnitOfWork, offers: Mapping[str, datetime]) -> list[_Film]:
    latest = sorted(offers, key=lambda film_id: (offers[film_id], film_id), reverse=True)[:AROUND]
    return [_Film(film, PointKind.AROUND) for film in tx.films.find(latest).values()]


def _around(
    tx: UnitOfWork, actor: Actor, profile: DistributorProfile, own: set[str]
) -> tuple[list[_Film], date | None]:
    """The latest releases of others in the territory that anybody may know of, and since when one is recent."""
    where = DealFilter(territory=profile.territory, seen_by={profile.company_id}, released_to=today())
    latest = tx.deals.last_release(where)
    if latest is None:
        return [], None
    recent_from = latest.replace(year=latest.year - RECENT_YEARS, day=min(latest.day, 28))
    days: dict[str, date] = {}
    for release in tx.deals.releases(replace(where, released_from=recent_from)):
        if release.film_id not in own:
            days[release.film_id] = max(release.on, days.get(release.film_id, date.min))
    chosen = sorted(days, key=lambda film_id: (days[film_id], film_id), reverse=True)[:AROUND]
    films = readable_films(tx, actor, chosen)
    return [
        # Films of which hardly anything is known are alike in that alone.
        _Film(film, PointKind.AROUND, released_on=days[film_id])
        for film_id, film in films.items()
        if film.film.genres or film.film.synopsis
    ], recent_from


def _once(films: Sequence[_Film]) -> dict[str, _Film]:
    """Each film as what it is first of all."""
    found: dict[str, _Film] = {}
    for one in films:
        found.setdefault(one.film.film_id, one)
    order = list(PointKind)
    return dict(sorted(found.items(), key=lambda each: order.index(each[1].kind)))


def _groups(
    films: Sequence[_Film], vectors: NDArray[np.float32], recent_from: date | None
) -> list[list[int]]:
    own = np.array([one.kind is PointKind.OWN for one in films], dtype=np.bool_)
    if not own.any() or recent_from is None:
        return []
    recent = np.array(
        [one.released_on is None or one.released_on >= recent_from for one in films], dtype=np.bool_
    )
    others = np.flatnonzero(~own)
    return [others[rows].tolist() for rows in gaps(vectors[own], recent[own], vectors[others])]


def _gap(number: int, films: Sequence[Point]) -> Gap:
    genres = Counter(genre for point in films for genre in point.film.film.genres)
    return Gap(
        number,
        tuple(genre for genre, _ in sorted(genres.items(), key=lambda each: (-each[1], each[0]))[:2]),
        tuple(films),
        films[0].x,
        films[0].y,
    )
