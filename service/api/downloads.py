"""Files as answers: made whole before the first byte is sent, so that an error is still told as one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

from fastapi.responses import StreamingResponse

__all__ = ["CSV", "XLSX", "Download", "download", "file_responses"]

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_IN_MEMORY: Final = 8 * 1024**2
_CHUNK: Final = 64 * 1024


class Download(StreamingResponse):
    """The response class of routes that answer with a file, whose kinds `file_responses` describes."""

    media_type = None


def download(name: str, media_type: str, chunks: Iterable[bytes]) -> Download:
    """An answer that browsers save as `name`, which has letters, digits, dots and dashes only.

    No connection to the database is held while a slow reader takes it.
    """
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it is sent
    try:
        for chunk in chunks:
            file.write(chunk)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Download(_pieces(file), media_type=media_type, headers=headers)


def file_responses(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: the kinds of file it answers with."""
    content = {
        kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in media_types
    }
    return {200: {"description": "The file.", "content": content}}


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece
