"""Companies of one house: a production company and a distributor that bear the same name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from scipy import sparse

__all__ = ["bears_name", "house_names", "houses"]

COMMON_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        a and da das de del der di die do dos du el la las le les los of the
        cinema cinemas distribuidora distribution distributions entertainment film filme filmes films home media
        picture pictures production productions releasing studio studios video
        co company corp corporation gmbh group inc limited llc ltd sa sarl sas srl
        brasil brazil deutschland espana france international italia japan korea uk us usa
        """,
    )
)
"""Words that many companies bear: articles, what the business is called, legal forms and countries."""

TELLING_WORDS: Final = 2
SHORTEST_NAME: Final = 3


def house_names(names: Iterable[str]) -> frozenset[str]:
    """What is telling in each name: its first words that are not common to many companies."""
    found = (" ".join(_telling(name)[:TELLING_WORDS]) for name in names)
    return frozenset(name for name in found if len(name) >= SHORTEST_NAME)


def bears_name(company: str, houses: frozenset[str]) -> bool:
    """Whether a company bears one of these names."""
    return bool(house_names((company,)) & houses)


def houses(companies: Sequence[str], distributors: Sequence[frozenset[str]]) -> sparse.csr_matrix:
    """float32 csr (companies, n): 1 where a company bears a name of the distributor, by its house names."""
    owners: dict[str, list[int]] = {}
    for distributor, names in enumerate(distributors):
        for name in names:
            owners.setdefault(name, []).append(distributor)
    pairs = sorted(
        {
            (row, distributor)
            for row, company in enumerate(companies)
            for name in house_names((company,))
            for distributor in owners.get(name, ())
        }
    )
    rows, columns = [row for row, _ in pairs], [column for _, column in pairs]
    ones = np.ones(len(pairs), dtype=np.float32)
    return sparse.csr_matrix((ones, (rows, columns)), shape=(len(companies), len(distributors)))


def _telling(name: str) -> list[str]:
    return [word for word in re.findall(r"\w+", name.casefold()) if word not in COMMON_WORDS]
