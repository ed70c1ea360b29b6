"""Any list as a table to download: exactly what the actor would see of it page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final

from service.domain.matching import MatchRun
from service.domain.paging import every, every_page
from service.domain.words import CompanyKind, RunKind, Scope
from service.errors import Invalid
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import require_scope
from service.settings import Settings
from service.store.repositories.audit import AuditFilter
from service.store.repositories.companies import CompanyFilter
from service.store.repositories.deals import DealFilter
from service.store.repositories.distributors import DistributorFilter
from service.store.repositories.feedback import FeedbackFilter
from service.store.repositories.films import FilmFilter
from service.store.repositories.meeting_requests import RequestFilter
from service.store.repositories.rights import GrantFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import (
    audit,
    avails,
    companies,
    deals,
    distributors,
    feedback_board,
    films,
    followup,
    meeting_requests,
    merges,
    rights,
    runs,
)
from service.usecases.exporting import movielabs, tables
from service.usecases.exporting.tables import Row
from service.usecases.exporting.wording import PLAIN, Wording, headed

__all__ = ["ExportFilter", "ExportList", "Table", "export_table"]


class ExportList(StrEnum):
    """What can be exported.

    matches, suggestions: of one recorded run. follow_up: an agent's board. movielabs: sold rights, as Avails.
    avails: of one film, or of all films of an agent.
    """

    FILMS = "films"
    DISTRIBUTORS = "distributors"
    COMPANIES = "companies"
    RIGHTS = "rights"
    DEALS = "deals"
    FEEDBACK = "feedback"
    MATCHES = "matches"
    SUGGESTIONS = "suggestions"
    FOLLOW_UP = "follow_up"
    MOVIELABS = "movielabs"
    AVAILS = "avails"
    MEETING_REQUESTS = "meeting_requests"
    MATCH_RUNS = "match_runs"
    MERGES = "merges"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Each empty field is no condition. run_id: of a match run."""

    company_id: str = ""
    film_id: str = ""
    distributor_id: str = ""
    territory: str = ""
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows are read while it is written. sheet: its name in a workbook."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    sheet: str = "Reelmatch"


def export_table(
    uow: UnitOfWorkFactory,
    actor: Actor,
    settings: Settings,
    what: ExportList,
    where: ExportFilter,
    wording: Wording = PLAIN,
) -> Table:
    """A list as a table. Raises Forbidden, NotFound and Invalid as the list itself does, some on the first row; Invalid
    for a condition that the list does not have.

    wording: of the lists that are for people to read (matches, suggestions, follow_up); what is imported again says
    what the import reads.
    """
    require_scope(actor, Scope.EXPORT)
    _require_conditions_of(what, where)
    if what in _READ:
        header, told = _READ[what]
        return Table(headed(header, tables.HEADS, wording), told(uow, actor, where, wording))
    if what is ExportList.AVAILS:
        return Table(tables.AVAILS, _avails(uow, actor, settings, where))
    header, rows = _LISTS[what]
    table = Table(header, rows(uow, actor, where))
    return replace(table, sheet=movielabs.SHEET) if what is ExportList.MOVIELABS else table


def _require_conditions_of(what: ExportList, where: ExportFilter) -> None:
    for field in fields(where):
        if getattr(where, field.name) and field.name not in _CONDITIONS.get(what, ()):
            raise Invalid.field(
                field.name,
                phrase("the list {list} cannot be narrowed by it", list=what.value),
                "Leave it out, and choose in the file",
            )


def _avails(uow: UnitOfWorkFactory, actor: Actor, settings: Settings, where: ExportFilter) -> Iterator[Row]:
    places = [where.territory] if where.territory else []
    if where.film_id:
        film_ids = iter([where.film_id])
    else:
        owner = FilmFilter(owner_id=actor.acting_for(where.company_id or None, CompanyKind.SALES_AGENT))
        own = every(lambda page: films.list_films(uow, actor, page, owner))
        film_ids = (film.film_id for film in own)
    for film_id in film_ids:
        found = avails.film_avails(uow, actor, settings, film_id, avails.AvailsQuery(places))
        for row in found.rows:
            yield tables.avail_row(found.film, row)


