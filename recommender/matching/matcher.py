"""The one entry for questions: who should see a film, which films are for a distributor, what is like a film."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommender.errors import QueryError
from recommender.market.domain import Deal, Film, Match
from recommender.market.eligibility import (
    DistributorFacts,
    Eligibility,
    EligibilityQuery,
    EligibilityRules,
)
from recommender.market.territories import territory_code
from recommender.matching.answers import Matches, SimilarFilm
from recommender.matching.bundle import Bundle
from recommender.matching.packing import unpack
from recommender.matching.registry import load
from recommender.ranking.explain import Explanation
from recommender.ranking.facts import CatalogueFacts
from recommender.ranking.model import Scored
from recommender.ranking.probability import log_odds
from recommender.ranking.records import Records
from recommender.ranking.state import Asked
from recommender.space.cache import CachedEncoder, EmbeddingCache
from recommender.space.encoder import SentenceTransformerEncoder, TextEncoder
from recommender.space.text import film_texts
from recommender.space.vectors import FilmVectors, Similarity, taste_vectors

__all__ = ["Matcher", "Matches", "SimilarFilm"]

CANDIDATES: Final = 400
"""Films that FAISS finds for a distributor's tastes before they are ranked."""

OFFERED_YEARS: Final = 2
"""Films of the last years count as on offer where no `since` is given."""


@dataclass(frozen=True, eq=False)
class _Question:
    """A film asked about: its vectors and what is near, the deals known of it, and who released it elsewhere."""

    film: Film
    asked: Asked
    near: Similarity
    deals: tuple[Deal, ...]
    buyers: sparse.csr_matrix


