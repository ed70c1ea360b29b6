"""reelmatch worker: do what waits in the queue."""

from __future__ import annotations

from argparse import Namespace

from service.jobs.worker import run_worker
from service.settings import load_settings
from service.store.opening import running_database

__all__ = ["run"]


def run(_: Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; what is under way then goes back into the queue."""
    with running_database(load_settings()) as settings:
        run_worker(settings)
    return 0
