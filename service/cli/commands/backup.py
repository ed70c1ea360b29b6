"""reelmatch backup: everything the service keeps, in one folder."""

from __future__ import annotations

from argparse import Namespace

from service import logs
from service.backup import backup
from service.settings import load_settings
from service.store.opening import running_database

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Write the backup, and say what is in it."""
    logs.configure("warning")
    with running_database(load_settings()) as settings:
        kept = backup(settings, args.folder)
    print(f"{args.folder}: the database and {kept.bundles} bundles, {kept.size_bytes / 1e6:.1f} MB")
    return 0
