"""People: inviting them, letting them in again, making them administrators, deleting their data."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.responses import Response

from service.api.schemas.accounts import UserIn
from service.errors import Conflict, Invalid, PreconditionFailed
from service.links import invitation_link
from service.security.invitations import is_invitation
from service.usecases import people, privacy
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import After, Words, further, request_of
from service.web.page import AdministratorsPageDep, Page

__all__ = ["router"]

router = APIRouter(prefix="/admin/users")


@router.get("")
def listed(page: AdministratorsPageDep, query: Words = "", after: After = None) -> Response:
    """Everybody, in the order they were added."""
    return _listed(page, query=query, after=after)


@router.post("")
def invite(page: AdministratorsPageDep, form: FormDep) -> Response:
    """Add a person; the answer shows the link to hand over, once."""
    try:
        wanted = form.read(UserIn)
        fresh = people.invite_user(
            page.uow,
            page.actor,
            email=wanted.email,
            name=wanted.name,
            is_administrator=wanted.is_administrator,
        )
    except (Invalid, Conflict) as error:
        return _listed(page, 422, form.refused(error))
    return _invited(page, fresh)


@router.get("/{user_id}")
def show(page: AdministratorsPageDep, user_id: str) -> Response:
    """One person."""
    return _shown(page, user_id)


@router.post("/{user_id}/invite")
def invite_again(page: AdministratorsPageDep, user_id: str) -> Response:
    """A new link; the old password and all sessions end at once."""
    return _invited(page, people.invite_again(page.uow, page.actor, user_id))


@router.post("/{user_id}/administrator")
def set_administrator(page: AdministratorsPageDep, user_id: str, form: FormDep) -> Response:
    """Give or take the role."""
    change = {"is_administrator": form.text("is_administrator") == "yes"}
    try:
        user = people.update_user(page.uow, page.actor, user_id, change, form.version())
    except (Conflict, PreconditionFailed) as error:
        problem = error if isinstance(error, Conflict) else _changed_meanwhile(page)
        return _shown(page, user_id, 409, form.refused(problem))
    if user.is_administrator:
        notice = page.say("%(name)s is an administrator now.", name=user.name)
    else:
        notice = page.say("%(name)s is no administrator any more.", name=user.name)
    return page.go(f"/admin/users/{user_id}", notice)


@router.get("/{user_id}/data")
def download(page: AdministratorsPageDep, user_id: str) -> Response:
    """Everything that is stored about the person, as a file."""
    data = privacy.export_person(page.uow, page.actor, user_id)
    headers = {"Content-Disposition": f'attachment; filename="{user_id}.json"'}
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    return Response(text, media_type="application/json", headers=headers)


@router.get("/{user_id}/delete")
def ask_to_delete(page: AdministratorsPageDep, user_id: str) -> Response:
    """What a deletion means, the export first."""
    return page.show(
        "admin/user_delete.html", user=people.get_user(page.uow, page.actor, user_id), form=empty_form()
    )


@router.post("/{user_id}/delete")
def delete(page: AdministratorsPageDep, user_id: str, form: FormDep) -> Response:
    """Delete the person's data for ever, once the address is typed."""
    user = people.get_user(page.uow, page.actor, user_id)
    try:
        if form.text("email").lower() != (user.email or "").lower():
            raise Invalid.field(
                "email", page.say("this is not the person's address"), page.say("Type it again")
            )
        privacy.delete_person(page.uow, page.actor, user_id)
    except (Invalid, Conflict) as error:
        return page.show("admin/user_delete.html", 422, user=user, form=form.refused(error))
    return page.go("/admin/users", page.say("The person's data is deleted."))


def _listed(
    page: Page, status: int = 200, form: Form | None = None, query: str = "", after: int | None = None
) -> Response:
    found = people.list_users(page.uow, page.actor, request_of(after), query)
    return page.show(
        "admin/users.html",
        status,
        users=[(user, is_invitation(user.password_hash)) for user in found.items],
        further=further(page.request, found),
        query=query,
        form=form or empty_form(),
    )


def _shown(page: Page, user_id: str, status: int = 200, form: Form | None = None) -> Response:
    user = people.get_user(page.uow, page.actor, user_id)
    return page.show(
        "admin/user.html",
        status,
        user=user,
        is_invited=is_invitation(user.password_hash),
        is_oneself=user_id == page.actor.user_id,
        form=form or empty_form(),
    )


def _invited(page: Page, fresh: people.Invited) -> Response:
    return page.show(
        "invited.html",
        user=fresh.user,
        accepts=False,
        link=invitation_link(page.settings, fresh.invitation.text),
        expires_at=fresh.invitation.expires_at,
        back=f"/admin/users/{fresh.user.user_id}",
    )


def _changed_meanwhile(page: Page) -> Conflict:
    return Conflict(
        page.say("somebody changed this person meanwhile"),
        page.say("Look at it as it is now, and decide again"),
    )
