"""Requests for a meeting between a film's sales agent and a distributor; either may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from recommender.meetings.domain import Side
from service.domain.words import RequestState

__all__ = ["MeetingRequest", "other_side"]


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """One request; both companies read all of it.

    asked_by: the side that asked; waits_for: the side whose turn it is while it is open. message: what was said when
    asking; reply: what was said last in answer. starts_at: the time that is proposed or agreed, None for none yet.
    event_id: the event of both at which it is wished for, None for none. agent_id, company_id: the seller and the
    buyer, filled by the store.
    """

    request_id: str
    film_id: str
    distributor_id: str
    asked_by: Side
    waits_for: Side
    asked_at: datetime
    state: RequestState = RequestState.OPEN
    message: str = ""
    reply: str = ""
    starts_at: datetime | None = None
    answered_at: datetime | None = None
    event_id: str | None = None
    agent_id: str | None = None
    company_id: str = ""
    version: int = 1


def other_side(side: Side) -> Side:
    """Whom the request of `side` is addressed to."""
    return "buyer" if side == "seller" else "seller"
