"""Embedded texts of films and briefs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from sqlalchemy import Column, Table, func, select
from sqlalchemy.dialects.postgresql import insert

from service.domain.matching import StoredVector
from service.store.repositories.base import Repository
from service.store.tables.catalogue import BRIEF_VECTORS, DISTRIBUTOR_PROFILES, FILM_VECTORS, FILMS

__all__ = ["Vectors"]

_STORED: Final = np.dtype("<f4")


class Vectors(Repository):
    """tx.vectors. A vector of another encoder is another vector."""

    def put_films(self, vectors: Sequence[StoredVector]) -> None:
        """Add or replace; those whose film is gone are left out."""
        self._put(FILM_VECTORS, FILM_VECTORS.c.film_pk, FILMS.c.film_id, vectors)

    def put_briefs(self, vectors: Sequence[StoredVector]) -> None:
        """Add or replace; those whose distributor is gone are left out."""
        self._put(BRIEF_VECTORS, BRIEF_VECTORS.c.profile_pk, DISTRIBUTOR_PROFILES.c.distributor_id, vectors)

    def films(self, film_ids: Collection[str], encoder: str) -> dict[str, StoredVector]:
        """Those that are there, by film id."""
        return self._read(FILM_VECTORS.c.film_pk, FILMS.c.film_id, film_ids, encoder)

    def briefs(self, distributor_ids: Collection[str], encoder: str) -> dict[str, StoredVector]:
        """Those that are there, by distributor id."""
        return self._read(
            BRIEF_VECTORS.c.profile_pk, DISTRIBUTOR_PROFILES.c.distributor_id, distributor_ids, encoder
        )

    def film_hashes(self, encoder: str) -> dict[str, bytes]:
        """The sha256 of the text behind each stored vector, by film id."""
        return self._hashes(FILM_VECTORS.c.film_pk, FILMS.c.film_id, encoder)

    def brief_hashes(self, encoder: str) -> dict[str, bytes]:
        """The sha256 of the text behind each stored vector, by distributor id."""
        return self._hashes(BRIEF_VECTORS.c.profile_pk, DISTRIBUTOR_PROFILES.c.distributor_id, encoder)

    def _put(self, table: Table, pk: Column[int], key: Column[str], vectors: Sequence[StoredVector]) -> None:
        ids = [vector.object_id for vector in vectors]
        found = self._connection.execute(select(key, key.table.c.id).where(key == func.any(ids)))
        pks = {row[0]: row[1] for row in found}
        rows = [
            {
                pk.name: pks[vector.object_id],
                "encoder": vector.encoder,
                "text_sha256": vector.text_sha256,
                "vector": np.ascontiguousarray(vector.vector, dtype=_STORED).tobytes(),
            }
            for vector in vectors
            if vector.object_id in pks
        ]
        if rows:
            written = insert(table).values(rows)
            new = {"text_sha256": written.excluded.text_sha256, "vector": written.excluded.vector}
            self._connection.execute(
                written.on_conflict_do_update(index_elements=[pk.name, "encoder"], set_=new)
            )

    def _read(
        self, pk: Column[int], key: Column[str], ids: Collection[str], encoder: str
    ) -> dict[str, StoredVector]:
        table = pk.table
        query = (
            select(key, table.c.text_sha256, table.c.vector)
            .join_from(table, key.table, pk == key.table.c.id)
            .where(table.c.encoder == encoder, key == func.any(list(ids)))
        )
        return {
            row[0]: StoredVector(row[0], encoder, row[1], np.frombuffer(row[2], _STORED).astype(np.float32))
            for row in self._connection.execute(query)
        }

    def _hashes(self, pk: Column[int], key: Column[str], encoder: str) -> dict[str, bytes]:
        table = pk.table
        query = select(key, table.c.text_sha256).join_from(table, key.table, pk == key.table.c.id)
        return {row[0]: row[1] for row in self._connection.execute(query.where(table.c.encoder == encoder))}
