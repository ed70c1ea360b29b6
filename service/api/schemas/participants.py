"""Participants of events as the API takes and gives them."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from recommender.market.columns import MAX_TEXT
from service.api.schemas.base import In, Text, example
from service.api.schemas.events import Id
from service.api.schemas.trade import LongText, Territory
from service.domain.events import Participant
from service.usecases.events.filling import Filling

__all__ = [
    "AbsencesIn",
    "FillingIn",
    "LateIn",
    "LineupIn",
    "ParticipantChange",
    "ParticipantIn",
    "ParticipantOut",
]

Ids = Annotated[list[Id], Field(max_length=500)]
Count = Annotated[int, Field(ge=0, le=10_000)]
Limit = Annotated[int | None, Field(ge=0, le=10_000, description="Null is no limit.")]
Side = Annotated[str, Field(pattern="^(seller|buyer)$")]


class ParticipantFields(In):
    """What belongs to any participant."""

    name: Text = ""
    colleagues: Annotated[
        Text, Field(max_length=200, description="Those with the same text share reserved tables.")
    ] = ""
    company_id: Annotated[
        Id | None, Field(description="The company on this service, whose members see the agenda.")
    ] = None
    distributor_ids: Annotated[Ids, Field(description="A buyer's profiles; none is all of its company.")] = (
        Field(default_factory=list)
    )
    territories: Annotated[list[Territory], Field(max_length=250)] = Field(default_factory=list)
    brief: Annotated[LongText, Field(max_length=MAX_TEXT)] = ""
    film_ids: Annotated[Ids, Field(description="A seller's line-up.")] = Field(default_factory=list)
    max_meetings: Limit = None
    min_meetings: Count = 0
    max_per_day: Limit = None
    not_before: Annotated[time | None, Field(description="Of each day, in the event's time zone.")] = None
    hosted: bool = False

    def values(self) -> dict[str, Any]:
        """The fields that are given, as the domain holds them."""
        found = {name: getattr(self, name) for name in self.model_fields_set}
        found = {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
        if isinstance(found.get("not_before"), time):
            found["not_before"] = found["not_before"].replace(tzinfo=None)
        return found


class ParticipantIn(ParticipantFields):
    """A new participant."""

    model_config = ConfigDict(
        json_schema_extra=example(participant_id="s-alba", side="seller", name="Alba", max_per_day=8)
    )

    participant_id: Annotated[Id | None, Field(description="Null to get a new one.")] = None
    side: Side

    def as_participant(self) -> Participant:
        """The participant."""
        values = {"name": "", **self.values()}
        values["participant_id"] = self.participant_id or ""
        return Participant(**values)


class ParticipantChange(ParticipantFields):
    """What to change of a participant; what is left out stays. The side never changes."""

    model_config = ConfigDict(json_schema_extra=example(max_meetings=12))


class ParticipantOut(BaseModel):
    """Who has an agenda of its own."""

    participant_id: str
    side: str = Field(examples=["seller"])
    name: str
    colleagues: str
    company_id: str | None
    distributor_ids: list[str]
    territories: list[str]
    brief: str
    film_ids: list[str]
    max_meetings: int | None
    min_meetings: int
    max_per_day: int | None
    not_before: time | None
    hosted: bool
    withdrawn: bool = Field(description="Dropped out.")
    version: int = Field(description="Counts the changes; the ETag holds it.")

    @classmethod
    def of(cls, one: Participant) -> ParticipantOut:
        """The participant as shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class AbsencesIn(In):
    """The slots in which somebody cannot meet."""

    model_config = ConfigDict(json_schema_extra=example(slot_ids=["14-0930", "14-1000"]))

    slot_ids: Annotated[list[Id], Field(max_length=2_000)]


class LateIn(In):
    """When somebody arrives."""

    model_config = ConfigDict(json_schema_extra=example(until="2026-05-14T11:00:00+02:00"))

    until: AwareDatetime


class LineupIn(In):
    """A seller's films, the most important first."""

    model_config = ConfigDict(json_schema_extra=example(film_ids=["film_0198f1d2c3b47a5e8f10aa3b5c7d9e01"]))

    film_ids: Ids


class FillingIn(In):
    """Whom to take from the service's own companies and films."""

    model_config = ConfigDict(
        json_schema_extra=example(territories=["FR", "BE"], max_meetings=20, dry_run=True)
    )

    seller_ids: Annotated[Ids, Field(description="Sales agents, with what they have on offer.")] = Field(
        default_factory=list
    )
    distributor_ids: Ids = Field(default_factory=list)
    territories: Annotated[list[Territory], Field(max_length=250)] = Field(default_factory=list)
    attending: Annotated[
        Text, Field(description="The event's name, for those alone that say they go to it.")
    ] = ""
    year_from: Annotated[int | None, Field(ge=1880, le=2100)] = None
    max_meetings: Limit = None
    min_meetings: Count = 0
    max_per_day: Limit = None
    dry_run: Annotated[bool, Field(description="Only tell who would be added.")] = False

    def as_filling(self) -> Filling:
        """What is wanted."""
        return Filling(**{name: getattr(self, name) for name in Filling.__dataclass_fields__})
