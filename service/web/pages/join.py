"""Where an invitation into a company leads: what it offers, and accepting or declining it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.api.deps import Browser, authenticated
from service.errors import Conflict, Forbidden, Invalid, TooManyRequests, Unauthenticated
from service.usecases import accounts, joining, people
from service.web.errors import SIGN_IN
from service.web.forms import Form, FormDep, empty_form
from service.web.page import OpenPage, OpenPageDep, Page, PageDep

__all__ = ["router"]

router = APIRouter(prefix="/join")


@router.get("")
def arrive(page: OpenPageDep) -> Response:
    """Where the link leads: the invitation itself stands after the #, which only the browser sees."""
    return page.show("join.html", offer=None, form=empty_form())


@router.post("")
def look(page: OpenPageDep, form: FormDep) -> Response:
    """What the invitation offers, and to whom."""
    return _shown(page, form)


@router.post("/accept")
def accept(page: PageDep, form: FormDep) -> Response:
    """Take the place, signed in with the address that it is for."""
    try:
        joined = joining.join(page.uow, page.actor, form.text("invitation"))
    except (Invalid, Conflict) as error:
        return _shown(page, form.refused(error), 422)
    except Forbidden:
        # The page says so too: whoever signed in elsewhere meanwhile sees it.
        return _shown(page, form, 403)
    return page.go(f"/company/{joined.company_id}", _welcome(page, joined.company))


@router.post("/sign-in")
def sign_in(page: OpenPageDep, form: FormDep) -> Response:
    """Sign in with the address that it is for, and take the place."""
    try:
        offer = joining.look(page.state.uow, form.text("invitation"))
        answer = page.go(f"/company/{offer.company_id}", _welcome(page, offer.company))
        browser = Browser(page.request, answer, page.state)
        signed_in = accounts.sign_in(
            page.state.uow,
            page.state.door,
            email=offer.email,
            password=form.text("current_password"),
            address=browser.address,
            client=browser.name,
            replaced=browser.session_token,
        )
        actor = accounts.actor_of_session(page.state.uow, page.state.door, signed_in.token)
        joining.join(page.state.uow, actor, form.text("invitation"))
    except (Invalid, Conflict) as error:
        return _shown(page, form.refused(error), 422)
    except (Unauthenticated, TooManyRequests) as error:
        status = 401 if isinstance(error, Unauthenticated) else 429
        wrong = Invalid.field("current_password", error.message, error.remedy)
        return _shown(page, form.refused(wrong), status)
    browser.keep(signed_in)
    return answer


@router.post("/new")
def make_account(page: OpenPageDep, form: FormDep) -> Response:
    """Make an account for the address that it is for, in the company; then sign in with it."""
    try:
        joining.accept_as_new(
            page.state.uow,
            page.state.door.passwords,
            form.text("invitation"),
            password=form.typed_twice("password"),
            name=form.text("name") or None,
        )
    except (Invalid, Conflict) as error:
        return _shown(page, form.refused(error), 422)
    return page.go(SIGN_IN, page.say("Your password is set. Sign in with it."))


@router.post("/decline")
def decline(page: OpenPageDep, form: FormDep) -> Response:
    """Refuse the place."""
    try:
        joining.decline(page.state.uow, form.text("invitation"))
    except Invalid as error:
        return _shown(page, form.refused(error), 422)
    return page.go("/", page.say("The invitation is declined."))


def _welcome(page: OpenPage, company: str) -> str:
    return page.say("You are a member of %(name)s now.", name=company)


def _shown(page: OpenPage, form: Form, status: int = 200) -> Response:
    """The offer with what this visitor can do about it, or the form that asks for the invitation."""
    try:
        offer = joining.look(page.state.uow, form.text("invitation"))
    except Invalid as error:
        return page.show("join.html", 422, offer=None, form=form.refused(error))
    visitor = _signed_in(page)
    if visitor is None:
        return page.show("join.html", status, offer=offer, user=None, form=form)
    user = people.get_user(visitor.uow, visitor.actor, visitor.actor.user_id or "")
    return visitor.show(
        "join.html", status, offer=offer, user=user, is_theirs=joining.is_for(offer, user), form=form
    )


def _signed_in(page: OpenPage) -> Page | None:
    if isinstance(page, Page):
        return page
    try:
        actor = authenticated(page.request)
    except Unauthenticated:
        return None
    return Page(page.request, page.state, page.state.uow, actor) if actor.session is not None else None
