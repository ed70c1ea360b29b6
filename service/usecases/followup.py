"""An agent's follow-up: where each distributor stands with each of its films, and what buyers said by themselves.

The agent's side is feedback of its own company, which nobody else reads; the buyers' side are their approaches.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service.domain.feedback import FeedbackEvent
from service.domain.meeting_requests import MeetingRequest
from service.domain.paging import every
from service.domain.words import CompanyKind, FeedbackKind
from service.security.actor import Actor
from service.security.permissions import About, Action, require_allowed
from service.store.repositories.feedback import FeedbackFilter
from service.store.repositories.meeting_requests import RequestFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.approaches import addressed_to_the_agent

__all__ = ["NEXT", "STATES", "Card", "follow_up"]

STATES: Final = (
    FeedbackKind.SHORTLISTED,
    FeedbackKind.SEEN,
    FeedbackKind.MEETING_ASKED,
    FeedbackKind.MET,
    FeedbackKind.OFFER,
    FeedbackKind.SIGNED,
    FeedbackKind.PASSED,
)
"""Where a distributor may stand with a film, in the order of a sale."""

NEXT: Final = {
    None: FeedbackKind.MEETING_ASKED,
    FeedbackKind.SHORTLISTED: FeedbackKind.MEETING_ASKED,
    FeedbackKind.SEEN: FeedbackKind.MEETING_ASKED,
    FeedbackKind.MEETING_ASKED: FeedbackKind.MET,
    FeedbackKind.MET: FeedbackKind.OFFER,
    FeedbackKind.OFFER: FeedbackKind.SIGNED,
}
"""What usually comes after a state."""


@dataclass(frozen=True, slots=True)
class Card:
    """One distributor and one film.

    state: what the agent noted last, None where only the buyer said something; event_id and note are of it, and at
    is when. theirs: what the buyer said last. request: the last one for a meeting, by either side.
    """

    film_id: str
    title: str
    distributor_id: str
    name: str
    territory: str
    state: FeedbackKind | None
    event_id: str
    note: str
    at: datetime
    theirs: FeedbackEvent | None
    request: MeetingRequest | None = None

    @property
    def waits(self) -> bool:
        """Whether the buyer said something after the agent's last note."""
        return self.theirs is not None and (self.state is None or self.theirs.at > self.at)


def follow_up(
    uow: UnitOfWorkFactory, actor: Actor, company_id: str | None = None, *, film_id: str = ""
) -> tuple[Card, ...]:
    """The cards of one agent's films, or of one film, the latest first.

    company_id: None for the actor's only agent. Raises Invalid where it must be named and is not, NotFound for
    another's.
    """
    agent_id = actor.acting_for(company_id, CompanyKind.SALES_AGENT)
    require_allowed(actor, Action.READ, "feedback", About(company=agent_id))
    require_allowed(actor, Action.READ, "approach", About(seller=agent_id))
    with uow() as tx:
        own = tx.feedback.current(FeedbackFilter(company_id=agent_id, owner_id=agent_id, film_id=film_id))
        about = FeedbackFilter(owner_id=agent_id, film_id=film_id)
        theirs = tuple(every(lambda page: addressed_to_the_agent(tx, page, about)))
        wanted = RequestFilter(agent_id=agent_id, film_id=film_id)
        asked = list(every(lambda page: tx.meeting_requests.list(page, wanted)))
        films = tx.films.find({event.film_id for event in (*own, *theirs)})
        profiles = tx.distributors.find({event.distributor_id for event in (*own, *theirs)})
    sides: dict[tuple[str, str], list[FeedbackEvent | None]] = defaultdict(lambda: [None, None])
    for side, events in enumerate((own, theirs)):
        for event in sorted(events, key=lambda event: (event.at, event.event_id)):
            sides[event.film_id, event.distributor_id][side] = event
    # The latest comes first, and stays.
    requests = {(one.film_id, one.distributor_id): one for one in reversed(asked)}
    cards = (
        _card(
            films[film_id].film.title,
            profiles[distributor_id].distributor.name,
            profiles[distributor_id].territory,
            requests.get((film_id, distributor_id)),
            *pair,
        )
        for (film_id, distributor_id), pair in sides.items()
    )
    return tuple(sorted(cards, key=lambda card: card.at, reverse=True))


def _card(
    title: str,
    name: str,
    territory: str,
    request: MeetingRequest | None,
    own: FeedbackEvent | None,
    theirs: FeedbackEvent | None,
) -> Card:
    event = own or theirs
    assert event is not None
    return Card(
        film_id=event.film_id,
        title=title,
        distributor_id=event.distributor_id,
        name=name,
        territory=territory,
        state=own.kind if own else None,
        event_id=own.event_id if own else "",
        note=(own.note or own.reason) if own else "",
        at=event.at,
        theirs=theirs,
        request=request,
    )
