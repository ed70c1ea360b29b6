"""What an endpoint may ask for. No database session is among it: a use case opens its own unit of work.

@router.get("/films/{film_id}", responses=responses(404))
def get_film(film_id: str, actor: ActorDep, uow: UowDep) -> FilmOut:
    return FilmOut.of(films.get_film(uow, actor, film_id))
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyCookie, HTTPBearer

from service.api.credentials import Credential, address_of, clear_cookie, of_headers, set_cookie
from service.errors import Forbidden, Unauthenticated
from service.phrases import phrase
from service.security import csrf
from service.security.actor import Actor
from service.settings import Settings
from service.state import AppState
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.accounts import SignedIn, actor_of_key, actor_of_session

__all__ = [
    "ActorDep",
    "Browser",
    "BrowserDep",
    "StateDep",
    "UowDep",
    "authenticated",
    "state_of",
]

# For the API description only: they show how to sign in, and refuse nobody.
_BEARER = HTTPBearer(auto_error=False, scheme_name="API key", description="`Authorization: Bearer rm_...`")
_COOKIE = APIKeyCookie(name="reelmatch_session", auto_error=False, scheme_name="Session")


def state_of(request: Request) -> AppState:
    """The state of the application that answers this request."""
    state: AppState = request.app.state.reelmatch
    return state


async def _state(request: Request) -> AppState:
    return state_of(request)


StateDep = Annotated[AppState, Depends(_state)]


async def uow_factory(request: Request, state: StateDep) -> UnitOfWorkFactory:
    """The factory that this request's use cases open their units of work with."""
    factory: UnitOfWorkFactory = getattr(request.state, "uow", state.uow)
    return factory


UowDep = Annotated[UnitOfWorkFactory, Depends(uow_factory)]


def is_https(settings: Settings) -> bool:
    """Whether people reach the service by https."""
    return settings.public_url.startswith("https:")


def authenticated(request: Request) -> Actor:
    """Who sends the request; found once. Raises Unauthenticated, TooManyRequests after wrong credentials."""
    known: Actor | None = getattr(request.state, "actor", None)
    if known is not None:
        return known
    state = state_of(request)
    credential = of_headers(request.headers, https=is_https(state.settings))
    if credential is None:
        raise Unauthenticated(
            "nobody is signed in", "Sign in, or send an API key as `Authorization: Bearer rm_...`"
        )
    with state.metrics.stage("authenticate"):
        actor = _believed(state, request, credential)
    request.state.actor = actor
    request.state.actor_id = actor.actor_id
    return actor


async def current_actor(
    request: Request,
    _bearer: Annotated[object, Depends(_BEARER)],
    _cookie: Annotated[object, Depends(_COOKIE)],
    actor: Annotated[Actor, Depends(authenticated)],
) -> Actor:
    """Who sends the request, sure that a browser's request was meant by the person. Raises Forbidden."""
    if actor.session is not None and request.method not in csrf.SAFE_METHODS:
        await _require_csrf_token(request)
    return actor


ActorDep = Annotated[Actor, Depends(current_actor)]


class Browser:
    """The browser or program at the other end: its address, its name, its cookie."""

    def __init__(self, request: Request, response: Response, state: AppState) -> None:
        self._response = response
        self._https = is_https(state.settings)
        credential = of_headers(request.headers, https=self._https)
        self.address = address_of(request.scope, trusted_proxies=state.settings.trusted_proxies)
        self.name = request.headers.get("user-agent", "")[:200]
        self.session_token = credential.text if credential and credential.is_session else None
        self._lifetime_s = round(state.door.session.total_seconds())

    @property
    def csrf_token(self) -> str | None:
        """Of the session it came with."""
        return None if self.session_token is None else csrf.token_for(self.session_token)

    def keep(self, signed_in: SignedIn) -> str:
        """Let it keep a new session; returns the session's CSRF token."""
        set_cookie(self._response, signed_in.token, https=self._https, max_age_s=self._lifetime_s)
        return csrf.token_for(signed_in.token)

    def forget(self) -> None:
        """Let it forget its session."""
        clear_cookie(self._response, https=self._https)


async def _browser(request: Request, response: Response, state: StateDep) -> Browser:
    return Browser(request, response, state)


BrowserDep = Annotated[Browser, Depends(_browser)]


def _believed(state: AppState, request: Request, credential: Credential) -> Actor:
    address = address_of(request.scope, trusted_proxies=state.settings.trusted_proxies)
    state.rates.require_trust(credential.text, address)
    try:
        if credential.is_session:
            actor = actor_of_session(state.uow, state.door, credential.text)
        else:
            actor = actor_of_key(state.uow, credential.text)
    except Unauthenticated:
        state.rates.count_address(address)
        raise
    state.rates.believe(credential.text)
    return actor


async def _require_csrf_token(request: Request) -> None:
    state = state_of(request)
    credential = of_headers(request.headers, https=is_https(state.settings))
    given = request.headers.get(csrf.HEADER)
    content_type = request.headers.get("content-type", "")
    if given is None and content_type.startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        field = (await request.form()).get(csrf.FIELD)
        given = field if isinstance(field, str) else None
    if credential is None or not csrf.is_token_for(credential.text, given or ""):
        state.metrics.refused("csrf")
        raise Forbidden(
            "the request lacks the token of this session",
            phrase("Send csrf_token of GET /api/v1/me as {header}", header=csrf.HEADER),
        )
