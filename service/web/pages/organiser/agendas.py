"""The agendas of all participants with their gaps, to be looked at, printed and taken along as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from recommender.meetings.domain import Meeting, Slot
from service.domain.events import Participant
from service.errors import NotFound
from service.usecases.events import agendas, core, outcomes, people, schedules
from service.usecases.events.agendas import AgendaItem
from service.web.lists import Words
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.lists import Number, Part, part_of

__all__ = ["Line", "lines_of", "router"]

router = APIRouter(prefix="/events/{event_id}/agendas")

_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Day:
    """A day of somebody: of each slot whether it is a meeting, a gap between meetings, free or away."""

    day: date
    marks: tuple[tuple[Slot, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody with all days. gaps: free slots between two meetings of a day."""

    who: Participant
    days: tuple[Day, ...]
    meetings: int
    gaps: int


@router.get("")
def show(
    desk: DeskDep,
    q: Words = "",
    side: Literal["", "seller", "buyer"] = "",
    order: Literal["name", "gaps", "few"] = "name",
    number: Number = 1,
) -> Response:
    """Everybody's days at a glance."""
    page, event_id = desk.page, desk.event.event_id
    try:
        found = schedules.get_schedule(page.uow, page.actor, event_id, checked=False)
    except NotFound:
        return desk.show("agendas.html", found=None)
    words = q.casefold()
    who = [
        one
        for one in desk.people.values()
        if side in ("", one.side) and words in one.name.casefold() and not one.withdrawn
    ]
    who.sort(key=lambda one: one.name.casefold())
    days = _Days.of(desk, found.meetings)
    if order == "gaps":
        who.sort(key=lambda one: -days.gaps(one))
    elif order == "few":
        who.sort(key=lambda one: len(days.held(one)))
    shown = part_of(who, number, _SHOWN)
    lines = [days.line(one) for one in shown.items]
    part = Part(lines, shown.number, shown.pages, shown.total, shown.first)
    missed = {
        one.participant_id: one.missed for one in outcomes.count_no_shows(page.uow, page.actor, event_id)
    }
    return desk.show("agendas.html", found=found, part=part, q=q, side=side, order=order, missed=missed)


@router.get("/{participant_id:path}")
def one(desk: DeskDep, participant_id: str, version: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """One agenda, as it is printed."""
    page = desk.page
    if version is None:
        versions = schedules.list_schedules(page.uow, page.actor, desk.event.event_id)
        if not versions:
            return desk.show("agendas.html", found=None)
        version = versions[0].number
    agenda = agendas.get_agenda(page.uow, page.actor, desk.event.event_id, participant_id, version)
    (line,) = lines_of(
        desk, [agenda.participant], [_meeting(agenda.participant, each) for each in agenda.items]
    )
    return desk.show(
        "agenda.html", agenda=agenda, line=line, items={each.slot.slot_id: each for each in agenda.items}
    )


def lines_of(desk: Desk, who: Sequence[Participant], meetings: Sequence[Meeting]) -> list[Line]:
    """The days of some participants."""
    days = _Days.of(desk, meetings)
    return [days.line(one) for one in who]


@dataclass(frozen=True, slots=True)
class _Days:
    """Where everybody is. by_day: slots in their order; meets: slots by participant; away: (participant, slot)."""

    by_day: Mapping[date, Sequence[Slot]]
    meets: Mapping[str, Set[str]]
    away: Set[tuple[str, str]]

    @classmethod
    def of(cls, desk: Desk, meetings: Sequence[Meeting]) -> _Days:
        """From the lists of the event and the meetings of a version."""
        slots = list(desk.slots.values())
        away = set(people.list_absences(desk.page.uow, desk.page.actor, desk.event.event_id))
        away |= set(core.late_absences(desk.event, list(desk.people.values()), slots))
        meets: dict[str, set[str]] = {}
        for meeting in meetings:
            for key in (meeting.seller_id, meeting.buyer_id):
                meets.setdefault(key, set()).add(meeting.slot_id)
        by_day: dict[date, list[Slot]] = {}
        for slot in slots:
            by_day.setdefault(slot.day, []).append(slot)
        return cls(by_day, meets, away)

    def held(self, who: Participant) -> Set[str]:
        """The slots in which somebody meets."""
        return self.meets.get(who.participant_id, frozenset())

    def gaps(self, who: Participant) -> int:
        """Free slots between two meetings of a day."""
        return sum(len(self._gaps(who, slots)) for slots in self.by_day.values())

    def line(self, who: Participant) -> Line:
        """All days of somebody."""
        days, held, total = [], self.held(who), 0
        for day, slots in self.by_day.items():
            gaps = self._gaps(who, slots)
            total += len(gaps)
            days.append(Day(day, tuple((slot, self._mark(who, slot.slot_id, held, gaps)) for slot in slots)))
        return Line(who, tuple(days), len(held), total)

    def _gaps(self, who: Participant, slots: Sequence[Slot]) -> Set[str]:
        held = self.held(who)
        busy = [place for place, slot in enumerate(slots) if slot.slot_id in held]
        between = slots[busy[0] : busy[-1]] if busy else ()
        return {
            slot.slot_id
            for slot in between
            if slot.slot_id not in held and (who.participant_id, slot.slot_id) not in self.away
        }

    def _mark(self, who: Participant, slot_id: str, held: Set[str], gaps: Set[str]) -> str:
        if slot_id in held:
            return "meets"
        if (who.participant_id, slot_id) in self.away:
            return "away"
        return "gap" if slot_id in gaps else "free"


def _meeting(who: Participant, item: AgendaItem) -> Meeting:
    pair = (who.participant_id, item.other.participant_id)
    seller, buyer = pair if who.side == "seller" else pair[::-1]
    return Meeting(seller, buyer, item.slot.slot_id, item.table.table_id)
