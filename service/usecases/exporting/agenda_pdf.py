"""Agendas to print and to carry, one or many in a document, each from a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from service.usecases.events.agendas import Agenda, AgendaItem
from service.usecases.exporting.pdf import Pages

__all__ = ["agendas_pdf"]

_HEADER: Final = ("Time", "Table", "With", "Films")
_SIZE: Final = 10
_WIDTHS: Final = (26, 34, 58, 62)
"""Of the columns, in parts of the page."""


def agendas_pdf(title: str, agendas: Sequence[Agenda]) -> bytes:
    """A PDF of one agenda at least."""
    pages = Pages(title, agendas[0].schedule.made_at)
    for agenda in agendas:
        _agenda(pages, agenda)
    return pages.content()


def _agenda(pages: Pages, agenda: Agenda) -> None:
    event, one = agenda.event, agenda.participant
    pages.add_page()
    pages.style(16, bold=True)
    pages.paragraph(pages.named(one.name, one.participant_id), 8)
    pages.style(_SIZE)
    number, zone = agenda.schedule.number, event.time_zone
    pages.paragraph(f"{event.name}, {event.starts_on} to {event.ends_on}. Times in {zone}. Version {number}.")
    if not agenda.items:
        pages.ln(4)
        pages.paragraph("No meetings.")
    for day, items in groupby(agenda.items, key=lambda item: item.slot.day):
        pages.ln(4)
        pages.style(12, bold=True)
        pages.paragraph(f"{day:%A}, {day.isoformat()}", 7)
        _day(pages, list(items))


def _day(pages: Pages, items: Sequence[AgendaItem]) -> None:
    pages.rows(_HEADER, (_cells(pages, item) for item in items), _WIDTHS, _SIZE)


def _cells(pages: Pages, item: AgendaItem) -> tuple[str, str, str, str]:
    time = f"{item.slot.starts_at:%H:%M} to {item.slot.ends_at:%H:%M}"
    table = ", ".join(filter(None, (item.table.table_id, item.table.hall)))
    titles = "; ".join(title for _, title in item.films)
    name = pages.named(item.other.name, item.other.participant_id)
    return time, pages.plain(table), name, pages.plain(titles)
