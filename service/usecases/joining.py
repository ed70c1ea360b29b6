"""What an invited person does with the link to a company: look at it, accept, decline."""

from __future__ import annotations

from service.clock import now
from service.domain.accounts import CompanyInvitation, Membership, User
from service.errors import Conflict, Forbidden, Invalid, Unauthenticated
from service.phrases import phrase
from service.security.actor import Actor
from service.security.identity import Passwords, fingerprint
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.invitations import JOIN, record_invitation
from service.usecases.people import require_good_password

__all__ = ["accept_as_new", "decline", "is_for", "is_into_company", "join", "look"]


def is_into_company(text: str) -> bool:
    """Whether this would be an invitation into a company, rather than one that sets a password."""
    return text.startswith(JOIN)


def look(uow: UnitOfWorkFactory, text: str) -> CompanyInvitation:
    """What an invitation is for; whoever holds it may know. Raises Invalid where it is not good (any more)."""
    with uow() as tx:
        return _good(tx, text)


def join(uow: UnitOfWorkFactory, actor: Actor, text: str) -> CompanyInvitation:
    """Take the place in the company that is offered to the address of whoever is signed in.

    Raises Forbidden where it is offered to another address, Conflict to whoever is a member already.
    """
    if actor.user_id is None:
        raise Unauthenticated("this is for people only", "Sign in with e-mail address and password")
    with uow() as tx:
        # The person first, as their deletion does, or each would wait for the other.
        user = tx.accounts.user(actor.user_id, alone=True)
        invitation = _good(tx, text, alone=True)
        if not is_for(invitation, user):
            raise Forbidden(
                "this invitation is for another address", phrase("Sign in as {email}", email=invitation.email)
            )
        _take_in(tx, actor, invitation)
        tx.commit()
    return invitation


def accept_as_new(
    uow: UnitOfWorkFactory, passwords: Passwords, text: str, *, password: str, name: str | None = None
) -> User:
    """An account for whoever had none, with its place in the company; it signs in with this password.

    Raises Conflict where the address has an account: no invitation into a company sets the password of one.
    """
    with uow() as tx:
        invitation = _good(tx, text, alone=True)
        # Before the address is looked up: only a password that would make an account learns whether there is one.
        require_good_password(password, invitation.email)
        if tx.accounts.user_by_email(invitation.email) is not None:
            raise Conflict(
                "this address has an account already", "Sign in with it, then accept", field="password"
            )
        user = tx.accounts.add_user(
            User(
                new_id("user"),
                invitation.email,
                name or invitation.name,
                password_hash=passwords.hash(password),
            )
        )
        record(tx, Actor(user.user_id), "user.create", "user", user.user_id, after=user)
        _take_in(tx, Actor(user.user_id, user_id=user.user_id), invitation)
        tx.commit()
    return user


def decline(uow: UnitOfWorkFactory, text: str) -> CompanyInvitation:
    """Refuse it; whoever was given the link may. The company reads that it was declined, and by nobody's name."""
    with uow() as tx:
        invitation = _good(tx, text, alone=True)
        tx.invitations.delete(invitation.invitation_id)
        record_invitation(tx, Actor(invitation.invitation_id), "invitation.decline", invitation)
        tx.commit()
    return invitation


def is_for(invitation: CompanyInvitation, user: User) -> bool:
    """Whether it was made for this person's address."""
    return user.email is not None and user.email.lower() == invitation.email.lower()


def _good(tx: UnitOfWork, text: str, *, alone: bool = False) -> CompanyInvitation:
    invitation = tx.invitations.proven_by(fingerprint(text), alone=alone)
    if invitation is None or invitation.expires_at <= now():
        raise Invalid.field(
            "invitation", "this invitation was used, replaced or has expired", "Ask for a new one"
        )
    return invitation


def _take_in(tx: UnitOfWork, actor: Actor, invitation: CompanyInvitation) -> None:
    assert actor.user_id is not None
    company_id = invitation.company_id
    tx.invitations.delete(invitation.invitation_id)
    tx.accounts.add_membership(Membership(actor.user_id, company_id, invitation.role))
    after = {"role": invitation.role, "invited_by": invitation.invited_by}
    record(tx, actor, "member.add", "member", actor.user_id, company_id=company_id, after=after)
