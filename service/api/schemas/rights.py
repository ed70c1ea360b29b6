"""Rights and avails as the API takes and gives them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.api.schemas.base import In, Lines, example
from service.api.schemas.trade import Day, Languages, MediaRights, WindowIn, WindowOut
from service.domain.avails import AvailStatus
from service.domain.rights import RightsGrant
from service.domain.words import Direction, GrantStatus, MediaRight
from service.usecases.avails import AvailRow, Avails
from service.usecases.rights import NewGrants

__all__ = [
    "AvailOut",
    "AvailsOut",
    "ConfirmationIn",
    "ConfirmationOut",
    "GrantChange",
    "GrantOut",
    "GrantsIn",
    "GrantsOut",
    "TerritoryGroupOut",
]

Id = Annotated[str, Field(min_length=1, max_length=200)]


class GrantFields(In):
    """What belongs to any right."""

    window: WindowIn = Field(default_factory=WindowIn)
    exclusive: bool = True
    languages: Languages = Field(default_factory=list)
    holdback_until: Annotated[Day | None, Field(description="No use before this day.")] = None
    status: Annotated[GrantStatus, Field(description="Only active rights count.")] = GrantStatus.ACTIVE
    licensee_id: Annotated[
        Id | None, Field(description="The company it is sold to; for sold rights only.")
    ] = None
    deal_id: Annotated[Id | None, Field(description="The deal it was sold in.")] = None
    note: Lines = ""


class GrantsIn(GrantFields):
    """Rights held or sold: one grant for each territory and media right."""

    model_config = ConfigDict(
        json_schema_extra=example(
            direction="held",
            film_id="film_0198f1d2c3b47a5e8f10aa3b5c7d9e01",
            territories=["Benelux", "FR"],
            media_rights=["theatrical", "svod"],
            window={"starts_on": "2026-01-01", "ends_on": "2040-12-31"},
        )
    )

    direction: Direction
    film_id: Id
    territories: Annotated[
        list[Annotated[str, Field(max_length=100)]],
        Field(min_length=1, max_length=250, description="ISO 3166-1 alpha-2, and groups such as Benelux."),
    ]
    media_rights: Annotated[MediaRights, Field(min_length=1)]
    company_id: Annotated[
        Id | None, Field(description="The sales agent; null for the only one you belong to.")
    ] = None
    confirmed_on: Annotated[Day | None, Field(description="Null for today.")] = None

    def as_grants(self) -> NewGrants:
        """What is wanted."""
        return NewGrants(
            direction=self.direction,
            film_id=self.film_id,
            territories=self.territories,
            media_rights=self.media_rights,
            window=self.window.as_window(),
            exclusive=self.exclusive,
            company_id=self.company_id,
            licensee_id=self.licensee_id,
            languages=tuple(self.languages),
            holdback_until=self.holdback_until,
            status=self.status,
            confirmed_on=self.confirmed_on,
            deal_id=self.deal_id,
            note=self.note,
        )


class GrantChange(GrantFields):
    """What to change of a grant; what is left out stays. Film, territory and media right never change."""

    model_config = ConfigDict(json_schema_extra=example(status="inactive", note="Withdrawn by the producer."))

    confirmed_on: Annotated[Day | None, Field(description="When someone last said that this is so.")] = None


class GrantOut(BaseModel):
    """One right of one film in one territory during one window."""

    grant_id: str = Field(examples=["grant_0198f1d2c3b47a5e8f10aa3b5c7d9e01"])
    direction: Direction
    film_id: str
    company_id: str = Field(description="The sales agent that holds or sells it.")
    licensee_id: str | None
    territory: str
    media_right: MediaRight
    window: WindowOut
    exclusive: bool
    languages: list[str]
    holdback_until: date | None
    status: GrantStatus
    confirmed_on: date | None
    deal_id: str | None
    note: str = Field(description="The agent's own; empty for everybody else.")
    version: int = Field(description="Counts the changes; the ETag holds it.")

    @classmethod
    def of(cls, grant: RightsGrant) -> GrantOut:
        """The grant as shown."""
        return cls(
            grant_id=grant.grant_id,
            direction=grant.direction,
            film_id=grant.film_id,
            company_id=grant.company_id,
            licensee_id=grant.licensee_id,
            territory=grant.territory,
            media_right=grant.media_right,
            window=WindowOut.of(grant.window),
            exclusive=grant.exclusive,
            languages=list(grant.languages),
            holdback_until=grant.holdback_until,
            status=grant.status,
            confirmed_on=grant.confirmed_on,
            deal_id=grant.deal_id,
            note=grant.note,
            version=grant.version,
        )


class GrantsOut(BaseModel):
    """The grants that were recorded, by territory and media right."""

    items: list[GrantOut]


class ConfirmationIn(In):
    """Which rights are still so: some grants, or all of yours in one film."""

    model_config = ConfigDict(json_schema_extra=example(film_id="film_0198f1d2c3b47a5e8f10aa3b5c7d9e01"))

    grant_ids: Annotated[list[Id], Field(max_length=1_000)] = Field(default_factory=list)
    film_id: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if bool(self.grant_ids) == bool(self.film_id):
            raise ValueError("give either grant_ids or film_id")
        return self


class ConfirmationOut(BaseModel):
    """How many rights were confirmed, as of which day."""

    confirmed: int
    confirmed_on: date


class TerritoryGroupOut(BaseModel):
    """A group of territories of the trade."""

    name: str = Field(examples=["benelux"])
    territories: list[str]


class AvailOut(BaseModel):
    """How one right stands in one territory."""

    territory: str
    media_right: MediaRight
    status: AvailStatus = Field(
        description="available: all that was asked for is free. partly: some of it, or not exclusively. sold: "
        "nothing is left. held_back: nothing is sold, but no use until a day. unknown: not recorded as held. "
        "stale: not confirmed for too long."
    )
    free: list[WindowOut] = Field(
        description="When some language is free; empty for others than the agent and the buyer where a sale limits it."
    )
    exclusive: bool = Field(description="Whether all that is free can be had exclusively.")
    until: date | None = Field(
        description="The last day of the holdback, or of the sale; that one for its agent and its buyer alone."
    )
    confirmed_on: date | None = Field(description="The oldest confirmation that the answer rests on.")

    @classmethod
    def of(cls, row: AvailRow) -> AvailOut:
        """The row as shown."""
        found = row.avail
        return cls(
            territory=row.territory,
            media_right=row.media_right,
            status=found.status,
            free=[WindowOut.of(window) for window in found.free],
            exclusive=found.exclusive,
            until=found.until,
            confirmed_on=found.confirmed_on,
        )


class AvailsOut(BaseModel):
    """The avails of a film: a table of territories and media rights."""

    film_id: str
    title: str
    as_of: date
    rows: list[AvailOut]

    @classmethod
    def of(cls, avails: Avails) -> AvailsOut:
        """The table as shown."""
        return cls(
            film_id=avails.film.film_id,
            title=avails.film.film.title,
            as_of=avails.as_of,
            rows=[AvailOut.of(row) for row in avails.rows],
        )
