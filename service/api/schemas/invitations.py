"""Invitations into companies, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from service.api.schemas.base import Email, In, Name, example
from service.domain.accounts import CompanyInvitation
from service.domain.words import Role
from service.usecases.invitations import HandedOver

__all__ = [
    "CompanyInvitationIn",
    "CompanyInvitationOut",
    "LinkIn",
    "NewCompanyInvitationOut",
    "OfferOut",
]


class CompanyInvitationIn(In):
    """A person to invite into a company. name: for whoever has no account yet."""

    model_config = ConfigDict(
        json_schema_extra=example(email="ines@alba.example", name="Ines Vidal", role="member")
    )

    email: Email
    name: Name
    role: Role


class LinkIn(In):
    """An invitation into a company, as it was handed over."""

    model_config = ConfigDict(json_schema_extra=example(invitation="join_k3Zz"))

    invitation: Annotated[SecretStr, Field(max_length=400)]


class CompanyInvitationOut(BaseModel):
    """Who is invited, as it was typed; whether the address has an account is told to nobody."""

    invitation_id: str
    email: str
    name: str
    role: Role
    invited_by: str | None = Field(description="User id; null for a command on the server.")
    expires_at: datetime

    @classmethod
    def of(cls, invitation: CompanyInvitation) -> CompanyInvitationOut:
        """The invitation as shown to the company."""
        return cls.model_validate(invitation, from_attributes=True)


class NewCompanyInvitationOut(CompanyInvitationOut):
    """A new invitation."""

    invitation: str = Field(description="Give it to the person, who accepts with it; it is shown only now.")

    @classmethod
    def made(cls, made: HandedOver) -> NewCompanyInvitationOut:
        """The invitation as shown once."""
        return cls(**CompanyInvitationOut.of(made.invitation).model_dump(), invitation=made.text)


class OfferOut(BaseModel):
    """The place in a company that an invitation offers to whoever has the address."""

    company_id: str
    company: str
    email: str
    role: Role
    expires_at: datetime

    @classmethod
    def of(cls, invitation: CompanyInvitation) -> OfferOut:
        """The invitation as shown to who holds it."""
        return cls.model_validate(invitation, from_attributes=True)
