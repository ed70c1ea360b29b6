"""A flow network that earns the most: arcs with a capacity and a profit a unit, solved exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Network"]

Ints = NDArray[np.int64]


class Network:
    """A circulation under construction: add nodes and arcs, then `solve`.

    Profits are integers, so that the optimum is exact; flow may run in circles and goes where it earns.
    earned: the sum of profits that `solve` found.
    """

    def __init__(self) -> None:
        self._nodes = 0
        self._arcs: list[tuple[Ints, Ints, Ints, Ints]] = []
        self._size = 0
        self.earned = 0

    def nodes(self, count: int) -> Ints:
        """Numbers of `count` new nodes."""
        self._nodes += count
        return np.arange(self._nodes - count, self._nodes)

    def arcs(self, tail: ArrayLike, head: ArrayLike, capacity: ArrayLike, profit: ArrayLike = 0) -> slice:
        """Add arcs, scalars standing for all alike; the slice says where `solve` returns their flows."""
        parts = np.broadcast_arrays(np.atleast_1d(tail), head, capacity, profit)
        columns = tuple(np.ravel(part).astype(np.int64) for part in parts)
        self._arcs.append((columns[0], columns[1], columns[2], columns[3]))
        self._size += len(columns[0])
        return slice(self._size - len(columns[0]), self._size)

    def solve(self) -> Ints:
        """Flow on every arc, in the order added, of the circulation with the highest sum of profits."""
        if not self._size:
            return np.zeros(0, dtype=np.int64)
        # Here, not at the start of whatever imports this package: it takes half a second.
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        tail, head, capacity, profit = (np.concatenate(part) for part in zip(*self._arcs, strict=True))
        solver = SimpleMinCostFlow()
        numbers = solver.add_arcs_with_capacity_and_unit_cost(
            tail.astype(np.int32), head.astype(np.int32), capacity, -profit
        )
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise RuntimeError(f"the flow over {self._size} arcs ended with {status}")
        self.earned = -solver.optimal_cost()
        return np.asarray(solver.flows(numbers), dtype=np.int64)
