"""Signing in and out, and setting the first password."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import Response

from service.api.deps import Browser
from service.errors import Invalid, TooManyRequests, Unauthenticated
from service.usecases import accounts, people
from service.web.errors import SIGN_IN
from service.web.forms import FormDep, empty_form
from service.web.page import OpenPageDep, PageDep

__all__ = ["router"]

router = APIRouter()


@router.get(SIGN_IN)
def ask(page: OpenPageDep, next: str = "/") -> Response:  # noqa: A002
    """The form to sign in with. next: where the person wanted to go."""
    return page.show("sign_in.html", form=empty_form({"next": _own(next)}))


@router.post(SIGN_IN)
def sign_in(page: OpenPageDep, form: FormDep) -> Response:
    """Start a session, and on to where the person wanted to go."""
    answer = page.go(_own(form.text("next")))
    browser = Browser(page.request, answer, page.state)
    try:
        signed_in = accounts.sign_in(
            page.state.uow,
            page.state.door,
            email=form.text("email"),
            password=form.text("password"),
            address=browser.address,
            client=browser.name,
            replaced=browser.session_token,
        )
    except Unauthenticated as error:
        wrong = Invalid.field("password", error.message, error.remedy)
        return page.show("sign_in.html", 401, form=form.refused(wrong))
    except TooManyRequests as error:
        wrong = Invalid.field("password", error.message, error.remedy)
        refused = page.show("sign_in.html", 429, form=form.refused(wrong))
        refused.headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
        return refused
    browser.keep(signed_in)
    return answer


@router.post("/sign-out")
def sign_out(page: PageDep) -> Response:
    """End this session."""
    answer = page.go(SIGN_IN, page.say("You are signed out."))
    accounts.sign_out(page.uow, page.actor)
    Browser(page.request, answer, page.state).forget()
    return answer


@router.get("/welcome")
def welcome(page: OpenPageDep) -> Response:
    """Where an invitation leads: the invitation itself stands after the #, which only the browser sees."""
    return page.show("welcome.html", form=empty_form())


@router.post("/welcome")
def accept(page: OpenPageDep, form: FormDep) -> Response:
    """Set the first password, then sign in with it."""
    try:
        people.accept_invitation(
            page.state.uow,
            page.state.door.passwords,
            invitation=form.text("invitation"),
            password=form.typed_twice("password"),
            email=form.text("email") or None,
            name=form.text("name") or None,
        )
    except Invalid as error:
        return page.show("welcome.html", 422, form=form.refused(error))
    return page.go(SIGN_IN, page.say("Your password is set. Sign in with it."))


def _own(place: str) -> str:
    """`place` where it is one of our own pages, else the first page: nobody is sent elsewhere by a link."""
    parts = urlsplit(place)
    is_own = not parts.scheme and not parts.netloc and place.startswith("/") and place[1:2] not in ("/", "\\")
    return place if is_own and not any(ord(letter) < 32 for letter in place) else "/"
