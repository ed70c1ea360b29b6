"""Events, their slots, tables and participants as the API takes and gives them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from recommender.market.columns import MAX_TEXT
from recommender.meetings import domain as core
from service.api.schemas.base import In, Name, Text, example
from service.api.schemas.trade import LongText, Territory
from service.domain.events import Event, EventTable, Participant
from service.domain.words import EventStatus
from service.usecases.events.filling import Filling
from service.usecases.events.places import SlotPattern
from service.usecases.events.setup import SeenEvent

__all__ = [
    "AbsencesIn",
    "EventChange",
    "EventIn",
    "EventOut",
    "FillingIn",
    "Id",
    "LateIn",
    "LineupIn",
    "ParticipantChange",
    "ParticipantIn",
    "ParticipantOut",
    "SlotIn",
    "SlotOut",
    "SlotPatternIn",
    "SlotsIn",
    "TableChange",
    "TableIn",
    "TableOut",
    "TablesIn",
]

Id = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Ids = Annotated[list[Id], Field(max_length=500)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Count = Annotated[int, Field(ge=0, le=10_000)]
Limit = Annotated[int | None, Field(ge=0, le=10_000, description="Null is no limit.")]
Side = Annotated[str, Field(pattern="^(seller|buyer)$")]


class EventFields(In):
    """What belongs to any event."""

    name: Name
    time_zone: Annotated[str, Field(max_length=100, description="IANA.", examples=["Europe/Berlin"])]
    starts_on: Day
    ends_on: Day
    evenness: Annotated[
        float, Field(ge=0, le=1, description="0 is the most value, 1 the most even numbers of meetings.")
    ] = 0.0
    walking_min: Annotated[int, Field(ge=0, le=600, description="Minutes between two halls.")] = 0


class EventIn(EventFields):
    """A new event of a market organiser."""

    model_config = ConfigDict(
        json_schema_extra=example(
            name="Spring Market", time_zone="Europe/Berlin", starts_on="2026-05-14", ends_on="2026-05-16"
        )
    )

    company_id: Annotated[Id | None, Field(description="The organiser; null for your only one.")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError(f"it ends on {self.ends_on}, before it starts on {self.starts_on}")
        return self

    def as_event(self) -> Event:
        """The event."""
        return Event(
            event_id="",
            company_id=self.company_id or "",
            name=self.name,
            time_zone=self.time_zone,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            evenness=self.evenness,
            walking_min=self.walking_min,
        )


class EventChange(In):
    """What to change of an event; what is left out stays."""

    model_config = ConfigDict(json_schema_extra=example(evenness=0.3))

    name: Name = ""
    time_zone: Annotated[str, Field(max_length=100)] = ""
    starts_on: Day = date(2000, 1, 1)
    ends_on: Day = date(2000, 1, 1)
    evenness: Annotated[float, Field(ge=0, le=1)] = 0.0
    walking_min: Annotated[int, Field(ge=0, le=600)] = 0
    status: Annotated[EventStatus, Field(description="closed, or the status before to open it again.")] = (
        EventStatus.CLOSED
    )


class EventOut(BaseModel):
    """An event; attendees are not told what is the organiser's own."""

    event_id: str = Field(examples=["event_0198f1d2c3b47a5e8f10aa3b5c7d9e01"])
    company_id: str = Field(description="The organiser.")
    name: str
    time_zone: str
    starts_on: date
    ends_on: date
    status: EventStatus
    evenness: float
    walking_min: int
    values_from: str = Field(
        description="What tells what meetings are worth: `file`, a bundle, or nothing yet."
    )
    plans: bool = Field(description="Whether you see all of it, or your own agendas alone.")
    version: int = Field(description="Counts the changes; the ETag holds it.")

    @classmethod
    def of(cls, seen: SeenEvent) -> EventOut:
        """The event as shown."""
        names = set(cls.model_fields) - {"plans"}
        return cls(**{name: getattr(seen.event, name) for name in names}, plans=seen.plans)


class SlotIn(In):
    """A time at which meetings are held."""

    slot_id: Id
    day: Day
    starts_at: AwareDatetime
    ends_at: AwareDatetime

    def as_slot(self) -> core.Slot:
        """The slot."""
        return core.Slot(self.slot_id, self.day, self.starts_at, self.ends_at)


class SlotsIn(In):
    """Slots, all or none of which are added."""

    model_config = ConfigDict(
        json_schema_extra=example(
            slots=[
                {
                    "slot_id": "14-0930",
                    "day": "2026-05-14",
                    "starts_at": "2026-05-14T09:30:00+02:00",
                    "ends_at": "2026-05-14T10:00:00+02:00",
                }
            ]
        )
    )

    slots: Annotated[list[SlotIn], Field(min_length=1, max_length=2_000)]


class PauseIn(In):
    """A time of the day in which no slots are made."""

    starts: time
    ends: time


class SlotPatternIn(In):
    """Slots of one length on several days, in the event's time zone."""

    model_config = ConfigDict(
        json_schema_extra=example(
            days=["2026-05-14", "2026-05-15"],
            starts="09:30",
            ends="18:00",
            minutes=30,
            pauses=[{"starts": "13:00", "ends": "14:00"}],
        )
    )

    days: Annotated[list[Day], Field(min_length=1, max_length=31)]
    starts: time
    ends: time
    minutes: Annotated[int, Field(ge=5, le=480)]
    break_minutes: Annotated[int, Field(ge=0, le=480, description="Between two slots.")] = 0
    pauses: Annotated[list[PauseIn], Field(max_length=10)] = Field(default_factory=list)

    def as_pattern(self) -> SlotPattern:
        """The pattern; times have no zone of their own."""
        pauses = [(one.starts.replace(tzinfo=None), one.ends.replace(tzinfo=None)) for one in self.pauses]
        return SlotPattern(
            days=self.days,
            starts=self.starts.replace(tzinfo=None),
            ends=self.ends.replace(tzinfo=None),
            minutes=self.minutes,
            break_minutes=self.break_minutes,
            pauses=[(start, end) for start, end in pauses if start < end],
        )


class SlotOut(BaseModel):
    """A slot, in the event's time zone."""

    slot_id: str
    day: date
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, slot: core.Slot) -> SlotOut:
        """The slot as shown."""
        return cls(slot_id=slot.slot_id, day=slot.day, starts_at=slot.starts_at, ends_at=slot.ends_at)


class TableIn(In):
    """A table."""

    table_id: Id
    reserved_for: Annotated[Text, Field(description="A participant, or its colleagues.")] = ""
    hall: Annotated[Text, Field(max_length=200)] = ""

    def as_table(self) -> EventTable:
        """The table."""
        return EventTable(self.table_id, self.reserved_for[:200], self.hall)


class TablesIn(In):
    """Tables, all or none of which are added."""

    model_config = ConfigDict(json_schema_extra=example(tables=[{"table_id": "t01", "hall": "North"}]))

    tables: Annotated[list[TableIn], Field(min_length=1, max_length=2_000)]


class TableChange(In):
    """What to change of a table."""

    model_config = ConfigDict(json_schema_extra=example(closed=True))

    reserved_for: Annotated[Text, Field(max_length=200)] = ""
    hall: Annotated[Text, Field(max_length=200)] = ""
    closed: Annotated[bool, Field(description="Gone: its meetings move when it is planned again.")] = False


class TableOut(BaseModel):
    """A table."""

    table_id: str
    reserved_for: str
    hall: str
    closed: bool

    @classmethod
    def of(cls, table: EventTable) -> TableOut:
        """The table as shown."""
        return cls(**{name: getattr(table, name) for name in cls.model_fields})


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
    attending: Annotated[Text, Field(description="Profiles that go to a market of this name.")] = ""
    year_from: Annotated[int | None, Field(ge=1880, le=2100)] = None
    max_meetings: Limit = None
    min_meetings: Count = 0
    max_per_day: Limit = None
    dry_run: Annotated[bool, Field(description="Only tell who would be added.")] = False

    def as_filling(self) -> Filling:
        """What is wanted."""
        return Filling(**{name: getattr(self, name) for name in Filling.__dataclass_fields__})
