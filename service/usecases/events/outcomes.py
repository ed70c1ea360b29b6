"""After the meetings: who came, and what came of it.

The organiser and both sides may say who came; what came of it each side says for itself, read by its own company.
That two met, or did not come, counts at the organiser's later events. A side's word also becomes its feedback: as
`met` for the films that were talked about, and as shortlisted, offer or signed. Matches learn from the deal that is
recorded then, and from no word about it, which is its side's own (docs/decisions/0008). Who
corrects an outcome takes back what it gave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from recommender.meetings import domain as core
from service.clock import now
from service.domain.events import Event, Participant
from service.domain.schedules import Outcome
from service.domain.words import Attendance, Interest
from service.errors import Conflict, Invalid, NotFound
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import Action
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import agenda_of, event_to_plan
from service.usecases.events.outcome_feedback import OutcomeFilms, feed_back, films_said

__all__ = [
    "NewOutcome",
    "NoShows",
    "count_no_shows",
    "list_films_said",
    "list_outcomes",
    "record_outcome",
    "record_own_outcome",
]


@dataclass(frozen=True, slots=True)
class NewOutcome:
    """What somebody says of a meeting. film_ids: those that it is about, () for all that were to be talked about."""

    seller_id: str
    buyer_id: str
    attendance: Attendance
    interest: Interest = Interest.NONE
    note: str = ""
    film_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoShows:
    """How often a participant was missed, by the organiser's word, else by that of the other side."""

    participant_id: str
    missed: int
    meetings: int


def record_outcome(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, given: NewOutcome, participant_id: str | None = None
) -> Outcome:
    """Say what happened, in place of what the same one said before.

    participant_id: whose side it is said for; None for the organiser. Raises Conflict before the meeting begins,
    NotFound where the two do not meet, Invalid for what only a side can say.
    """
    with uow() as tx:
        event, speaker = _speaker(tx, actor, event_id, participant_id)
        meeting = _held(tx, event, given, speaker)
        if speaker is None and (given.interest is not Interest.NONE or given.film_ids):
            raise Invalid.field(
                "interest",
                "what came of a meeting is for its two sides to say",
                "Say who came, and leave it out",
            )
        if given.attendance is not Attendance.HELD and given.interest is not Interest.NONE:
            raise Invalid.field("interest", "nothing comes of a meeting that was not held", "Leave it out")
        outcome = Outcome(
            seller_id=given.seller_id,
            buyer_id=given.buyer_id,
            said_by=speaker.side if speaker else "organiser",
            attendance=given.attendance,
            at=now(),
            by=actor.actor_id,
            interest=given.interest,
            note=given.note,
        )
        if speaker is not None:
            before = _said_before(tx, event_id, outcome)
            feed_back(tx, actor, event, speaker, meeting, (before, outcome), given.film_ids)
        tx.replies.record(event_id, outcome)
        # What a side makes of a meeting is no business of the organiser's trail.
        record(
            tx,
            actor,
            "meeting.outcome",
            "agenda",
            f"{event_id}/{given.seller_id}/{given.buyer_id}",
            company_id=speaker.company_id if speaker else event.company_id,
            after={"attendance": given.attendance.value},
        )
        tx.commit()
    return outcome


def record_own_outcome(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    participant_id: str,
    other_id: str,
    attendance: Attendance,
    interest: Interest = Interest.NONE,
    note: str = "",
    film_ids: Sequence[str] = (),
) -> Outcome:
    """`record_outcome` for one side, which names whom it met."""
    with uow() as tx:
        _, own = agenda_of(tx, actor, event_id, participant_id, Action.WRITE)
    pair = (participant_id, other_id) if own.side == "seller" else (other_id, participant_id)
    given = NewOutcome(*pair, attendance, interest, note, tuple(film_ids))
    return record_outcome(uow, actor, event_id, given, participant_id)


