"""Agendas, answers and outcomes as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.api.schemas.base import In, Lines, Text, example
from service.api.schemas.events import Id, SlotOut
from service.domain.schedules import Outcome, Response
from service.domain.words import Answer, Attendance, Interest
from service.usecases.events.agendas import Agenda, AgendaItem
from service.usecases.events.outcomes import NewOutcome, NoShows
from service.usecases.events.talking import Talk

__all__ = [
    "AgendaOut",
    "NoShowsOut",
    "OutcomeIn",
    "OutcomeOut",
    "OwnWishIn",
    "PartnerOut",
    "ResponseIn",
    "ResponseOut",
    "SideOutcomeIn",
    "TalkOut",
]


class FilmToTalkOut(BaseModel):
    """A film to talk about."""

    film_id: str
    title: str


class ResponseOut(BaseModel):
    """What one side answered."""

    seller_id: str
    buyer_id: str
    side: str
    slot_id: str
    answer: Answer
    reason: str
    proposed_slot_id: str | None
    at: datetime

    @classmethod
    def of(cls, one: Response) -> ResponseOut:
        """The answer as shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class AgendaItemOut(BaseModel):
    """A meeting as one of its two sides sees it."""

    slot: SlotOut
    table_id: str
    hall: str
    other_id: str
    other_name: str
    value: float | None = Field(description="To this side alone.")
    films: list[FilmToTalkOut]
    answer: Answer | None
    other_answer: Answer | None

    @classmethod
    def of(cls, item: AgendaItem) -> AgendaItemOut:
        """The meeting as shown."""
        return cls(
            slot=SlotOut.of(item.slot),
            table_id=item.table.table_id,
            hall=item.table.hall,
            other_id=item.other.participant_id,
            other_name=item.other.name,
            value=item.value,
            films=[FilmToTalkOut(film_id=film_id, title=title) for film_id, title in item.films],
            answer=item.answer.answer if item.answer else None,
            other_answer=item.other_answer,
        )


class AgendaOut(BaseModel):
    """Somebody's meetings, by time."""

    event_id: str
    participant_id: str
    name: str
    number: int = Field(description="Of the version.")
    meetings: list[AgendaItemOut]

    @classmethod
    def of(cls, agenda: Agenda) -> AgendaOut:
        """The agenda as shown."""
        return cls(
            event_id=agenda.event.event_id,
            participant_id=agenda.participant.participant_id,
            name=agenda.participant.name,
            number=agenda.schedule.number,
            meetings=[AgendaItemOut.of(item) for item in agenda.items],
        )


class TalkOut(BaseModel):
    """A film to talk about with somebody, and why."""

    other_id: str
    film_id: str
    title: str
    territory: str
    reasons: list[str] = Field(description="The strongest first.")

    @classmethod
    def of(cls, talk: Talk) -> TalkOut:
        """The film as shown."""
        return cls(**{name: getattr(talk, name) for name in cls.model_fields})


class ResponseIn(In):
    """An answer to a published meeting of one's own."""

    model_config = ConfigDict(json_schema_extra=example(other_id="b-lumen", answer="accepted"))

    other_id: Id
    answer: Answer
    reason: Annotated[Text, Field(description="Needed to decline; the organiser reads it.")] = ""
    proposed_slot_id: Annotated[Id | None, Field(description="Needed to propose another time.")] = None


class PartnerOut(BaseModel):
    """Somebody of the other side who comes."""

    participant_id: str
    name: str


class OwnWishIn(In):
    """What one says of meeting somebody, in place of what one said before."""

    model_config = ConfigDict(json_schema_extra=example(other_id="b-lumen", wish="want"))

    other_id: Id
    wish: Annotated[Literal["must", "want", "no_go"] | None, Field(description="Nothing takes it back.")] = (
        None
    )


class OutcomeFields(In):
    """What anybody may say of a meeting after it."""

    attendance: Attendance
    note: Lines = ""


class OutcomeIn(OutcomeFields):
    """Who came to a meeting, as the organiser saw it."""

    model_config = ConfigDict(
        json_schema_extra=example(seller_id="s-alba", buyer_id="b-lumen", attendance="buyer_missing")
    )

    seller_id: Id
    buyer_id: Id

    def as_outcome(self) -> NewOutcome:
        """What is said."""
        return NewOutcome(self.seller_id, self.buyer_id, self.attendance, note=self.note)


class SideOutcomeIn(OutcomeFields):
    """What one side says of its meeting; interest and note are read by its own company alone."""

    model_config = ConfigDict(
        json_schema_extra=example(other_id="s-alba", attendance="held", interest="follow_up")
    )

    other_id: Id
    interest: Interest = Interest.NONE
    film_ids: Annotated[
        list[Id], Field(max_length=100, description="What it is about; needed for an offer and a signature.")
    ] = Field(default_factory=list)


class OutcomeOut(BaseModel):
    """What somebody said of a meeting."""

    seller_id: str
    buyer_id: str
    said_by: str = Field(examples=["organiser"])
    attendance: Attendance
    interest: Interest
    note: str
    at: datetime

    @classmethod
    def of(cls, one: Outcome) -> OutcomeOut:
        """The outcome as shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class NoShowsOut(BaseModel):
    """How often a participant was missed."""

    participant_id: str
    missed: int
    meetings: int

    @classmethod
    def of(cls, one: NoShows) -> NoShowsOut:
        """The number as shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})
