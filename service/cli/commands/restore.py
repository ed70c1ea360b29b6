"""reelmatch restore: a backup into an empty database and the bundle store."""

from __future__ import annotations

from argparse import Namespace

from service import logs
from service.backup import restore
from service.settings import load_settings
from service.store.opening import running_database

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Restore, and say what is there again."""
    logs.configure("warning")
    with running_database(load_settings()) as settings:
        kept = restore(settings, args.folder)
    print(f"restored the database as of {kept.made_at:%Y-%m-%d %H:%M} UTC and {kept.bundles} bundles")
    return 0
