"""Users: invited by administrators and owners, let in by their own password."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from service.clock import now
from service.domain.accounts import User
from service.domain.paging import FIRST, Page, PageRequest
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.security.actor import Actor
from service.security.identity import Passwords, password_problem
from service.security.invitations import Invitation, invited_user, is_invitation, new_invitation
from service.security.permissions import About, Action, may, require, require_allowed, sight
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.invitations import INVITED_FOR, withdraw_made_by
from service.usecases.keys import revoke_made_by

__all__ = [
    "Invited",
    "accept_invitation",
    "create_administrator",
    "get_user",
    "invite_again",
    "invite_user",
    "invited",
    "list_users",
    "require_another_administrator",
    "require_good_password",
    "set_up",
    "update_user",
]

_FIRST: Final = "setup@localhost"
"""Address of the administrator-to-be whose invitation `serve` prints; the real one comes with the acceptance."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A user and the invitation to hand over; it cannot be shown again."""

    user: User
    invitation: Invitation


def set_up(uow: UnitOfWorkFactory) -> str | None:
    """An invitation for the first administrator, None once an administrator can sign in.

    Each call voids the invitation before it, so of several replicas the last one to start has the good one.
    """
    actor = Actor.system("serve")
    with uow() as tx:
        if any(_administrates(user) for user in _everybody(tx)):
            return None
        waiting = tx.accounts.user_by_email(_FIRST)
        fresh = invited(_FIRST, "First administrator", is_administrator=True)
        if waiting is not None:
            fresh = _again(waiting)
            tx.accounts.update_user(fresh.user)
        else:
            tx.accounts.add_user(fresh.user)
        record(tx, actor, "user.invite", "user", fresh.user.user_id)
        tx.commit()
    return fresh.invitation.text


def create_administrator(
    uow: UnitOfWorkFactory, passwords: Passwords, actor: Actor, *, email: str, name: str, password: str
) -> User:
    """An administrator with a password, made on the server's command line; there is no default password."""
    require_allowed(actor, Action.WRITE, "user", About())
    require_good_password(password, email)
    user = User(new_id("user"), email, name, is_administrator=True, password_hash=passwords.hash(password))
    with uow() as tx:
        added = tx.accounts.add_user(user)
        record(tx, actor, "user.create", "user", added.user_id, after=added)
        tx.commit()
    return added


def _administrates(user: User) -> bool:
    is_in = user.password_hash is not None and not is_invitation(user.password_hash)
    return user.is_administrator and is_in


def invite_user(
    uow: UnitOfWorkFactory, actor: Actor, *, email: str, name: str, is_administrator: bool = False
) -> Invited:
    """A new user who sets a password with the invitation. Conflict when the address has an account."""
    require_allowed(actor, Action.WRITE, "user", About())
    fresh = invited(email, name, is_administrator=is_administrator)
    with uow() as tx:
        added = tx.accounts.add_user(fresh.user)
        record(tx, actor, "user.invite", "user", added.user_id, after=added)
        tx.commit()
    return replace(fresh, user=added)


def invite_again(uow: UnitOfWorkFactory, actor: Actor, user_id: str) -> Invited:
    """A new invitation, by which a person who lost the password or the invitation gets in again.

    The password and all sessions end at once. Administrators may do so for everybody; owners for members who have
    not accepted yet, belong to no company but theirs, and will not administrate: whoever holds the invitation gets
    all that the person may do.
    """
    with uow() as tx:
        user = _existing(tx, user_id, alone=True)
        _require_may_invite(tx, actor, user)
        fresh = _again(user)
        tx.accounts.update_user(fresh.user)
        tx.sessions.end_all(user_id)
        record(tx, actor, "user.invite", "user", user_id)
        tx.commit()
    return fresh


def accept_invitation(
    uow: UnitOfWorkFactory,
    passwords: Passwords,
    *,
    invitation: str,
    password: str,
    email: str | None = None,
    name: str | None = None,
) -> User:
    """Set the password of an invited person; the invitation is used up.

    email: only the first administrator gives one. Raises Invalid when the invitation is not good (any more)
    or the password too weak.
    """
    with uow() as tx:
        user = _invited(tx, invitation)
        first = user.email == _FIRST
        if first and not email:
            raise Invalid.field("email", "the first administrator needs an e-mail address", "Add it")
        address = email if first else user.email
        require_good_password(password, address or "")
        accepted = replace(
            user, email=address, name=name or user.name, password_hash=passwords.hash(password)
        )
        stored = tx.accounts.update_user(accepted, expected=user.version)
        record(tx, Actor(user.user_id), "user.accept", "user", user.user_id, before=user, after=stored)
        tx.commit()
    return stored


