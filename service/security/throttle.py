"""How fast is too fast, and how long guessing is locked out.

Requests are counted in memory, by each process for itself: a count costs 5 microseconds and needs no database.
Wrong passwords are counted in PostgreSQL, where all replicas see them and a restart forgets nothing; this
module only decides what such a count means.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NoReturn

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from service.errors import TooManyRequests
from service.phrases import phrase

__all__ = ["FORGOTTEN_AFTER", "Guesses", "LockOut", "Rates"]

FORGOTTEN_AFTER: Final = timedelta(hours=24)
"""Wrong guesses before that do not count."""

_BELIEVED_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Guesses:
    """How many wrong guesses are free, and the longest wait after more of them."""

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long after the last of `failures` wrong guesses the next one waits.

        1 s after the last guess that is free, twice as long with each more, up to `longest`: nobody is locked
        out for good.
        """
        over = failures - self.free
        return min(timedelta(seconds=2 ** min(over, 30)), self.longest) if over >= 0 else timedelta()


@dataclass(frozen=True, slots=True)
class LockOut:
    """The three counts that a wrong password enters, and what each means.

    here: this account from this address, one person mistyping. account: from any address; only a short wait, or
    strangers could lock its owner out. address: at any account; an office may share it.
    """

    here: Guesses
    account: Guesses
    address: Guesses

    @classmethod
    def after(cls, attempts: int, longest: timedelta) -> LockOut:
        """Lock out after `attempts` wrong passwords in a row, for at most `longest`."""
        return cls(
            here=Guesses(attempts, longest),
            account=Guesses(10 * attempts, min(longest, timedelta(minutes=1))),
            address=Guesses(6 * attempts, longest),
        )

    def subjects(self, email: str, address: str) -> dict[str, Guesses]:
        """Under which names these guesses are counted; hashed, as addresses are personal data."""
        account = email.strip().casefold()
        return {
            _subject("here", account, _network(address)): self.here,
            _subject("account", account): self.account,
            _subject("address", _network(address)): self.address,
        }

    def forgiven(self, email: str, address: str) -> list[str]:
        """Which counts the right password ends; not the address's, or a guesser would sign in to go on."""
        return [
            name for name, guesses in self.subjects(email, address).items() if guesses is not self.address
        ]


class Rates:
    """Requests a minute: by API key or session, and by address for those who are not signed in."""

    def __init__(self, *, signed_in: int, anonymous: int) -> None:
        self._storage = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._signed_in = RateLimitItemPerMinute(signed_in)
        self._anonymous = RateLimitItemPerMinute(anonymous)

    def count_credential(self, credential: str) -> None:
        """Count a request that carries a key or session token. Raises TooManyRequests at the limit."""
        self._count(self._signed_in, _subject("credential", credential), "this key or session")

    def count_address(self, address: str) -> None:
        """Count a request that proves nothing, or wrongly. Raises TooManyRequests at the limit."""
        self._count(
            self._anonymous,
            _subject("address", _network(address)),
            phrase("your network address without signing in"),
        )

    def require_trust(self, credential: str, address: str) -> None:
        """Before a credential is looked up: guesses beyond the limit of their address never reach the database.

        Whoever was believed in the last hour works on, also beside a guesser in the same network. Raises
        TooManyRequests.
        """
        who = _subject("address", _network(address))
        if not self._limiter.test(self._anonymous, who) and not self._storage.get(_believed(credential)):
            self._refuse(
                self._anonymous, who, phrase("your network address with wrong keys or without signing in")
            )

    def believe(self, credential: str) -> None:
        """A credential turned out to be right."""
        self._storage.incr(_believed(credential), _BELIEVED_S)

    def _count(self, limit: RateLimitItem, who: str, words: str) -> None:
        if not self._limiter.hit(limit, who):
            self._refuse(limit, who, words)

    def _refuse(self, limit: RateLimitItem, who: str, words: str) -> NoReturn:
        wait_s = self._limiter.get_window_stats(limit, who).reset_time - time.time()
        raise TooManyRequests(
            phrase("more than {amount} requests a minute from {words}", amount=limit.amount, words=words),
            min(max(wait_s, 1.0), 60.0),
        )


def _network(address: str) -> str:
    """The address as it is counted: of IPv6 the first 64 bits, as whoever has one address has all of those."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))


def _believed(credential: str) -> str:
    return _subject("believed", credential)


def _subject(kind: str, *parts: str) -> str:
    return f"{kind}:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"
