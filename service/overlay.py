"""What changed since a bundle was trained, on its way from the change log into a matcher."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

import numpy as np
import structlog
from numpy.typing import NDArray

from recommender.errors import DataError, QueryError
from recommender.matching import Bundle
from recommender.matching.matcher import Changes, Matcher
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.deals import DealRecord
from service.domain.matching import Change
from service.domain.words import ChangeKind
from service.store.unit_of_work import UnitOfWork
from service.usecases.embedding import brief_vectors, film_vectors
from service.usecases.market import deals_frame, distributors_frame, films_frame

__all__ = ["Overlay", "TakenUp", "Touched"]

_LOG = structlog.get_logger(__name__)

Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Touched:
    """Ids of what was written or deleted."""

    films: frozenset[str] = frozenset()
    distributors: frozenset[str] = frozenset()
    deals: frozenset[str] = frozenset()

    @classmethod
    def of(cls, changes: Iterable[Change]) -> Self:
        """From the log."""
        ids: dict[ChangeKind, set[str]] = {kind: set() for kind in ChangeKind}
        for change in changes:
            ids[change.kind].add(change.object_id)
        return cls(
            *(frozenset(ids[kind]) for kind in (ChangeKind.FILM, ChangeKind.DISTRIBUTOR, ChangeKind.DEAL))
        )

    def __or__(self, other: Touched) -> Touched:
        return Touched(
            self.films | other.films, self.distributors | other.distributors, self.deals | other.deals
        )

    def __bool__(self) -> bool:
        return bool(self.films or self.distributors or self.deals)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a matcher knows beside its bundle, by id.

    encoder: the bundle's fingerprint. dimension: of its vectors. until: deals before it were learnt from. learnt: ids
    of those deals. films, distributors: ids that the matcher knows. waiting: what it does not know yet, because a
    vector is missing, or the film or distributor of a deal.
    """

    encoder: str
    dimension: int
    until: date
    learnt: frozenset[str]
    films: frozenset[str]
    distributors: frozenset[str]
    waiting: Touched = field(default_factory=Touched)

    @classmethod
    def of(cls, bundle: Bundle) -> Self:
        """Of a bundle as it was trained."""
        tables = bundle.contents.tables
        return cls(
            encoder=bundle.manifest.encoder,
            dimension=bundle.contents.arrays["vectors"]["synopses"].shape[1],
            until=bundle.manifest.until,
            learnt=frozenset(tables["deals"]["deal_id"]),
            films=frozenset(tables["films"]["film_id"]),
            distributors=frozenset(tables["distributors"]["distributor_id"]),
        )

    def never_learnt(self, tx: UnitOfWork) -> Touched:
        """Deals that were known when it was trained, but neither released nor signed: they count as sold."""
        return Touched(
            deals=frozenset(deal.deal_id for deal in tx.deals.stream() if deal.deal_id not in self.learnt)
        )

    def take_up(self, tx: UnitOfWork, touched: Touched) -> TakenUp:
        """What of `touched`, and of what waited, can be taken up now."""
        wanted = touched | self.waiting
        films, profiles = tx.films.find(wanted.films), tx.distributors.find(wanted.distributors)
        deals = tx.deals.find(wanted.deals)
        synopses = film_vectors(tx, films.values(), self.encoder, self.dimension)
        briefs = brief_vectors(tx, profiles.values(), self.encoder, self.dimension)
        known_films = (self.films | synopses.keys()) - (wanted.films - films.keys())
        known_distributors = (self.distributors | briefs.keys()) - (wanted.distributors - profiles.keys())
        ready = {
            deal_id: deal
            for deal_id, deal in deals.items()
            if deal.film_id in known_films and deal.distributor_id in known_distributors
        }
        waiting = Touched(
            frozenset(films.keys() - synopses.keys()),
            frozenset(profiles.keys() - briefs.keys()),
            frozenset(deals.keys() - ready.keys()),
        )
        items: tuple[FilmRecord | DistributorProfile | DealRecord, ...] = (
            *(films[film_id] for film_id in sorted(synopses)),
            *(profiles[distributor_id] for distributor_id in sorted(briefs)),
            *(ready[deal_id] for deal_id in sorted(ready)),
        )
        removed = Touched(
            wanted.films - films.keys(), wanted.distributors - profiles.keys(), wanted.deals - deals.keys()
        )
        overlay = replace(self, films=known_films, distributors=known_distributors, waiting=waiting)
        return TakenUp(overlay, items, synopses, briefs, removed)


@dataclass(frozen=True, slots=True, eq=False)
class TakenUp:
    """What is new for a matcher. overlay: as it is afterwards. items: films, then distributors, then deals.

    synopses, briefs: vectors by id. removed: what is no more.
    """

    overlay: Overlay
    items: tuple[FilmRecord | DistributorProfile | DealRecord, ...]
    synopses: Vectors
    briefs: Vectors
    removed: Touched

    @property
    def lacks_vectors(self) -> bool:
        """Whether a text is not embedded yet."""
        return bool(self.overlay.waiting.films or self.overlay.waiting.distributors)

    def applied_to(self, matcher: Matcher) -> Matcher:
        """The matcher with all of it. What it refuses is found by halving, left out, and told in the log."""
        if not self.items and not self.removed:
            return matcher
        try:
            return matcher.with_changes(self._changes())
        except (DataError, QueryError) as error:
            if len(self.items) + bool(self.removed) == 1:
                _LOG.warning("change_not_taken_up", reason=str(error))
                return matcher
        middle = 0 if self.removed else len(self.items) // 2
        first = replace(self, items=self.items[:middle])
        rest = replace(self, items=self.items[middle:], removed=Touched())
        return rest.applied_to(first.applied_to(matcher))

    def _changes(self) -> Changes:
        films = [item.film for item in self.items if isinstance(item, FilmRecord)]
        distributors = [item.distributor for item in self.items if isinstance(item, DistributorProfile)]
        deals = [item for item in self.items if isinstance(item, DealRecord)]
        overlay = self.overlay
        return Changes.of(
            films=films_frame(films) if films else None,
            synopses=np.stack([self.synopses[one.film_id] for one in films]) if films else None,
            distributors=distributors_frame(distributors) if distributors else None,
            briefs=np.stack([self.briefs[one.distributor_id] for one in distributors])
            if distributors
            else None,
            deals=deals_frame(deals, overlay.learnt, overlay.until) if deals else None,
            removed_films=self.removed.films,
            removed_distributors=self.removed.distributors,
            removed_deals=self.removed.deals,
        )
