"""What a Matcher knows: a bundle's market and model, and what changed since it was trained."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.errors import QueryError
from recommender.market.eligibility import DistributorFacts
from recommender.market.ids import IdMap
from recommender.market.tables import Market
from recommender.matching.changes import Changes, TableChanges
from recommender.matching.contents import BundleContents
from recommender.matching.packing import unpack
from recommender.ranking.catalogue import Catalogue, Releases
from recommender.ranking.model import RankingModel
from recommender.ranking.records import Records
from recommender.ranking.rerank import Profiles
from recommender.ranking.state import Asked, DayState
from recommender.ranking.taste import Taste
from recommender.ranking.world import World
from recommender.space.index import ChangedIndex
from recommender.space.vectors import FilmVectors

__all__ = ["Known", "KnownFilms"]


@dataclass(frozen=True, eq=False)
class KnownFilms:
    """All films as the ranking sees them, by row. changed: those that are new or edited, by row."""

    learnt: Asked
    changed: Asked

    def take(self, rows: NDArray[np.integer]) -> Asked:
        """The films of these rows, in their order."""
        changed = np.isin(rows, self.changed.rows)
        if not changed.any():
            return self.learnt.take(rows)
        one = self.learnt.take(rows[~changed])
        two = self.changed.take(np.searchsorted(self.changed.rows, rows[changed]))
        both = Asked(
            one.vectors.followed_by(two.vectors),
            sparse.vstack([one.features, two.features]).tocsr(),
            np.concatenate([one.rows, two.rows]),
        )
        return both.take(np.argsort(np.argsort(changed, kind="stable")))


@dataclass(frozen=True, eq=False)
class Known:
    """A market as it is, with a model of how it was when the bundle was trained.

    market: all rows, also of what is no more. film_ids, distributor_ids: of what there is. told: bool (deals of
    the bundle,), those that answers may tell of: neither private nor gone. shown: the model on its day as if there
    were no others, by which every question is answered: private deals taught the weights of the whole, and there is no
    figure that one of them moves by itself.
    """

    market: Market
    film_ids: IdMap
    distributor_ids: IdMap
    records: Records
    model: RankingModel
    films: KnownFilms
    index: ChangedIndex
    told: NDArray[np.bool_]
    shown: RankingModel

    @classmethod
    def of(cls, contents: BundleContents) -> Known:
        """A bundle as it was trained."""
        market, model, films, index = unpack(contents)
        records = Records.of(market)
        told = ~records.private
        return cls(
            market=market,
            film_ids=market.film_ids,
            distributor_ids=market.distributor_ids,
            records=records,
            model=model,
            films=KnownFilms(films, films.take(np.empty(0, dtype=np.int64))),
            index=ChangedIndex(index),
            told=told,
            shown=model,
        )

    def changed(self, changes: Changes, latest: Known) -> Known:
        """A bundle with all changes since. latest: it with some of them; what still holds is taken over.

        Raises DataError as `Changes.applied`, QueryError for vectors of another length than the bundle's.
        """
        if not len(changes):
            return self
        market = changes.applied(self.market)
        records = Records.of(
            market, changes.films.removed, changes.distributors.removed, changes.deals.removed
        )
        films = self._films(changes.films, market)
        model = replace(self.model, state=self._state(changes.distributors, market, records))
        told = self._told(records)
        same = np.array_equal(told, latest.told)
        releases = latest.shown.state.releases if same else self._releases(told)
        shown = _shown(model, releases)
        if same:
            shown.state.tastes.update(_kept(latest.shown.state, shown.state))
        joint = films.changed.vectors.joint(model.state.space.metadata)
        gone = self.market.film_ids.rows(changes.films.removed)
        return Known(
            market=market,
            film_ids=market.film_ids.without(changes.films.removed),
            distributor_ids=market.distributor_ids.without(changes.distributors.removed),
            records=records,
            model=model,
            films=films,
            index=self.index.changed(gone[gone >= 0].astype(np.int64), films.changed.rows, joint),
            told=told,
            shown=shown,
        )

    def _films(self, changes: TableChanges, market: Market) -> KnownFilms:
        if changes.rows.empty:
            return self.films
        space = self.model.state.space
        self._check_length(changes.vectors, "synopses")
        rows = market.film_ids.rows(changes.ids).astype(np.int64)
        changed = space.asked(FilmVectors.of(changes.rows, changes.vectors, space.metadata), rows)
        return KnownFilms(self.films.learnt, changed.take(np.argsort(rows)))

    def _state(self, changes: TableChanges, market: Market, records: Records) -> DayState:
        """The model's day with the distributors as they are; the releases learnt from are the same."""
        day = self.model.state
        facts = _facts(changes, market, records, day)
        if changes.rows.empty:
            return day.changed(facts=facts)
        self._check_length(changes.vectors, "briefs")
        rows = market.distributor_ids.rows(changes.ids)
        order = np.argsort(rows)
        briefs = np.zeros((len(market.distributors), day.briefs.shape[1]), dtype=np.float32)
        briefs[: len(day.briefs)] = day.briefs
        before = briefs[rows[order]]
        briefs[rows] = changes.vectors
        return day.changed(
            facts=facts,
            briefs=briefs,
            world=day.world.widened(len(briefs)),
            first_stage=day.first_stage.with_profiles(
                _profiles(day, rows[order], before, changes.vectors[order])
            ),
        )

    def _releases(self, told: NDArray[np.bool_]) -> Releases:
        day = self.model.state
        if np.array_equal(told, self.told):
            return day.releases
        return Releases.before(replace(self.market, deals=self.market.deals[told]), day.moment)

    def _told(self, records: Records) -> NDArray[np.bool_]:
        learnt = slice(0, len(self.told))
        same_film = records.film_of[learnt] == self.records.film_of
        same_buyer = records.distributor_of[learnt] == self.records.distributor_of
        return np.asarray((records.holds & ~records.private)[learnt] & same_film & same_buyer)

    def _check_length(self, vectors: NDArray[np.float32], what: str) -> None:
        ours = self.model.state.briefs.shape[1]
        if vectors.shape[1] != ours:
            raise QueryError(
                f"the {what} are vectors of {vectors.shape[1]} numbers, the bundle's have {ours}: "
                "encode them with the encoder of the bundle"
            )


