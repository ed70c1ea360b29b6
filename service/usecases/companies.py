"""Companies and the people in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from service.domain.accounts import Company, Membership, User
from service.domain.paging import Page, PageRequest
from service.domain.words import Role
from service.errors import Conflict, Forbidden
from service.security.actor import Actor
from service.security.invitations import Invitation
from service.security.permissions import About, Action, may, require, require_allowed, sight
from service.store.ids import new_id
from service.store.repositories.companies import CompanyFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.invitations import withdraw_made_by
from service.usecases.keys import revoke_made_by
from service.usecases.people import invited

__all__ = [
    "Member",
    "NewMember",
    "add_member",
    "create_company",
    "delete_company",
    "get_company",
    "list_companies",
    "list_members",
    "remove_member",
    "set_role",
    "update_company",
]


@dataclass(frozen=True, slots=True)
class Member:
    """A person and the role in a company. version: of the role."""

    user: User
    role: Role
    version: int = 1


@dataclass(frozen=True, slots=True)
class NewMember:
    """A new member, and the invitation where the person had no account."""

    member: Member
    invitation: Invitation | None


def list_companies(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, where: CompanyFilter
) -> Page[Company]:
    """In the order they were added."""
    sight(actor, Action.READ, "company")
    with uow() as tx:
        return tx.companies.list(page, where)


def get_company(uow: UnitOfWorkFactory, actor: Actor, company_id: str) -> Company:
    """Raises NotFound."""
    require(actor, Action.READ, "company", About(company=company_id), company_id)
    with uow() as tx:
        return tx.companies.get(company_id)


def create_company(uow: UnitOfWorkFactory, actor: Actor, company: Company) -> Company:
    """Add a company; its id is made up where it is ""."""
    require_allowed(actor, Action.WRITE, "company", About())
    fresh = replace(company, company_id=company.company_id or new_id("company"))
    with uow() as tx:
        stored = tx.companies.add(fresh)
        _record(tx, actor, "company.create", stored.company_id, after=stored)
        tx.commit()
    return stored


def update_company(
    uow: UnitOfWorkFactory, actor: Actor, company_id: str, changes: Mapping[str, Any], expected: int | None
) -> Company:
    """Change some fields; expected: the version that was read. Raises PreconditionFailed.

    Raises Forbidden where an owner changes what the company does, which opens what its rivals keep from each other.
    """
    with uow() as tx:
        before = tx.companies.get(company_id)
        require(actor, Action.WRITE, "company", About(company=company_id), company_id)
        wanted = replace(before, **changes)
        if wanted.kinds != before.kinds:
            _require_may_say_kinds(actor, company_id)
        after = tx.companies.update(wanted, expected)
        _record(tx, actor, "company.update", company_id, before=before, after=after)
        tx.commit()
    return after


def delete_company(uow: UnitOfWorkFactory, actor: Actor, company_id: str, expected: int | None) -> None:
    """Raises Conflict while it has films, profiles, rights or deals."""
    with uow() as tx:
        before = tx.companies.get(company_id)
        require(actor, Action.DELETE, "company", About(company=company_id), company_id)
        tx.companies.delete(company_id, expected)
        record(tx, actor, "company.delete", "company", company_id, before=before)
        tx.commit()


def list_members(
    uow: UnitOfWorkFactory,
    actor: Actor,
    company_id: str,
    page: PageRequest,
    *,
    among: Collection[str] | None = None,
) -> Page[Member]:
    """In the order they were added; among: ids of people, None for everybody."""
    with uow() as tx:
        _require_company(tx, actor, Action.READ, company_id)
        found = tx.accounts.members_of(company_id, page, among=among)
    members = (Member(user, one.role, one.version) for user, one in found.items)
    return Page(tuple(members), found.next_after)


def add_member(
    uow: UnitOfWorkFactory, actor: Actor, company_id: str, *, email: str, name: str, role: Role
) -> NewMember:
    """Take a person into a company at once, on the server's command line; who has no account yet is invited.

    Everybody else invites, and the person accepts. Raises Forbidden, Conflict when the person is a member already.
    """
    if not actor.is_system:
        raise Forbidden("nobody is taken into a company who did not accept", "Invite the person")
    with uow() as tx:
        tx.companies.get(company_id)
        user, invitation = tx.accounts.user_by_email(email), None
        if user is None:
            fresh = invited(email, name)
            user, invitation = tx.accounts.add_user(fresh.user), fresh.invitation
            record(tx, actor, "user.invite", "user", user.user_id, company_id=company_id)
        tx.accounts.add_membership(Membership(user.user_id, company_id, role))
        tx.invitations.delete_for(company_id, email)
        _record_role(tx, actor, "member.add", company_id, user.user_id, after=role)
        tx.commit()
    return NewMember(Member(user, role), invitation)


def set_role(
    uow: UnitOfWorkFactory,
    actor: Actor,
    company_id: str,
    user_id: str,
    role: Role,
    expected: int | None = None,
) -> Member:
    """Change a member's role; expected: the version that was read. Raises Conflict for the last owner.

    Only owners make keys and invite: what somebody made who is none any more is void. Raises PreconditionFailed.
    """
    with uow() as tx:
        _require_company(tx, actor, Action.WRITE, company_id)
        before = _member(tx, company_id, user_id)
        if role is not Role.OWNER:
            _require_another_owner(tx, actor, company_id, user_id)
            revoke_made_by(tx, actor, user_id, company_id)
            withdraw_made_by(tx, actor, user_id, company_id)
        after = tx.accounts.set_role(Membership(user_id, company_id, role), expected)
        _record_role(tx, actor, "member.role", company_id, user_id, before=before.role, after=role)
        tx.commit()
    return replace(before, role=after.role, version=after.version)


def remove_member(
    uow: UnitOfWorkFactory, actor: Actor, company_id: str, user_id: str, expected: int | None = None
) -> None:
    """Take a person out of a company, with the keys and invitations the person made; people may leave by themselves.

    expected: the version that was read. Raises Conflict for the last owner, PreconditionFailed.
    """
    with uow() as tx:
        _require_company(tx, actor, Action.DELETE, company_id, person=user_id)
        before = _member(tx, company_id, user_id)
        _require_another_owner(tx, actor, company_id, user_id)
        revoke_made_by(tx, actor, user_id, company_id)
        withdraw_made_by(tx, actor, user_id, company_id)
        tx.accounts.remove_membership(user_id, company_id, expected)
        _record_role(tx, actor, "member.remove", company_id, user_id, before=before.role)
        tx.commit()


def _require_may_say_kinds(actor: Actor, company_id: str) -> None:
    if not may(actor, Action.WRITE, "company_kinds", About(company=company_id)):
        raise Forbidden(
            "what a company does is for administrators to change", "Leave kinds as they are, or ask one"
        )


def _member(tx: UnitOfWork, company_id: str, user_id: str) -> Member:
    membership = tx.accounts.membership(user_id, company_id)
    return Member(tx.accounts.user(user_id), membership.role, membership.version)


def _require_company(
    tx: UnitOfWork, actor: Actor, action: Action, company_id: str, person: str | None = None
) -> None:
    tx.companies.get(company_id)
    require_allowed(actor, action, "member", About(company=company_id, person=person))


def _require_another_owner(tx: UnitOfWork, actor: Actor, company_id: str, user_id: str) -> None:
    """An owner remains, unless an administrator decides otherwise."""
    if tx.accounts.owners_of(company_id) == {user_id} and not (actor.is_administrator or actor.is_system):
        raise Conflict(
            "a company keeps at least one owner", "Make somebody else an owner first", field="role"
        )


def _record(tx: UnitOfWork, actor: Actor, action: str, company_id: str, **sides: Any) -> None:
    record(tx, actor, action, "company", company_id, company_id=company_id, **sides)


def _record_role(
    tx: UnitOfWork,
    actor: Actor,
    action: str,
    company_id: str,
    user_id: str,
    *,
    before: Role | None = None,
    after: Role | None = None,
) -> None:
    record(
        tx,
        actor,
        action,
        "member",
        user_id,
        company_id=company_id,
        before={"role": before},
        after={"role": after},
    )
