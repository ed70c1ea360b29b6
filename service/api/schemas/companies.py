"""Companies, the people in them and the audit trail, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.schemas.base import In, Name, Text, example
from service.domain.accounts import Company
from service.domain.audit import AuditEvent
from service.domain.words import CompanyKind, Role
from service.usecases.companies import Member

__all__ = [
    "AuditEventOut",
    "CompanyChange",
    "CompanyDetailsIn",
    "CompanyIn",
    "CompanyOut",
    "MemberOut",
    "RoleIn",
]

Country = Annotated[str, Field(pattern="^([A-Z]{2})?$", description='ISO 3166-1 alpha-2, "" where unknown.')]
Aliases = Annotated[list[Name], Field(max_length=50, description="Other names of the same company.")]
Kinds = Annotated[set[CompanyKind], Field(description="What the company does; it may do several.")]


class CompanyDetailsIn(In):
    """What a company's owners say of it."""

    name: Name
    country: Country = ""
    website: Text = ""
    aliases: Aliases = Field(default_factory=list)


class CompanyIn(CompanyDetailsIn):
    """A new company."""

    model_config = ConfigDict(
        json_schema_extra=example(
            name="Alba Sales", kinds=["sales_agent"], country="FR", website="", aliases=[]
        )
    )

    kinds: Kinds


class CompanyChange(In):
    """What to change of a company; what is left out stays."""

    model_config = ConfigDict(json_schema_extra=example(website="https://alba.example"))

    name: Name | None = None
    kinds: Kinds | None = None
    country: Country | None = None
    website: Text | None = None
    aliases: Aliases | None = None


class CompanyOut(BaseModel):
    """A company as everybody may see it."""

    company_id: str = Field(examples=["company_0198f1d2c3b47a5e8f10aa3b5c7d9e01"])
    name: str
    kinds: list[CompanyKind]
    country: str
    website: str
    aliases: list[str]
    version: int = Field(description="Counts the changes; the ETag holds it.")

    @classmethod
    def of(cls, company: Company) -> CompanyOut:
        """The company as shown."""
        return cls(
            company_id=company.company_id,
            name=company.name,
            kinds=sorted(company.kinds),
            country=company.country,
            website=company.website,
            aliases=list(company.aliases),
            version=company.version,
        )


class RoleIn(In):
    """A member's new role."""

    model_config = ConfigDict(json_schema_extra=example(role="owner"))

    role: Role


class MemberOut(BaseModel):
    """A person in a company."""

    user_id: str
    name: str
    email: str | None
    role: Role
    version: int = Field(description="Counts the changes of the role; the ETag holds it.")

    @classmethod
    def of(cls, member: Member) -> MemberOut:
        """The member as shown."""
        return cls(
            user_id=member.user.user_id,
            name=member.user.name,
            email=member.user.email,
            role=member.role,
            version=member.version,
        )


class AuditEventOut(BaseModel):
    """Who changed what. diff: field -> [before, after]; empty where it is private to its companies."""

    at: datetime
    actor: str = Field(description="User, key or command.")
    company_id: str | None
    action: str = Field(examples=["company.update"])
    noun: str
    object_id: str
    diff: dict[str, list[Any]]
    request_id: str

    @classmethod
    def of(cls, event: AuditEvent) -> AuditEventOut:
        """The event as shown."""
        return cls(
            at=event.at,
            actor=event.actor,
            company_id=event.company_id,
            action=event.action,
            noun=event.noun,
            object_id=event.object_id,
            diff=event.diff,
            request_id=event.request_id,
        )
