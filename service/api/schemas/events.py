"""Events, their slots and tables as the API takes and gives them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from recommender.meetings import domain as core
from service.api.schemas.base import In, Name, Text, example
from service.domain.events import Event, EventTable
from service.domain.words import EventStatus
from service.usecases.events.places import SlotPattern
from service.usecases.events.setup import SeenEvent

__all__ = [
    "EventChange",
    "EventIn",
    "EventOut",
    "Id",
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
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


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
    invites: Annotated[
        bool, Field(description="Its participants see it and set line-ups and wishes before it is published.")
    ] = False
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
    invites: bool
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


Session = Annotated[
    Text, Field(max_length=200, description="The part of the event that slots are in, such as Morning.")
]


class SlotIn(In):
    """A time at which meetings are held."""

    slot_id: Id
    day: Day
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    session: Session = ""

    def as_slot(self) -> core.Slot:
        """The slot."""
        return core.Slot(self.slot_id, self.day, self.starts_at, self.ends_at, self.session)


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
    session: Session = ""

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
            session=self.session,
        )


class SlotOut(BaseModel):
    """A slot, in the event's time zone."""

    slot_id: str
    day: date
    starts_at: datetime
    ends_at: datetime
    session: str

    @classmethod
    def of(cls, slot: core.Slot) -> SlotOut:
        """The slot as shown."""
        return cls(**{name: getattr(slot, name) for name in cls.model_fields})


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
    version: int = Field(description="Counts the changes; the ETag holds it.")

    @classmethod
    def of(cls, table: EventTable) -> TableOut:
        """The table as shown."""
        return cls(**{name: getattr(table, name) for name in cls.model_fields})
