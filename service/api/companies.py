"""Companies, their members, and the audit trail."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from service.api.deps import ActorDep, UowDep
from service.api.etags import IfMatch, set_etag
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.companies import (
    AuditEventOut,
    CompanyChange,
    CompanyIn,
    CompanyOut,
    MemberOut,
    RoleIn,
)
from service.domain.accounts import Company
from service.domain.words import CompanyKind
from service.store.repositories.audit import AuditFilter
from service.store.repositories.companies import CompanyFilter
from service.usecases import audit, companies

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute)


@router.get("/companies", tags=["companies"], responses=responses())
def list_companies(
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    kind: CompanyKind | None = None,
    country: Annotated[str, Query(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")] = "",
    query: Annotated[str, Query(max_length=200, description="Part of the name.")] = "",
) -> PageOf[CompanyOut]:
    """All companies."""
    where = CompanyFilter(kind=kind, country=country, query=query)
    return paging.render(companies.list_companies(uow, actor, paging.request, where), CompanyOut.of)


@router.post("/companies", status_code=201, tags=["companies"], responses=responses(409))
def create_company(body: CompanyIn, actor: ActorDep, uow: UowDep, response: Response) -> CompanyOut:
    """Add a company; for administrators."""
    company = companies.create_company(
        uow,
        actor,
        Company(
            company_id="",
            name=body.name,
            kinds=frozenset(body.kinds),
            country=body.country,
            website=body.website,
            aliases=tuple(body.aliases),
        ),
    )
    set_etag(response, company.version)
    return CompanyOut.of(company)


@router.get("/companies/{company_id}", tags=["companies"], responses=responses(404))
def get_company(company_id: str, actor: ActorDep, uow: UowDep, response: Response) -> CompanyOut:
    """One company."""
    company = companies.get_company(uow, actor, company_id)
    set_etag(response, company.version)
    return CompanyOut.of(company)


@router.patch("/companies/{company_id}", tags=["companies"], responses=responses(404, 409, 412, 428))
def update_company(
    company_id: str, body: CompanyChange, actor: ActorDep, uow: UowDep, expected: IfMatch, response: Response
) -> CompanyOut:
    """Change some of a company; for its owners. Its kinds are for administrators."""
    company = companies.update_company(uow, actor, company_id, _changes(body), expected)
    set_etag(response, company.version)
    return CompanyOut.of(company)


@router.delete(
    "/companies/{company_id}", status_code=204, tags=["companies"], responses=responses(404, 409, 412, 428)
)
def delete_company(company_id: str, actor: ActorDep, uow: UowDep, expected: IfMatch) -> None:
    """Delete a company that has no films, profiles, rights and deals; for administrators."""
    companies.delete_company(uow, actor, company_id, expected)


@router.get("/companies/{company_id}/members", tags=["companies"], responses=responses(404))
def list_members(company_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[MemberOut]:
    """The people in a company; for its members."""
    return paging.render(companies.list_members(uow, actor, company_id, paging.request), MemberOut.of)


@router.put(
    "/companies/{company_id}/members/{user_id}", tags=["companies"], responses=responses(404, 409, 412, 428)
)
def set_role(
    company_id: str,
    user_id: str,
    body: RoleIn,
    actor: ActorDep,
    uow: UowDep,
    expected: IfMatch,
    response: Response,
) -> MemberOut:
    """Change a member's role; for owners. If-Match: `version` of the list, as "3"."""
    member = companies.set_role(uow, actor, company_id, user_id, body.role, expected)
    set_etag(response, member.version)
    return MemberOut.of(member)


@router.delete(
    "/companies/{company_id}/members/{user_id}",
    status_code=204,
    tags=["companies"],
    responses=responses(404, 409, 412, 428),
)
def remove_member(company_id: str, user_id: str, actor: ActorDep, uow: UowDep, expected: IfMatch) -> None:
    """Take a person out of a company, or leave it."""
    companies.remove_member(uow, actor, company_id, user_id, expected)


@router.get("/audit", tags=["audit"], responses=responses(404))
def list_events(
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    company_id: str = "",
    noun: Annotated[str, Query(max_length=100, description="The kind of object, such as film.")] = "",
    object_id: str = "",
    who: Annotated[str, Query(max_length=200, description="User, key or command.")] = "",
) -> PageOf[AuditEventOut]:
    """Who changed what, the latest first; for owners of the company and for administrators."""
    where = AuditFilter(company_id=company_id, actor=who, noun=noun, object_id=object_id)
    return paging.render(audit.list_events(uow, actor, paging.request, where), AuditEventOut.of)


def _changes(body: CompanyChange) -> dict[str, Any]:
    given = {name: value for name, value in body if name in body.model_fields_set and value is not None}
    if "kinds" in given:
        given["kinds"] = frozenset(given["kinds"])
    if "aliases" in given:
        given["aliases"] = tuple(given["aliases"])
    return given
