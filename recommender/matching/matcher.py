"""The one entry for questions: who should see a film, which films are for a distributor, what is like a film."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.errors import QueryError
from recommender.market.domain import Denied, Distributor, Film, Match
from recommender.market.eligibility import NOT_TO_ASK, EligibilityQuery, EligibilityRules, sold_reason
from recommender.market.territories import territory_code
from recommender.matching.answers import Excluded, Matches, SimilarFilm
from recommender.matching.bundle import Bundle
from recommender.matching.changes import Changes
from recommender.matching.known import Known
from recommender.matching.offers import nearest, on_offer
from recommender.matching.questions import KeptChances, KeptFilms, Question, ask, chances
from recommender.matching.registry import load
from recommender.matching.telling import Teller
from recommender.space.cache import CachedEncoder, EmbeddingCache
from recommender.space.encoder import SentenceTransformerEncoder, TextEncoder
from recommender.space.text import brief_texts, film_texts
from recommender.space.vectors import FilmVectors

__all__ = ["Changes", "Excluded", "Matcher", "Matches", "SimilarFilm"]

CANDIDATES: Final = 400
"""Films that FAISS finds for a distributor's tastes before they are ranked."""

NOBODY: Final[Mapping[str, Denied]] = MappingProxyType({})


class Matcher:
    """A bundle that answers, with the changes since. Safe to share between threads: nothing in it changes but
    caches of what follows from it.

    version: the bundle's. until: deals released before this day were learnt from; later ones and those without
    a date are unknown but as changes. changes: all since.
    """

    def __init__(self, bundle: Bundle, encoder: Callable[[], TextEncoder]) -> None:
        """encoder: for films that are described; made when first needed."""
        self.version = bundle.manifest.version
        self.until = bundle.manifest.until
        self.changes = Changes.of()
        self._bundle = bundle
        self._encoder = cache(encoder)
        self._learnt = self._known = Known.of(bundle.contents)
        self._teller = Teller(self._known)
        self._chances = KeptChances(self._known)
        self._films = KeptFilms(self._known)
        self._beside: Collection[str] = ()

    @classmethod
    def load(cls, bundles: Path, version: str | None = None, encoder: TextEncoder | None = None) -> Matcher:
        """The bundle in force, or a version of it. Raises BundleError when it cannot be trusted."""
        return cls(load(bundles, version), (lambda: encoder) if encoder is not None else _default_encoder)

    def with_changes(self, changes: Changes) -> Matcher:
        """A matcher that knows of these changes too, without training; this one stays as it is.

        It shares the bundle and whatever the changes leave as it was. Raises DataError for changes that do not
        fit together or the bundle, QueryError for vectors of another length than the bundle's.
        """
        after = copy(self)
        after.changes = self.changes.then(changes)
        after._known = self._learnt.changed(after.changes, self._known)
        after._teller = Teller(after._known, self._teller)
        after._chances = KeptChances(after._known)
        after._films = KeptFilms(after._known)
        return after

    def with_profile(self, *distributors: Distributor) -> Matcher:
        """As if these were distributors' profiles. Raises BundleError where the encoder is not the bundle's."""
        table = pd.DataFrame(list(map(asdict, distributors)))
        return self.with_changes(Changes.of(distributors=table, briefs=self._encoded(brief_texts(table))))

    def disregarding(self, deal_ids: Collection[str]) -> Matcher:
        """The same, for a question of rights that these deals do not sell: they make no film sold."""
        after = copy(self)
        after._beside = deal_ids
        return after

    def match_film(
        self,
        film: Film | str,
        territory: str,
        k: int = 10,
        no_go: frozenset[str] = frozenset(),
        denied: Mapping[str, Denied] = NOBODY,
        explain: bool = True,
    ) -> Matches:
        """The k likeliest distributors of a territory for a film of the market, by id, or for one described.

        no_go: distributors that are not to be asked. denied: others that are not, each with the reason that is
        shown. explain: with reasons, comparables and outlook, which take most of the time. Raises UnknownIdError
        for an unknown film id, QueryError for a territory without distributors, BundleError where the encoder is
        not the bundle's.
        """
        _positive(k)
        territory = territory_code(territory)
        barred = {**dict.fromkeys(no_go, NOT_TO_ASK), **denied}
        if not isinstance(film, str):
            return self._matches(self._described(film, territory), k, barred, explain)
        row = self._known.film_ids.row(film)
        sold = self._sold(row, territory)
        if sold:
            return Matches((), 0, sold)
        return self._matches(self._stored([row], territory)[0], k, barred, explain)

    def match_films(self, film_ids: Sequence[str], territory: str, k: int = 10) -> tuple[Matches, ...]:
        """`match_film` of many films of the market at once; probabilities agree to about 1e-6 of themselves."""
        _positive(k)
        territory = territory_code(territory)
        rows = [self._known.film_ids.row(film_id) for film_id in film_ids]
        sold = {row: self._sold(row, territory) for row in rows}
        open_rows = [row for row in sold if not sold[row]]
        found = {
            row: self._matches(question, k, NOBODY)
            for row, question in zip(open_rows, self._stored(open_rows, territory), strict=True)
        }
        return tuple(found.get(row, Matches((), 0, sold[row])) for row in rows)

    def probabilities(
        self, film_ids: Sequence[str], territory: str
    ) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """The chances of films of the market with everybody who may be asked in a territory.

        Returns the n distributors' ids and float64 (films, n); 0 throughout for a film that has a deal there
        already, as nobody is asked about it. Raises UnknownIdError for an unknown film id, QueryError for a
        territory without distributors.
        """
        territory = territory_code(territory)
        known = self._known
        rows = np.array([known.film_ids.row(film_id) for film_id in film_ids], dtype=np.int64)
        found = chances(known, territory, rows)
        found[known.records.sold(territory, self._beside)[rows]] = 0.0
        pool = known.shown.state.taste(territory).catalogue.distributors
        return tuple(known.records.distributor_ids[pool].tolist()), found

    def suggest_films(
        self,
        distributor_id: str,
        k: int = 20,
        since: date | None = None,
        hidden: frozenset[str] = frozenset(),
        among: frozenset[str] | None = None,
    ) -> tuple[Match, ...]:
        """The k films that a distributor likeliest takes, of those not sold in its territory.

        among: the films on offer; without it those made since OFFERED_YEARS before the bundle's date. since: only
        films made in that year or later. hidden: films not to show, such as passed ones. Ids nobody knows are left
        out. The tastes of its catalogue and brief find CANDIDATES (or k, if more) films
        to be ranked: up to there the first of a longer answer are the shorter one. Raises UnknownIdError for an
        unknown distributor, QueryError for one that is not asked, with the reason.
        """
        best = self.rank_films(distributor_id, since, hidden, among, k)[:k]
        territory, place = self._asked(distributor_id)
        rows = self._known.film_ids.rows([film_id for film_id, _ in best])
        return tuple(
            self._teller.match(question, self._teller.explanation(question), place, rank)
            for rank, question in enumerate(self._stored(rows.tolist(), territory), start=1)
        )

    def rank_films(
        self,
        distributor_id: str,
        since: date | None = None,
        hidden: frozenset[str] = frozenset(),
        among: frozenset[str] | None = None,
        k: int = 1,
    ) -> tuple[tuple[str, float], ...]:
        """All that `suggest_films` chooses the first k from, with their probabilities: much sooner than reasons."""
        _positive(k)
        known = self._known
        territory, place = self._asked(distributor_id)
        rows = on_offer(known, territory, since, hidden, among, self._beside)
        rows = nearest(known, rows, territory, place, max(k, CANDIDATES))
        chance = self._chances.of(territory, rows)[:, place]
        order = np.lexsort((rows, -chance))
        ids = known.records.film_ids[rows[order]]
        return tuple(zip(ids.tolist(), chance[order].tolist(), strict=True))

    def similar_films(self, film_id: str, k: int = 10) -> tuple[SimilarFilm, ...]:
        """The k nearest films by synopsis and metadata, with who released them. Raises UnknownIdError."""
        _positive(k)
        row = self._known.film_ids.row(film_id)
        metadata = self._known.model.state.space.metadata
        joint = self._known.films.take(np.array([row])).vectors.joint(metadata)
        scores, rows = self._known.index.search(joint, k + 1)
        near = [(int(r), float(s)) for r, s in zip(rows[0], scores[0], strict=True) if r != row][:k]
        return tuple(self._similar(other, similarity) for other, similarity in near)

    def film_vectors(self, film_ids: Iterable[str]) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        """The films of these that are known, and their joint vectors, float32 (n, d), rows of length at most 1."""
        known = [film_id for film_id in film_ids if film_id in self._known.film_ids]
        rows = self._known.film_ids.rows(known).astype(np.int64)
        metadata = self._known.model.state.space.metadata
        return tuple(known), self._known.films.take(rows).vectors.joint(metadata)

    def _stored(self, rows: Sequence[int], territory: str) -> list[Question]:
        if len(rows) == 1:
            one = self._films.of(rows[0])
            return ask(self._known, territory, [one.film], one.asked, stored=True, near=one.near)
        films = [self._known.market.film(self._known.records.film_ids[row]) for row in rows]
        asked = self._known.films.take(np.array(rows, dtype=np.int64))
        return ask(self._known, territory, films, asked, stored=True)

    def _described(self, film: Film, territory: str) -> Question:
        values = asdict(film) | {"year": float(film.year) if film.year is not None else np.nan}
        table = pd.DataFrame([values])
        space = self._known.model.state.space
        vectors = FilmVectors.of(table, self._encoded(film_texts(table)), space.metadata)
        return ask(self._known, territory, [film], space.asked(vectors, np.array([-1])), stored=False)[0]

    def _encoded(self, texts: list[str]) -> NDArray[np.float32]:
        encoder = self._encoder()
        self._bundle.check_encoder(encoder.fingerprint)
        return encoder.encode(texts)

    def _sold(self, film: int, territory: str) -> Denied | None:
        """Why nobody there is asked about the film, None where one is. Raises QueryError where nobody works there."""
        state, records = self._known.shown.state, self._known.records
        state.taste(territory)
        deal = records.sale(film, territory, self._beside)
        if deal is None:
            return None
        row = records.distributor_of[deal]
        buyer = (records.distributor_ids[row], records.names[row])
        private = bool(records.private[deal])
        return sold_reason(territory, buyer, records.released_on[deal], state.moment, private)

    def _matches(
        self, question: Question, k: int, denied: Mapping[str, Denied], explain: bool = True
    ) -> Matches:
        records, pool = self._known.records, question.scored.signals.distributors
        order = self._teller.order(question)
        allowed = np.array([records.distributor_ids[row] not in denied for row in pool], dtype=np.bool_)
        chosen = order[allowed[order]]
        why = self._teller.explanation(question) if explain else None
        matches = (
            self._teller.match(question, why, place, rank)
            for rank, place in enumerate(chosen[:k].tolist(), start=1)
        )
        barred = [records.distributor_ids[pool[place]] for place in order[:k] if not allowed[place]]
        names = [records.names[pool[place]] for place in order[:k] if not allowed[place]]
        excluded = (Excluded(i, name, denied[i]) for i, name in zip(barred, names, strict=True))
        return Matches(tuple(matches), len(chosen), excluded=tuple(excluded))

    def _asked(self, distributor_id: str) -> tuple[str, int]:
        """The distributor's territory and its place in the pool. Raises QueryError where it has none."""
        row = self._known.distributor_ids.row(distributor_id)
        territory: str = self._known.records.territories[row]
        state = self._known.shown.state
        place = np.flatnonzero(state.taste(territory).catalogue.distributors == row)
        if not len(place):
            facts = state.facts.of_territory(territory)
            eligible = EligibilityRules().apply(facts, EligibilityQuery(territory, state.moment))
            reason = eligible.reasons[int(np.flatnonzero(facts.rows == row)[0])]
            raise QueryError(f"{distributor_id} is not suggested films: it {reason}")
        return territory, int(place[0])

    def _similar(self, row: int, similarity: float) -> SimilarFilm:
        records, releases = self._known.records, self._known.shown.state.releases
        mine = np.flatnonzero(releases.films == row)
        mine = mine[np.argsort(releases.age[mine], kind="stable")]
        deals = tuple(
            records.comparable(int(releases.deals[i]), similarity, float(releases.outcome[i])) for i in mine
        )
        year = records.years[row]
        known_year = int(year) if np.isfinite(year) else None
        return SimilarFilm(records.film_ids[row], records.titles[row], known_year, similarity, deals)


def _default_encoder() -> TextEncoder:
    return CachedEncoder(SentenceTransformerEncoder(), EmbeddingCache())


def _positive(k: int) -> None:
    if k < 1:
        raise QueryError(f"k is {k}: ask for at least one")