def _meeting_requests(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter) -> Iterator[Row]:
    wanted = RequestFilter(film_id=where.film_id, distributor_id=where.distributor_id)
    found = every(lambda page: meeting_requests.list_requests(uow, actor, page, wanted))
    return (tables.plain_row(one, tables.MEETING_REQUESTS) for one in found)


def _match_runs(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter) -> Iterator[Row]:
    found = every(lambda page: runs.list_runs(uow, actor, page, where.company_id or None))
    return (tables.plain_row(one, tables.MATCH_RUNS) for one in found)


def _merges(uow: UnitOfWorkFactory, actor: Actor, _: ExportFilter) -> Iterator[Row]:
    found = every(lambda page: merges.list_merges(uow, actor, page))
    return (tables.plain_row(one, tables.MERGES) for one in found)


def _audit(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter) -> Iterator[Row]:
    wanted = AuditFilter(company_id=where.company_id)
    found = every(lambda page: audit.list_events(uow, actor, page, wanted))
    return (tables.plain_row(one, tables.AUDIT) for one in found)


def _films(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter) -> Iterator[Row]:
    wanted = FilmFilter(owner_id=where.company_id)
    return map(tables.film_row, every(lambda page: films.list_films(uow, actor, page, wanted)))


def _distributors(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter) -> Iterator[Row]:
    wanted = DistributorFilter(company_id=where.company_id, territory=where.territory)
    found = every(lambda page: distributors.list_distributors(uow, actor, page, wanted))
    return (tables.distributor_row(seen.profile) for seen in found)


def _companies(uow: UnitOfWorkFactory, actor: Actor, _: ExportFilter) -> Iterator[Row]:
    found = every(lambda page: companies.list_companies(uow, actor, page, CompanyFilter()))
    return map(tables.company_row, found)


def _rights(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter) -> Iterator[Row]:
    wanted = GrantFilter(film_id=where.film_id, company_id=where.company_id, territory=where.territory)
    return map(tables.grant_row, every(lambda page: rights.list_grants(uow, actor, page, wanted)))


def _deals(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter) -> Iterator[Row]:
    wanted = DealFilter(
        film_id=where.film_id,
        distributor_id=where.distributor_id,
        agent_id=where.company_id,
        territory=where.territory,
    )
    for page in every_page(lambda page: deals.list_deals(uow, actor, page, wanted)):
        own = [seen.deal.deal_id for seen in page.items if seen.is_party]
        with uow() as tx:
            terms = tx.deals.terms_of(own)
        for seen in page.items:
            yield tables.deal_row(seen.deal, terms.get(seen.deal.deal_id))


def _feedback(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter) -> Iterator[Row]:
    wanted = FeedbackFilter(
        company_id=where.company_id, film_id=where.film_id, distributor_id=where.distributor_id
    )
    return map(
        tables.feedback_row, every(lambda page: feedback_board.list_feedback(uow, actor, page, wanted))
    )


def _matches(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter, wording: Wording) -> Iterator[Row]:
    run = _run(uow, actor, where.run_id, RunKind.MATCH)
    for part in run.answer["territories"]:
        for match in part["matches"]:
            yield tables.match_row(match, run.bundle_version, tables.MATCHES, wording)


def _suggestions(
    uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter, wording: Wording
) -> Iterator[Row]:
    run = _run(uow, actor, where.run_id, RunKind.SUGGEST)
    for match in run.answer["suggestions"]:
        yield tables.match_row(match, run.bundle_version, tables.SUGGESTIONS, wording)


