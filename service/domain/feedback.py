"""What happened between a distributor and a film, event by event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from service.domain.words import FeedbackKind

__all__ = ["TO_THE_AGENT", "Decline", "FeedbackEvent"]

TO_THE_AGENT: Final = (
    FeedbackKind.MEETING_ASKED,
    FeedbackKind.MET,
    FeedbackKind.OFFER,
    FeedbackKind.SIGNED,
)
"""Kinds that both sides know of: where a distributor says so, the film's agent is told."""


@dataclass(frozen=True, slots=True)
class FeedbackEvent:
    """One event; events are only ever added.

    company_id: the company that said so, the only one that may read it. user_id: None where a program said
    so or the person's data is deleted. undoes: the event that an `undone` takes back.
    """

    event_id: str
    kind: FeedbackKind
    film_id: str
    distributor_id: str
    company_id: str
    at: datetime
    user_id: str | None = None
    reason: str = ""
    note: str = ""
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class Decline:
    """A film that a distributor said no to, and has not welcomed since."""

    film_id: str
    distributor_id: str
    declined_on: date
