"""One's own account: name, password, companies, sessions, the data that is kept."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.responses import Response

from service.api.deps import Browser
from service.errors import Invalid
from service.security.actor import Actor
from service.usecases import accounts, companies, people, privacy
from service.web.errors import SIGN_IN
from service.web.forms import Form, FormDep, empty_form
from service.web.page import Page, PageDep

__all__ = ["router"]

router = APIRouter(prefix="/account")


@router.get("")
def show(page: PageDep) -> Response:
    """The account of whoever is signed in."""
    return _shown(page)


@router.post("/name")
def rename(page: PageDep, form: FormDep) -> Response:
    """Change one's name."""
    if not form.text("name"):
        wrong = Invalid.field("name", page.say("a name is needed"), page.say("Type it"))
        return _shown(page, 422, name=form.refused(wrong))
    people.update_user(page.uow, page.actor, _person(page.actor), {"name": form.text("name")}, None)
    return page.go("/account", page.say("Your name is changed."))


@router.post("/password")
def change_password(page: PageDep, form: FormDep) -> Response:
    """Set a new password; all other sessions end."""
    answer = page.go("/account", page.say("Your password is changed. All other sessions have ended."))
    browser = Browser(page.request, answer, page.state)
    try:
        signed_in = accounts.change_password(
            page.uow,
            page.state.door,
            page.actor,
            current=form.text("current_password"),
            new=form.typed_twice("new_password"),
            address=browser.address,
            client=browser.name,
        )
    except Invalid as error:
        return _shown(page, 422, password=form.refused(error))
    browser.keep(signed_in)
    return answer


@router.post("/sign-out-everywhere")
def sign_out_everywhere(page: PageDep) -> Response:
    """End all sessions."""
    answer = page.go(SIGN_IN, page.say("You are signed out everywhere."))
    accounts.sign_out_everywhere(page.uow, page.actor)
    Browser(page.request, answer, page.state).forget()
    return answer


@router.get("/data")
def download(page: PageDep) -> Response:
    """Everything that is stored about the person, as a file."""
    data = privacy.export_person(page.uow, page.actor, _person(page.actor))
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    return Response(text, media_type="application/json", headers=headers)


def _shown(
    page: Page, status: int = 200, *, name: Form | None = None, password: Form | None = None
) -> Response:
    user = people.get_user(page.uow, page.actor, _person(page.actor))
    seats = [
        (companies.get_company(page.uow, page.actor, seat.company_id), seat.role) for seat in page.actor.seats
    ]
    return page.show(
        "account.html",
        status,
        user=user,
        seats=seats,
        name=name or empty_form({"name": user.name}),
        password=password or empty_form(),
    )


def _person(actor: Actor) -> str:
    assert actor.user_id is not None
    return actor.user_id
