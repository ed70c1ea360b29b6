"""What participants see of an event: their own agendas in the published schedule, and their answers.

The organiser sees everybody's agenda, in any version. A participant's company sees what a meeting is worth to
itself and never what it is worth to the other side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from recommender.meetings import domain as core
from service.clock import now
from service.domain.events import Event, EventTable, Participant
from service.domain.schedules import Response, Schedule
from service.domain.words import Answer
from service.errors import Invalid, NotFound
from service.security.actor import Actor
from service.security.permissions import About, Action, may
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import agenda_of, event_to_plan, event_to_read

__all__ = [
    "Agenda",
    "AgendaItem",
    "agendas_of",
    "get_agenda",
    "list_own_participants",
    "list_responses",
    "respond",
]

_NO_PLACE: Final = EventTable("")


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A meeting as one of its two sides sees it.

    other: the partner. value: to this side, None where nobody knows. films: (film_id, title). answer, other_answer:
    the latest of each side for this slot; the other's reason is for the organiser.
    """

    slot: core.Slot
    table: EventTable
    other: Participant
    value: float | None
    films: tuple[tuple[str, str], ...]
    answer: Response | None
    other_answer: Answer | None


@dataclass(frozen=True, slots=True)
class Agenda:
    """Somebody's meetings in one version, by time, in the event's time zone."""

    event: Event
    participant: Participant
    schedule: Schedule
    items: tuple[AgendaItem, ...]


