"""External ids at the edges, row numbers inside: one frozen map between them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from recommender.errors import UnknownIdError

__all__ = ["IdMap"]

# Comparing one id with 29,000 others takes half a second; these many take about 20 ms.
COMPARED = 1000


@dataclass(frozen=True, slots=True)
class IdMap:
    """Ids and their row numbers, 0 to n - 1, fixed for good. Build it with `from_ids`."""

    ids: tuple[str, ...]
    noun: str
    _rows: Mapping[str, int]

    @classmethod
    def from_ids(cls, ids: Iterable[str], noun: str = "id") -> IdMap:
        """The map that gives each id its place in `ids`; `noun` is what messages call the thing.

        Raises ValueError when an id comes twice (tables are checked for that before).
        """
        ordered = tuple(str(value) for value in ids)
        rows = {value: row for row, value in enumerate(ordered)}
        if len(rows) != len(ordered):
            raise ValueError(f"the same {noun} id comes twice")
        return cls(ordered, noun, MappingProxyType(rows))

    def row(self, value: str) -> int:
        """The row number of an id. Raises UnknownIdError with close ids."""
        row = self._rows.get(value)
        if row is None:
            raise UnknownIdError(self.noun, value, self._close(value))
        return row

    def rows(self, values: Iterable[str]) -> NDArray[np.int32]:
        """Row numbers, int32 (n,), in the order of `values`; -1 for an unknown id."""
        rows = self._rows
        return np.fromiter((rows.get(value, -1) for value in values), dtype=np.int32)

    def id(self, row: int) -> str:
        """The id at a row number. Raises IndexError outside 0..n-1."""
        if row < 0:
            raise IndexError(f"row {row} of {len(self.ids)} {self.noun} ids")
        return self.ids[row]

    def without(self, gone: Iterable[str]) -> IdMap:
        """The map in which the ids `gone` are unknown; every row number stays."""
        rows = dict(self._rows)
        for value in gone:
            rows.pop(value, None)
        return IdMap(self.ids, self.noun, MappingProxyType(rows))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __contains__(self, value: object) -> bool:
        return value in self._rows

    def _close(self, value: str) -> list[str]:
        wanted = value.strip().casefold()[:100]
        if not wanted:
            return []
        holding = list(islice((known for known in self._rows if wanted in known.casefold()), 3))
        if holding:
            return holding
        start = wanted[:3]
        alike = (known for known in self._rows if known.casefold().startswith(start))
        return difflib.get_close_matches(wanted, list(islice(alike, COMPARED)), n=3, cutoff=0.6)
