"""One request of an organiser about one event: its address, its people and its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import Depends
from starlette.responses import Response

from recommender.meetings.domain import Side, Slot
from service.domain.events import Event, Participant
from service.domain.letters import holds
from service.domain.paging import PageRequest
from service.domain.words import EventStatus
from service.errors import Invalid, NotFound
from service.security.permissions import About, Action, may
from service.store.repositories.events import EventFilter
from service.usecases.events import agendas, people, places, setup
from service.web.forms import Form
from service.web.page import Page, PageDep

__all__ = ["Desk", "DeskDep", "address", "again", "attended", "named", "slot_name"]

_IDS: Final = re.compile(r"(?<=slot )'?(?P<slot>[^\s',;:]+)'?|'(?P<quoted>[^']+)'|(?P<bare>[^\s',;:]+)")
_LIKE_AN_ID: Final = re.compile(r"[\d_-]")


class Desk:
    """The organiser's desk: everything about `event` begins here."""

    def __init__(self, page: Page, event: Event) -> None:
        self.page = page
        self.event = event

    @property
    def may_change(self) -> bool:
        """Whether the person may change the event, and not only look at it."""
        about = About(organisers=frozenset({self.event.company_id}))
        return may(self.page.actor, Action.WRITE, "event_plan", about)

    @cached_property
    def people(self) -> Mapping[str, Participant]:
        """Everybody of the event by id, in the order they were added."""
        found = people.list_participants(self.page.uow, self.page.actor, self.event.event_id)
        return {one.participant_id: one for one in found}

    @cached_property
    def slots(self) -> Mapping[str, Slot]:
        """All slots by id, in the order of time."""
        found = places.list_slots(self.page.uow, self.page.actor, self.event.event_id)
        return {slot.slot_id: slot for slot in found}

    def side(self, side: Side) -> list[Participant]:
        """Who is on one side and still comes, by name."""
        here = (one for one in self.people.values() if one.side == side and not one.withdrawn)
        return sorted(here, key=lambda one: one.name.casefold())

    def name(self, participant_id: str) -> str:
        """What somebody is called; the id where the event no longer knows it."""
        one = self.people.get(participant_id)
        return one.name if one and one.name else participant_id

    def slot_name(self, slot_id: str) -> str:
        """When a slot is."""
        slot = self.slots.get(slot_id)
        return slot_name(self.page, self.event, slot) if slot else slot_id

    def told(self, text: str) -> str:
        """A text of the planner with names in place of ids, and words in place of columns."""
        say = self.page.say
        columns = {
            "max_meetings": say("the limit of meetings"),
            "max_per_day": say("the limit of meetings a day"),
            "min_meetings": say("the minimum of meetings"),
        }
        told = named(text, self.name, self.slot_name)
        for column, words in columns.items():
            told = told.replace(column, words)
        return told

    def find(self, typed: str, side: Side | None, field: str) -> Participant:
        """Whom a form names, by id or by the whole name. Raises Invalid."""
        one = self.people.get(typed)
        found = (
            [one]
            if one is not None
            else [each for each in self.people.values() if each.name.casefold() == typed.casefold()]
        )
        fitting = [each for each in found if side in (None, each.side)]
        if len(fitting) == 1:
            return fitting[0]
        say = self.page.say
        if fitting:
            ids = ", ".join(each.participant_id for each in fitting)
            message = say("several are called %(name)s", name=typed)
            raise Invalid.field(field, message, say("Write one of these ids: %(ids)s", ids=ids))
        if found:
            message = say("%(name)s is on the other side", name=typed)
            raise Invalid.field(field, message, say("A seller meets a buyer: choose one of the other side"))
        message = say("nobody of this event is called %(name)s", name=typed or "—")
        raise Invalid.field(field, message, say("Choose from the list, or write the id"))

    def find_pair(self, form: Form) -> tuple[Participant, Participant]:
        """Those that a form names as `participant` and `other`, one of each side. Raises Invalid."""
        one = self.find(form.text("participant"), None, "participant")
        return one, self.find(form.text("other"), "buyer" if one.side == "seller" else "seller", "other")

    def has_name(self, words: str, *participant_ids: str) -> bool:
        """Whether one of them is called so, or has it in the name."""
        return any(holds(self.name(key), words) for key in participant_ids)

    def at(self, *parts: str, **query: Any) -> str:
        """The address of a page of this event."""
        return address("/events", self.event.event_id, *parts, **query)

    def show(self, template: str, status: int = 200, **context: Any) -> Response:
        """A template of this event's pages."""
        return self.page.show(
            f"organiser/{template}",
            status,
            is_read_only=not self.may_change,
            desk=self,
            event=self.event,
            **context,
        )

    def go(self, place: str, notice: str = "") -> Response:
        """To another page, which says `notice` once."""
        return self.page.go(place, notice)


def address(*parts: str, **query: Any) -> str:
    """A path of its parts, each quoted but the first; what is None or "" is left out of the query."""
    head, *rest = parts
    path = "/".join([head, *(quote(part, safe="") for part in rest)])
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def attended(page: Page, *statuses: EventStatus) -> list[tuple[Event, Participant]]:
    """The actor's own participants at events of these statuses, the latest added event first."""
    if not setup.attends_event(page.uow, page.actor):
        return []
    found = setup.list_events(page.uow, page.actor, PageRequest(100), EventFilter())
    return [
        (seen.event, one)
        for seen in found.items
        if seen.event.status in statuses
        for one in agendas.list_own_participants(page.uow, page.actor, seen.event.event_id)
    ]


def again(page: Page, **changes: Any) -> str:
    """This very page with some of its query changed; None or "" takes a part of it out."""
    query = {**page.request.query_params, **changes}
    return address(quote(page.request.scope["path"]), **query)


def named(text: str, name: Callable[[str], str], slot: Callable[[str], str]) -> str:
    """`text` with the names of people and times in place of their ids."""

    def written(found: re.Match[str]) -> str:
        if found["slot"]:
            return slot(found["slot"])
        if found["quoted"]:
            return name(found["quoted"])
        # A bare word may be one of the language's own.
        key = found["bare"]
        return name(key) if _LIKE_AN_ID.search(key) else key

    return _IDS.sub(written, text)


def slot_name(page: Page, event: Event, slot: Slot) -> str:
    """Day and time of a slot, in the event's zone."""
    day, clock = page.reader.day(slot.day), page.reader.clock(slot.starts_at, event.time_zone)
    return page.say("%(day)s at %(time)s", day=day, time=clock)


def _desk(page: PageDep, event_id: str) -> Desk:
    seen = setup.get_event(page.uow, page.actor, event_id)
    if not seen.plans:
        raise NotFound("event", event_id, "Your own meetings are in your agenda")
    return Desk(page, seen.event)


DeskDep = Annotated[Desk, Depends(_desk)]
