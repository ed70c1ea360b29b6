"""Where people of each kind can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.domain.words import CompanyKind
from service.security.actor import Actor
from service.web.marking import _

__all__ = ["ATTENDEES", "Place", "home_of", "places_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation leads to. name: not translated yet."""

    path: str
    name: str


_OF_KIND: Final = (
    (
        CompanyKind.SALES_AGENT,
        (
            Place("/films", _("My films")),
            Place("/board", _("Follow-up")),
            Place("/meeting-requests", _("Meeting requests")),
            Place("/imports", _("Imports")),
        ),
    ),
    (
        CompanyKind.DISTRIBUTOR,
        (
            Place("/suggestions", _("For me")),
            Place("/meeting-requests", _("Meeting requests")),
            Place("/taste", _("My taste")),
            Place("/brief", _("My brief")),
        ),
    ),
    (CompanyKind.ORGANISER, (Place("/events", _("Events")),)),
)
_FOR_ALL: Final = (Place("/how-good", _("How good is it?")),)
_FOR_ATTENDEES: Final = (Place("/agenda", _("My agenda")), Place("/attending", _("Preparing")))
ATTENDEES: Final = tuple(place.path for place in _FOR_ATTENDEES)
"""Where only those go who attend an event."""

_FOR_ADMINISTRATORS: Final = (Place("/admin", _("Administration")),)


def places_of(actor: Actor, *, attends: bool = False) -> tuple[Place, ...]:
    """The places in the navigation, the most important first. attends: an event that is published."""
    own = (place for kind, places in _OF_KIND if actor.companies(kind) for place in places)
    return (
        # Who is of two kinds has a place in common once.
        tuple(dict.fromkeys(own))
        + (_FOR_ATTENDEES if attends else ())
        + _FOR_ALL
        + (_FOR_ADMINISTRATORS if actor.is_administrator else ())
    )


def home_of(actor: Actor) -> str:
    """Where somebody who signs in begins the day."""
    if not actor.companies() and actor.is_administrator:
        return _FOR_ADMINISTRATORS[0].path
    return places_of(actor)[0].path
