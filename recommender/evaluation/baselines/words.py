"""Films as lists of words and tags, and as counts of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

__all__ = ["ALL_TAGS", "PLAIN_TAGS", "as_is", "tag_matrices", "tags_of", "vocabulary", "words_of"]

PLAIN_TAGS: Final = ("genres", "countries", "languages")
ALL_TAGS: Final = (*PLAIN_TAGS, "directors", "cast", "production_companies")


def tags_of(films: pd.DataFrame, columns: Sequence[str]) -> list[list[str]]:
    """Each film's values in these list columns, as `column:value`."""
    rows = zip(*(films[column] for column in columns), strict=True)
    return [
        [f"{column}:{value}" for column, values in zip(columns, row, strict=True) for value in values]
        for row in rows
    ]


def words_of(texts: Iterable[str]) -> list[list[str]]:
    """Each text's words in lower case, without English stop words."""
    split = CountVectorizer(stop_words="english").build_analyzer()
    return [split(text) for text in texts]


def as_is(words: list[str]) -> list[str]:
    """The analyzer for documents that are lists of words already."""
    return words


def vocabulary(documents: Iterable[list[str]], at_least: int = 1) -> list[str]:
    """The words that `at_least` documents have, sorted; one empty word where there is none to learn from."""
    counts = Counter(word for document in documents for word in set(document))
    return sorted(word for word, count in counts.items() if count >= at_least) or [""]


def tag_matrices(
    known: pd.DataFrame, asked: pd.DataFrame, columns: Sequence[str]
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Which tags the known and the asked films have: float32 0 and 1, (known, tags) and (asked, tags).

    A column for each tag that at least two of the known films have.
    """
    documents = tags_of(known, columns)
    counter = CountVectorizer(
        analyzer=as_is,
        lowercase=False,
        binary=True,
        vocabulary=vocabulary(documents, at_least=2),
        dtype=np.float32,
    )
    return counter.transform(documents), counter.transform(tags_of(asked, columns))
