"""A space of many dimensions on a plane, and where a catalogue has nothing of late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

__all__ = ["Plane", "gaps", "plane_of"]

LOOSEST: Final = 0.1
"""A film is near a catalogue if it is as close to it as all but this share of its films are to the closest other."""

FEWEST: Final = 3
"""Films that make a gap."""


@dataclass(frozen=True, eq=False)
class Plane:
    """places: float64 (n, 2). shown: the share of the variance that the plane keeps, 0..1."""

    places: NDArray[np.float64]
    shown: float


def plane_of(vectors: NDArray[np.float32]) -> Plane:
    """The plane in which n vectors, float32 (n, d), differ most: their two first principal components.

    Each axis points to where its largest weight is positive, so that the same vectors give the same picture.
    Source: Jolliffe 2002, Principal Component Analysis, chapter 3.
    """
    centred = (
        vectors.astype(np.float64) - vectors.mean(axis=0) if len(vectors) else vectors.astype(np.float64)
    )
    total = float((centred**2).sum())
    if total == 0.0:
        return Plane(np.zeros((len(vectors), 2)), 1.0)
    # Of the n x n products, as there are fewer films than dimensions: a seventh of the time of all singular vectors.
    first = max(len(vectors) - 2, 0)
    squares, sides = eigh(centred @ centred.T, subset_by_index=(first, len(vectors) - 1))
    squares, sides = np.maximum(squares[::-1], 0.0), sides[:, ::-1]
    axes = centred.T @ sides
    largest = np.abs(axes).argmax(axis=0)
    sides = sides * np.sign(axes[largest, np.arange(axes.shape[1])])
    places = np.zeros((len(vectors), 2))
    places[:, : len(squares)] = sides * np.sqrt(squares)
    return Plane(places, float(squares.sum()) / total)


def gaps(
    own: NDArray[np.float32], is_recent: NDArray[np.bool_], others: NDArray[np.float32], most: int = 5
) -> tuple[NDArray[np.int64], ...]:
    """Groups of `others` that are near a catalogue, but near nothing recent in it; the largest first.

    own: float32 (m, d), the catalogue, rows of length at most 1; is_recent: bool (m,). others: float32 (n, d).
    Near is as close as nine in ten of the catalogue's films are to the closest other one. A group is a film and
    what is near it; films of an earlier group are in no later one, and fewer than FEWEST are none. Returns rows of
    `others`, the middle of each group first.
    """
    if len(own) < 2 or not len(others):
        return ()
    among = own @ own.T
    np.fill_diagonal(among, -np.inf)
    near = float(np.quantile(among.max(axis=1), LOOSEST))
    closest = others @ own.T
    recent = closest[:, is_recent].max(axis=1, initial=-np.inf)
    left = np.flatnonzero((closest.max(axis=1) >= near) & (recent < near))
    found: list[NDArray[np.int64]] = []
    while len(left) >= FEWEST and len(found) < most:
        neighbours = others[left] @ others[left].T >= near
        middle = int(neighbours.sum(axis=1).argmax())
        members = neighbours[middle].copy()
        members[middle] = False
        if members.sum() + 1 < FEWEST:
            break
        found.append(np.concatenate([left[[middle]], left[members]]))
        members[middle] = True
        left = left[~members]
    return tuple(found)
