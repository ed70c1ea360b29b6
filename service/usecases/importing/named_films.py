"""The films that rows name, under the ids that they have by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.store.unit_of_work import UnitOfWork
from service.usecases.importing.items import ids
from service.usecases.importing.rows import Row

__all__ = ["NamedFilms"]


@dataclass(frozen=True, slots=True)
class NamedFilms:
    """A film that was merged into another is the one that was kept. all_ids: of the films named and kept."""

    all_ids: Sequence[str] = ()
    kept: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: UnitOfWork, rows: Sequence[Row]) -> NamedFilms:
        """Look up what became of the films of these rows."""
        named = ids(rows, "film_id")
        kept = tx.merges.kept_films(named)
        return cls((*named, *kept.values()), kept)

    def id_of(self, named: str) -> str:
        """The id that a film has by now."""
        return self.kept.get(named, named)
