"""Invitations into a company: nobody is taken in who did not accept, and what is answered tells of nobody.

An invitation says the same whether or not its address has an account. Its link is worth a place in the company to
whoever signs in with that address, and to nobody else; a person without an account makes one with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from service.clock import now
from service.domain.accounts import CompanyInvitation
from service.domain.paging import Page, PageRequest
from service.domain.words import Role
from service.errors import Conflict, NotFound
from service.security.actor import Actor
from service.security.identity import fingerprint, new_token
from service.security.permissions import About, Action, require_allowed
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.keys import person_behind

__all__ = [
    "INVITED_FOR",
    "JOIN",
    "HandedOver",
    "invite",
    "list_invitations",
    "record_invitation",
    "withdraw",
    "withdraw_made_by",
]

INVITED_FOR: Final = timedelta(days=7)
JOIN: Final = "join_"
"""What the text of such an invitation begins with, unlike that of one that sets a password."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """An invitation and its text, which cannot be shown again."""

    invitation: CompanyInvitation
    text: str

    def __repr__(self) -> str:
        return f"HandedOver(invitation_id={self.invitation.invitation_id!r})"


def list_invitations(
    uow: UnitOfWorkFactory, actor: Actor, company_id: str, page: PageRequest
) -> Page[CompanyInvitation]:
    """Who was invited and has not answered, by the address that was typed; for owners and administrators."""
    with uow() as tx:
        _require_company(tx, actor, Action.READ, company_id)
        return tx.invitations.list(company_id, now(), page)


def invite(
    uow: UnitOfWorkFactory, actor: Actor, company_id: str, *, email: str, name: str, role: Role
) -> HandedOver:
    """Invite whoever has this address; the company's invitation to it before stops working.

    Raises Conflict where a member has the address.
    """
    text = f"{JOIN}{new_token()}"
    with uow() as tx:
        _require_company(tx, actor, Action.WRITE, company_id)
        if tx.accounts.has_member(company_id, email):
            raise Conflict("the person is a member already", "Change the role instead", field="email")
        stored = tx.invitations.put(
            CompanyInvitation(
                invitation_id=new_id("invitation"),
                company_id=company_id,
                email=email,
                name=name,
                role=role,
                token_hash=fingerprint(text),
                expires_at=now() + INVITED_FOR,
                invited_by=person_behind(tx, actor),
            )
        )
        record_invitation(tx, actor, "invitation.create", stored)
        tx.commit()
    return HandedOver(stored, text)


def withdraw(uow: UnitOfWorkFactory, actor: Actor, company_id: str, invitation_id: str) -> None:
    """Take an invitation back; its link leads nowhere any more. Raises NotFound."""
    with uow() as tx:
        _require_company(tx, actor, Action.WRITE, company_id)
        invitation = tx.invitations.get(invitation_id)
        if invitation.company_id != company_id:
            raise NotFound("invitation", invitation_id)
        tx.invitations.delete(invitation_id)
        record_invitation(tx, actor, "invitation.withdraw", invitation)
        tx.commit()


def withdraw_made_by(tx: UnitOfWork, actor: Actor, user_id: str, company_id: str | None) -> None:
    """Take back what a person invited to a company, or to any: whoever made an invitation has seen its link."""
    for invitation_id, of_company in tx.invitations.delete_made_by(user_id, company_id):
        record(tx, actor, "invitation.withdraw", "invitation", invitation_id, company_id=of_company)


def record_invitation(tx: UnitOfWork, actor: Actor, action: str, invitation: CompanyInvitation) -> None:
    """Note what became of it, without the address: who never accepts stays in no trail."""
    record(
        tx,
        actor,
        action,
        "invitation",
        invitation.invitation_id,
        company_id=invitation.company_id,
        after={"role": invitation.role} if action == "invitation.create" else None,
    )


def _require_company(tx: UnitOfWork, actor: Actor, action: Action, company_id: str) -> None:
    tx.companies.get(company_id)
    require_allowed(actor, action, "invitation", About(company=company_id))
