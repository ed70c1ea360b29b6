"""What a side says of a meeting as its feedback: given with the outcome, and taken back when that is corrected.

What an outcome gave was said at the very moment of the outcome; what the same company said otherwise is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from recommender.meetings import domain as core
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.events import Event, Participant
from service.domain.feedback import FeedbackEvent
from service.domain.schedules import Outcome
from service.domain.words import Attendance, FeedbackKind, Interest
from service.errors import Invalid
from service.phrases import phrase
from service.security.actor import Actor
from service.store.ids import new_id
from service.store.repositories.feedback import FeedbackFilter
from service.store.unit_of_work import UnitOfWork
from service.usecases.audit import record
from service.usecases.events.valuing import profiles_of
from service.usecases.feedback import take_back

__all__ = ["OutcomeFilms", "feed_back", "films_said", "given_by"]

_SAID_OF_FILMS: Final = {
    Interest.FOLLOW_UP: FeedbackKind.SHORTLISTED,
    Interest.OFFER: FeedbackKind.OFFER,
    Interest.SIGNED: FeedbackKind.SIGNED,
}
_OF_FILMS: Final = (Interest.OFFER, Interest.SIGNED)
"""What is said of films that are named alone."""


@dataclass(frozen=True, slots=True)
class OutcomeFilms:
    """film_ids: those that an outcome is about, () for all that were to be talked about.

    signed: (film_id, distributor_id, territory) of what it says is signed, to be recorded as deals.
    """

    film_ids: tuple[str, ...]
    signed: tuple[tuple[str, str, str], ...] = ()


def feed_back(
    tx: UnitOfWork,
    actor: Actor,
    event: Event,
    speaker: Participant,
    meeting: core.Meeting,
    outcomes: tuple[Outcome | None, Outcome],
    film_ids: Sequence[str],
) -> None:
    """The side's word about each film and each profile of the buyer, in place of what its outcome before gave.

    outcomes: the one before, and the new one. film_ids: those it is about, () for all to be talked about.
    """
    before, after = outcomes
    if speaker.company_id is None:
        return
    if before is not None:
        for said in given_by(tx, event, speaker, meeting.buyer_id, before):
            take_back(tx, actor, said, after.at)
    if after.attendance is not Attendance.HELD:
        return
    _require_films(speaker, meeting, film_ids)
    films = tx.films.find(film_ids or meeting.films)
    for profile in _profiles(tx, event, meeting.buyer_id):
        for film in films.values():
            for kind in _kinds(speaker, film, profile, after.interest, bool(film_ids)):
                _say(tx, actor, speaker.company_id, kind, film, profile, after.at)


def given_by(
    tx: UnitOfWork, event: Event, speaker: Participant, buyer_id: str, outcome: Outcome
) -> Iterator[FeedbackEvent]:
    """What an outcome gave that still stands."""
    if speaker.company_id is not None:
        for profile in _profiles(tx, event, buyer_id):
            said = tx.feedback.current(FeedbackFilter(speaker.company_id, profile.distributor_id))
            yield from (one for one in said if one.at == outcome.at)


def films_said(
    tx: UnitOfWork, event: Event, speaker: Participant, meeting: core.Meeting, outcome: Outcome
) -> OutcomeFilms:
    """What an outcome said of films."""
    said = list(given_by(tx, event, speaker, meeting.buyer_id, outcome))
    kind = _SAID_OF_FILMS[outcome.interest] if outcome.interest in _OF_FILMS else FeedbackKind.MET
    named = tuple(dict.fromkeys(one.film_id for one in said if one.kind is kind))
    is_all = kind is FeedbackKind.MET and set(named) == set(meeting.films)
    signed = [(one.film_id, one.distributor_id) for one in said if one.kind is FeedbackKind.SIGNED]
    territories = {one.distributor_id: one.territory for one in _profiles(tx, event, meeting.buyer_id)}
    return OutcomeFilms(
        () if is_all else named,
        tuple((film_id, key, territories[key]) for film_id, key in signed),
    )


def _profiles(tx: UnitOfWork, event: Event, buyer_id: str) -> tuple[DistributorProfile, ...]:
    buyer = tx.participants.get(event.event_id, buyer_id)
    return profiles_of(tx, [buyer])[buyer.participant_id]


def _require_films(speaker: Participant, meeting: core.Meeting, film_ids: Sequence[str]) -> None:
    known = {*meeting.films, *(speaker.film_ids if speaker.side == "seller" else ())}
    for film_id in film_ids:
        if film_id not in known:
            raise Invalid.field(
                "film_ids",
                phrase("{id!r} was not to be talked about", id=film_id),
                "Name films of this meeting",
            )


def _kinds(
    speaker: Participant, film: FilmRecord, profile: DistributorProfile, interest: Interest, named: bool
) -> Sequence[FeedbackKind]:
    """What a side may say of a film: the buyer what concerns its own profile, the seller what is of its own films."""
    kinds = [FeedbackKind.MET]
    if interest in _SAID_OF_FILMS and (named or interest not in _OF_FILMS):
        kinds.append(_SAID_OF_FILMS[interest])
    if speaker.side == "buyer":
        return kinds if profile.company_id == speaker.company_id else ()
    if film.owner_id != speaker.company_id:
        return ()
    return [kind for kind in kinds if kind is not FeedbackKind.SHORTLISTED]


def _say(
    tx: UnitOfWork,
    actor: Actor,
    company_id: str,
    kind: FeedbackKind,
    film: FilmRecord,
    profile: DistributorProfile,
    at: datetime,
) -> None:
    said: dict[str, Any] = {
        "film_id": film.film_id,
        "distributor_id": profile.distributor_id,
        "company_id": company_id,
        "at": at,
        "user_id": actor.user_id,
    }
    event = tx.feedback.add(FeedbackEvent(event_id=new_id("event"), kind=kind, **said))
    record(tx, actor, "feedback.give", "feedback", event.event_id, company_id=company_id, after=event)
