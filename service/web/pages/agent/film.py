"""One film: its avails, the rights recorded, the deals on it, what buyers answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from service.domain.avails import Avail, AvailStatus
from service.domain.catalogue import FilmRecord
from service.domain.paging import PageRequest, every
from service.domain.words import MediaRight
from service.errors import NotFound
from service.security.permissions import About, Action, may
from service.store.repositories.deals import DealFilter
from service.usecases import approaches, avails, companies, deals, distributors, film_rights, films
from service.usecases.avails import Avails, AvailsQuery
from service.web.page import Page, PageDep
from service.web.pages.agent.own import may_change
from service.web.regions import GROUP_NAMES, in_regions

__all__ = ["router"]

router = APIRouter()

_MOST_DEALS: Final = 200


@dataclass(frozen=True, slots=True)
class Region:
    """A fold of the avails table. rows: territory and its avails by media right, None where nothing is recorded.

    counts: by media right, how many territories stand how.
    """

    group: str
    rows: list[tuple[str, list[Avail]]]
    counts: list[list[tuple[AvailStatus, int]]]


@router.get("/films/{film_id}")
def show(page: PageDep, film_id: str) -> Response:
    """The film's page."""
    film = films.get_film(page.uow, page.actor, film_id)
    table = _avails(page, film)
    about = About(seller=film.owner_id)
    found = deals.list_deals(
        page.uow, page.actor, PageRequest(_MOST_DEALS), DealFilter(film_id=film_id)
    ).items
    said = (
        tuple(every(lambda part: approaches.list_approaches(page.uow, page.actor, part, film_id)))
        if may(page.actor, Action.READ, "approach", about)
        else ()
    )
    names = _names(
        page, {seen.deal.distributor_id for seen in found} | {event.distributor_id for event in said}
    )
    alike = film_rights.film_rights(page.uow, page.actor, film_id) if film.owner_id else ()
    return page.show(
        "agent/film.html",
        film=film,
        may_change=may_change(page, film.owner_id),
        avails=table,
        rights=table and _columns(table),
        regions=table and _regions(table),
        alike=alike,
        buyers=_company_names(page, {one.one.licensee_id for one in alike if one.one.licensee_id}),
        deals=found,
        said=said,
        names=names,
        group_names=GROUP_NAMES,
        statuses=list(AvailStatus),
    )


def _avails(page: Page, film: FilmRecord) -> Avails | None:
    if film.owner_id is None:
        return None
    return avails.film_avails(page.uow, page.actor, page.settings, film.film_id, AvailsQuery())


def _columns(table: Avails) -> list[MediaRight]:
    used = {row.media_right for row in table.rows}
    return [right for right in MediaRight if right in used]


def _regions(table: Avails) -> list[Region]:
    cells = {(row.territory, row.media_right): row.avail for row in table.rows}
    columns = _columns(table)
    regions = []
    for group, territories in in_regions(territory for territory, _ in cells):
        rows = [(territory, [cells[territory, right] for right in columns]) for territory in territories]
        statuses = [[own[place].status for _, own in rows] for place in range(len(columns))]
        counts = [
            [(status, some.count(status)) for status in AvailStatus if status in some] for some in statuses
        ]
        regions.append(Region(group, rows, counts))
    return regions


def _names(page: Page, distributor_ids: set[str]) -> dict[str, str]:
    found = {}
    for distributor_id in distributor_ids:
        try:
            profile = distributors.get_distributor(page.uow, page.actor, distributor_id).profile
        except NotFound:
            continue
        found[distributor_id] = profile.distributor.name
    return found


def _company_names(page: Page, company_ids: set[str]) -> dict[str, str]:
    return {one: companies.get_company(page.uow, page.actor, one).name for one in company_ids}
