"""One request of a person to a page: who it is, what may be asked, and how it is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import quote, unquote

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.api.credentials import of_headers
from service.api.deps import ActorDep, StateDep, UowDep, is_https
from service.bundle_store import BundleStore
from service.errors import Forbidden, Unavailable
from service.matchers import MatcherHolder
from service.security import csrf
from service.security.actor import Actor
from service.settings import Settings
from service.state import AppState
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events.setup import attends_event
from service.usecases.matching import Desk
from service.web.navigation import ATTENDEES, Place, places_of
from service.web.read_only import read_only
from service.web.reader import Reader, reader_of
from service.web.templating import render

__all__ = ["NOBODY", "AdministratorsPageDep", "OpenPage", "OpenPageDep", "Page", "PageDep"]

NOBODY: Final[Mapping[str, Any]] = {"actor": None, "csrf_token": "", "places": ()}
"""What the frame shows to who is not signed in."""

_NOTICE: Final = "reelmatch_notice"


class OpenPage:
    """A request to a page that needs nobody to be signed in."""

    def __init__(self, request: Request, state: AppState) -> None:
        self.request = request
        self.state = state
        self.reader: Reader = reader_of(request.headers, request.cookies)
        self._remembered: list[tuple[str, str, int]] = []
        self._https = is_https(state.settings)

    @property
    def settings(self) -> Settings:
        """Of this installation."""
        return self.state.settings

    @property
    def is_part(self) -> bool:
        """Whether a part of the page is asked for, to be put into the page that is shown."""
        return "hx-request" in self.request.headers and "hx-boosted" not in self.request.headers

    def say(self, text: str, **values: object) -> str:
        """A text of the interface in the reader's language."""
        return self.reader.say(text, **values)

    def show(
        self, template: str, status: int = 200, *, is_read_only: bool = False, **context: Any
    ) -> Response:
        """A template as the answer; a notice that waits is shown with it, once.

        is_read_only: its forms cannot be sent, for who may look and not change.
        """
        notice = None if self.is_part else self._waiting_notice()
        whole = {"page": self, "path": self.request.url.path, "notice": notice, **self.around(), **context}
        shown = render(template, self.reader, whole)
        answer = HTMLResponse(read_only(shown) if is_read_only else shown, status)
        if notice is not None:
            answer.delete_cookie(_NOTICE, path="/", secure=self._https, httponly=True, samesite="lax")
        for kept in self._remembered:
            self.keep(answer, *kept)
        return answer

    def go(self, place: str, notice: str = "") -> Response:
        """To another page of ours, which says `notice` once."""
        if self.is_part:
            answer = Response(status_code=204, headers={"HX-Redirect": place})
        else:
            answer = RedirectResponse(place, 303)
        if notice:
            self.keep(answer, _NOTICE, json.dumps(notice), 60)
        return answer

    def remember(self, name: str, text: str, seconds: int) -> None:
        """Let the page that is shown keep a text as a cookie."""
        self._remembered.append((name, text, seconds))

    def keep(self, answer: Response, name: str, text: str, seconds: int) -> None:
        """Let the browser keep a text as a cookie; `kept` reads it."""
        answer.set_cookie(
            name,
            quote(text),
            max_age=seconds,
            path="/",
            secure=self._https,
            httponly=True,
            samesite="lax",
        )

    def kept(self, name: str) -> str:
        """A text that `keep` kept; "" where there is none."""
        return unquote(self.request.cookies.get(name, ""))

    def around(self) -> dict[str, Any]:
        """What the frame around every page shows."""
        return dict(NOBODY)

    def _waiting_notice(self) -> str | None:
        kept = self.kept(_NOTICE)
        if not kept:
            return None
        try:
            text = json.loads(kept)
        except ValueError:
            return None
        return text if isinstance(text, str) else None


@dataclass(init=False)
class Page(OpenPage):
    """A request of somebody who is signed in; one that changes something was meant by this person."""

    actor: Actor
    uow: UnitOfWorkFactory

    def __init__(self, request: Request, state: AppState, uow: UnitOfWorkFactory, actor: Actor) -> None:
        super().__init__(request, state)
        self.uow = uow
        self.actor = actor

    @property
    def desk(self) -> Desk:
        """What matches are answered with. Raises Unavailable before the first bundle."""
        if not isinstance(self.state.matchers, MatcherHolder):
            raise Unavailable("no bundle is loaded yet", retry_after_s=5.0)
        return Desk(self.uow, self.state.matchers, self.settings, self.state.metrics.stage)

    @property
    def bundles(self) -> BundleStore:
        """Where bundles lie."""
        return BundleStore.of(self.settings)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where this person can go."""
        return places_of(self.actor, attends=attends_event(self.uow, self.actor))

    def around(self) -> dict[str, Any]:
        """What the frame around every page shows."""
        return {**self._known(), "places": () if self.is_part else self.places}

    def around_error(self) -> dict[str, Any]:
        """As `around`, without asking the database: it may be what failed, and the event loop waits."""
        attends = self.request.url.path.startswith(ATTENDEES)
        return {**self._known(), "places": places_of(self.actor, attends=attends)}

    def _known(self) -> dict[str, Any]:
        credential = of_headers(self.request.headers, https=self._https)
        token = csrf.token_for(credential.text) if credential and credential.is_session else ""
        return {"actor": self.actor, "csrf_token": token}


async def _open_page(request: Request, state: StateDep) -> OpenPage:
    return OpenPage(request, state)


OpenPageDep = Annotated[OpenPage, Depends(_open_page)]


async def _page(request: Request, state: StateDep, uow: UowDep, actor: ActorDep) -> Page:
    if actor.session is None:
        raise Forbidden("pages are for people", "Sign in with a browser; programs use /api/v1")
    page = Page(request, state, uow, actor)
    # For the page of an error, which is shown from outside of the route.
    request.state.page = page
    return page


PageDep = Annotated[Page, Depends(_page)]


async def _administrators_page(page: PageDep) -> Page:
    if not page.actor.is_administrator:
        raise Forbidden("this page is for administrators", "Ask one of them for what you need")
    return page


AdministratorsPageDep = Annotated[Page, Depends(_administrators_page)]
"""As PageDep, and everybody else is told that the page is not for them."""
