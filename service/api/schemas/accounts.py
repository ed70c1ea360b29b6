"""People, sessions, invitations and API keys, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from service.api.schemas.base import Email, In, Name, example
from service.domain.accounts import ApiKey, User
from service.domain.words import CompanyKind, Role, Scope
from service.security.actor import Actor
from service.security.identity import MAX_PASSWORD, MIN_PASSWORD
from service.security.invitations import is_invitation
from service.usecases.keys import NewKey
from service.usecases.people import Invited

__all__ = [
    "AcceptIn",
    "InvitationOut",
    "KeyIn",
    "KeyOut",
    "MeOut",
    "NewKeyOut",
    "PasswordIn",
    "SignInIn",
    "SignedInOut",
    "UserChange",
    "UserIn",
    "UserOut",
]

NewPassword = Annotated[
    SecretStr, Field(max_length=4 * MAX_PASSWORD, description=f"{MIN_PASSWORD} to {MAX_PASSWORD} characters.")
]
OldPassword = Annotated[SecretStr, Field(max_length=4 * MAX_PASSWORD)]


class SignInIn(In):
    """Who wants to sign in."""

    model_config = ConfigDict(
        json_schema_extra=example(email="ines@alba.example", password="salt pans at low tide")
    )

    email: Email
    password: OldPassword


class UserOut(BaseModel):
    """A person."""

    user_id: str = Field(examples=["user_0198f1d2c3b47a5e8f10aa3b5c7d9e01"])
    email: str | None = Field(description="Null once the person's data is deleted.")
    name: str
    is_administrator: bool
    is_invited: bool = Field(description="Whether an invitation waits to be accepted.")
    version: int = Field(description="Counts the changes; the ETag holds it.")

    @classmethod
    def of(cls, user: User) -> UserOut:
        """The person as shown to themselves, their companies and administrators."""
        return cls(
            user_id=user.user_id,
            email=user.email,
            name=user.name,
            is_administrator=user.is_administrator,
            is_invited=is_invitation(user.password_hash),
            version=user.version,
        )


class SignedInOut(BaseModel):
    """Signed in; the cookie holds the session."""

    user: UserOut
    csrf_token: str = Field(description="Send it as X-CSRF-Token with every request that changes something.")
    expires_at: datetime = Field(description="When the session ends at the latest.")


class SeatOut(BaseModel):
    """A place in a company."""

    company_id: str
    role: Role
    kinds: list[CompanyKind]
    territories: list[str] = Field(description="Where the company has a distributor profile.")


class MeOut(BaseModel):
    """Who is asking, and what as."""

    user: UserOut | None = Field(description="The person; null for a key.")
    key_id: str | None = Field(description="The key; null for a person.")
    is_administrator: bool
    seats: list[SeatOut]
    scopes: list[Scope] | None = Field(description="What the key may do; null for a person.")
    csrf_token: str | None = Field(description="Of this session; null for a key.")

    @classmethod
    def of(cls, actor: Actor, user: User | None, csrf_token: str | None) -> MeOut:
        """The actor as shown to itself."""
        return cls(
            user=UserOut.of(user) if user else None,
            key_id=None if user else actor.actor_id,
            is_administrator=actor.is_administrator,
            seats=[
                SeatOut(
                    company_id=seat.company_id,
                    role=seat.role,
                    kinds=sorted(seat.kinds),
                    territories=sorted(seat.territories),
                )
                for seat in actor.seats
            ],
            scopes=None if actor.scopes is None else sorted(map(Scope, actor.scopes)),
            csrf_token=csrf_token,
        )


class PasswordIn(In):
    """A new password, proven by the old one."""

    model_config = ConfigDict(
        json_schema_extra=example(
            current_password="salt pans at low tide", new_password="nine candles in the nursery"
        )
    )

    current_password: OldPassword
    new_password: NewPassword


class UserIn(In):
    """A person to invite."""

    model_config = ConfigDict(
        json_schema_extra=example(email="luc@alba.example", name="Luc Amar", is_administrator=False)
    )

    email: Email
    name: Name
    is_administrator: bool = False


class UserChange(In):
    """What to change of a person; what is left out stays. Only the name is one's own to change."""

    model_config = ConfigDict(json_schema_extra=example(name="Luc Amar-Vidal"))

    name: Name | None = None
    email: Email | None = None
    is_administrator: bool | None = None


class InvitationOut(BaseModel):
    """An invitation, shown only now: give it to the person, who sets a password with it."""

    user: UserOut
    invitation: str
    expires_at: datetime

    @classmethod
    def of(cls, invited: Invited) -> InvitationOut:
        """The invitation as shown once."""
        return cls(
            user=UserOut.of(invited.user),
            invitation=invited.invitation.text,
            expires_at=invited.invitation.expires_at,
        )


class AcceptIn(In):
    """An invitation, and the password to have from now on. email: for the first administrator only."""

    model_config = ConfigDict(
        json_schema_extra=example(
            invitation="user_0198f1d2c3b47a5e8f10aa3b5c7d9e01.k3Zz", password="salt pans at low tide"
        )
    )

    invitation: Annotated[SecretStr, Field(max_length=400)]
    password: NewPassword
    email: Email | None = None
    name: Name | None = None


class KeyIn(In):
    """An API key to make. company_id: who it acts for; left out, it is an administrator's key."""

    model_config = ConfigDict(
        json_schema_extra=example(
            name="nightly sync",
            company_id="company_0198f1d2c3b47a5e8f10aa3b5c7d9e01",
            scopes=["read", "match"],
        )
    )

    name: Name
    company_id: str | None = None
    scopes: Annotated[set[Scope], Field(min_length=1)]
    expires_at: AwareDatetime | None = None


class KeyOut(BaseModel):
    """An API key without its secret."""

    key_id: str
    prefix: str = Field(description="The start of the key, to tell it from others.")
    name: str
    company_id: str | None
    scopes: list[Scope]
    created_by: str | None
    created_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> KeyOut:
        """The key as shown in lists."""
        return cls.model_validate(_shown(key))


class NewKeyOut(KeyOut):
    """A new API key."""

    key: str = Field(description="The key itself, shown only now.")

    @classmethod
    def made(cls, new: NewKey) -> NewKeyOut:
        """The key as shown once."""
        return cls.model_validate({**_shown(new.record), "key": new.key.text})


def _shown(key: ApiKey) -> dict[str, object]:
    return {
        "key_id": key.key_id,
        "prefix": f"rm_{key.prefix}",
        "name": key.name,
        "company_id": key.company_id,
        "scopes": sorted(key.scopes),
        "created_by": key.created_by,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }
