"""Signing in and out, and who sends a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from service.clock import now
from service.domain.accounts import ApiKey, Membership, Session, User
from service.domain.words import CompanyKind, Role, Scope
from service.errors import Invalid, TooManyRequests, Unauthenticated
from service.security.actor import Actor, Seat
from service.security.identity import Passwords, fingerprint, new_token, password_problem, read_api_key
from service.security.throttle import FORGOTTEN_AFTER, LockOut
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record

__all__ = [
    "Doorkeeper",
    "SignedIn",
    "actor_of_key",
    "actor_of_session",
    "change_password",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
]

_NOTED_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use of a session or key is noted; writing it each time would make every read a write."""


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """How people are let in: what checks passwords, when guessing is locked out, how long a session lasts."""

    passwords: Passwords
    lock_out: LockOut
    session: timedelta
    idle: timedelta

    @classmethod
    def of(cls, settings: Settings, passwords: Passwords) -> Doorkeeper:
        """As the settings say."""
        return cls(
            passwords=passwords,
            lock_out=LockOut.after(settings.login_attempts, timedelta(minutes=settings.lockout_minutes)),
            session=timedelta(hours=settings.session_hours),
            idle=timedelta(minutes=settings.session_idle_minutes),
        )

    def expiry(self, since: datetime) -> datetime:
        """When a session that began at `since` and is used now ends unless it is used again."""
        return min(since + self.session, now() + self.idle)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. token: for the cookie; expires_at: the latest end."""

    user: User
    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"SignedIn(user_id={self.user.user_id!r})"


def sign_in(
    uow: UnitOfWorkFactory,
    door: Doorkeeper,
    *,
    email: str,
    password: str,
    address: str,
    client: str = "",
    replaced: str | None = None,
) -> SignedIn:
    """Start a session; client: what the browser calls itself. replaced: token of the session it had, which ends.

    Raises Unauthenticated, the same for an unknown address and a wrong password, and TooManyRequests while
    guessing is locked out.
    """
    guess = _count_guess(uow, door.lock_out, email, address)
    with uow() as tx:
        user = tx.accounts.user_by_email(email)
    # Outside of a transaction: hashing takes longer than everything else.
    checked = door.passwords.check(user.password_hash if user else None, password)
    if user is None or not checked.right:
        raise Unauthenticated("e-mail address or password is wrong", "Try again, or ask for an invitation")
    with uow() as tx:
        _require_unchanged(tx, user)
        for subject in door.lock_out.forgiven(email, address):
            tx.attempts.forget(subject)
        tx.attempts.take_back(guess)
        if checked.new_hash:
            tx.accounts.set_password(user.user_id, checked.new_hash)
        if replaced is not None:
            tx.sessions.end(fingerprint(replaced))
        signed_in = _start_session(tx, door, user, client)
        record(tx, Actor(user.user_id, user_id=user.user_id), "user.sign_in", "user", user.user_id)
        tx.commit()
    return signed_in


def sign_out(uow: UnitOfWorkFactory, actor: Actor) -> None:
    """End the session that the request came with; nothing happens to a key."""
    if actor.session is None:
        return
    with uow() as tx:
        tx.sessions.end(actor.session)
        record(tx, actor, "user.sign_out", "user", actor.actor_id)
        tx.commit()


def sign_out_everywhere(uow: UnitOfWorkFactory, actor: Actor) -> None:
    """End all sessions of the person."""
    user_id = _person(actor)
    with uow() as tx:
        tx.sessions.end_all(user_id)
        record(tx, actor, "user.sign_out_everywhere", "user", user_id)
        tx.commit()


def change_password(
    uow: UnitOfWorkFactory,
    door: Doorkeeper,
    actor: Actor,
    *,
    current: str,
    new: str,
    address: str,
    client: str = "",
) -> SignedIn:
    """Set a new password and start a new session; all others end.

    Raises Invalid when the current password is wrong or the new one too weak.
    """
    user_id = _person(actor)
    with uow() as tx:
        user = tx.accounts.user(user_id)
    email = user.email or ""
    guess = _count_guess(uow, door.lock_out, email, address)
    if not door.passwords.check(user.password_hash, current).right:
        raise Invalid.field("current_password", "this is not the current password", "Type it again")
    with uow() as tx:
        tx.attempts.take_back(guess)
        tx.commit()
    if problem := password_problem(new, email=email):
        raise Invalid.field("new_password", problem, "Choose another")
    new_hash = door.passwords.hash(new)
    with uow() as tx:
        _require_unchanged(tx, user)
        tx.accounts.set_password(user_id, new_hash)
        tx.sessions.end_all(user_id)
        signed_in = _start_session(tx, door, user, client)
        record(tx, actor, "user.change_password", "user", user_id)
        tx.commit()
    return signed_in


def actor_of_session(uow: UnitOfWorkFactory, door: Doorkeeper, token: str) -> Actor:
    """Who holds a session's token. Raises Unauthenticated when it has ended."""
    digest = fingerprint(token)
    with uow() as tx:
        found = tx.sessions.signed_in(digest)
        if found is None or found.session.expires_at <= now() or found.user.deleted_at is not None:
            raise Unauthenticated("the session has ended", "Sign in again")
        session, user = found.session, found.user
        seats = _seats(tx, found.memberships)
        if now() - session.last_seen_at >= _NOTED_EVERY:
            tx.sessions.touch(digest, now(), door.expiry(session.created_at))
            tx.commit()
    return Actor(
        actor_id=user.user_id,
        user_id=user.user_id,
        seats=seats,
        is_administrator=user.is_administrator,
        session=digest,
    )


