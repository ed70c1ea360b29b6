"""TF-IDF text search: the same words instead of the same meaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from recommender.evaluation.baselines.neighbours import buyers_of_nearest
from recommender.evaluation.baselines.tasks import Baseline, Task
from recommender.evaluation.baselines.words import ALL_TAGS, as_is, tags_of, vocabulary, words_of

__all__ = ["TextSearch"]


@dataclass(frozen=True, slots=True)
class TextSearch(Baseline):
    """The buyers of the films that a full-text search finds, weighted by its score and by recency.

    synopsis: search the words of the synopsis. tags: search genres, countries, languages, people, companies.
    """

    synopsis: bool = True
    tags: bool = False
    neighbours: int = 300
    half_life_years: float = 2.0

    @property
    def name(self) -> str:
        """Short name for tables and charts."""
        parts = [part for part, used in (("synopsis", self.synopsis), ("tags", self.tags)) if used]
        return f"text search, {' and '.join(parts)}"

    def score(self, task: Task) -> NDArray[np.float64]:
        """See Baseline.score."""
        films, bought = task.catalogue(task.recency(self.half_life_years))
        documents, questions = (self._documents(task.table.iloc[rows]) for rows in (films, task.asked))
        search = TfidfVectorizer(
            analyzer=as_is,
            lowercase=False,
            sublinear_tf=True,
            vocabulary=vocabulary(documents),
            dtype=np.float32,
        )
        found = search.fit_transform(documents)
        similarity = (search.transform(questions) @ found.T).toarray()
        nearest = np.argsort(-similarity, axis=1, kind="stable")[:, : self.neighbours]
        return buyers_of_nearest(np.take_along_axis(similarity, nearest, axis=1), nearest, bought)

    def _documents(self, films: pd.DataFrame) -> list[list[str]]:
        words = words_of(films.synopsis) if self.synopsis else [[]] * len(films)
        tags = tags_of(films, ALL_TAGS) if self.tags else [[]] * len(films)
        return [left + right for left, right in zip(words, tags, strict=True)]