def list_outcomes(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str | None = None
) -> tuple[Outcome, ...]:
    """For the organiser what everybody says of who came; for a participant's company what its side said."""
    with uow() as tx:
        if participant_id is None:
            event_to_plan(tx, actor, event_id)
            return tuple(_bare(one) for one in tx.replies.outcomes(event_id))
        _event, own = agenda_of(tx, actor, event_id, participant_id)
        said = [
            one
            for one in tx.replies.outcomes(event_id)
            if one.said_by == own.side and participant_id in (one.seller_id, one.buyer_id)
        ]
        is_own = own.company_id in actor.companies() or actor.is_system
        return tuple(one if is_own else _bare(one) for one in said)


def list_films_said(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, participant_id: str
) -> dict[str, OutcomeFilms]:
    """The other side -> what one's own outcome says of films."""
    with uow() as tx:
        event, own = agenda_of(tx, actor, event_id, participant_id)
        if own.company_id not in actor.companies():
            return {}
        schedule = tx.schedules.published(event_id)
        meetings = tx.schedules.meetings(schedule.schedule_id) if schedule else ()
        said = {
            (one.seller_id, one.buyer_id): one
            for one in tx.replies.outcomes(event_id)
            if one.said_by == own.side and participant_id in (one.seller_id, one.buyer_id)
        }
        return {
            one.buyer_id if own.side == "seller" else one.seller_id: films_said(
                tx, event, own, one, said[one.seller_id, one.buyer_id]
            )
            for one in meetings
            if (one.seller_id, one.buyer_id) in said
        }


def count_no_shows(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> tuple[NoShows, ...]:
    """Who was missed how often, the most often first; for the organiser."""
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        said = tx.replies.outcomes(event_id)
    last: dict[tuple[str, str], Outcome] = {}
    for one in sorted(said, key=lambda one: one.said_by == "organiser"):
        last[one.seller_id, one.buyer_id] = one
    missed: Counter[str] = Counter()
    meetings: Counter[str] = Counter()
    for pair, one in last.items():
        meetings.update(pair)
        missed.update(_missing(one))
    counted = (NoShows(person, number, meetings[person]) for person, number in missed.items())
    return tuple(sorted(counted, key=lambda one: (-one.missed, one.participant_id)))


def _missing(one: Outcome) -> Iterator[str]:
    if one.attendance in (Attendance.SELLER_MISSING, Attendance.BOTH_MISSING):
        yield one.seller_id
    if one.attendance in (Attendance.BUYER_MISSING, Attendance.BOTH_MISSING):
        yield one.buyer_id


def _bare(one: Outcome) -> Outcome:
    return replace(one, interest=Interest.NONE, note="" if one.said_by != "organiser" else one.note)


def _said_before(tx: UnitOfWork, event_id: str, new: Outcome) -> Outcome | None:
    """What the same one said of the same meeting."""
    said = (new.seller_id, new.buyer_id, new.said_by)
    return next(
        (one for one in tx.replies.outcomes(event_id) if (one.seller_id, one.buyer_id, one.said_by) == said),
        None,
    )


def _speaker(
    tx: UnitOfWork, actor: Actor, event_id: str, participant_id: str | None
) -> tuple[Event, Participant | None]:
    if participant_id is not None:
        return agenda_of(tx, actor, event_id, participant_id, Action.WRITE)
    return event_to_plan(tx, actor, event_id, Action.WRITE), None


def _held(tx: UnitOfWork, event: Event, given: NewOutcome, speaker: Participant | None) -> core.Meeting:
    """The published meeting, once it has begun."""
    schedule = tx.schedules.published(event.event_id)
    meetings = tx.schedules.meetings(schedule.schedule_id) if schedule else ()
    pair = (given.seller_id, given.buyer_id)
    found = next((one for one in meetings if (one.seller_id, one.buyer_id) == pair), None)
    if found is None or (speaker is not None and speaker.participant_id not in pair):
        raise NotFound("meeting", " ".join(pair), "Look it up in the published schedule")
    slot = next(slot for slot in tx.venues.slots(event.event_id) if slot.slot_id == found.slot_id)
    if now() < slot.starts_at:
        raise Conflict(
            "the meeting has not begun",
            phrase("Wait until {moment} UTC", moment=f"{slot.starts_at:%Y-%m-%d %H:%M}"),
        )
    return found
