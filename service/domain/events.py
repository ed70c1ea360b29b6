"""Events of market organisers: who comes, when and where, and what they wish.

Slots, wishes, locks and values are the recommender's own (`recommender.meetings.domain`). Ids of participants,
slots and tables are unique within their event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from recommender.meetings.domain import Side
from service.domain.words import EventStatus

__all__ = ["Event", "EventTable", "Participant"]


@dataclass(frozen=True, slots=True)
class Event:
    """A market. company_id: the organiser. time_zone: an IANA name, such as Europe/Berlin.

    starts_on, ends_on: first and last day. evenness: 0 = the most value, 1 = the most even numbers of meetings.
    walking_min: minutes from one hall to another. values_from: "" while no values are known, "file" or the version
    of the bundle that they come from. invites: before anything is published, too, its participants' companies see it,
    with who comes, and set their own line-ups and wishes.
    """

    event_id: str
    company_id: str
    name: str
    time_zone: str
    starts_on: date
    ends_on: date
    evenness: float = 0.0
    walking_min: int = 0
    status: EventStatus = EventStatus.PLANNING
    values_from: str = ""
    invites: bool = False
    version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """Who has an agenda of its own: one meeting at a time.

    colleagues: those with the same text share the tables that are reserved for it. company_id: the company on this
    service whose members see the agenda, None for a guest. distributor_ids: a buyer's profiles, () for all of its
    company; territories: only in these, () for all. film_ids: a seller's line-up. not_before: of each day, in the
    event's time zone. hosted: invited by the organiser. withdrawn: dropped out; kept for what was published.
    """

    participant_id: str
    side: Side
    name: str
    colleagues: str = ""
    company_id: str | None = None
    distributor_ids: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    brief: str = ""
    film_ids: tuple[str, ...] = ()
    max_meetings: int | None = None
    min_meetings: int = 0
    max_per_day: int | None = None
    not_before: time | None = None
    hosted: bool = False
    withdrawn: bool = False
    version: int = 1

    @property
    def called(self) -> str:
        """The name, the id where there is none."""
        return self.name or self.participant_id


@dataclass(frozen=True, slots=True)
class EventTable:
    """A place for one meeting at a time. reserved_for: a participant or colleagues. closed: it is gone."""

    table_id: str
    reserved_for: str = ""
    hall: str = ""
    closed: bool = False
    version: int = 1