class Matcher:
    """A bundle that answers. Safe to share between threads: nothing changes but caches of what follows from it.

    encoder: for films that are not in the bundle; made when first needed.
    """

    def __init__(self, bundle: Bundle, encoder: Callable[[], TextEncoder]) -> None:
        self.version = bundle.manifest.version
        self._bundle = bundle
        self._new_encoder = encoder
        self._market, self._model, self._films, self._index = unpack(bundle.contents)
        self._records = Records.of(self._market)
        self._facts: dict[str, CatalogueFacts] = {}
        self._local: dict[str, DistributorFacts] = {}

    @classmethod
    def load(cls, bundles: Path, version: str | None = None, encoder: TextEncoder | None = None) -> Matcher:
        """The bundle in force, or a version of it. Raises BundleError when it cannot be trusted."""
        return cls(load(bundles, version), (lambda: encoder) if encoder is not None else _default_encoder)

    def match_film(
        self, film: Film | str, territory: str, k: int = 10, no_go: frozenset[str] = frozenset()
    ) -> Matches:
        """The k likeliest distributors of a territory for a film of the bundle, by id, or for one described.

        no_go: distributors that are not to be asked. Raises UnknownIdError for an unknown film id, QueryError
        for a territory without distributors, BundleError where the encoder is not the bundle's.
        """
        _positive(k)
        territory = territory_code(territory)
        question = self._stored(film) if isinstance(film, str) else self._described(film)
        eligible = self._eligible(territory, question.deals, no_go)
        if eligible.sold is not None:
            return Matches(
                (), 0, next(reason for reason in eligible.reasons if reason and "released" in reason)
            )
        scored = self._score(question, territory)
        allowed = np.isin(scored.signals.distributors, eligible.facts.rows[eligible.mask])
        order = self._order(scored, 0)
        chosen = order[allowed[order]]
        explanation = self._explanation(question, territory, scored)
        matches = tuple(
            self._match(explanation, scored, int(place), rank)
            for rank, place in enumerate(chosen[:k], start=1)
        )
        return Matches(matches, len(chosen))

    def suggest_films(self, distributor_id: str, k: int = 20, since: date | None = None) -> tuple[Match, ...]:
        """The k films that a distributor likeliest takes, of those not released in its territory.

        since: films made in that year or later, by default in the last OFFERED_YEARS years before the bundle's
        date. The tastes of its catalogue and brief find candidates among them. Raises UnknownIdError for an
        unknown distributor, QueryError for one that is not asked, with the reason.
        """
        _positive(k)
        distributor = self._market.distributor(distributor_id)
        row = self._market.distributor_ids.row(distributor_id)
        state = self._model.state
        eligible = self._eligible(distributor.territory, (), frozenset())
        local = int(np.flatnonzero(eligible.facts.rows == row)[0])
        if not eligible.mask[local]:
            raise QueryError(f"{distributor_id} is not suggested films: it {eligible.reasons[local]}")
        place = int(np.flatnonzero(state.taste(distributor.territory).catalogue.distributors == row)[0])
        films = self._candidates(distributor.territory, place, since)
        ranked = sorted(
            ((probability, film) for film, probability in self._chances(films, distributor.territory, place)),
            key=lambda item: (-item[0], item[1]),
        )
        return tuple(
            self._suggestion(film, distributor.territory, place, rank)
            for rank, (_, film) in enumerate(ranked[:k], start=1)
        )

    def similar_films(self, film_id: str, k: int = 10) -> tuple[SimilarFilm, ...]:
        """The k nearest films by synopsis and metadata, with who released them. Raises UnknownIdError."""
        _positive(k)
        row = self._market.film_ids.row(film_id)
        scores, rows = self._index.search(self._joint(row), k + 1)
        near = [(int(r), float(s)) for r, s in zip(rows[0], scores[0], strict=True) if r != row][:k]
        return tuple(self._similar(other, similarity) for other, similarity in near)

    def _stored(self, film_id: str) -> _Question:
        row = self._market.film_ids.row(film_id)
        return self._question(
            self._market.film(film_id), self._films.take(np.array([row])), self._market.deals_of(film_id)
        )

    def _described(self, film: Film) -> _Question:
        self._bundle.check_encoder(self._encoder.fingerprint)
        values = asdict(film) | {"year": float(film.year) if film.year is not None else np.nan}
        table = pd.DataFrame([values])
        space = self._model.state.space
        vectors = FilmVectors.of(table, self._encoder.encode(film_texts(table)), space.metadata)
        return self._question(film, space.asked(vectors, np.array([-1])), ())

    def _question(self, film: Film, asked: Asked, deals: tuple[Deal, ...]) -> _Question:
        near = self._model.state.near(asked.vectors)
        return _Question(film, asked, near, deals, self._buyers([deals]))

    def _buyers(self, deals: list[tuple[Deal, ...]]) -> sparse.csr_matrix:
        """float32 csr (films, all distributors), who has released each film."""
        found = [
            (row, self._market.distributor_ids.row(deal.distributor_id))
            for row, each in enumerate(deals)
            for deal in each
        ]
        rows, columns = [row for row, _ in found], [column for _, column in found]
        shape = (len(deals), len(self._market.distributors))
        buyers = sparse.csr_matrix((np.ones(len(found), dtype=np.float32), (rows, columns)), shape=shape)
        buyers.data[:] = 1.0
        return buyers

    def _eligible(self, territory: str, deals: tuple[Deal, ...], no_go: frozenset[str]) -> Eligibility:
        state = self._model.state
        query = EligibilityQuery(territory, state.moment, deals, no_go)
        if territory not in self._local:
            self._local[territory] = state.facts.of_territory(territory)
        return EligibilityRules().apply(self._local[territory], query)

    def _score(self, question: _Question, territory: str) -> Scored:
        buyers = question.buyers if question.buyers.nnz else None
        return self._model.score(question.asked, territory, buyers, question.near)

    def _order(self, scored: Scored, film: int) -> NDArray[np.int64]:
        """Places of the pool, likeliest first; equals by distributor id."""
        ids = self._records.distributor_ids[scored.signals.distributors]
        return np.lexsort((ids, -scored.probability[film]))

    def _explanation(self, question: _Question, territory: str, scored: Scored) -> Explanation:
        state = self._model.state
        taste = state.taste(territory)
        if territory not in self._facts:
            self._facts[territory] = CatalogueFacts.of(taste.catalogue, self._films.vectors)
        places = np.searchsorted(state.world.films, taste.catalogue.releases.films)
        return Explanation(
            records=self._records,
            space=state.space.metadata,
            film=question.film,
            facts=self._facts[territory],
            signals=scored.signals,
            parts=scored.stage.parts(scored.signals.values)[0],
            near=question.near.columns(places),
            mean_size=taste.size,
            buyers=question.buyers.nnz,
        )

    def _match(self, why: Explanation, scored: Scored, place: int, rank: int) -> Match:
        distributor = scored.signals.distributors[place]
        probability = float(scored.probability[0, place])
        odds = float(log_odds(scored.probability[0, place]))
        reasons = why.reasons(place)
        return Match(
            film_id=why.film.film_id,
            title=why.film.title,
            distributor_id=self._records.distributor_ids[distributor],
            name=self._records.names[distributor],
            territory=self._records.territories[distributor],
            rank=rank,
            probability=probability,
            log_odds=odds,
            score=float(scored.signals.values[0, place, scored.signals.names.index("pattern_here")]),
            base_log_odds=odds - sum(reason.log_odds for reason in reasons),
            reasons=reasons,
            comparables=why.comparables(place),
            outlook=why.outlook(place),
        )

    def _suggestion(self, film: int, territory: str, place: int, rank: int) -> Match:
        question = self._stored(self._records.film_ids[film])
        scored = self._score(question, territory)
        return self._match(self._explanation(question, territory, scored), scored, place, rank)

    def _candidates(self, territory: str, place: int, since: date | None) -> NDArray[np.int64]:
        """Rows of films on offer that are nearest to the distributor's tastes, at most CANDIDATES."""
        state = self._model.state
        year = since.year if since else state.moment.year - OFFERED_YEARS
        here = self._market.deals["film_id"][self._market.deals["territory"] == territory]
        offered = (self._market.films["year"].to_numpy() >= year) & ~self._market.films["film_id"].isin(here)
        rows = np.flatnonzero(offered)
        if len(rows) <= CANDIDATES:
            return rows
        scores, found = self._index.search(self._tastes(territory, place), len(self._index))
        best = np.full(len(self._index), -np.inf)
        np.maximum.at(best, found.ravel(), scores.ravel())
        return np.sort(rows[np.argsort(-best[rows], kind="stable")[:CANDIDATES]])

    def _tastes(self, territory: str, place: int) -> NDArray[np.float32]:
        catalogue = self._model.state.taste(territory).catalogue
        mine = np.flatnonzero(catalogue.owners == place)
        metadata = self._model.state.space.metadata
        if not len(mine):
            brief = np.zeros((1, self._index.dimension), dtype=np.float32)
            brief[0, : catalogue.briefs.shape[1]] = catalogue.briefs[place]
            return brief
        releases = catalogue.releases.take(mine)
        weights = releases.recency(4.0) * (0.75 + 0.5 * np.nan_to_num(releases.outcome, nan=0.5))
        return taste_vectors(self._films.vectors.take(releases.films).joint(metadata), weights)

    def _chances(self, films: NDArray[np.int64], territory: str, place: int) -> list[tuple[int, float]]:
        """The distributor's probability for each film; films released elsewhere are asked about apart."""
        ids = [self._records.film_ids[film] for film in films]
        buyers = self._buyers([self._market.deals_of(film_id) for film_id in ids])
        known = buyers.getnnz(axis=1) > 0
        chances: list[tuple[int, float]] = []
        for rows, earlier in ((np.flatnonzero(~known), False), (np.flatnonzero(known), True)):
            if len(rows):
                asked = self._films.take(films[rows])
                scored = self._model.score(asked, territory, buyers[rows] if earlier else None)
                chances += zip(films[rows].tolist(), scored.probability[:, place].tolist(), strict=True)
        return chances

    def _similar(self, row: int, similarity: float) -> SimilarFilm:
        film = self._market.film(self._records.film_ids[row])
        releases = self._model.state.releases
        mine = np.flatnonzero(releases.films == row)
        mine = mine[np.argsort(releases.age[mine], kind="stable")]
        deals = tuple(
            self._records.comparable(int(releases.deals[i]), similarity, float(releases.outcome[i]))
            for i in mine
        )
        return SimilarFilm(film.film_id, film.title, film.year, similarity, deals)

    def _joint(self, row: int) -> NDArray[np.float32]:
        return self._films.vectors.take(np.array([row])).joint(self._model.state.space.metadata)

    @cached_property
    def _encoder(self) -> TextEncoder:
        return self._new_encoder()


def _default_encoder() -> TextEncoder:
    return CachedEncoder(SentenceTransformerEncoder(), EmbeddingCache())


def _positive(k: int) -> None:
    if k < 1:
        raise QueryError(f"k is {k}: ask for at least one")
