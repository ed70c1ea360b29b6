"""Who is invited into a company and has not accepted yet."""

from __future__ import annotations

from service.store.migrations.statements import run_file

revision = "0013"
down_revision = "0011"


def upgrade() -> None:
    """From members that were taken in at once."""
    run_file("0013_tables.sql")


def downgrade() -> None:
    """Not offered. Restore a backup instead."""
    raise NotImplementedError("invitations would be forgotten; restore a backup instead")
