"""reelmatch serve: everything on one machine, or one replica of many."""

from __future__ import annotations

import os
from argparse import Namespace

from service.settings import load_settings

__all__ = ["run"]


def run(_: Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    # Requests run side by side; threads within each would only get into each other's way.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Only now: what it imports reads that variable once.
    from service.running import serve

    serve(load_settings(), _tell)
    return 0


def _tell(line: str) -> None:
    print(line, flush=True)
