"""What the messages of jobs and imports are made of."""

from __future__ import annotations

from service.store.migrations.statements import run_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """From merged films."""
    run_file("0010_tables.sql")


def downgrade() -> None:
    """Not offered. Restore a backup instead."""
    raise NotImplementedError("messages could not be translated any more; restore a backup instead")
