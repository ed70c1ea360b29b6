"""The first stage: LightFM models of a territory and of the whole world, served from arrays in numpy."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recommender.ranking.catalogue import Releases
from recommender.ranking.features import distributor_features
from recommender.ranking.fit import fit_lightfm

__all__ = ["EPOCHS", "WORLD", "FirstStage", "Profiles", "Scorer", "standardised"]

WORLD: Final = "*"
"""Name of the model that learns from every territory at once."""

COMPONENTS: Final = 64
EPOCHS: Final = 40
MAX_SAMPLED: Final = 50
LEARNING_RATE: Final = 0.05
HALF_LIFE_YEARS: Final = 2.0
FEWEST_FILMS: Final = 2
"""A feature of a single past film would only learn that film by heart."""
SMALLEST_WEIGHT: Final = 0.01


@dataclass(frozen=True, eq=False)
class Profiles:
    """What m distributors look for, as topics.

    distributors: int32 (m,), rows of the market's distributors, sorted. before, now: float32 csr (m, t), empty
    rows where nothing is known. released: bool (m,), who has released a film.
    """

    distributors: NDArray[np.int32]
    before: sparse.csr_matrix
    now: sparse.csr_matrix
    released: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Scorer:
    """One LightFM model as arrays.

    columns: int32 (c,), the film features it knows. films: float32 (c, d). distributors: int32 (n,), rows of
    the market's distributors, sorted. vectors: float32 (n, d). biases: float32 (n,). topics: float32 (t, d),
    topic_biases: float32 (t,), what a distributor's profile adds to its vector and bias. A film's own bias is
    the same for every distributor and is left out.
    """

    columns: NDArray[np.int32]
    films: NDArray[np.float32]
    distributors: NDArray[np.int32]
    vectors: NDArray[np.float32]
    biases: NDArray[np.float32]
    topics: NDArray[np.float32]
    topic_biases: NDArray[np.float32]

    @classmethod
    def fit(
        cls,
        features: sparse.csr_matrix,
        profiles: sparse.csr_matrix,
        releases: Releases,
        seed: int,
        on_epoch: Callable[[], object] | None = None,
    ) -> Scorer:
        """Learn from `releases` alone.

        features: (all films, film features). profiles: (all distributors, topics); those of distributors
        without a release are represented afterwards, but never drawn as negatives.
        """
        films, film = np.unique(releases.films, return_inverse=True)
        # By first release, not by row: the model does not depend on the order of the distributors table.
        buyer, buyers = pd.factorize(releases.distributors)
        known = features[films]
        columns = np.flatnonzero(known.getnnz(axis=0) >= FEWEST_FILMS).astype(np.int32)
        shape = (len(films), len(buyers))
        weight = _sample_weights(releases)
        ones = np.ones(len(film), dtype=np.float32)
        learnt = fit_lightfm(
            sparse.coo_matrix((ones, (film, buyer)), shape=shape),
            sparse.coo_matrix((weight, (film, buyer)), shape=shape),
            _scaled(known, columns),
            distributor_features(profiles[buyers]),
            components=COMPONENTS,
            epochs=EPOCHS,
            max_sampled=MAX_SAMPLED,
            learning_rate=LEARNING_RATE,
            seed=seed,
            on_epoch=on_epoch,
        )
        everybody = np.union1d(buyers, np.flatnonzero(profiles.getnnz(axis=1))).astype(np.int32)
        topics = learnt.embeddings.item_embeddings[len(buyers) :]
        topic_biases = learnt.embeddings.item_biases[len(buyers) :]
        vectors, biases = profiles[everybody] @ topics, profiles[everybody] @ topic_biases
        own = np.searchsorted(everybody, buyers)
        vectors[own], biases[own] = learnt.item_vectors, learnt.item_biases
        return cls(
            columns, learnt.embeddings.user_embeddings, everybody, vectors, biases, topics, topic_biases
        )

    def with_profiles(self, profiles: Profiles) -> Scorer:
        """The same model for distributors whose profiles are new or other than when it was learnt.

        What was learnt of a distributor itself stays; one without a release is its profile alone, and unknown
        to the model where that is empty.
        """
        rows = profiles.distributors
        added = profiles.now - profiles.before
        place = np.searchsorted(self.distributors, rows).clip(max=len(self.distributors) - 1)
        kept = (self.distributors[place] == rows) & profiles.released
        vectors, biases = profiles.now @ self.topics, profiles.now @ self.topic_biases
        vectors[kept] = self.vectors[place[kept]] + added[kept] @ self.topics
        biases[kept] = self.biases[place[kept]] + added[kept] @ self.topic_biases
        known = kept | (profiles.now.getnnz(axis=1) > 0)
        others = ~np.isin(self.distributors, rows)
        distributors = np.concatenate([self.distributors[others], rows[known]])
        order = np.argsort(distributors)
        return replace(
            self,
            distributors=distributors[order].astype(np.int32),
            vectors=np.concatenate([self.vectors[others], vectors[known]])[order],
            biases=np.concatenate([self.biases[others], biases[known]])[order],
        )

    def scores(self, features: sparse.csr_matrix, asked: NDArray[np.int32]) -> NDArray[np.float32]:
        """float32 (q, n) of films by their features (q, film features) and `asked`, distributor rows (n,).

        A distributor the model has never met gets the lowest score of the film.
        """
        place = np.searchsorted(self.distributors, asked).clip(max=len(self.distributors) - 1)
        known = self.distributors[place] == asked
        terms = self._known(features)
        total = np.asarray(terms.sum(axis=1))
        films = (terms @ self.films) / np.where(total > 0, total, np.float32(1.0))
        scores = films @ self.vectors[place].T + self.biases[place]
        if not known.all():
            lowest = scores[:, known].min(axis=1, keepdims=True) if known.any() else np.float32(0.0)
            scores[:, ~known] = lowest
        return np.asarray(scores, dtype=np.float32)

    def _known(self, features: sparse.csr_matrix) -> sparse.csr_matrix:
        """features[:, columns]; scipy would count through all columns, for a film's few terms."""
        kept = np.isin(features.indices, self.columns)
        place = np.searchsorted(self.columns, features.indices[kept])
        before = np.concatenate([[0], np.cumsum(kept)])
        return sparse.csr_matrix(
            (features.data[kept], place, before[features.indptr]),
            shape=(features.shape[0], len(self.columns)),
        )


@dataclass(frozen=True, eq=False)
class FirstStage:
    """Models by territory, and WORLD; several seeds each, whose standardised scores are averaged."""

    scorers: dict[str, tuple[Scorer, ...]]

    @classmethod
    def fit(
        cls,
        features: sparse.csr_matrix,
        profiles: sparse.csr_matrix,
        releases: Releases,
        seeds: Sequence[int],
        on_epoch: Callable[[], object] | None = None,
    ) -> FirstStage:
        """One model for each territory of `releases` and one for all of them; see Scorer.fit.

        Fits run side by side, one thread each: LightFM leaves the interpreter free while it learns.
        """
        names = [WORLD, *(str(name) for name in np.unique(releases.territories))]

        def fit(model: tuple[str, int]) -> Scorer:
            name, seed = model
            part = releases if name == WORLD else releases.take(releases.territories == name)
            return Scorer.fit(features, profiles, part, seed, on_epoch)

        models = [(name, seed) for name in names for seed in seeds]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            fitted = dict(zip(models, pool.map(fit, models), strict=True))
        return cls({name: tuple(fitted[name, seed] for seed in seeds) for name in sorted(names)})

    def with_profiles(self, profiles: Profiles) -> FirstStage:
        """Every model with these profiles; see Scorer.with_profiles."""
        return FirstStage(
            {
                name: tuple(scorer.with_profiles(profiles) for scorer in scorers)
                for name, scorers in self.scorers.items()
            }
        )

    def scores(self, name: str, features: sparse.csr_matrix, asked: NDArray[np.int32]) -> NDArray[np.float32]:
        """float32 (q, n): the mean over seeds of each film's scores, standardised over `asked`.

        Zero where the model `name` does not exist, as in a territory without deals.
        """
        scorers = self.scorers.get(name, ())
        if not scorers or not len(asked):
            return np.zeros((features.shape[0], len(asked)), dtype=np.float32)
        each = [standardised(scorer.scores(features, asked)) for scorer in scorers]
        return np.asarray(np.mean(each, axis=0), dtype=np.float32)


def standardised(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each value less the mean of its row (axis 1), in standard deviations of the row; 0 where all are equal."""
    centred = values - values.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return np.asarray(np.where(spread > 1e-6, centred / np.maximum(spread, 1e-6), 0.0), dtype=np.float32)


def _sample_weights(releases: Releases) -> NDArray[np.float32]:
    success = 0.75 + 0.5 * np.nan_to_num(releases.outcome, nan=0.5)
    weight = releases.recency(HALF_LIFE_YEARS) * success
    return np.asarray(np.maximum(weight / weight.mean(), SMALLEST_WEIGHT), dtype=np.float32)


def _scaled(features: sparse.csr_matrix, columns: NDArray[np.int32]) -> sparse.csr_matrix:
    """The known columns, each row summing to 1."""
    known = features[:, columns]
    total = np.asarray(known.sum(axis=1)).ravel()
    scale = sparse.diags(1.0 / np.where(total > 0, total, 1.0))
    return (scale @ known).tocsr().astype(np.float32)