def _follow_up(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter, wording: Wording) -> Iterator[Row]:
    cards = followup.follow_up(uow, actor, where.company_id or None, film_id=where.film_id)
    return (tables.card_row(card, wording) for card in cards)


def _movielabs(uow: UnitOfWorkFactory, actor: Actor, where: ExportFilter) -> Iterator[Row]:
    wanted = GrantFilter(film_id=where.film_id, company_id=where.company_id, territory=where.territory)
    yield list(movielabs.COLUMNS)
    for page in every_page(lambda page: rights.list_grants(uow, actor, page, wanted)):
        grants = [grant for grant in page.items if movielabs.fits(grant)]
        with uow() as tx:
            sold = tx.films.find({grant.film_id for grant in grants})
            sellers = tx.companies.find({grant.company_id for grant in grants})
        for grant in grants:
            yield movielabs.movielabs_row(grant, sold[grant.film_id], sellers[grant.company_id].name)


def _run(uow: UnitOfWorkFactory, actor: Actor, run_id: str, kind: RunKind) -> MatchRun:
    if not run_id:
        raise Invalid.field("run_id", "no run is named", "Give the run_id of the answer to export")
    run = runs.get_run(uow, actor, run_id)
    if run.kind is not kind and not (kind is RunKind.MATCH and run.kind is RunKind.BATCH):
        raise Invalid.field("run_id", phrase("this run holds no {kind}", kind=kind), "Name another run")
    return run


_LISTS: Final[
    dict[
        ExportList, tuple[tuple[str, ...], Callable[[UnitOfWorkFactory, Actor, ExportFilter], Iterator[Row]]]
    ]
] = {
    ExportList.FILMS: (tables.FILMS, _films),
    ExportList.DISTRIBUTORS: (tables.DISTRIBUTORS, _distributors),
    ExportList.COMPANIES: (tables.COMPANIES, _companies),
    ExportList.RIGHTS: (tables.RIGHTS, _rights),
    ExportList.DEALS: (tables.DEALS, _deals),
    ExportList.FEEDBACK: (tables.FEEDBACK, _feedback),
    ExportList.MEETING_REQUESTS: (tables.MEETING_REQUESTS, _meeting_requests),
    ExportList.MATCH_RUNS: (tables.MATCH_RUNS, _match_runs),
    ExportList.MERGES: (tables.MERGES, _merges),
    ExportList.AUDIT: (tables.AUDIT, _audit),
    ExportList.MOVIELABS: (tuple(movielabs.COLUMNS.values()), _movielabs),
}

_READ: Final[
    dict[
        ExportList,
        tuple[tuple[str, ...], Callable[[UnitOfWorkFactory, Actor, ExportFilter, Wording], Iterator[Row]]],
    ]
] = {
    ExportList.MATCHES: (tables.MATCHES, _matches),
    ExportList.SUGGESTIONS: (tables.SUGGESTIONS, _suggestions),
    ExportList.FOLLOW_UP: (tables.FOLLOW_UP, _follow_up),
}
"""Those that people read."""

_CONDITIONS: Final = {
    ExportList.FILMS: ("company_id",),
    ExportList.DISTRIBUTORS: ("company_id", "territory"),
    ExportList.RIGHTS: ("film_id", "company_id", "territory"),
    ExportList.DEALS: ("film_id", "distributor_id", "company_id", "territory"),
    ExportList.FEEDBACK: ("company_id", "film_id", "distributor_id"),
    ExportList.MATCHES: ("run_id",),
    ExportList.SUGGESTIONS: ("run_id",),
    ExportList.FOLLOW_UP: ("company_id", "film_id"),
    ExportList.MOVIELABS: ("film_id", "company_id", "territory"),
    ExportList.AVAILS: ("film_id", "company_id", "territory"),
    ExportList.MEETING_REQUESTS: ("film_id", "distributor_id"),
    ExportList.MATCH_RUNS: ("company_id",),
    ExportList.AUDIT: ("company_id",),
}
