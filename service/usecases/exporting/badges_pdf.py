"""Signs with the numbers of tables, two on a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from service.domain.events import EventTable
from service.usecases.exporting.pdf import Pages
from service.usecases.exporting.wording import PLAIN, Wording

__all__ = ["badges_pdf"]

_A_PAGE: Final = 2
_NUMBER_PT: Final = 110
_LEAST_PT: Final = 24


def badges_pdf(
    event_name: str,
    made_at: datetime,
    tables: Sequence[EventTable],
    names: dict[str, str],
    wording: Wording = PLAIN,
) -> bytes:
    """A PDF of one sign for each table. names: of those a table may be reserved for, by id."""
    pages = Pages(wording.say("%(event)s: tables", event=event_name), made_at)
    pages.set_auto_page_break(False)
    for place, table in enumerate(tables):
        if place % _A_PAGE == 0:
            pages.add_page()
        _badge(pages, event_name, table, names, place % _A_PAGE)
    if not tables:
        pages.add_page()
        pages.paragraph(wording.say("The event has no tables."))
    return pages.content()


def _badge(pages: Pages, event_name: str, table: EventTable, names: dict[str, str], place: int) -> None:
    height = pages.h / _A_PAGE
    top = place * height
    if place:
        pages.set_dash_pattern(dash=1, gap=1)
        pages.line(0, top, pages.w, top)
        pages.set_dash_pattern()
    pages.set_y(top + height * 0.14)
    _centred(pages, event_name, 14, 8)
    pages.set_y(top + height * 0.30)
    _centred(pages, table.table_id, _NUMBER_PT, height * 0.36, bold=True)
    pages.set_y(top + height * 0.72)
    _centred(pages, table.hall, 18, 9)
    if table.reserved_for:
        _centred(pages, names.get(table.reserved_for, table.reserved_for), 18, 9)


def _centred(pages: Pages, text: str, size: float, height_mm: float, *, bold: bool = False) -> None:
    """One line, smaller where it would not fit."""
    words, width = pages.plain(text), pages.epw
    pages.style(size, bold=bold)
    while size > _LEAST_PT and pages.get_string_width(words) > width:
        size -= 2
        pages.style(size, bold=bold)
    pages.cell(0, height_mm, words, align="C", new_x="LMARGIN", new_y="NEXT")
