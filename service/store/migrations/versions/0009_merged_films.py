"""Since when rights are active, and which films were merged into which."""

from __future__ import annotations

from service.store.migrations.statements import run_file

revision = "0009"
down_revision = "0007"


def upgrade() -> None:
    """From sessions of events' slots."""
    run_file("0009_tables.sql")


def downgrade() -> None:
    """Not offered. Restore a backup instead."""
    raise NotImplementedError("which films were merged would be forgotten; restore a backup instead")
