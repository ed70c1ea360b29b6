"""Feedback as the API takes and gives it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service.api.schemas.base import In, Lines, Text, example
from service.domain.feedback import FeedbackEvent
from service.domain.words import FeedbackKind
from service.usecases.feedback import NewFeedback
from service.usecases.feedback_board import Board

__all__ = [
    "ApproachOut",
    "BoardOut",
    "FeedbackBatchIn",
    "FeedbackEventOut",
    "FeedbackEventsOut",
    "FeedbackIn",
]

Id = Annotated[str, Field(min_length=1, max_length=200)]
Given = Literal["seen", "shortlisted", "passed", "meeting_asked", "met", "offer", "signed"]

_EXAMPLE = {
    "kind": "passed",
    "film_id": "film_0198f1d2c3b47a5e8f10aa3b5c7d9e01",
    "distributor_id": "distributor_0198f1d2c3b47a5e8f10aa3b5c7d9e01",
    "reason": "too close to a title on our slate",
}


class FeedbackIn(In):
    """What happened between a distributor and a film."""

    model_config = ConfigDict(json_schema_extra=example(**_EXAMPLE))

    kind: Given
    film_id: Id
    distributor_id: Id
    reason: Annotated[Text, Field(description="A pass needs one; only your company reads it.")] = ""
    note: Lines = ""
    message: Annotated[
        Lines, Field(description="To the other side of a meeting that is asked for; the note stays with you.")
    ] = ""
    starts_at: Annotated[AwareDatetime | None, Field(description="When, of a meeting that is asked for.")] = (
        None
    )
    company_id: Annotated[
        Id | None, Field(description="Who says so; null for the distributor's or the film's own company.")
    ] = None

    def as_feedback(self) -> NewFeedback:
        """What happened."""
        return NewFeedback(
            FeedbackKind(self.kind),
            self.film_id,
            self.distributor_id,
            self.reason,
            self.note,
            self.company_id,
            self.message,
            self.starts_at,
        )


class FeedbackBatchIn(In):
    """Several things that happened; all are recorded, or none."""

    model_config = ConfigDict(json_schema_extra=example(events=[_EXAMPLE]))

    events: Annotated[list[FeedbackIn], Field(min_length=1, max_length=200)]


class FeedbackEventOut(BaseModel):
    """One event; only the company that said so sees it."""

    event_id: str = Field(examples=["event_0198f1d2c3b47a5e8f10aa3b5c7d9e01"])
    kind: FeedbackKind
    film_id: str
    distributor_id: str
    company_id: str
    at: datetime
    user_id: str | None
    reason: str
    note: str
    undoes: str | None = Field(description="The event that an `undone` takes back.")

    @classmethod
    def of(cls, event: FeedbackEvent) -> FeedbackEventOut:
        """The event as shown."""
        return cls(**{name: getattr(event, name) for name in cls.model_fields})


class FeedbackEventsOut(BaseModel):
    """The events that were added."""

    items: list[FeedbackEventOut]

    @classmethod
    def of(cls, events: tuple[FeedbackEvent, ...]) -> FeedbackEventsOut:
        """The events as shown."""
        return cls(items=[FeedbackEventOut.of(event) for event in events])


class BoardOut(BaseModel):
    """What stands between one distributor and one film."""

    film_id: str
    distributor_id: str
    events: list[FeedbackEventOut] = Field(description="Of each kind the last, without what was taken back.")
    hidden_until: datetime | None = Field(description="When a pass stops hiding the film; null: not hidden.")

    @classmethod
    def of(cls, board: Board) -> BoardOut:
        """The board as shown."""
        return cls(
            film_id=board.film_id,
            distributor_id=board.distributor_id,
            events=[FeedbackEventOut.of(event) for event in board.events],
            hidden_until=board.hidden_until,
        )


class ApproachOut(BaseModel):
    """What a distributor addresses to the film's agent."""

    kind: FeedbackKind
    distributor_id: str
    at: datetime

    @classmethod
    def of(cls, event: FeedbackEvent) -> ApproachOut:
        """The approach as shown, without what the distributor notes for itself."""
        return cls(kind=event.kind, distributor_id=event.distributor_id, at=event.at)
