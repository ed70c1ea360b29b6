"""Why a distributor stands where it does: the parts of its log-odds, what they rest on, and comparables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.market.domain import Comparable, Film, Outlook, Reason
from recommender.ranking import wording
from recommender.ranking.facts import CatalogueFacts
from recommender.ranking.houses import bears_name, house_names
from recommender.ranking.records import Records
from recommender.ranking.state import Signals
from recommender.ranking.taste import film_age
from recommender.ranking.wording import Told
from recommender.space.metadata import MetadataSpace
from recommender.space.vectors import Similarity

__all__ = ["GROUPS", "Explanation", "group_of"]

GROUPS: Final = {
    "likeness": ("near_", "lift_", "nearest_", "catalogue_"),
    "genres": ("share_genres",),
    "countries": ("share_countries",),
    "languages": ("share_languages",),
    "film's age": ("share_age",),
    "people": ("times_directors", "part_directors", "times_cast", "part_cast"),
    "companies": ("times_production_", "part_production_"),
    "own production": ("house",),
    "sales agent": ("times_sales_", "part_sales_"),
    "activity": ("pace_", "since_", "years_"),
    "size": ("size",),
    "success": ("success",),
    "pattern": ("pattern_",),
    "elsewhere": ("abroad", "elsewhere"),
}
"""Reason -> how the names of its signals begin."""

COMPARABLES: Final = 3
NEAREST: Final = 50
OUTLOOK_RELEASES: Final = 10
MOST_TERMS: Final = 3


@cache
def group_of(signal: str) -> str:
    """The reason that a signal belongs to. Raises KeyError for a signal without one."""
    for group, beginnings in GROUPS.items():
        if signal.startswith(beginnings):
            return group
    raise KeyError(signal)


@dataclass(frozen=True, eq=False)
class Explanation:
    """One film in one territory. near: its similarities with the catalogue's releases, (1, m).

    parts: float64 (n, p), what each signal adds to each distributor's log-odds. synopsis: float32 (d,), the film's.
    buyers: how many released the film in other territories.
    """

    records: Records
    space: MetadataSpace
    film: Film
    facts: CatalogueFacts
    signals: Signals
    parts: NDArray[np.float64]
    near: Similarity
    mean_size: NDArray[np.float64]
    synopsis: NDArray[np.float32]
    buyers: int

    def reasons(self, distributor: int) -> tuple[Reason, ...]:
        """Every reason for and against the distributor at this place of the pool, strongest first."""
        weight = dict.fromkeys(GROUPS, 0.0)
        for name, part in zip(self.signals.names, self.parts[distributor], strict=True):
            weight[group_of(name)] += float(part)
        reasons = [self._reason(group, distributor, value) for group, value in weight.items() if value]
        return tuple(sorted(reasons, key=lambda reason: -abs(reason.log_odds)))

    def comparables(self, distributor: int) -> tuple[Comparable, ...]:
        """The distributor's releases most like the film, best first."""
        return self._comparables(self._closest(distributor)[:COMPARABLES])

    def outlook(self, distributor: int) -> Outlook:
        """How its releases most like the film did, of those whose outcome is known."""
        outcomes = self._outcomes(distributor)
        if not len(outcomes):
            return Outlook(0, None, None)
        return Outlook(len(outcomes), float(np.median(outcomes)), float(np.mean(outcomes > 0.5)))

    def _reason(self, group: str, distributor: int, value: float) -> Reason:
        told, places = self._fact(group, distributor)
        past = self._comparables(places[:COMPARABLES])
        return Reason(group, told.text, value, past, told.kind, told.facts)

    def _fact(self, group: str, distributor: int) -> tuple[Told, NDArray[np.int64]]:
        none = np.empty(0, dtype=np.int64)
        if group == "likeness":
            return self._likeness(distributor)
        if group in ("genres", "countries", "languages"):
            return self._contents(group, distributor)
        if group == "people":
            return self._history(group, ("directors", "cast"), distributor)
        if group == "companies":
            return self._history(group, ("production_companies",), distributor)
        if group == "sales agent":
            return self._history(group, ("sales_agent",), distributor)
        if group == "own production":
            return wording.own_production(self._own_companies(distributor)), none
        if group == "film's age":
            return self._age(distributor), none
        if group == "activity":
            return self._activity(distributor), none
        if group == "size":
            return wording.size(float(self.mean_size[distributor]), self._territory), none
        if group == "success":
            outcomes = self._outcomes(distributor)
            median = float(np.median(outcomes)) if len(outcomes) else None
            return wording.success(median, len(outcomes)), none
        pool = len(self.facts.catalogue)
        if group == "pattern":
            return wording.pattern(self._place("pattern_", distributor), pool), none
        return wording.elsewhere(self._place(("abroad", "elsewhere"), distributor), pool, self.buyers), none

    def _likeness(self, distributor: int) -> tuple[Told, NDArray[np.int64]]:
        closest = self._closest(distributor)
        if not len(closest):
            brief = float(self.synopsis @ self.facts.catalogue.briefs[distributor])
            return wording.briefly(max(brief, 0.0)), closest
        best = self._comparables(closest[:1])[0]
        start, end = self.facts.span(distributor)
        near = int(((self._nearest >= start) & (self._nearest < end)).sum())
        year = best.year or best.release_date.year
        told = wording.likeness(best.title, year, best.similarity, near, len(self._nearest), self._territory)
        return told, closest

    def _contents(self, field: str, distributor: int) -> tuple[Told, NDArray[np.int64]]:
        start, end = self.facts.span(distributor)
        counts, places = [], [np.empty(0, dtype=np.int32)]
        for value, term in self._terms[field]:
            having = self.facts.having(field, term)
            mine = having[np.searchsorted(having, start) : np.searchsorted(having, end)]
            counts.append((value, len(mine), int(self.facts.top[mine].sum())))
            places.append(mine)
        described = int(self.facts.described[field][distributor])
        oldest = start + int(self.facts.catalogue.releases.age[start:end].argmax()) if end > start else None
        since = self._released(oldest).year if oldest is not None else 0
        found = np.unique(np.concatenate(places))
        return wording.contents(field, counts[:MOST_TERMS], described, since), self._ordered(found)

    def _history(self, group: str, fields: Sequence[str], distributor: int) -> tuple[Told, NDArray[np.int64]]:
        start, end = self.facts.span(distributor)
        counts, places = [], [np.empty(0, dtype=np.int32)]
        for field in fields:
            for value, term in self._terms[field]:
                having = self.facts.having(field, term)
                mine = having[np.searchsorted(having, start) : np.searchsorted(having, end)]
                counts.append((value, len(mine)))
                places.append(mine)
        return wording.history(group, counts), self._ordered(np.unique(np.concatenate(places)))

    def _own_companies(self, distributor: int) -> list[str]:
        names = house_names(self.records.all_names[self.facts.catalogue.distributors[distributor]])
        return [company for company in self.film.production_companies if bears_name(company, names)]

    def _age(self, distributor: int) -> Told:
        year = np.array([np.nan if self.film.year is None else self.film.year])
        age = int(film_age(year, self.facts.catalogue.moment)[0])
        mine = self.facts.ages[slice(*self.facts.span(distributor))]
        return wording.age(age, int((mine == age).sum()), int((mine >= 0).sum()))

    def _activity(self, distributor: int) -> Told:
        start, end = self.facts.span(distributor)
        if start == end:
            return wording.activity(0, 0, "")
        last = start + int(self.facts.catalogue.releases.age[start:end].argmin())
        last_day = self._released(last)
        return wording.activity(
            int(self.facts.recent[distributor]), int(self.facts.releases[distributor]), last_day.isoformat()
        )

    def _place(self, beginning: str | tuple[str, ...], distributor: int) -> int:
        value = self._sums.get(beginning)
        if value is None:
            chosen = [i for i, name in enumerate(self.signals.names) if name.startswith(beginning)]
            value = self._sums[beginning] = self.signals.values[0][:, chosen].sum(axis=1)
        return int((value > value[distributor]).sum()) + 1

    def _outcomes(self, distributor: int) -> NDArray[np.float64]:
        closest = self._closest(distributor)
        rated = closest[self.facts.rated[closest]][:OUTLOOK_RELEASES]
        return self.facts.catalogue.releases.outcome[rated]

    def _closest(self, distributor: int) -> NDArray[np.int64]:
        """Places of its releases, most like the film first."""
        places = self._by_likeness.get(distributor)
        if places is None:
            start, end = self.facts.span(distributor)
            places = self._by_likeness[distributor] = self._ordered(np.arange(start, end))
        return places

    def _ordered(self, places: NDArray[np.integer]) -> NDArray[np.int64]:
        return places[np.argsort(-self.near.mixed[0, places], kind="stable")].astype(np.int64)

    def _comparables(self, places: NDArray[np.int64]) -> tuple[Comparable, ...]:
        releases = self.facts.catalogue.releases
        return tuple(
            self.records.comparable(
                int(releases.deals[place]),
                float(self.near.mixed[0, place]),
                float(releases.outcome[place]),
            )
            for place in places
        )

    def _released(self, place: int) -> date:
        return self.records.released(int(self.facts.catalogue.releases.deals[place]))

    @property
    def _territory(self) -> str:
        return self.facts.catalogue.territory

    @cached_property
    def _sums(self) -> dict[str | tuple[str, ...], NDArray[np.floating]]:
        return {}

    @cached_property
    def _by_likeness(self) -> dict[int, NDArray[np.int64]]:
        return {}

    @cached_property
    def _nearest(self) -> NDArray[np.int64]:
        return np.argsort(-self.near.mixed[0], kind="stable")[:NEAREST]

    @cached_property
    def _terms(self) -> dict[str, list[tuple[str, int]]]:
        """The film's own terms that past films had, with their columns."""
        values = {
            field: (getattr(self.film, field),) if field == "sales_agent" else getattr(self.film, field)
            for field in self.facts.labels
        }
        found = {
            field: [(value, self.space.place(field, value)) for value in dict.fromkeys(each) if value]
            for field, each in values.items()
        }
        return {
            field: [(value, term) for value, term in each if term is not None]
            for field, each in found.items()
        }
