"""Distributor profiles as the API takes and gives them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from recommender.market.columns import INDEPENDENT
from recommender.market.domain import Distributor
from service.api.schemas.base import In, Name, Text, example
from service.api.schemas.trade import Amount, LongText, MediaRights, Names, Territory, changes
from service.domain.catalogue import DistributorProfile
from service.domain.words import MediaRight
from service.usecases.distributors import SeenProfile

__all__ = ["DistributorChange", "DistributorIn", "DistributorOut", "Kind"]

Kind = Literal["independent", "major", "exhibitor_or_event"]

_OF_PROFILE: Final = frozenset(DistributorProfile.__dataclass_fields__)


class ProfileFields(In):
    """What a distributor looks for, and its limits."""

    kind: Kind = "independent"
    aliases: Names = Field(default_factory=list)
    brief: Annotated[LongText, Field(description="What it looks for, in its own words.")] = ""
    media_rights: Annotated[MediaRights, Field(description="What it takes; none is unknown.")] = Field(
        default_factory=list
    )
    budget_min_usd: Annotated[Amount | None, Field(description="Of films that it takes.")] = None
    budget_max_usd: Amount | None = None
    genres_never: Annotated[Names, Field(description="Genres that it never takes.")] = Field(
        default_factory=list
    )
    attending: Annotated[Names, Field(description="Markets and events it goes to.")] = Field(
        default_factory=list
    )


class DistributorIn(ProfileFields):
    """A new profile: a company in one territory."""

    model_config = ConfigDict(
        json_schema_extra=example(
            territory="FR",
            brief="Auteur dramas with a strong lead, up to 90 minutes.",
            media_rights=["theatrical", "svod"],
            budget_max_usd="3000000.00",
            genres_never=["Horror"],
        )
    )

    territory: Territory
    name: Annotated[Text, Field(max_length=300, description="The company's name where it is empty.")] = ""
    company_id: Annotated[
        str, Field(max_length=200, description="Empty: the only distributor you belong to.")
    ] = ""

    def as_profile(self) -> DistributorProfile:
        """A profile without an id yet."""
        given = changes(self)
        inner = Distributor(
            distributor_id="",
            name=self.name,
            territory=self.territory,
            kind=given.get("kind", INDEPENDENT),
            aliases=given.get("aliases", ()),
            brief=self.brief,
        )
        outer = {name: value for name, value in given.items() if name in _OF_PROFILE}
        return DistributorProfile(inner, **{"company_id": "", **outer})


class DistributorChange(ProfileFields):
    """What to change of a profile; what is left out stays."""

    model_config = ConfigDict(json_schema_extra=example(brief="Family films, also animated."))

    name: Name = ""


class DistributorOut(BaseModel):
    """A distributor. Brief, limits and events are null where they are not yours to read."""

    distributor_id: str = Field(examples=["distributor_0198f1d2c3b47a5e8f10aa3b5c7d9e01"])
    company_id: str
    name: str
    territory: str
    kind: str
    aliases: list[str]
    media_rights: list[MediaRight]
    brief: str | None
    budget_min_usd: Decimal | None
    budget_max_usd: Decimal | None
    genres_never: list[str] | None
    attending: list[str] | None
    version: int = Field(description="Counts the changes; the ETag holds it.")

    @classmethod
    def of(cls, seen: SeenProfile) -> DistributorOut:
        """The profile as shown."""
        profile, distributor = seen.profile, seen.profile.distributor
        return cls(
            distributor_id=profile.distributor_id,
            company_id=profile.company_id,
            name=distributor.name,
            territory=distributor.territory,
            kind=distributor.kind,
            aliases=list(distributor.aliases),
            media_rights=list(profile.media_rights),
            brief=distributor.brief if seen.is_whole else None,
            budget_min_usd=profile.budget_min_usd,
            budget_max_usd=profile.budget_max_usd,
            genres_never=list(profile.genres_never) if seen.is_whole else None,
            attending=list(profile.attending) if seen.is_whole else None,
            version=profile.version,
        )
