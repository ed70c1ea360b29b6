"""Deals sell what no grant records of them, and what they record stays inside their licence period."""

from __future__ import annotations

from service.store.migrations.statements import run_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """From what messages are made of."""
    run_file("0011_rules.sql")


def downgrade() -> None:
    """Not offered. Restore a backup instead."""
    raise NotImplementedError("what is sold in deals could be sold once more; restore a backup instead")
