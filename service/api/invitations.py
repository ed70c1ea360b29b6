"""Invitations into companies, and what the invited do with them."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from service.api.deps import ActorDep, StateDep, UowDep
from service.api.idempotency import IdempotentRoute, keep_no_answer
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.accounts import AcceptIn, UserOut
from service.api.schemas.invitations import (
    CompanyInvitationIn,
    CompanyInvitationOut,
    LinkIn,
    NewCompanyInvitationOut,
    OfferOut,
)
from service.usecases import invitations, joining, people

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute)

_SECRET = [Depends(keep_no_answer)]


@router.get("/companies/{company_id}/invitations", tags=["companies"], responses=responses(404))
def list_invitations(
    company_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep
) -> PageOf[CompanyInvitationOut]:
    """Who is invited into a company and has not answered; for its owners."""
    found = invitations.list_invitations(uow, actor, company_id, paging.request)
    return paging.render(found, CompanyInvitationOut.of)


@router.post(
    "/companies/{company_id}/invitations",
    status_code=201,
    tags=["companies"],
    responses=responses(404, 409),
    dependencies=_SECRET,
)
def invite(
    company_id: str, body: CompanyInvitationIn, actor: ActorDep, uow: UowDep
) -> NewCompanyInvitationOut:
    """Invite a person, who accepts with an account or makes one. Hand the invitation over. For owners."""
    made = invitations.invite(uow, actor, company_id, email=body.email, name=body.name, role=body.role)
    return NewCompanyInvitationOut.made(made)


@router.delete(
    "/companies/{company_id}/invitations/{invitation_id}",
    status_code=204,
    tags=["companies"],
    responses=responses(404),
)
def withdraw(company_id: str, invitation_id: str, actor: ActorDep, uow: UowDep) -> None:
    """Take an invitation back."""
    invitations.withdraw(uow, actor, company_id, invitation_id)


@router.post("/invitations/look", tags=["sessions"], responses=responses())
def look(body: LinkIn, state: StateDep) -> OfferOut:
    """Which place in which company an invitation offers, and to whom."""
    return OfferOut.of(joining.look(state.uow, body.invitation.get_secret_value()))


@router.post("/invitations/join", tags=["sessions"], responses=responses(409))
def join(body: LinkIn, actor: ActorDep, uow: UowDep) -> OfferOut:
    """Accept an invitation into a company, signed in with the address that it is for."""
    return OfferOut.of(joining.join(uow, actor, body.invitation.get_secret_value()))


@router.post("/invitations/decline", status_code=204, tags=["sessions"], responses=responses())
def decline(body: LinkIn, state: StateDep) -> None:
    """Decline an invitation into a company."""
    joining.decline(state.uow, body.invitation.get_secret_value())


@router.post("/invitations/accept", tags=["sessions"], responses=responses(409))
def accept(body: AcceptIn, state: StateDep) -> UserOut:
    """Set the password of a person without one, or make an account to join a company with; then sign in."""
    text, password = body.invitation.get_secret_value(), body.password.get_secret_value()
    passwords = state.door.passwords
    if joining.is_into_company(text):
        user = joining.accept_as_new(state.uow, passwords, text, password=password, name=body.name)
    else:
        user = people.accept_invitation(
            state.uow, passwords, invitation=text, password=password, email=body.email, name=body.name
        )
    return UserOut.of(user)
