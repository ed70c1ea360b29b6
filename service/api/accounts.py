"""Sessions, the person behind them, users, invitations, API keys."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from service.api.deps import ActorDep, BrowserDep, StateDep, UowDep
from service.api.etags import IfMatch, set_etag
from service.api.idempotency import IdempotentRoute, keep_no_answer
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.accounts import (
    InvitationOut,
    KeyIn,
    KeyOut,
    MeOut,
    NewKeyOut,
    PasswordIn,
    SignedInOut,
    SignInIn,
    UserChange,
    UserIn,
    UserOut,
)
from service.usecases import accounts, keys, people, privacy

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute)

_SECRET = [Depends(keep_no_answer)]


@router.post("/sessions", status_code=201, tags=["sessions"], responses=responses())
def sign_in(body: SignInIn, state: StateDep, browser: BrowserDep) -> SignedInOut:
    """Sign in with e-mail address and password; the answer sets the session's cookie."""
    signed_in = accounts.sign_in(
        state.uow,
        state.door,
        email=body.email,
        password=body.password.get_secret_value(),
        address=browser.address,
        client=browser.name,
        replaced=browser.session_token,
    )
    return SignedInOut(
        user=UserOut.of(signed_in.user), csrf_token=browser.keep(signed_in), expires_at=signed_in.expires_at
    )


@router.delete("/sessions/current", status_code=204, tags=["sessions"], responses=responses())
def sign_out(actor: ActorDep, uow: UowDep, browser: BrowserDep) -> None:
    """Sign out of this session."""
    accounts.sign_out(uow, actor)
    browser.forget()


@router.delete("/sessions", status_code=204, tags=["sessions"], responses=responses())
def sign_out_everywhere(actor: ActorDep, uow: UowDep, browser: BrowserDep) -> None:
    """Sign out of all sessions."""
    accounts.sign_out_everywhere(uow, actor)
    browser.forget()


@router.get("/me", tags=["sessions"], responses=responses())
def me(actor: ActorDep, uow: UowDep, browser: BrowserDep) -> MeOut:
    """Who is asking, for which companies, with which scopes."""
    user = people.get_user(uow, actor, actor.user_id) if actor.user_id else None
    return MeOut.of(actor, user, browser.csrf_token)


@router.put("/me/password", tags=["sessions"], responses=responses(), dependencies=_SECRET)
def change_password(
    body: PasswordIn, actor: ActorDep, state: StateDep, uow: UowDep, browser: BrowserDep
) -> SignedInOut:
    """Change the password: a new session starts, and all others end."""
    signed_in = accounts.change_password(
        uow,
        state.door,
        actor,
        current=body.current_password.get_secret_value(),
        new=body.new_password.get_secret_value(),
        address=browser.address,
        client=browser.name,
    )
    return SignedInOut(
        user=UserOut.of(signed_in.user), csrf_token=browser.keep(signed_in), expires_at=signed_in.expires_at
    )


@router.get("/users", tags=["users"], responses=responses())
def list_users(
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    query: Annotated[str, Query(max_length=200, description="Part of a name or an address.")] = "",
) -> PageOf[UserOut]:
    """Everybody, for administrators."""
    return paging.render(people.list_users(uow, actor, paging.request, query), UserOut.of)


@router.post("/users", status_code=201, tags=["users"], responses=responses(409), dependencies=_SECRET)
def invite_user(body: UserIn, actor: ActorDep, uow: UowDep) -> InvitationOut:
    """Add a person; hand the invitation over, with which the person sets a password."""
    fresh = people.invite_user(
        uow, actor, email=body.email, name=body.name, is_administrator=body.is_administrator
    )
    return InvitationOut.of(fresh)


@router.get("/users/{user_id}", tags=["users"], responses=responses(404))
def get_user(user_id: str, actor: ActorDep, uow: UowDep, response: Response) -> UserOut:
    """One person: oneself, or anybody for administrators."""
    user = people.get_user(uow, actor, user_id)
    set_etag(response, user.version)
    return UserOut.of(user)


@router.patch("/users/{user_id}", tags=["users"], responses=responses(404, 409, 412, 428))
def update_user(
    user_id: str, body: UserChange, actor: ActorDep, uow: UowDep, expected: IfMatch, response: Response
) -> UserOut:
    """Change one's name; the address and who administrates is for administrators."""
    changes = {name: value for name, value in body if name in body.model_fields_set and value is not None}
    user = people.update_user(uow, actor, user_id, changes, expected)
    set_etag(response, user.version)
    return UserOut.of(user)


@router.post(
    "/users/{user_id}/invitations",
    status_code=201,
    tags=["users"],
    responses=responses(404),
    dependencies=_SECRET,
)
def invite_again(user_id: str, actor: ActorDep, uow: UowDep) -> InvitationOut:
    """A new invitation for who lost the password; the old password and all sessions end at once."""
    return InvitationOut.of(people.invite_again(uow, actor, user_id))


@router.get("/users/{user_id}/data", tags=["users"], responses=responses(404))
def export_person(user_id: str, actor: ActorDep, uow: UowDep) -> dict[str, Any]:
    """Everything that is stored about a person."""
    return privacy.export_person(uow, actor, user_id)


@router.delete("/users/{user_id}", status_code=204, tags=["users"], responses=responses(404, 409, 412, 428))
def delete_person(user_id: str, actor: ActorDep, uow: UowDep, expected: IfMatch) -> None:
    """Delete a person's data for ever; what was done for a company stays under the id alone."""
    privacy.delete_person(uow, actor, user_id, expected)


@router.get("/api-keys", tags=["API keys"], responses=responses())
def list_keys(
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    company_id: Annotated[str | None, Query(description="Left out: all keys, for administrators.")] = None,
) -> PageOf[KeyOut]:
    """The keys of a company, without their secrets."""
    return paging.render(keys.list_keys(uow, actor, company_id, paging.request), KeyOut.of)


@router.post("/api-keys", status_code=201, tags=["API keys"], responses=responses(), dependencies=_SECRET)
def make_key(body: KeyIn, actor: ActorDep, uow: UowDep) -> NewKeyOut:
    """Make a key for a program; it is shown only in this answer."""
    new = keys.make_key(
        uow, actor, name=body.name, company_id=body.company_id, scopes=body.scopes, expires_at=body.expires_at
    )
    return NewKeyOut.made(new)


@router.delete("/api-keys/{key_id}", status_code=204, tags=["API keys"], responses=responses(404))
def revoke_key(key_id: str, actor: ActorDep, uow: UowDep) -> None:
    """Void a key at once and for ever."""
    keys.revoke_key(uow, actor, key_id)
