"""Everything the signals of a day are made from. Training, evaluation and serving build it the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommender.market.eligibility import DistributorFacts
from recommender.market.tables import Market
from recommender.ranking.catalogue import Catalogue, Releases
from recommender.ranking.features import film_features, film_topics, learn_topics, main_topics
from recommender.ranking.houses import house_names
from recommender.ranking.rerank import WORLD, FirstStage
from recommender.ranking.signals import pair_signals
from recommender.ranking.sizes import NameSizes
from recommender.ranking.taste import Taste
from recommender.ranking.world import World
from recommender.space.metadata import MetadataSpace
from recommender.space.vectors import FilmVectors, Similarity

__all__ = ["EARLIER_SIGNALS", "Asked", "DayState", "FilmSpace", "Signals"]

BATCH: Final = 128
"""Films at a time: 128 x 29,000 similarities of four bytes are 15 MB."""

EARLIER_SIGNALS: Final = ("elsewhere",)
"""Signals that need a deal of the film in another territory."""


@dataclass(frozen=True, eq=False)
class Asked:
    """q films as the ranking sees them.

    vectors: in the space. features: float32 csr (q, film features), for LightFM. rows: int64 (q,), rows of the
    market's films, -1 for a film that is not among them.
    """

    vectors: FilmVectors
    features: sparse.csr_matrix
    rows: NDArray[np.int64]

    def take(self, rows: NDArray[np.integer]) -> Asked:
        """These films only."""
        return Asked(self.vectors.take(rows), self.features[rows], self.rows[rows])

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(frozen=True, eq=False)
class FilmSpace:
    """What turns any film into vectors and features, learnt from films released before a day.

    metadata: its terms. topics: float32 (t, d), centres of synopses.
    """

    metadata: MetadataSpace
    topics: NDArray[np.float32]

    @classmethod
    def learn(cls, market: Market, synopses: NDArray[np.float32], moment: date, seed: int) -> FilmSpace:
        """From the films with a deal before `moment`. synopses: float32 (all films, d)."""
        # By first release, not by row: the topics do not depend on the order of the films table.
        past = pd.unique(Releases.before(market, moment).films)
        return cls(MetadataSpace.learn(market.films.iloc[past]), learn_topics(synopses[past], seed))

    def asked(self, vectors: FilmVectors, rows: NDArray[np.int64]) -> Asked:
        """Films with their LightFM features; `rows` as in Asked."""
        topics = film_topics(vectors.synopsis, self.topics)
        return Asked(vectors, film_features(vectors, self.metadata, topics), rows)

    def profiles(self, releases: Releases, films: Asked, briefs: NDArray[np.float32]) -> sparse.csr_matrix:
        """The main topics of each distributor's catalogue and brief: float32 csr (all distributors, t)."""
        topics = film_topics(films.vectors.synopsis, self.topics)
        weight = releases.recency(8.0).astype(np.float32)
        places = (releases.distributors, releases.films)
        taken = sparse.csr_matrix((weight, places), shape=(len(briefs), len(films)))
        return main_topics((taken @ topics + film_topics(briefs, self.topics)).tocsr())


