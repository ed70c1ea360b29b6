"""Versions as ETags: an update says which version it changes, so that nobody overwrites what they never saw."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Response

from service.api.problems import BadRequest, PreconditionRequired

__all__ = ["IfMatch", "set_etag"]

# Proxies that compress an answer mark its ETag as weak; it still names the version.
_ETAG: Final = re.compile(r'(?:W/)?"([0-9]{1,9})"')


def set_etag(response: Response, version: int) -> None:
    """Let the answer carry its version."""
    response.headers["ETag"] = f'"{version}"'


async def _expected_version(
    if_match: Annotated[
        str | None,
        Header(description='The `ETag` of the answer that you read, such as `"3"`; `*` overwrites anything.'),
    ] = None,
) -> int | None:
    """The version that the caller wants to change, None for any."""
    if if_match is None:
        raise PreconditionRequired(
            "an update needs the header If-Match", "Read the object, and send its ETag as If-Match"
        )
    if if_match.strip() == "*":
        return None
    match = _ETAG.fullmatch(if_match.strip())
    if match is None:
        raise BadRequest("If-Match is not an ETag of this API", 'Send the ETag as you got it, such as "3"')
    return int(match[1])


IfMatch = Annotated[int | None, Depends(_expected_version)]
