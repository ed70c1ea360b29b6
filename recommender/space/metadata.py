"""The metadata part of a film: genres, countries, languages, people, companies, period as weighted terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["FIELDS", "Labels", "MetadataSpace", "normalise_rows"]

FIELDS: Final = {
    "genres": 1.0,
    "countries": 1.0,
    "languages": 0.7,
    "directors": 1.0,
    "cast": 1.0,
    "production_companies": 1.0,
    "sales_agent": 1.0,
    "period": 0.5,
}
"""Field -> its weight in the metadata part. A language mostly repeats the country, so it counts less."""

PERIOD_YEARS: Final = 5
HASHED_DIMENSIONS: Final = 512

Labels = Mapping[str, sparse.csr_matrix]
"""Field -> which of its terms each film has: float32 (n, number of terms), 0 or 1."""


@dataclass(frozen=True, eq=False)
class MetadataSpace:
    """The terms of each field that past films had, and how common they were.

    terms: field -> its terms, sorted. frequency: field -> int64, how many of the `films` past films have each
    term. A name that no past film had connects a film with nothing, but still counts in its length.
    """

    terms: Mapping[str, tuple[str, ...]]
    frequency: Mapping[str, NDArray[np.int64]]
    films: int

    @classmethod
    def learn(cls, films: pd.DataFrame) -> MetadataSpace:
        """Take the terms of `films`, rows of the films table."""
        terms, frequency = {}, {}
        for field in FIELDS:
            counts: dict[str, int] = {}
            for values in _values(films, field):
                for value in values:
                    counts[value] = counts.get(value, 0) + 1
            ordered = sorted(counts)
            terms[field] = tuple(ordered)
            frequency[field] = np.array([counts[term] for term in ordered], dtype=np.int64)
        return cls(terms, frequency, len(films))

    def labels(self, films: pd.DataFrame) -> Labels:
        """Which known terms each film has."""
        return {field: self._binary(field, _values(films, field)) for field in FIELDS}

    def weights(self, films: pd.DataFrame, labels: Labels) -> sparse.csr_matrix:
        """Tf-idf rows of length at most 1: float32 (n, all terms); shorter by what is not known."""
        parts, squares = [], np.zeros(len(films))
        rarest = np.log(1.0 + self.films) + 1.0
        for field, weight in FIELDS.items():
            part = labels[field] @ sparse.diags(weight * self.rarity[field])
            total = np.fromiter((len(set(v)) for v in _values(films, field)), np.float64, len(films))
            unknown = total - np.asarray(labels[field].sum(axis=1)).ravel()
            squares += np.asarray(part.multiply(part).sum(axis=1)).ravel() + unknown * (weight * rarest) ** 2
            parts.append(part)
        length = np.sqrt(np.where(squares > 0, squares, 1.0))
        return (sparse.diags(1.0 / length) @ sparse.hstack(parts)).tocsr().astype(np.float32)

    def place(self, field: str, value: str) -> int | None:
        """The column of a term in the labels of its field, None for one that no past film had."""
        return self._places[field].get(_name(value))

    @cached_property
    def rarity(self) -> Mapping[str, NDArray[np.float64]]:
        """Smoothed inverse document frequency of each term: log((1 + n) / (1 + df)) + 1."""
        return {
            field: np.log((1.0 + self.films) / (1.0 + counts)) + 1.0
            for field, counts in self.frequency.items()
        }

    @cached_property
    def hashing(self) -> sparse.csr_matrix:
        """float32 (all terms, HASHED_DIMENSIONS): each term is one signed coordinate.

        Feature hashing (Weinberger et al. 2009, section 2): inner products keep their expectation, and the
        projection needs no fitting and no storage.
        """
        digests = [
            crc32(f"{field}:{term}".encode("utf-8", "replace"))
            for field in FIELDS
            for term in self.terms[field]
        ]
        digest = np.array(digests, dtype=np.int64)
        sign = np.where(digest >> 31, 1.0, -1.0).astype(np.float32)
        shape = (len(digest), HASHED_DIMENSIONS)
        return sparse.csr_matrix(
            (sign, (np.arange(len(digest)), digest % HASHED_DIMENSIONS)), shape=shape, dtype=np.float32
        )

    @cached_property
    def _places(self) -> Mapping[str, Mapping[str, int]]:
        return {field: {term: i for i, term in enumerate(terms)} for field, terms in self.terms.items()}

    def _binary(self, field: str, values: Iterable[tuple[str, ...]]) -> sparse.csr_matrix:
        places, starts, columns = self._places[field], [0], list[int]()
        for row in values:
            columns.extend(sorted({places[value] for value in row if value in places}))
            starts.append(len(columns))
        data = np.ones(len(columns), dtype=np.float32)
        shape = (len(starts) - 1, len(self.terms[field]))
        return sparse.csr_matrix(
            (data, np.array(columns, dtype=np.int32), np.array(starts, dtype=np.int32)), shape=shape
        )


def normalise_rows(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows scaled to length 1, float32 (n, d); zero rows stay zero."""
    length = np.linalg.norm(matrix, axis=1, keepdims=True)
    return (matrix / np.where(length > 0, length, 1.0)).astype(np.float32)


def _values(films: pd.DataFrame, field: str) -> list[tuple[str, ...]]:
    if field == "period":
        return [
            (f"{int(year // PERIOD_YEARS * PERIOD_YEARS)}",) if np.isfinite(year) else ()
            for year in films["year"].to_numpy(np.float64)
        ]
    if field == "sales_agent":
        return [(_name(agent),) if agent else () for agent in films["sales_agent"]]
    return [tuple(dict.fromkeys(map(_name, values))) for values in films[field]]


def _name(value: str) -> str:
    return " ".join(value.casefold().split())
