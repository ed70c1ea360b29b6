"""An agenda as a calendar (RFC 5545): the same meeting keeps its UID through all versions, so calendars update it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from icalendar import Calendar, Event, vText

from service.usecases.events.agendas import Agenda, AgendaItem
from service.usecases.events.talking import Talk
from service.usecases.exporting.wording import PLAIN, Wording

__all__ = ["agenda_ics", "meeting_uid"]


def agenda_ics(
    agenda: Agenda,
    called_off: Iterable[AgendaItem] = (),
    talks: Sequence[Talk] = (),
    wording: Wording = PLAIN,
) -> bytes:
    """The calendar. called_off: meetings of earlier published versions that are held no more."""
    calendar = Calendar()
    calendar.add("prodid", "-//Reelmatch//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _line(f"{agenda.event.name}: {agenda.participant.called}"))
    for item in agenda.items:
        calendar.add_component(_meeting(agenda, item, "CONFIRMED", talks, wording))
    for item in called_off:
        calendar.add_component(_meeting(agenda, item, "CANCELLED", (), wording))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def meeting_uid(event_id: str, one: str, other: str) -> str:
    """Of the meeting of two at an event, whoever asks."""
    pair = "\0".join((event_id, *sorted((one, other))))
    return f"{hashlib.sha256(pair.encode()).hexdigest()[:40]}@reelmatch"


def _meeting(agenda: Agenda, item: AgendaItem, status: str, talks: Sequence[Talk], wording: Wording) -> Event:
    schedule, own = agenda.schedule, agenda.participant.participant_id
    entry = Event()
    entry.add("uid", meeting_uid(agenda.event.event_id, own, item.other.participant_id))
    entry.add("sequence", schedule.number)
    entry.add("dtstamp", schedule.published_at or schedule.made_at)
    entry.add("dtstart", item.slot.starts_at)
    entry.add("dtend", item.slot.ends_at)
    entry.add("status", status)
    entry.add("summary", _line(f"{item.other.called} ({agenda.event.name})"))
    table = wording.say("Table %(table)s", table=item.table.table_id)
    place = ", ".join(filter(None, (table, item.table.hall)))
    entry.add("location", _line(place))
    if item.films:
        titles = "; ".join(title for _, title in item.films)
        told = [wording.say("Films: %(titles)s", titles=titles)]
        for talk in talks:
            if talk.other_id == item.other.participant_id:
                told += (f"{talk.title}: {words}" for words in wording.talk(talk))
        entry.add("description", vText("\n".join(_line(words) for words in told)))
    return entry


def _line(text: str) -> vText:
    """Text without control characters; the library escapes the rest."""
    return vText("".join(letter if letter.isprintable() else " " for letter in text))
