"""A company's own page: its people, its keys, its details, and who changed what."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from service.api.schemas.accounts import KeyIn
from service.api.schemas.companies import CompanyDetailsIn, CompanyIn, RoleIn
from service.api.schemas.invitations import CompanyInvitationIn
from service.domain.accounts import Company
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind, Role, Scope
from service.errors import Conflict, Invalid, PreconditionFailed
from service.links import join_link
from service.security.permissions import About, Action, may, require_allowed
from service.store.repositories.audit import AuditFilter
from service.usecases import audit, companies, invitations, keys
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import After, further, request_of
from service.web.page import Page, PageDep
from service.web.pages.admin.trail import NOUNS

__all__ = ["router"]

router = APIRouter(prefix="/company")

_INVITED_SHOWN: Final = 200
"""The oldest ones; who invites more than wait for an answer takes some back."""


@router.get("")
def own(page: PageDep) -> Response:
    """On to the company of whoever has one, or a choice between several."""
    ids = sorted(page.actor.companies())
    if len(ids) == 1:
        return page.go(f"/company/{ids[0]}")
    mine = [companies.get_company(page.uow, page.actor, company_id) for company_id in ids]
    return page.show("company/choice.html", companies=mine)


@router.get("/{company_id}")
def members(page: PageDep, company_id: str, after: After = None) -> Response:
    """Who is in it; for its members and administrators."""
    return _members(page, company_id, after=after)


@router.get("/{company_id}/details")
def details(page: PageDep, company_id: str) -> Response:
    """Its name and what it does."""
    return _details(page, company_id)


@router.post("/{company_id}/details")
def change(page: PageDep, company_id: str, form: FormDep) -> Response:
    """Change its details, unless somebody did since the page was read."""
    try:
        may_change_kinds = may(page.actor, Action.WRITE, "company_kinds", About(company=company_id))
        schema: type[CompanyDetailsIn] = CompanyIn if may_change_kinds else CompanyDetailsIn
        wanted = form.read(schema, lists=("kinds", "aliases"))
        changes: dict[str, Any] = {**wanted.model_dump(), "aliases": tuple(wanted.aliases)}
        if isinstance(wanted, CompanyIn):
            changes["kinds"] = frozenset(wanted.kinds)
        companies.update_company(page.uow, page.actor, company_id, changes, form.version())
    except (Invalid, Conflict) as error:
        return _details(page, company_id, 422, form.refused(error))
    except PreconditionFailed:
        meanwhile = Conflict(
            page.say("somebody changed the company meanwhile; what you typed is still here"),
            page.say("Compare it with how the company is now, and save again"),
        )
        return _details(page, company_id, 409, form.refused(meanwhile))
    return page.go(f"/company/{company_id}/details", page.say("The company is changed."))


@router.post("/{company_id}/invitations")
def invite(page: PageDep, company_id: str, form: FormDep) -> Response:
    """Invite a person; the answer shows the link to hand over, once."""
    try:
        wanted = form.read(CompanyInvitationIn)
        made = invitations.invite(
            page.uow, page.actor, company_id, email=wanted.email, name=wanted.name, role=wanted.role
        )
    except (Invalid, Conflict) as error:
        return _members(page, company_id, 422, form.refused(error))
    return page.show(
        "invited.html",
        user=made.invitation,
        accepts=True,
        link=join_link(page.settings, made.text),
        expires_at=made.invitation.expires_at,
        back=f"/company/{company_id}",
    )


@router.post("/{company_id}/invitations/{invitation_id}/withdraw")
def withdraw(page: PageDep, company_id: str, invitation_id: str) -> Response:
    """Take an invitation back."""
    invitations.withdraw(page.uow, page.actor, company_id, invitation_id)
    return page.go(f"/company/{company_id}", page.say("The invitation is taken back."))


@router.post("/{company_id}/members/{user_id}")
def set_role(page: PageDep, company_id: str, user_id: str, form: FormDep) -> Response:
    """Change what a member may do."""
    try:
        role = form.read(RoleIn).role
        member = companies.set_role(page.uow, page.actor, company_id, user_id, role, form.version())
    except (Invalid, Conflict) as error:
        return _members(page, company_id, 422, form.refused(error))
    except PreconditionFailed:
        return _members(page, company_id, 409, form.refused(_meanwhile(page)))
    notice = page.say("What %(name)s may do is changed.", name=member.user.name)
    return page.go(f"/company/{company_id}", notice)


@router.post("/{company_id}/members/{user_id}/remove")
def remove(page: PageDep, company_id: str, user_id: str, form: FormDep) -> Response:
    """Take a member out, or leave."""
    try:
        companies.remove_member(page.uow, page.actor, company_id, user_id, form.version())
    except Conflict as error:
        return _members(page, company_id, 422, form.refused(error))
    except PreconditionFailed:
        return _members(page, company_id, 409, form.refused(_meanwhile(page)))
    has_left = user_id == page.actor.user_id and not page.actor.is_administrator
    if has_left:
        return page.go("/account", page.say("You have left the company."))
    return page.go(f"/company/{company_id}", page.say("The person is no member any more."))


@router.get("/{company_id}/keys")
def listed_keys(page: PageDep, company_id: str, after: After = None) -> Response:
    """The keys of its programs, without their secrets; for its owners."""
    return _keys(page, company_id, after=after)


@router.post("/{company_id}/keys")
def make_key(page: PageDep, company_id: str, form: FormDep) -> Response:
    """Make a key for a program; the answer shows it, once."""
    try:
        wanted = form.read(KeyIn, lists=("scopes",))
        new = keys.make_key(
            page.uow, page.actor, name=wanted.name, company_id=company_id, scopes=wanted.scopes
        )
    except Invalid as error:
        return _keys(page, company_id, 422, form.refused(error))
    back = f"/company/{company_id}/keys"
    return page.show("new_key.html", name=new.record.name, key=new.key.text, back=back)


@router.post("/{company_id}/keys/{key_id}/revoke")
def revoke(page: PageDep, company_id: str, key_id: str) -> Response:
    """Void a key at once and for ever."""
    keys.revoke_key(page.uow, page.actor, key_id)
    return page.go(f"/company/{company_id}/keys", page.say("The key is revoked."))


@router.get("/{company_id}/audit")
def trail(page: PageDep, company_id: str, after: After = None) -> Response:
    """Who changed what of the company, the latest first; for its owners."""
    around = _around(page, company_id)
    found = audit.list_events(page.uow, page.actor, request_of(after), AuditFilter(company_id=company_id))
    who = {event.actor for event in found.items} | {event.object_id for event in found.items}
    known = companies.list_members(page.uow, page.actor, company_id, PageRequest(len(who)), among=who)
    names = {member.user.user_id: member.user.name for member in known.items}
    return page.show(
        "company/audit.html",
        events=found.items,
        names=names,
        nouns=NOUNS,
        further=further(page.request, found),
        **around,
    )


def _members(
    page: Page, company_id: str, status: int = 200, form: Form | None = None, after: int | None = None
) -> Response:
    around = _around(page, company_id)
    found = companies.list_members(page.uow, page.actor, company_id, request_of(after))
    waiting = PageRequest(size=_INVITED_SHOWN)
    return page.show(
        "company/members.html",
        status,
        members=found.items,
        invited=invitations.list_invitations(page.uow, page.actor, company_id, waiting).items
        if around["may_invite"]
        else (),
        further=further(page.request, found),
        roles=list(Role),
        form=form or empty_form({"role": Role.MEMBER}),
        **around,
    )


def _meanwhile(page: Page) -> Conflict:
    return Conflict(
        page.say("somebody changed what this person may do meanwhile"),
        page.say("Look at what the list says now, and choose again"),
        field="role",
    )


def _details(page: Page, company_id: str, status: int = 200, form: Form | None = None) -> Response:
    around = _around(page, company_id)
    company: Company = around["company"]
    values = {name: getattr(company, name) for name in ("name", "country", "website", "aliases")}
    return page.show(
        "company/details.html",
        status,
        kinds=list(CompanyKind),
        form=form or empty_form({**values, "kinds": sorted(company.kinds)}),
        **around,
    )


def _keys(
    page: Page, company_id: str, status: int = 200, form: Form | None = None, after: int | None = None
) -> Response:
    around = _around(page, company_id)
    found = keys.list_keys(page.uow, page.actor, company_id, request_of(after))
    return page.show(
        "company/keys.html",
        status,
        keys=found.items,
        scopes=[scope for scope in Scope if scope is not Scope.ADMIN],
        further=further(page.request, found),
        form=form or empty_form({"scopes": [Scope.READ]}),
        **around,
    )


def _around(page: Page, company_id: str) -> dict[str, Any]:
    """The company, and what this person may do; for its members. Raises NotFound, Forbidden."""
    about = About(company=company_id)
    company = companies.get_company(page.uow, page.actor, company_id)
    require_allowed(page.actor, Action.READ, "member", about)
    asked = {
        "may_change": (Action.WRITE, "company"),
        "may_change_kinds": (Action.WRITE, "company_kinds"),
        "may_invite": (Action.WRITE, "member"),
        "may_make_keys": (Action.WRITE, "api_key"),
        "may_read_keys": (Action.READ, "api_key"),
        "may_read_trail": (Action.READ, "audit"),
    }
    return {
        "company": company,
        **{name: may(page.actor, action, what, about) for name, (action, what) in asked.items()},
    }
