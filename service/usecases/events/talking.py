"""Why the films of a meeting are worth talking about, to each side in its own words."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.meetings.talk import TalkingPoint, talking_points
from recommender.meetings.value import Profile
from service.security.actor import Actor
from service.usecases.events.agendas import get_agenda
from service.usecases.events.valuing import profiles_of
from service.usecases.matching import Desk

__all__ = ["Talk", "list_talks"]


@dataclass(frozen=True, slots=True)
class Talk:
    """A film to talk about with somebody in a territory. sells: whether the asking side does."""

    other_id: str
    territory: str
    point: TalkingPoint
    sells: bool

    @property
    def film_id(self) -> str:
        """Of the film."""
        return self.point.film_id

    @property
    def title(self) -> str:
        """Of the film."""
        return self.point.title

    @property
    def reasons(self) -> tuple[str, ...]:
        """In English, as the asking side would say them."""
        return self.point.for_seller if self.sells else self.point.for_buyer


def list_talks(
    desk: Desk,
    actor: Actor,
    event_id: str,
    participant_id: str,
    number: int | None = None,
    other_id: str | None = None,
) -> tuple[Talk, ...]:
    """What to say in each meeting of an agenda that the actor may see, by time; films in their order.

    other_id: only in the meeting with this one.

    Films and distributors that the bundle does not know are left out. Raises NotFound, and Unavailable before there
    is a bundle.
    """
    agenda = get_agenda(desk.uow, actor, event_id, participant_id, number)
    items = [item for item in agenda.items if other_id in (None, item.other.participant_id)]
    in_force = desk.matchers.current()
    sells = agenda.participant.side == "seller"
    buyers = [item.other for item in items] if sells else [agenda.participant]
    with desk.uow() as tx:
        profiles = profiles_of(tx, buyers)
    wanted = [
        (item.other.participant_id, film_id, Profile(profile.distributor_id, profile.territory))
        for item in items
        for film_id, _ in item.films
        if film_id in in_force.overlay.films
        for profile in profiles[item.other.participant_id if sells else participant_id]
        if profile.distributor_id in in_force.overlay.distributors
    ]
    points = talking_points(in_force.matcher, [(film, profile) for _, film, profile in wanted])
    return tuple(
        Talk(other_id, profile.territory, point, sells)
        for other_id, film_id, profile in wanted
        if (point := points.get((film_id, profile.distributor_id))) is not None
    )
