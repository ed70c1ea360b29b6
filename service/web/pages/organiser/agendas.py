"""The agendas of all participants with their gaps, to be looked at, printed and taken along as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.lists import Number, Part, part_of

__all__ = ["Line", "lines_of", "router"]

router = APIRouter(prefix="/events/{event_id}/agendas")

_SHOWN: Final = 40

Text = Annotated[str, Query(max_length=200)]


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
    q: Text = "",
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
    if order == "name":
        shown = part_of(who, number, _SHOWN)
        lines = lines_of(desk, shown.items, found.meetings)
        part = Part(lines, shown.number, shown.pages, shown.total, shown.first)
    else:
        lines = lines_of(desk, who, found.meetings)
        lines.sort(key=lambda line: -line.gaps if order == "gaps" else line.meetings)
        part = part_of(lines, number, _SHOWN)
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
        version = versions[0].number if versions else None
    agenda = agendas.get_agenda(page.uow, page.actor, desk.event.event_id, participant_id, version)
    (line,) = lines_of(
        desk, [agenda.participant], [_meeting(agenda.participant, each) for each in agenda.items]
    )
    return desk.show(
        "agenda.html", agenda=agenda, line=line, items={each.slot.slot_id: each for each in agenda.items}
    )


def lines_of(desk: Desk, who: Sequence[Participant], meetings: Sequence[Meeting]) -> list[Line]:
    """The days of some participants."""
    slots = list(desk.slots.values())
    away = set(people.list_absences(desk.page.uow, desk.page.actor, desk.event.event_id))
    away |= set(core.late_absences(desk.event, who, slots))
    held: dict[str, set[str]] = {}
    for meeting in meetings:
        for key in (meeting.seller_id, meeting.buyer_id):
            held.setdefault(key, set()).add(meeting.slot_id)
    by_day: dict[date, list[Slot]] = {}
    for slot in slots:
        by_day.setdefault(slot.day, []).append(slot)
    return [_line(one, by_day, held.get(one.participant_id, set()), away) for one in who]


def _line(
    who: Participant, by_day: Mapping[date, Sequence[Slot]], held: set[str], away: set[tuple[str, str]]
) -> Line:
    days = []
    for day, slots in by_day.items():
        busy = [place for place, slot in enumerate(slots) if slot.slot_id in held]
        marks = []
        for place, slot in enumerate(slots):
            if slot.slot_id in held:
                mark = "meets"
            elif (who.participant_id, slot.slot_id) in away:
                mark = "away"
            elif busy and busy[0] < place < busy[-1]:
                mark = "gap"
            else:
                mark = "free"
            marks.append((slot, mark))
        days.append(Day(day, tuple(marks)))
    gaps = sum(mark == "gap" for each in days for _, mark in each.marks)
    return Line(who, tuple(days), len(held), gaps)


def _meeting(who: Participant, item: AgendaItem) -> Meeting:
    pair = (who.participant_id, item.other.participant_id)
    seller, buyer = pair if who.side == "seller" else pair[::-1]
    return Meeting(seller, buyer, item.slot.slot_id, item.table.table_id)
