"""Something of everything: so that each page of the service has an address, and shows what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from service.clock import now
from service.domain.accounts import Membership
from service.domain.paging import PageRequest
from service.domain.words import Answer, CompanyKind, FeedbackKind, ImportKind, Role
from service.security.actor import Actor, Seat
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import imports, jobs
from service.usecases.events import agendas, people, places, planning, schedules
from service.usecases.film_rights import film_rights
from service.usecases.merges import list_merges, propose_merges
from tests.service import make
from tests.service.browser.agent_stock import stock_up
from tests.service.browser.site import Site
from tests.service.organising import ORGANISER, planned, small_event

__all__ = ["AGENT", "ALIKE", "Ids", "filled", "propose_alike"]

AGENT: Final = Actor(
    "alba-owner", "alba-owner", (Seat("alba", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),)
)
ADMIN: Final = Actor("admin", "admin", is_administrator=True)

ALIKE: Final = frozenset({"nordlys-1", "nordlys-2"})
SOLD: Final = "sold-here"
CATALOGUE: Final = b"film_id,title,synopsis,year\nhigh,High Water,A ferry in a storm.,2020\n,No Id,,soon\n"


@dataclass(frozen=True)
class Ids:
    """What the addresses that somebody opens need. paths: what stands in a path. queries: of paths that need one."""

    paths: Mapping[str, str]
    queries: Mapping[str, str]


def filled(site: Site) -> dict[str, Ids]:
    """By who opens the pages."""
    stock_up(site)
    _trade(site)
    event_id = _event(site)
    asked = jobs.list_jobs(site.uow, ORGANISER, PageRequest(1), kind=planning.JOB, company_id="marche")
    (job,) = asked.items
    (rights, *_) = film_rights(site.uow, AGENT, "offer")
    file_id, run_id = _imported(site, AGENT)
    _, all_run_id = _imported(site, ADMIN)
    version = site.bundled.holder.current().version
    buyer = "?profile=fr-western"
    return {
        "alba-owner": Ids(
            {
                "film_id": "offer",
                "company_id": "alba",
                "deal_id": SOLD,
                "key": rights.key,
                "file_id": file_id,
                "run_id": run_id,
            },
            {
                "/agenda": f"?event={event_id}&who=s1",
                "/agenda/talk": f"?event={event_id}&who=s1&other=b1",
                "/attending": f"?event={event_id}&who=s1",
                "/films/{film_id}/matches": "?territory=FR",
                "/films/{film_id}/compare": "?territory=FR&d=fr-horror&d=fr-comedy",
            },
        ),
        "lumen-owner": Ids(
            {"film_id": "offer", "deal_id": SOLD},
            {
                **dict.fromkeys(("/suggestions", "/suggestions/{film_id:path}", "/taste", "/brief"), buyer),
                **dict.fromkeys(("/shortlist", "/passed", "/believes", "/believes/deals/new"), buyer),
                "/believes/deals/{deal_id:path}": buyer,
            },
        ),
        "marche-owner": Ids(
            {"event_id": event_id, "participant_id": "s1"},
            {
                "/events/{event_id}/progress": f"?job={job.job_id}",
                "/events/{event_id}/participant": "?id=s1",
                "/events/{event_id}/schedule/change": "?kind=cancel&seller=s1&buyer=b1",
                "/events/{event_id}/schedule/free": "?slot=a3&table=t1",
                "/events/{event_id}/schedule/stand-bys": "?slot=a3&table=t1",
                "/events/{event_id}/schedule/meeting": "?seller=s1&buyer=b1",
                "/events/{event_id}/versions/compare": "?before=1&after=1",
                "/events/{event_id}/why-not": "?seller=s1&buyer=b2",
            },
        ),
        "admin": Ids(
            {"version": version, "run_id": all_run_id, "proposal_id": _merge(site), "user_id": "alba-member"},
            {"/admin/bundles/compare": f"?one={version}&other={version}"},
        ),
    }


def _trade(site: Site) -> None:
    """alba sold its western to a buyer of its taste, who passed on another film and looks after its own record."""
    with site.uow() as tx:
        western = tx.distributors.get("fr-western")
        tx.accounts.add_membership(Membership("lumen-owner", western.company_id, Role.OWNER))
        sold = make.deal("offer", "fr-western", SOLD, agent_id="alba", admissions=41_250)
        tx.deals.add(sold)
        tx.films.add(make.film("second", "alba", title="Second Take", synopsis="A duel at noon."))
        tx.rights.add(make.held("second", "alba", confirmed_on=now().date()))
        passed = make.feedback(
            FeedbackKind.PASSED, "second", "fr-western", western.company_id, reason="other"
        )
        tx.feedback.add(passed)
        tx.feedback.add(make.feedback(FeedbackKind.SHORTLISTED, "offer", "fr-western", western.company_id))
        tx.commit()
    site.bundled.catch_up()


def _event(site: Site) -> str:
    """Planned and published; a meeting is declined, somebody dropped out, a table is gone."""
    event = small_event(site.uow)
    planned(site.uow, site.bundled.settings, event)
    schedules.publish(site.uow, ORGANISER, event.event_id, 1, None)
    agendas.respond(site.uow, AGENT, event.event_id, "s1", "b1", Answer.DECLINED, reason="We met last week.")
    people.drop_out(site.uow, ORGANISER, event.event_id, "b2")
    places.update_table(site.uow, ORGANISER, event.event_id, "t2", {"closed": True})
    return event.event_id


def _imported(site: Site, actor: Actor) -> tuple[str, str]:
    """A file of films that was tried, of which a row is refused."""
    company_id = "alba" if actor is AGENT else None
    file = imports.upload_file(
        site.uow, actor, name="films.csv", content=CATALOGUE, company_id=company_id
    ).file
    done = imports.start_import(site.uow, actor, file.file_id, ImportKind.FILMS, mapping=None, dry_run=True)
    return file.file_id, done.run.run_id


def propose_alike(uow: UnitOfWorkFactory) -> None:
    """ALIKE: Nordlys Film GmbH and Nordlys Film, proposed as one company."""
    with uow() as tx:
        tx.companies.add(make.company("nordlys-1", name="Nordlys Film GmbH", country="DE"))
        tx.companies.add(make.company("nordlys-2", name="Nordlys Film"))
        tx.commit()
    propose_merges(uow, "company", ALIKE)


def _merge(site: Site) -> str:
    propose_alike(site.uow)
    return list_merges(site.uow, ADMIN, PageRequest()).items[0].proposal_id
