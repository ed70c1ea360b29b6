"""What proves who somebody is: passwords, session tokens and API keys.

Passwords are kept as argon2id hashes. Tokens and keys carry 256 random bits, so their sha256 is kept and a
slow hash would add nothing. Nothing here reads or writes anything.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from service.phrases import Phrase, phrase

__all__ = [
    "MAX_PASSWORD",
    "MIN_PASSWORD",
    "ApiKey",
    "Checked",
    "Passwords",
    "fingerprint",
    "new_api_key",
    "new_token",
    "password_problem",
    "read_api_key",
]

MIN_PASSWORD: Final = 12
MAX_PASSWORD: Final = 256

_KEY: Final = re.compile(r"rm_([0-9a-f]{12})_([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password was right, and its new hash where the kept one is of older parameters."""

    right: bool
    new_hash: str | None = None


class Passwords:
    """Hashes passwords and checks them; a wrong password costs as much time as an unknown user."""

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """The argon2id hash of `password`, with its salt and parameters."""
        return self._hasher.hash(_normal(password))

    def check(self, kept: str | None, password: str) -> Checked:
        """Compare with the hash `kept`; None (no such user, or no password yet) is checked in vain."""
        try:
            self._hasher.verify(kept or self._nobody, _normal(password))
        except (VerificationError, InvalidHashError):
            return Checked(False)
        if not kept:
            return Checked(False)
        return Checked(True, self.hash(password) if self._hasher.check_needs_rehash(kept) else None)


def password_problem(password: str, *, email: str) -> Phrase | None:
    """Why `password` is not good enough, or None. Length is what counts (NIST SP 800-63B)."""
    normal = _normal(password)
    if len(normal) < MIN_PASSWORD:
        return phrase(
            "a password needs at least {limit} characters; four or five words make a good one",
            limit=MIN_PASSWORD,
        )
    if len(normal) > MAX_PASSWORD:
        return phrase("a password has at most {limit} characters", limit=MAX_PASSWORD)
    if len(set(normal)) < 5:
        return phrase("this password repeats very few characters; take several words")
    local = email.partition("@")[0]
    if normal.casefold() in {email.casefold(), local.casefold()}:
        return phrase("the password must differ from the e-mail address")
    return None


def new_token() -> str:
    """256 random bits, safe in a URL and a cookie."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> bytes:
    """What is kept of a token or key: its sha256, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its owner holds it: `rm_<prefix>_<secret>`; the prefix finds it and may be shown."""

    prefix: str
    text: str

    def __repr__(self) -> str:
        return f"ApiKey(prefix={self.prefix!r})"

    @property
    def kept(self) -> bytes:
        """What the database keeps of it."""
        return fingerprint(self.text)

    def proves(self, kept: bytes) -> bool:
        """Whether this is the key of which `kept` was kept; takes the same time for any wrong one."""
        return hmac.compare_digest(self.kept, kept)


def new_api_key() -> ApiKey:
    """A fresh key; its text can never be shown again."""
    prefix = secrets.token_hex(6)
    return ApiKey(prefix, f"rm_{prefix}_{secrets.token_hex(32)}")


def read_api_key(text: str) -> ApiKey | None:
    """The key written as `text`, or None when it is not one."""
    match = _KEY.fullmatch(text)
    return ApiKey(match[1], text) if match else None


def _normal(password: str) -> str:
    """One spelling of accented letters, whatever keyboard they came from (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
