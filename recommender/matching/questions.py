"""Films asked about in one territory: many are scored together, and each is answered on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.market.domain import Film
from recommender.matching.known import Known
from recommender.ranking.model import RankingModel, Scored
from recommender.ranking.state import Asked, Signals
from recommender.space.vectors import Similarity

__all__ = ["KeptChances", "KeptFilms", "Question", "ask", "chances"]

BATCH: Final = 64
"""Films at a time: their similarities with 20,000 released ones are 15 MB."""

KEPT: Final = 20_000
"""Films of all territories whose chances are kept: 100 distributors each are 16 MB."""


KEPT_FILMS: Final = 16
"""Films that are kept with their similarities: 240 kB each beside 20,000 released ones."""


@dataclass(frozen=True, eq=False)
class Question:
    """One film in one territory.

    asked: of it alone. near: what the day's `near` says of it, (1, f). scored: with the n distributors of the pool,
    (1, n), as if there were no private deal. buyers: how many released it elsewhere, of whom anybody may be told.
    """

    territory: str
    film: Film
    asked: Asked
    near: Similarity
    scored: Scored
    buyers: int

    @property
    def chances(self) -> NDArray[np.float64]:
        """float64 (n,), by place of the pool."""
        one: NDArray[np.float64] = self.scored.probability[0]
        return one


def chances(known: Known, territory: str, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """float64 (films, pool): the probabilities of stored films."""
    buyers = known.records.buyers[rows]
    pool = known.shown.state.taste(territory).catalogue.distributors
    result = np.zeros((len(rows), len(pool)))
    for part, elsewhere in _parts(buyers):
        asked = known.films.take(rows[part])
        result[part] = known.shown.score(asked, territory, buyers[part] if elsewhere else None).probability
    return result


class KeptChances:
    """`chances` of what is known, kept once asked for: lists are read page by page, and filtered this way and that."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._rows: dict[str, dict[int, NDArray[np.float64]]] = {}

    def of(self, territory: str, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """As `chances`. Safe to share between threads: at worst both reckon the same."""
        kept = self._rows.get(territory, {})
        missing = np.array([row for row in rows.tolist() if row not in kept], dtype=np.int64)
        if len(missing):
            fresh = dict(zip(missing.tolist(), chances(self._known, territory, missing), strict=True))
            kept = {**kept, **fresh}
            if sum(map(len, self._rows.values())) > KEPT:
                self._rows = {}
            self._rows[territory] = kept
        if not len(rows):
            return chances(self._known, territory, rows)
        return np.stack([kept[row] for row in rows.tolist()])


@dataclass(frozen=True, eq=False)
class StoredFilm:
    """A film of the market with what the ranking sees of it. near: as `Question.near`."""

    film: Film
    asked: Asked
    near: Similarity


class KeptFilms:
    """The films last asked about: a film is asked about in one territory after the other."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._films: dict[int, StoredFilm] = {}

    def of(self, row: int) -> StoredFilm:
        """A stored film by its row. Safe to share between threads: at worst both read the same."""
        kept = self._films.get(row)
        if kept is None:
            known = self._known
            asked = known.films.take(np.array([row], dtype=np.int64))
            film = known.market.film(known.records.film_ids[row])
            kept = StoredFilm(film, asked, known.shown.state.near(asked.vectors))
            latest = list(self._films.items())[1 - KEPT_FILMS :]
            self._films = {**dict(latest), row: kept}
        return kept


def ask(
    known: Known,
    territory: str,
    films: Sequence[Film],
    asked: Asked,
    stored: bool,
    near: Similarity | None = None,
) -> list[Question]:
    """A question for each film. stored: `asked` are films of the market; others have no buyers.

    near: what `DayState.near` says of the films, where it is known already.
    """
    none = sparse.csr_matrix((len(asked), len(known.records.distributor_ids)), dtype=np.float32)
    buyers = known.records.buyers[asked.rows] if stored else none
    questions = []
    for start in range(0, len(asked), BATCH):
        rows = np.arange(start, min(start + BATCH, len(asked)))
        some = asked if len(rows) == len(asked) else asked.take(rows)
        alike = known.shown.state.near(some.vectors) if near is None else near.take(rows)
        scored = _scored(known.shown, territory, some, alike, buyers[rows])
        for place, row in enumerate(rows.tolist()):
            only = np.array([place])
            one = (some, alike) if len(some) == 1 else (some.take(only), alike.take(only))
            questions.append(Question(territory, films[row], *one, scored[place], int(buyers[row].nnz)))
    return questions


def _scored(
    model: RankingModel, territory: str, asked: Asked, near: Similarity, buyers: sparse.csr_matrix
) -> list[Scored]:
    """Each film by itself."""
    found: dict[int, Scored] = {}
    for part, elsewhere in _parts(buyers):
        whole = len(part) == len(asked)
        films = (asked, near) if whole else (asked.take(part), near.take(part))
        scored = model.score(films[0], territory, buyers[part] if elsewhere else None, films[1])
        found |= {int(row): _one(scored, place) for place, row in enumerate(part)}
    return [found[row] for row in range(len(asked))]


def _parts(buyers: sparse.csr_matrix) -> Iterator[tuple[NDArray[np.int64], bool]]:
    """The films that nobody has released elsewhere, then the others, which are asked about apart."""
    known = buyers.getnnz(axis=1) > 0
    for elsewhere in (False, True):
        rows = np.flatnonzero(known == elsewhere)
        if len(rows):
            yield rows, elsewhere


def _one(scored: Scored, place: int) -> Scored:
    only = slice(place, place + 1)
    signals = Signals(scored.signals.names, scored.signals.values[only], scored.signals.distributors)
    return Scored(signals, scored.probability[only], scored.stage)
