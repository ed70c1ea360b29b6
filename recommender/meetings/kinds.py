"""Kinds of tables: those that are the same to everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.meetings.problem import Ints, Problem

__all__ = ["Kinds"]


@dataclass(frozen=True, eq=False)
class Kinds:
    """of: (t,) the kind of each table: those with the same owners in the same hall. hall, size: by kind."""

    of: Ints
    hall: tuple[int, ...]
    size: tuple[int, ...]
    owners: tuple[frozenset[int] | None, ...]

    @classmethod
    def among(cls, problem: Problem) -> Kinds:
        """The kinds of an event's tables."""
        places = problem.places
        keys = list(zip(places.owners, places.table_hall.tolist(), strict=True))
        numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        of = np.array([numbers[key] for key in keys], dtype=np.int64)
        size = np.bincount(of, minlength=len(numbers)).tolist()
        return cls(
            of, tuple(hall for _, hall in numbers), tuple(size), tuple(owners for owners, _ in numbers)
        )

    @classmethod
    def each(cls, problem: Problem) -> Kinds:
        """Every table a kind of its own."""
        places = problem.places
        tables = len(places.owners)
        return cls(np.arange(tables), tuple(places.table_hall.tolist()), (1,) * tables, places.owners)

    def open_to(self, problem: Problem, pair: int) -> list[int]:
        """The kinds that a pair may use."""
        people = {int(problem.seller[pair]), int(problem.buyer[pair])}
        return [kind for kind, owners in enumerate(self.owners) if owners is None or people & owners]
