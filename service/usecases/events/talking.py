"""Why the films of a meeting are worth talking about, to each side in its own words."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.meetings.talk import talking_points
from recommender.meetings.value import Profile
from service.security.actor import Actor
from service.usecases.events.agendas import get_agenda
from service.usecases.events.valuing import profiles_of
from service.usecases.matching import Desk

__all__ = ["Talk", "list_talks"]


@dataclass(frozen=True, slots=True)
class Talk:
    """A film to talk about with somebody in a territory. reasons: as the asking side would say them."""

    other_id: str
    film_id: str
    title: str
    territory: str
    reasons: tuple[str, ...]


def list_talks(
    desk: Desk, actor: Actor, event_id: str, participant_id: str, number: int | None = None
) -> tuple[Talk, ...]:
    """What to say in each meeting of an agenda that the actor may see, by time; the likeliest film first.

    Films and distributors that the bundle does not know are left out. Raises NotFound, and Unavailable before there
    is a bundle.
    """
    agenda = get_agenda(desk.uow, actor, event_id, participant_id, number)
    in_force = desk.matchers.current()
    sells = agenda.participant.side == "seller"
    buyers = [item.other for item in agenda.items] if sells else [agenda.participant]
    with desk.uow() as tx:
        profiles = profiles_of(tx, buyers)
    wanted = [
        (item.other.participant_id, film_id, Profile(profile.distributor_id, profile.territory))
        for item in agenda.items
        for film_id, _ in item.films
        if film_id in in_force.overlay.films
        for profile in profiles[item.other.participant_id if sells else participant_id]
        if profile.distributor_id in in_force.overlay.distributors
    ]
    points = talking_points(in_force.matcher, [(film, profile) for _, film, profile in wanted])
    return tuple(
        Talk(
            other_id,
            film_id,
            point.title,
            profile.territory,
            point.for_seller if sells else point.for_buyer,
        )
        for other_id, film_id, profile in wanted
        if (point := points.get((film_id, profile.distributor_id))) is not None
    )