def list_own_participants(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> tuple[Participant, ...]:
    """The participants of the actor's companies."""
    with uow() as tx:
        event_to_read(tx, actor, event_id)
        own = actor.companies()
        return tuple(one for one in tx.participants.all(event_id) if one.company_id in own)


def get_agenda(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str, number: int | None = None
) -> Agenda:
    """One participant's agenda: as published, for the organiser in any version.

    Raises NotFound where nothing is published, or the agenda is somebody else's.
    """
    with uow() as tx:
        event, participant = agenda_of(tx, actor, event_id, participant_id)
        schedule = _shown(tx, actor, event, number)
        (agenda,) = agendas_of(tx, event, schedule, [participant])
    return agenda


def agendas_of(
    tx: UnitOfWork, event: Event, schedule: Schedule, people: Sequence[Participant]
) -> tuple[Agenda, ...]:
    """The agendas of some participants in one version; who may see them is for the caller to check."""
    known = _Known.of(tx, event, schedule)
    return tuple(Agenda(event, one, schedule, known.items_of(one)) for one in people)


def respond(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    participant_id: str,
    other_id: str,
    answer: Answer,
    *,
    reason: str = "",
    proposed_slot_id: str | None = None,
) -> Response:
    """Accept, decline with a reason, or propose another slot for a published meeting of one's own.

    Raises NotFound where the two do not meet, Invalid for a decline without a reason.
    """
    if answer is Answer.DECLINED and not reason.strip():
        raise Invalid.field("reason", "a decline needs a reason", "Say why; the organiser reads it")
    if (answer is Answer.PROPOSED) != (proposed_slot_id is not None):
        raise Invalid.field(
            "proposed_slot_id",
            "a proposal names another slot, and nothing else does",
            "Give it, or leave it out",
        )
    with uow() as tx:
        _, participant = agenda_of(tx, actor, event_id, participant_id, Action.WRITE)
        meeting = _published_meeting(tx, event_id, participant, other_id)
        response = Response(
            seller_id=meeting.seller_id,
            buyer_id=meeting.buyer_id,
            side=participant.side,
            slot_id=meeting.slot_id,
            answer=answer,
            at=now(),
            by=actor.actor_id,
            reason=reason,
            proposed_slot_id=proposed_slot_id,
        )
        tx.replies.respond(event_id, response)
        record(
            tx,
            actor,
            "meeting.respond",
            "agenda",
            f"{event_id}/{participant_id}",
            company_id=participant.company_id,
            after={"other_id": other_id, "answer": answer.value},
        )
        tx.commit()
    return response


def list_responses(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> tuple[Response, ...]:
    """What everybody answered to meetings as they are published now; for the organiser."""
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        schedule = tx.schedules.published(event_id)
        meetings = tx.schedules.meetings(schedule.schedule_id) if schedule else ()
        held = {(one.seller_id, one.buyer_id): one.slot_id for one in meetings}
        given = tx.replies.responses(event_id)
    return tuple(one for one in given if held.get((one.seller_id, one.buyer_id)) == one.slot_id)


@dataclass(frozen=True, slots=True)
class _Known:
    """A version with all that its agendas tell of."""

    meetings: Mapping[str, Sequence[core.Meeting]]
    people: Mapping[str, Participant]
    slots: Mapping[str, core.Slot]
    tables: Mapping[str, EventTable]
    titles: Mapping[str, str]
    responses: Mapping[tuple[str, str, str], Response]
    valued: bool

    @classmethod
    def of(cls, tx: UnitOfWork, event: Event, schedule: Schedule) -> _Known:
        key, zone = event.event_id, ZoneInfo(event.time_zone)
        meetings = tx.schedules.meetings(schedule.schedule_id)
        films = tx.films.find({film for meeting in meetings for film in meeting.films})
        slots = (
            replace(slot, starts_at=slot.starts_at.astimezone(zone), ends_at=slot.ends_at.astimezone(zone))
            for slot in tx.venues.slots(key)
        )
        own: defaultdict[str, list[core.Meeting]] = defaultdict(list)
        for meeting in meetings:
            own[meeting.seller_id].append(meeting)
            own[meeting.buyer_id].append(meeting)
        return cls(
            own,
            {one.participant_id: one for one in tx.participants.all(key)},
            {slot.slot_id: slot for slot in slots},
            {table.table_id: table for table in tx.venues.tables(key)},
            {film_id: film.film.title for film_id, film in films.items()},
            {(one.seller_id, one.buyer_id, one.side): one for one in tx.replies.responses(key)},
            bool(event.values_from),
        )

    def items_of(self, one: Participant) -> tuple[AgendaItem, ...]:
        """By time; the meetings come in that order."""
        return tuple(self._item(one, meeting) for meeting in self.meetings.get(one.participant_id, ()))

    def _item(self, one: Participant, meeting: core.Meeting) -> AgendaItem:
        sells = one.side == "seller"
        value = meeting.value_seller if sells else meeting.value_buyer
        other = self._answer(meeting, "buyer" if sells else "seller")
        return AgendaItem(
            slot=self.slots[meeting.slot_id],
            table=self.tables.get(meeting.table_id, _NO_PLACE),
            other=self.people[meeting.buyer_id if sells else meeting.seller_id],
            value=value if self.valued else None,
            films=tuple((film, self.titles[film]) for film in meeting.films if film in self.titles),
            answer=self._answer(meeting, one.side),
            other_answer=other.answer if other else None,
        )

    def _answer(self, meeting: core.Meeting, side: str) -> Response | None:
        found = self.responses.get((meeting.seller_id, meeting.buyer_id, side))
        return found if found and found.slot_id == meeting.slot_id else None


def _shown(tx: UnitOfWork, actor: Actor, event: Event, number: int | None) -> Schedule:
    plans = may(actor, Action.READ, "event_plan", About(organisers=frozenset({event.company_id})))
    if plans and number is not None:
        return tx.schedules.get(event.event_id, number)
    found = tx.schedules.published(event.event_id)
    if found is None and plans:
        found = tx.schedules.latest(event.event_id)
    if found is None or number not in (None, found.number):
        raise NotFound("schedule", str(number or "published"), "Wait until the organiser publishes it")
    return found


def _published_meeting(
    tx: UnitOfWork, event_id: str, participant: Participant, other_id: str
) -> core.Meeting:
    schedule = tx.schedules.published(event_id)
    meetings = tx.schedules.meetings(schedule.schedule_id) if schedule else ()
    for meeting in meetings:
        pair = (meeting.seller_id, meeting.buyer_id)
        if {participant.participant_id, other_id} == set(pair):
            return meeting
    raise NotFound("meeting", other_id, "Look it up in your agenda")