def get_user(uow: UnitOfWorkFactory, actor: Actor, user_id: str) -> User:
    """Raises NotFound where the actor may not see the person."""
    require(actor, Action.READ, "user", About(person=user_id), user_id)
    with uow() as tx:
        return _existing(tx, user_id)


def list_users(uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, query: str = "") -> Page[User]:
    """Everybody, for administrators. Raises Forbidden."""
    if not sight(actor, Action.READ, "user").everything:
        raise Forbidden("only administrators see the list of users", "Look at the members of your company")
    with uow() as tx:
        return tx.accounts.users(page, query)


def update_user(
    uow: UnitOfWorkFactory, actor: Actor, user_id: str, changes: Mapping[str, Any], expected: int | None
) -> User:
    """Change name, email or is_administrator; expected: the version that was read.

    People change their own name; the rest is for administrators. Nobody takes that role from themselves, and one
    remains. The administrator's keys that somebody made who is none any more are void.
    """
    require(actor, Action.WRITE, "user", About(person=user_id), user_id)
    with uow() as tx:
        # All of them before one of them: two who demote each other wait instead of blocking each other.
        administrators = tx.accounts.administrators() if changes.get("is_administrator") is False else ()
        before = _existing(tx, user_id, alone=True)
        wanted = replace(before, **changes)
        if wanted != replace(before, name=wanted.name):
            require_allowed(actor, Action.WRITE, "user", About())
        if before.is_administrator and not wanted.is_administrator:
            _require_may_demote(actor, user_id, administrators)
            revoke_made_by(tx, actor, user_id, None)
            withdraw_made_by(tx, actor, user_id, None)
        after = tx.accounts.update_user(wanted, expected)
        record(tx, actor, "user.update", "user", user_id, before=before, after=after)
        tx.commit()
    return after


def invited(email: str, name: str, *, is_administrator: bool = False) -> Invited:
    """A user who is not stored yet, with an invitation."""
    user_id = new_id("user")
    invitation = new_invitation(user_id, now() + INVITED_FOR)
    user = User(user_id, email, name, is_administrator=is_administrator, password_hash=invitation.kept)
    return Invited(user, invitation)


def _again(user: User) -> Invited:
    invitation = new_invitation(user.user_id, now() + INVITED_FOR)
    return Invited(replace(user, password_hash=invitation.kept), invitation)


def require_good_password(password: str, email: str) -> None:
    """Raises Invalid where it is too weak for whoever has this address."""
    if problem := password_problem(password, email=email):
        raise Invalid.field("password", problem, "Choose another")


def require_another_administrator(actor: Actor, user_id: str, administrators: Iterable[User]) -> None:
    """Raises Conflict where nobody else could sign in as one; a command on the server may do without."""
    remains = any(_administrates(user) and user.user_id != user_id for user in administrators)
    if not remains and not actor.is_system:
        raise Conflict(
            "this is the last administrator", "Make somebody else one first", field="is_administrator"
        )


def _require_may_demote(actor: Actor, user_id: str, administrators: Iterable[User]) -> None:
    if actor.user_id == user_id:
        raise Conflict(
            "you cannot take this role from yourself", "Ask another administrator", field="is_administrator"
        )
    require_another_administrator(actor, user_id, administrators)


def _existing(tx: UnitOfWork, user_id: str, *, alone: bool = False) -> User:
    user = tx.accounts.user(user_id, alone=alone)
    if user.deleted_at is not None:
        raise NotFound("user", user_id)
    return user


def _invited(tx: UnitOfWork, text: str) -> User:
    try:
        user = tx.accounts.user(invited_user(text))
    except NotFound:
        user = None
    if user is None or not is_invitation(user.password_hash, text):
        raise Invalid.field(
            "invitation", "this invitation was used, replaced or has expired", "Ask for a new one"
        )
    return user


def _everybody(tx: UnitOfWork) -> list[User]:
    people: list[User] = []
    page: PageRequest | None = FIRST
    while page is not None:
        found = tx.accounts.users(page)
        people += found.items
        page = None if found.next_after is None else PageRequest(after=found.next_after)
    return people


def _require_may_invite(tx: UnitOfWork, actor: Actor, user: User) -> None:
    abouts = [About()]
    if is_invitation(user.password_hash) and not user.is_administrator:
        abouts = [About(company=one.company_id) for one in tx.accounts.memberships_of(user.user_id)] or abouts
    if not all(may(actor, Action.WRITE, "invitation", about) for about in abouts):
        require(actor, Action.READ, "user", About(person=user.user_id), user.user_id)
        raise Forbidden("only administrators let this person in again", "Ask one")
