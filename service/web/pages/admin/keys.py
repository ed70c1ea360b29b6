"""API keys of all companies, and those that administrate."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.api.schemas.accounts import KeyIn
from service.domain.words import Scope
from service.errors import Invalid
from service.usecases import keys
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import After, further, request_of
from service.web.page import AdministratorsPageDep, Page

__all__ = ["router"]

router = APIRouter(prefix="/admin/keys")


@router.get("")
def listed(page: AdministratorsPageDep, after: After = None) -> Response:
    """Every key, without its secret."""
    return _listed(page, after=after)


@router.post("")
def make(page: AdministratorsPageDep, form: FormDep) -> Response:
    """Make an administrator's key; the answer shows it, once."""
    try:
        wanted = form.read(KeyIn, lists=("scopes",))
        new = keys.make_key(page.uow, page.actor, name=wanted.name, company_id=None, scopes=wanted.scopes)
    except Invalid as error:
        return _listed(page, 422, form.refused(error))
    return page.show("new_key.html", name=new.record.name, key=new.key.text, back="/admin/keys")


@router.post("/{key_id}/revoke")
def revoke(page: AdministratorsPageDep, key_id: str) -> Response:
    """Void it at once and for ever."""
    keys.revoke_key(page.uow, page.actor, key_id)
    return page.go("/admin/keys", page.say("The key is revoked."))


def _listed(page: Page, status: int = 200, form: Form | None = None, after: int | None = None) -> Response:
    found = keys.list_keys(page.uow, page.actor, None, request_of(after))
    return page.show(
        "admin/keys.html",
        status,
        keys=found.items,
        further=further(page.request, found),
        scopes=list(Scope),
        form=form or empty_form({"scopes": [Scope.READ]}),
    )
