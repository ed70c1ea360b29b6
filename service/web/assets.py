"""Static files under addresses that change with their content, so that browsers keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

__all__ = ["MOUNT", "STATIC", "Assets", "asset_url"]

MOUNT: Final = "/static"
STATIC: Final = Path(__file__).parent / "static"


@cache
def asset_url(name: str) -> str:
    """The address of a file in static/, with a part that follows from its bytes."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{MOUNT}/{name}?v={digest}"


class Assets(StaticFiles):
    """The files of static/; asked for with a version, an answer never changes."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or the answer that there is none."""
        response = await super().get_response(path, scope)
        if response.status_code == 200 and scope["query_string"].startswith(b"v="):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
