"""Requests for meetings as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service.api.schemas.base import In, Lines, example
from service.domain.meeting_requests import MeetingRequest
from service.domain.words import Answer, RequestState

__all__ = ["MeetingAnswerIn", "MeetingRequestOut"]


class MeetingAnswerIn(In):
    """What one's own side says to a request that waits for it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            answer="proposed", starts_at="2027-05-14T11:00:00+02:00", message="After lunch?"
        )
    )

    answer: Answer
    message: Lines = Field(default="", description="For the other side; a decline needs a reason.")
    starts_at: AwareDatetime | None = Field(default=None, description="Of a proposal, another time.")


class MeetingRequestOut(BaseModel):
    """A request for a meeting about a film; both companies read all of it."""

    request_id: str = Field(examples=["request_0198f1d2c3b47a5e8f10aa3b5c7d9e01"])
    film_id: str
    distributor_id: str
    agent_id: str | None = Field(description="The film's sales agent.")
    company_id: str = Field(description="The distributor's company.")
    asked_by: str = Field(description="seller or buyer.")
    waits_for: str = Field(description="Whose turn it is while the request is open.")
    state: RequestState
    message: str
    reply: str = Field(description="What was said last in answer.")
    starts_at: datetime | None = Field(description="Proposed or agreed.")
    event_id: str | None = Field(description="The event at which the meeting is wished for.")
    asked_at: datetime
    answered_at: datetime | None
    version: int = Field(description="Counts the answers; the ETag holds it.")

    @classmethod
    def of(cls, request: MeetingRequest) -> MeetingRequestOut:
        """The request as shown."""
        return cls(**{name: getattr(request, name) for name in cls.model_fields})
