"""What the forms of an event hold, beside what the API knows."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from service.api.schemas.base import In, Lines, Name, Text
from service.domain.events import Event, Participant
from service.usecases.events.places import SlotPattern

__all__ = ["EventIn", "FillIn", "ParticipantIn", "PlanIn", "SlotsIn"]

Count = Annotated[int, Field(ge=0, le=10_000)]
Ids = list[Annotated[str, Field(min_length=1, max_length=200)]]


class EventIn(In):
    """The facts of an event."""

    name: Name
    time_zone: Text
    starts_on: date
    ends_on: date
    walking_min: Annotated[int, Field(ge=0, le=240)] = 0

    def as_event(self) -> Event:
        """A new one."""
        return Event("", "", **self.model_dump())


class SlotsIn(In):
    """Slots of one length on every day of an event, and a pause such as lunch."""

    starts: time
    ends: time
    minutes: Annotated[int, Field(ge=5, le=480)]
    break_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    pause_from: time | None = None
    pause_to: time | None = None
    session: Annotated[Text, Field(max_length=200)] = ""
    tables: Annotated[int, Field(ge=0, le=2_000)] = 0

    def pattern(self, first: date, last: date) -> SlotPattern:
        """The slots of all days from the first to the last."""
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        pauses = [(self.pause_from, self.pause_to)] if self.pause_from and self.pause_to else []
        return SlotPattern(
            days, self.starts, self.ends, self.minutes, self.break_minutes, pauses, self.session
        )


class ParticipantIn(In):
    """Who comes, as a form shows it; company, profiles and films are chosen beside it."""

    name: Name
    colleagues: Text = ""
    territories: list[Annotated[str, Field(pattern="^[A-Z]{2}$")]] = Field(default_factory=list)
    brief: Lines = ""
    max_meetings: Count | None = None
    min_meetings: Count = 0
    max_per_day: Count | None = None
    not_before: time | None = None
    hosted: bool = False

    def changes(self) -> dict[str, Any]:
        """The fields of a Participant."""
        values = self.model_dump()
        return {**values, "territories": tuple(self.territories)}

    def as_participant(
        self, participant_id: str, side: Literal["seller", "buyer"], company_id: str | None
    ) -> Participant:
        """A new one."""
        return Participant(participant_id, side, company_id=company_id, **self.changes())


class FillIn(In):
    """Whom to take from the service, and the limits of each."""

    seller_ids: Ids = Field(default_factory=list)
    distributor_ids: Ids = Field(default_factory=list)
    territories: list[Annotated[str, Field(pattern="^[A-Z]{2}$")]] = Field(default_factory=list)
    attending: Text = ""
    year_from: Annotated[int, Field(ge=1888, le=2100)] | None = None
    max_meetings: Count | None = None
    min_meetings: Count = 0
    max_per_day: Count | None = None


class PlanIn(In):
    """What to plan."""

    evenness: Annotated[float, Field(ge=0, le=1)] = 0.0
    time_limit_s: Annotated[float, Field(gt=0, le=600)] = 60.0
    plan_the_rest: bool = False
    note: Text = ""
