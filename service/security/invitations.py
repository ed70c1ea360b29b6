"""One-time invitations: how a person comes by the first password, or a new one.

Until it is used, an invitation stands where the password's hash would stand, so that there is never both, no
password can match it, and using it replaces it.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service.clock import now
from service.security.identity import fingerprint

__all__ = ["Invitation", "invited_user", "is_invitation", "new_invitation"]

_MARK: Final = "!invited"


@dataclass(frozen=True, slots=True)
class Invitation:
    """text: what the person is given, once. kept: what takes the place of the password's hash."""

    text: str
    kept: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Invitation(expires_at={self.expires_at.isoformat()})"


def new_invitation(user_id: str, expires_at: datetime) -> Invitation:
    """An invitation for one user."""
    text = f"{user_id}.{secrets.token_urlsafe(32)}"
    return Invitation(text, f"{_MARK} {fingerprint(text).hex()} {expires_at.isoformat()}", expires_at)


def invited_user(text: str) -> str:
    """Whom an invitation is for, if it is one."""
    return text.rpartition(".")[0]


def is_invitation(kept: str | None, text: str | None = None) -> bool:
    """Whether an invitation is kept; with `text`: whether it is this one, and still good."""
    if kept is None or not kept.startswith(f"{_MARK} "):
        return False
    if text is None:
        return True
    _, digest, expires_at = kept.split(" ")
    proven = hmac.compare_digest(digest, fingerprint(text).hex())
    return proven and now() < datetime.fromisoformat(expires_at)
