"""That a browser's request was meant by the person in front of it.

Two independent checks. `same_origin` refuses what another site's page sends (the order of the checks is that of
Go's net/http CrossOriginProtection). `token_for` ties a form or a script to the session: it is derived from the
session's token, so that nothing is stored and no other site can know it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

__all__ = ["FIELD", "HEADER", "SAFE_METHODS", "is_token_for", "same_origin", "token_for"]

HEADER: Final = "X-CSRF-Token"
FIELD: Final = "csrf_token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def token_for(session_token: str) -> str:
    """The token that pages of this session carry; 64 hexadecimal digits."""
    return hmac.new(session_token.encode(), b"reelmatch csrf", hashlib.sha256).hexdigest()


def is_token_for(session_token: str, given: str) -> bool:
    """Whether `given` is the session's token; takes the same time for any wrong one."""
    return hmac.compare_digest(token_for(session_token).encode(), given.encode())


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether these request headers (names in lower case) come from our own pages or from no browser at all."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    return bool(host := headers.get("host")) and urlsplit(origin).netloc == host
