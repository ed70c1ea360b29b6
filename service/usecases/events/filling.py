"""Participants from the service's own companies and films, so that nobody types what is there already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from service.clock import today
from service.domain.accounts import Company
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.events import Event, Participant
from service.domain.paging import PageRequest
from service.domain.rights import RightsGrant
from service.domain.words import CompanyKind, Direction
from service.errors import Invalid
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import Action
from service.store.repositories.distributors import DistributorFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import event_to_plan
from service.usecases.events.soundness import still_sound

__all__ = ["Filling", "fill_participants"]

_ALL: Final = PageRequest(size=100_000)
_MOST_FILMS: Final = 100


@dataclass(frozen=True, slots=True)
class Filling:
    """Whom to add. seller_ids: sales agents, with their films on offer since year_from as their line-up.

    distributor_ids: profiles, one participant for each company. territories: every profile in one of them.
    attending: the event's own name, for those alone that say they go to it. The limits are those of each new
    participant.
    """

    seller_ids: Sequence[str] = ()
    distributor_ids: Sequence[str] = ()
    territories: Sequence[str] = ()
    attending: str = ""
    year_from: int | None = None
    max_meetings: int | None = None
    min_meetings: int = 0
    max_per_day: int | None = None


def fill_participants(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, filling: Filling, *, dry_run: bool = False
) -> tuple[Participant, ...]:
    """Add who is not there yet; whose company is there already is left alone. Returns those that are new.

    Raises Invalid for a company or profile that is none.
    """
    with uow(statement_timeout_s=0) as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        if filling.attending and filling.attending.casefold() != event.name.casefold():
            # Which other markets a distributor goes to is its own business.
            raise Invalid.field(
                "attending",
                phrase("this event is {name!r}", name=event.name),
                "Write its name as it is, or leave it empty",
            )
        there = {(one.side, one.company_id) for one in tx.participants.all(event_id)}
        limits: dict[str, Any] = {
            name: getattr(filling, name) for name in ("max_meetings", "min_meetings", "max_per_day")
        }
        new = [
            replace(one, **limits)
            for one in (*_sellers(tx, filling), *_buyers(tx, event, filling))
            if (one.side, one.company_id) not in there
        ]
        tx.participants.put(event_id, new)
        still_sound(tx, event)
        if new and not dry_run:
            _record(tx, actor, event, [one.participant_id for one in new])
            tx.commit()
    return tuple(new)


def _sellers(tx: UnitOfWork, filling: Filling) -> Iterator[Participant]:
    companies = tx.companies.find(filling.seller_ids)
    for company_id in dict.fromkeys(filling.seller_ids):
        company = companies.get(company_id)
        if company is None or CompanyKind.SALES_AGENT not in company.kinds:
            raise Invalid.field(
                "seller_ids",
                phrase("no sales agent has the id {id!r}", id=company_id),
                "Look it up in the list of companies",
            )
    films = _films_of(tx, companies, filling.year_from)
    for company_id, company in companies.items():
        yield Participant(
            participant_id=company_id,
            side="seller",
            name=company.name,
            colleagues=company_id,
            company_id=company_id,
            film_ids=tuple(films.get(company_id, ())[:_MOST_FILMS]),
        )


def _films_of(tx: UnitOfWork, companies: dict[str, Company], year_from: int | None) -> dict[str, list[str]]:
    """What each agent has on offer, and reference films that name it as their agent; the newest first."""
    named = {
        name.casefold(): company_id
        for company_id, company in companies.items()
        for name in (company.name, *company.aliases)
    }
    found: dict[str, list[FilmRecord]] = defaultdict(list)
    if not companies:
        return {}
    for film in tx.films.stream():
        seller = film.owner_id or named.get(film.film.sales_agent.casefold())
        if seller in companies and (year_from is None or (film.film.year or 0) >= year_from):
            found[seller].append(film)
    owned = [film.film_id for films in found.values() for film in films if film.owner_id]
    grants = tx.rights.of_films(owned)
    return {
        company_id: [
            film.film_id
            for film in sorted(films, key=lambda film: -(film.film.year or 0))
            if film.owner_id is None or _on_offer(grants.get(film.film_id, ()))
        ]
        for company_id, films in found.items()
    }


def _on_offer(grants: Sequence[RightsGrant]) -> bool:
    return any(
        grant.direction is Direction.HELD
        and (grant.window.ends_on is None or grant.window.ends_on >= today())
        for grant in grants
    )


def _buyers(tx: UnitOfWork, event: Event, filling: Filling) -> Iterator[Participant]:
    profiles = dict(tx.distributors.find(filling.distributor_ids))
    for distributor_id in filling.distributor_ids:
        if distributor_id not in profiles:
            raise Invalid.field(
                "distributor_ids",
                phrase("no distributor has the id {id!r}", id=distributor_id),
                "Look it up in the list of distributors",
            )
    wanted = [
        DistributorFilter(territory=code, attending=event.name if filling.attending else "")
        for code in filling.territories
    ]
    if filling.attending and not filling.territories:
        wanted = [DistributorFilter(attending=event.name)]
    for where in wanted:
        for profile in tx.distributors.list(_ALL, where).items:
            profiles.setdefault(profile.distributor_id, profile)
    by_company: dict[str, list[DistributorProfile]] = defaultdict(list)
    for profile in profiles.values():
        by_company[profile.company_id].append(profile)
    for company_id, own in by_company.items():
        yield Participant(
            participant_id=own[0].distributor_id,
            side="buyer",
            name=own[0].distributor.name,
            colleagues=company_id,
            company_id=company_id,
            distributor_ids=tuple(profile.distributor_id for profile in own),
        )


def _record(tx: UnitOfWork, actor: Actor, event: Event, ids: Sequence[str]) -> None:
    record(
        tx,
        actor,
        "participants.fill",
        "event_plan",
        event.event_id,
        company_id=event.company_id,
        after={"participants": list(ids)},
    )
