"""The films to talk about in a meeting that is added by hand: the likeliest there, and none that is sold there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from recommender.meetings import domain as core
from service.clock import today
from service.domain.avails import Question
from service.domain.events import Event, Participant
from service.domain.words import MediaRight
from service.errors import Unavailable
from service.store.unit_of_work import UnitOfWork
from service.usecases.eligibility import film_denial
from service.usecases.events.planning import FILMS, FROM_FILE
from service.usecases.events.valuing import profiles_of, scores_of
from service.usecases.matching import Desk

__all__ = ["films_for"]


def films_for(
    tx: UnitOfWork, desk: Desk, event: Event, planned: core.Event, pair: tuple[str, str]
) -> tuple[str, ...]:
    """By the bundle in force where values come from one, else the first of the line-up that are not sold there."""
    seller, buyer = (tx.participants.get(event.event_id, name) for name in pair)
    if event.values_from not in ("", FROM_FILE):
        try:
            in_force = desk.matchers.current()
        except Unavailable:
            pass
        else:
            two = tuple(one for one in planned.participants if one.participant_id in pair)
            alone = replace(planned, participants=two, wishes=(), history=())
            found = scores_of(tx, event, alone, in_force, desk.settings, outlooks=False)
            likely = found.films_for(core.Meeting(*pair, "", ""))
            if likely:
                return likely
    return _on_offer(tx, desk, seller, buyer)[:FILMS]


def _on_offer(tx: UnitOfWork, desk: Desk, seller: Participant, buyer: Participant) -> tuple[str, ...]:
    profiles = profiles_of(tx, [buyer])[buyer.participant_id]
    territories = {profile.territory for profile in profiles} or set(buyer.territories)
    films = tx.films.find(seller.film_ids)
    grants = tx.rights.standing([film_id for film_id, film in films.items() if film.owner_id])
    question = Question(today(), stale_after=timedelta(days=desk.settings.rights_stale_days))
    return tuple(
        film_id
        for film_id in seller.film_ids
        if film_id in films
        and (
            not territories
            or any(
                not film_denial(
                    films[film_id], grants.get(film_id, ()), (code, MediaRight.THEATRICAL), question
                )
                for code in territories
            )
        )
    )
