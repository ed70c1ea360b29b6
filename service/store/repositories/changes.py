"""The log of changes that replicas follow."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, func, select

from service.domain.matching import Change
from service.domain.words import ChangeKind
from service.store.repositories.base import Repository
from service.store.tables.catalogue import CHANGE_BATCHES, CHANGES, REVISION

__all__ = ["CHANNEL", "Changes"]

CHANNEL: Final = "reelmatch_changes"
"""PostgreSQL's NOTIFY channel; its payload is the new revision."""


class Changes(Repository):
    """tx.changes. Triggers write it; a revision counts commits, in their order."""

    def revision(self) -> int:
        """The last revision that is visible."""
        value: int = self._connection.execute(select(REVISION.c.value)).scalar_one()
        return value

    def since(self, revision: int) -> tuple[Change, ...]:
        """What was written after `revision`, each thing once with its last revision, in order of revision."""
        last = func.max(CHANGE_BATCHES.c.revision).label("revision")
        query = (
            select(last, CHANGES.c.kind, CHANGES.c.object_id)
            .join_from(CHANGES, CHANGE_BATCHES, CHANGES.c.batch_pk == CHANGE_BATCHES.c.id)
            .where(CHANGE_BATCHES.c.revision > revision)
            .group_by(CHANGES.c.kind, CHANGES.c.object_id)
            .order_by(last, CHANGES.c.kind, CHANGES.c.object_id)
        )
        return tuple(Change(row[0], ChangeKind(row[1]), row[2]) for row in self._connection.execute(query))

    def forget_up_to(self, revision: int) -> int:
        """Delete what every bundle in use was trained on; returns how many revisions went."""
        gone = delete(CHANGE_BATCHES).where(CHANGE_BATCHES.c.revision <= revision)
        return self._connection.execute(gone).rowcount
