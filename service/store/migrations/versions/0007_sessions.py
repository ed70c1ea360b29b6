"""Sessions of events' slots."""

from __future__ import annotations

from service.store.migrations.statements import run_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """From versions of roles and tables."""
    run_file("0007_tables.sql")


def downgrade() -> None:
    """Not offered. Restore a backup instead."""
    raise NotImplementedError("what sessions were called would be lost; restore a backup instead")
