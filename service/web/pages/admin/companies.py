"""Companies: finding them and adding one; the rest is on the company's own page."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.api.schemas.companies import CompanyIn
from service.domain.accounts import Company
from service.domain.words import CompanyKind
from service.errors import Conflict, Invalid
from service.store.repositories.companies import CompanyFilter
from service.usecases import companies
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import After, Words, chosen, further, request_of
from service.web.page import AdministratorsPageDep, Page

__all__ = ["router"]

router = APIRouter(prefix="/admin/companies")


@router.get("")
def listed(page: AdministratorsPageDep, query: Words = "", kind: Words = "", after: After = None) -> Response:
    """In the order they were added."""
    return _listed(page, query=query, kind=kind, after=after)


@router.post("")
def create(page: AdministratorsPageDep, form: FormDep) -> Response:
    """Add a company, and on to its page, where its people are invited."""
    try:
        wanted = form.read(CompanyIn, lists=("kinds", "aliases"))
        company = companies.create_company(
            page.uow,
            page.actor,
            Company(
                company_id="",
                name=wanted.name,
                kinds=frozenset(wanted.kinds),
                country=wanted.country,
                website=wanted.website,
                aliases=tuple(wanted.aliases),
            ),
        )
    except (Invalid, Conflict) as error:
        return _listed(page, 422, form.refused(error))
    notice = page.say("%(name)s is added. Invite its people next.", name=company.name)
    return page.go(f"/company/{company.company_id}", notice)


def _listed(
    page: Page,
    status: int = 200,
    form: Form | None = None,
    *,
    query: str = "",
    kind: str = "",
    after: int | None = None,
) -> Response:
    where = CompanyFilter(query=query, kind=chosen(CompanyKind, kind))
    found = companies.list_companies(page.uow, page.actor, request_of(after), where)
    return page.show(
        "admin/companies.html",
        status,
        companies=found.items,
        further=further(page.request, found),
        query=query,
        kind=kind,
        kinds=list(CompanyKind),
        form=form or empty_form(),
    )