@dataclass(frozen=True, eq=False)
class Signals:
    """names: p signals. values: float32 (q, n, p). distributors: int32 (n,), rows of the market's."""

    names: tuple[str, ...]
    values: NDArray[np.float32]
    distributors: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class DayState:
    """A market as it stood on `moment`: later deals play no part in anything here."""

    moment: date
    space: FilmSpace
    films: Asked
    releases: Releases
    facts: DistributorFacts
    briefs: NDArray[np.float32]
    world: World
    first_stage: FirstStage
    tastes: dict[str, Taste] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        market: Market,
        moment: date,
        space: FilmSpace,
        films: Asked,
        briefs: NDArray[np.float32],
        first_stage: FirstStage | None = None,
        seeds: Sequence[int] = (),
        on_epoch: Callable[[], object] | None = None,
    ) -> DayState:
        """films: all of the market's films. briefs: float32 (all distributors, d).

        first_stage: the day's own; else it is fitted with `seeds`.
        """
        releases = Releases.before(market, moment)
        if first_stage is None:
            profiles = space.profiles(releases, films, briefs)
            first_stage = FirstStage.fit(films.features, profiles, releases, seeds, on_epoch)
        facts = DistributorFacts.from_market(market.before(moment))
        world = World.of(releases, facts.territories)
        return cls(moment, space, films, releases, facts, briefs, world, first_stage)

    def changed(self, **parts: Any) -> DayState:
        """The same day with other fields, `films` and `world.films` being the same; without tastes."""
        day = replace(self, **({"tastes": {}} | parts))
        kept = ("_released",) if "releases" in parts else ("_released", "_name_sizes")
        day.__dict__.update({name: getattr(self, name) for name in kept})
        return day

    def taste(self, territory: str) -> Taste:
        """The territory's catalogue and what follows from it. Raises QueryError where nobody works there."""
        if territory not in self.tastes:
            catalogue = Catalogue.of(self.facts, self.releases, territory, self.moment, self.briefs)
            names = [house_names(self.facts.names[row]) for row in catalogue.distributors]
            self.tastes[territory] = Taste.of(
                catalogue, self.films.vectors, self.space.metadata, self._name_sizes, names
            )
        return self.tastes[territory]

    def signals(
        self,
        asked: Asked,
        territory: str,
        buyers: sparse.csr_matrix | None = None,
        near: Similarity | None = None,
    ) -> Signals:
        """Every signal of the films asked about with the territory's eligible distributors.

        buyers: csr (q, all distributors), 1 for known buyers of each film elsewhere; adds EARLIER_SIGNALS.
        near: what `near` says of the films, where it is known already.
        """
        pool = self.taste(territory).catalogue.distributors
        if near is not None:
            parts = [self._batch(asked, territory, buyers, near)]
        else:
            parts = [
                self._batch(part, territory, known, self.near(part.vectors))
                for part, known in _batches(asked, buyers)
            ]
        names = tuple(parts[0])
        values = np.concatenate([np.stack(tuple(part.values()), axis=-1) for part in parts])
        return Signals(names, values, pool)

    def near(self, asked: FilmVectors) -> Similarity:
        """The films' similarities with every released film, in the order of world.films."""
        return Similarity.between(asked, self._released)

    def _batch(
        self,
        asked: Asked,
        territory: str,
        buyers: sparse.csr_matrix | None,
        near: Similarity,
    ) -> dict[str, NDArray[np.float32]]:
        taste = self.taste(territory)
        catalogue = taste.catalogue
        places = np.searchsorted(self.world.films, catalogue.releases.films)
        signals = pair_signals(asked.vectors, near.columns(places), self.space.metadata, taste)
        signals["pattern_here"] = self.first_stage.scores(territory, asked.features, catalogue.distributors)
        signals["pattern_world"] = self.first_stage.scores(WORLD, asked.features, catalogue.distributors)
        others = self._others(asked, near)
        both = self.world.abroad(np.concatenate([others, others**2]), catalogue.distributors)
        signals["abroad"], signals["abroad_closest"] = both[: len(others)], both[len(others) :]
        if buyers is not None:
            signals["elsewhere"] = self.world.elsewhere(buyers, catalogue.distributors)
        return signals

    def _others(self, asked: Asked, near: Similarity) -> NDArray[np.float32]:
        """How much each released film tells about each asked one, float32 (q, f): nothing about itself.

        Its own releases elsewhere are for `buyers`; without them a film is known by its row alone.
        """
        weight = near.mixed**4
        place = np.searchsorted(self.world.films, asked.rows).clip(max=len(self.world.films) - 1)
        own = np.flatnonzero(self.world.films[place] == asked.rows)
        weight[own, place[own]] = 0.0
        return weight

    @cached_property
    def _name_sizes(self) -> NameSizes:
        return NameSizes.of(self.releases, self.films.vectors, self.space.metadata)

    @cached_property
    def _released(self) -> FilmVectors:
        return self.films.vectors.take(self.world.films)


def _batches(
    asked: Asked, buyers: sparse.csr_matrix | None
) -> Iterator[tuple[Asked, sparse.csr_matrix | None]]:
    for start in range(0, max(len(asked), 1), BATCH):
        rows = np.arange(start, min(start + BATCH, len(asked)))
        yield asked.take(rows), None if buyers is None else buyers[rows]
