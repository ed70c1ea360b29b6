"""The audit trail of the whole installation: who changed what."""

from __future__ import annotations

from collections.abc import Set
from contextlib import suppress
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from service.errors import NotFound
from service.store.repositories.audit import AuditFilter
from service.usecases import audit, people
from service.web.lists import After, Words, further, request_of
from service.web.marking import _
from service.web.page import AdministratorsPageDep, Page

__all__ = ["NOUNS", "router"]

router = APIRouter(prefix="/admin/audit")


NOUNS: Final = {
    "api_key": _("API keys"),
    "bundle": _("Bundles"),
    "company": _("Companies"),
    "deal": _("Deals"),
    "distributor": _("Distributor profiles"),
    "event": _("Events"),
    "feedback": _("Feedback"),
    "film": _("Films"),
    "import": _("Imports"),
    "invitation": _("Invitations"),
    "job": _("Jobs"),
    "member": _("Members"),
    "merge": _("Proposed merges"),
    "rights": _("Rights"),
    "user": _("People"),
}
"""Kinds of objects as people read them."""


@router.get("")
def listed(
    page: AdministratorsPageDep,
    who: Words = "",
    noun: Words = "",
    object_id: Words = "",
    company_id: Words = "",
    after: After = None,
) -> Response:
    """The latest first."""
    where = AuditFilter(
        company_id=company_id.strip(), actor=who.strip(), noun=noun, object_id=object_id.strip()
    )
    found = audit.list_events(page.uow, page.actor, request_of(after), where)
    return page.show(
        "admin/audit.html",
        events=found.items,
        further=further(page.request, found),
        names=_names(page, {event.actor for event in found.items}),
        nouns=NOUNS,
        where=where,
    )


def _names(page: Page, actors: Set[str]) -> dict[str, str]:
    """Of those that are people, by id; keys and commands are named by themselves."""
    names = {}
    for actor in actors:
        with suppress(NotFound):
            names[actor] = people.get_user(page.uow, page.actor, actor).name
    return names