def actor_of_key(uow: UnitOfWorkFactory, text: str) -> Actor:
    """Which program holds an API key. Raises Unauthenticated when it is unknown, revoked or expired."""
    given = read_api_key(text)
    if given is None:
        raise _wrong_key()
    with uow() as tx:
        key = tx.api_keys.by_hash(given.kept)
        if key is None or not given.proves(key.key_hash) or not _is_valid(key):
            raise _wrong_key()
        seats = _seats(tx, [Membership(key.key_id, key.company_id, Role.MEMBER)] if key.company_id else [])
        if key.last_used_at is None or now() - key.last_used_at >= _NOTED_EVERY:
            tx.api_keys.used(key.key_id, now())
            tx.commit()
    return Actor(
        actor_id=key.key_id,
        seats=seats,
        is_administrator=key.company_id is None and Scope.ADMIN in key.scopes,
        scopes=key.scopes,
    )


def _wrong_key() -> Unauthenticated:
    return Unauthenticated(
        "the API key is unknown, revoked or expired", "Send a valid key as `Authorization: Bearer rm_...`"
    )


def _is_valid(key: ApiKey) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now())


def _seats(tx: UnitOfWork, memberships: tuple[Membership, ...] | list[Membership]) -> tuple[Seat, ...]:
    companies = tx.companies.find([membership.company_id for membership in memberships])
    return tuple(
        Seat(
            company_id=membership.company_id,
            role=membership.role,
            kinds=companies[membership.company_id].kinds,
            territories=_territories(tx, membership.company_id, companies[membership.company_id].kinds),
        )
        for membership in memberships
    )


def _territories(tx: UnitOfWork, company_id: str, kinds: frozenset[CompanyKind]) -> frozenset[str]:
    if CompanyKind.DISTRIBUTOR not in kinds:
        return frozenset()
    return frozenset(profile.territory for profile in tx.distributors.of_company(company_id))


def _person(actor: Actor) -> str:
    if actor.user_id is None:
        raise Unauthenticated("this is for people only", "Sign in with e-mail address and password")
    return actor.user_id


def _start_session(tx: UnitOfWork, door: Doorkeeper, user: User, client: str) -> SignedIn:
    token = new_token()
    moment = now()
    tx.sessions.add(
        Session(
            token_hash=fingerprint(token),
            user_id=user.user_id,
            created_at=moment,
            last_seen_at=moment,
            expires_at=door.expiry(moment),
            client=client[:200],
        )
    )
    return SignedIn(user, token, moment + door.session)


def _count_guess(uow: UnitOfWorkFactory, lock_out: LockOut, email: str, address: str) -> list[int]:
    """A password counts as wrong before it is checked, or all that are sent at once would be free.

    Returns what the right one takes back. Raises TooManyRequests, which counts nothing.
    """
    subjects = lock_out.subjects(email, address)
    with uow() as tx:
        tx.attempts.alone(subjects)
        for subject, guesses in subjects.items():
            wait = guesses.wait(tx.attempts.since(subject, now() - FORGOTTEN_AFTER))
            if wait and tx.attempts.since(subject, now() - wait):
                raise TooManyRequests(
                    "too many wrong passwords, or too many attempts at once", wait.total_seconds()
                )
        counted = [tx.attempts.add(subject, now()) for subject in subjects]
        tx.commit()
    return counted


def _require_unchanged(tx: UnitOfWork, user: User) -> None:
    """That the password which was checked still is the person's; nobody else changes it until `tx` ends."""
    if tx.accounts.user(user.user_id, alone=True).password_hash != user.password_hash:
        raise Unauthenticated("the password was changed a moment ago", "Sign in with the new one")
