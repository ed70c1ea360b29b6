"""Agendas to print and to carry, one or many in a document, each from a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from service.usecases.events.agendas import Agenda, AgendaItem
from service.usecases.events.talking import Talk
from service.usecases.exporting.pdf import Pages
from service.usecases.exporting.wording import PLAIN, Wording

__all__ = ["agendas_pdf"]

_SIZE: Final = 10
_WIDTHS: Final = (26, 34, 58, 62)
"""Of the columns, in parts of the page."""


def agendas_pdf(
    title: str, agendas: Sequence[Agenda], talks: Sequence[Talk] = (), wording: Wording = PLAIN
) -> bytes:
    """A PDF of one agenda at least. talks: what to say in its meetings, of one agenda alone."""
    pages = Pages(title, agendas[0].schedule.made_at)
    for agenda in agendas:
        _agenda(pages, agenda, wording)
        _talks(pages, agenda, talks, wording)
    return pages.content()


def _agenda(pages: Pages, agenda: Agenda, wording: Wording) -> None:
    event, one = agenda.event, agenda.participant
    pages.add_page()
    pages.style(16, bold=True)
    pages.paragraph(pages.named(one.name, one.participant_id), 8)
    pages.style(_SIZE)
    pages.paragraph(
        wording.say(
            "%(event)s, %(first)s to %(last)s. Times in %(zone)s. Version %(number)s.",
            event=event.name,
            first=wording.day(event.starts_on),
            last=wording.day(event.ends_on),
            zone=event.time_zone,
            number=agenda.schedule.number,
        )
    )
    if not agenda.items:
        pages.ln(4)
        pages.paragraph(wording.say("No meetings."))
    for day, items in groupby(agenda.items, key=lambda item: item.slot.day):
        pages.ln(4)
        pages.style(12, bold=True)
        pages.paragraph(wording.weekday(day), 7)
        header = tuple(wording.say(name) for name in ("Time", "Table", "With", "Films"))
        pages.rows(header, [_cells(pages, event.time_zone, item, wording) for item in items], _WIDTHS, _SIZE)


def _talks(pages: Pages, agenda: Agenda, talks: Sequence[Talk], wording: Wording) -> None:
    """What to say, by meeting, after the days."""
    if not talks:
        return
    pages.ln(6)
    pages.style(12, bold=True)
    pages.paragraph(wording.say("What to say"), 7)
    for item in agenda.items:
        own = [talk for talk in talks if talk.other_id == item.other.participant_id]
        if own:
            pages.ln(2)
            pages.style(_SIZE, bold=True)
            name = pages.named(item.other.name, item.other.participant_id)
            pages.paragraph(f"{wording.clock(item.slot.starts_at, agenda.event.time_zone)} {name}")
            pages.style(_SIZE)
        for talk in own:
            reasons = ". ".join(wording.talk(talk))
            pages.paragraph(f"{talk.title} ({wording.territory(talk.territory)}): {reasons}.")


def _cells(pages: Pages, zone: str, item: AgendaItem, wording: Wording) -> tuple[str, str, str, str]:
    starts, ends = (wording.clock(moment, zone) for moment in (item.slot.starts_at, item.slot.ends_at))
    time = f"{starts}–{ends}"
    table = ", ".join(filter(None, (item.table.table_id, item.table.hall)))
    titles = "; ".join(title for _, title in item.films)
    name = pages.named(item.other.name, item.other.participant_id)
    return time, pages.plain(table), name, pages.plain(titles)