def _facts(changes: TableChanges, market: Market, records: Records, day: DayState) -> DistributorFacts:
    """Who works where and when it was last active; a deal signed since counts as of the day before."""
    table = market.distributors
    works = ~table["distributor_id"].isin(changes.removed)
    counted = records.holds & ~records.private
    days = market.deals["release_date"].to_numpy().astype("datetime64[D]")[counted]
    last = np.datetime64(day.moment, "D") - 1
    days = np.where(np.isnat(days), last, np.minimum(days, last))
    table = table.assign(territory=table["territory"].where(works, ""))
    return DistributorFacts.of(table, records.distributor_of[counted], days)


def _profiles(
    day: DayState, rows: NDArray[np.int32], before: NDArray[np.float32], now: NDArray[np.float32]
) -> Profiles:
    """rows: sorted. before, now: float32 (rows, d), their briefs."""
    mine = day.releases.take(np.isin(day.releases.distributors, rows))
    films, film = np.unique(mine.films, return_inverse=True)
    owner = np.searchsorted(rows, mine.distributors)
    local = replace(mine, films=film.astype(np.int32), distributors=owner.astype(np.int32))
    taken = day.films.take(films)
    return Profiles(
        distributors=rows,
        before=day.space.profiles(local, taken, before),
        now=day.space.profiles(local, taken, now),
        released=np.isin(rows, mine.distributors),
    )


def _shown(model: RankingModel, releases: Releases) -> RankingModel:
    day = model.state
    if releases is day.releases:
        return model
    world = World.of(releases, day.facts.territories, day.world.films)
    return replace(model, state=day.changed(releases=releases, world=world))


def _kept(before: DayState, now: DayState) -> dict[str, Taste]:
    """The tastes that the change of distributors leaves as they were."""
    kept = {}
    for territory, taste in before.tastes.copy().items():
        if not (now.facts.territories == territory).any():
            continue
        catalogue = Catalogue.of(now.facts, now.releases, territory, now.moment, now.briefs)
        pool = catalogue.distributors
        if (
            np.array_equal(pool, taste.catalogue.distributors)
            and np.array_equal(catalogue.briefs, taste.catalogue.briefs)
            and all(now.facts.names[row] == before.facts.names[row] for row in pool)
        ):
            kept[territory] = taste
    return kept
