"""How tests are spread over processes: what is expensive to set up is set up in one of them only."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from xdist.scheduler import LoadScopeScheduling

__all__ = ["Spread"]

TOGETHER: Final = ("tests/evaluation", "tests/matching", "tests/ranking", "tests/service/serve")
"""Folders whose files share a trained model or a running service."""


class Spread(LoadScopeScheduling):  # type: ignore[misc]
    """A file at a time, and these folders as a whole, to whichever process is free; in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.split("::", 1)[0])
        folders = {str(folder) for folder in file.parents}
        return next((folder for folder in TOGETHER if folder in folders), str(file))
