"""What is stored of an event and what a file has of it: what differs is written, and told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Generic, TypeVar

from recommender.market.problems import Problem

__all__ = ["Changes", "Target"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Changes:
    """Objects by what happens to them. fields: what changes -> of which objects that were there."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Objects by name."""
        return {name: getattr(self, name) for name in ("added", "changed", "unchanged", "removed")}


@dataclass(frozen=True, slots=True)
class Target(Generic[K, V]):
    """What is stored and what a file has, by key; `put` writes objects, `remove` takes keys out."""

    before: Mapping[K, V]
    after: Mapping[K, V]
    put: Callable[[Sequence[V]], None]
    remove: Callable[[Collection[K]], None]
    problems: Sequence[Problem] = field(default=())

    @classmethod
    def of_rows(
        cls: type[Target[V, V]],
        before: Iterable[V],
        after: Iterable[V],
        put: Callable[[Collection[V]], None],
        remove: Callable[[Collection[V]], None],
    ) -> Target[V, V]:
        """Of rows that are keys themselves: they come and go, and never change."""
        return cls({row: row for row in before}, {row: row for row in after}, put, remove)

    def write(self, replace_all: bool) -> Changes:
        """Write what differs. replace_all: what the file lacks is removed, before the rest is written."""
        gone = [key for key in self.before if key not in self.after] if replace_all else []
        added = [key for key in self.after if key not in self.before]
        changed = [key for key in self.after if key in self.before and self.after[key] != self.before[key]]
        if gone:
            self.remove(gone)
        if added or changed:
            self.put([self.after[key] for key in (*changed, *added)])
        unchanged = len(self.after) - len(added) - len(changed)
        return Changes(len(added), len(changed), unchanged, len(gone), self._fields(changed))

    def _fields(self, changed: Iterable[K]) -> dict[str, tuple[str, ...]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for key in changed:
            for name in _different(self.before[key], self.after[key]):
                found[name].append(key if isinstance(key, str) else " ".join(map(str, _parts(key))))
        return {name: tuple(keys) for name, keys in found.items()}


def _different(before: Any, after: Any) -> Iterator[str]:
    if is_dataclass(before):
        names = (one.name for one in fields(before))
        yield from (name for name in names if getattr(before, name) != getattr(after, name))
    else:
        yield "order"


def _parts(key: Hashable) -> Sequence[Any]:
    return key if isinstance(key, tuple) else (key,)
