"""People with large desks, for measuring the pages: an agent, a distributor, an organiser, an administrator.

The agent holds the rights of the market's newest films, the distributor is the one with the most releases, the
organiser has an event as large as the largest market, planned and published.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

import httpx2

from recommender.meetings import domain as core
from scripts.meeting_events import SIZES, random_event
from scripts.running_service import wait_until
from service.clock import now, today
from service.domain.accounts import Company, Membership, User
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.events import Event, EventTable, Participant
from service.domain.feedback import FeedbackEvent
from service.domain.paging import PageRequest
from service.domain.rights import RightsGrant, Window
from service.domain.words import (
    CompanyKind,
    Direction,
    FeedbackKind,
    GrantStatus,
    ImportKind,
    MediaRight,
    Role,
)
from service.security.actor import Actor
from service.security.identity import Passwords, new_token
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases import merges
from service.usecases.imports import start_import, upload_file

__all__ = ["Desks", "browsed_as", "furnish", "known_ids", "plan_event"]

LARGEST: Final = "largest"
MOST_FILMS: Final = 5_000
"""Of the agent, or all there are."""

_RIGHTS: Final = (MediaRight.THEATRICAL, MediaRight.SVOD)
_CARDS: Final = 400
_LINE_UP: Final = 40
_PORTION: Final = 5_000
_SHOWN: Final = 40
_PLAN_S: Final = 120


@dataclass(frozen=True, slots=True)
class Desks:
    """Who signs in, and what the addresses of pages are filled with.

    emails: by who it is, all with `password`. fill: of the parameters of routes. films: on offer, the newest first.
    likely: distributors of the territory. organiser: the company of the event. meeting: one that is planned.
    """

    password: str
    emails: dict[str, str]
    fill: dict[str, str]
    films: tuple[str, ...]
    territory: str
    likely: tuple[str, ...]
    organiser: str
    meeting: dict[str, str] = field(default_factory=dict)

    def words(self) -> dict[str, str]:
        """What queries are filled with."""
        one, other, *_ = self.likely
        return {**self.fill, "territory": self.territory, "one": one, "other": other, **self.meeting}


def furnish(uow: UnitOfWorkFactory, seed: int = 0) -> Desks:
    """Make all of them, on a market that is loaded; before it is learnt from."""
    password, passwords = new_token()[:20], Passwords()
    with uow(statement_timeout_s=0) as tx:
        buyer, films = _busiest(tx), _newest(tx)
        territories = tx.distributors.territories()
        agent = _company(tx, "Large Agent", CompanyKind.SALES_AGENT)
        organiser = _company(tx, "Large Organiser", CompanyKind.ORGANISER)
        emails = {
            "agent": _person(tx, passwords, password, "agent", agent),
            "distributor": _person(tx, passwords, password, "distributor", buyer.company_id),
            "organiser": _person(tx, passwords, password, "organiser", organiser),
            "administrator": _person(tx, passwords, password, "administrator", None),
        }
        for start in range(0, len(films), _PORTION):
            tx.films.upsert_many([replace(one, owner_id=agent) for one in films[start : start + _PORTION]])
        grants = [grant for film in films for grant in _held(film, agent, territories)]
        for start in range(0, len(grants), _PORTION):
            tx.rights.upsert_many(grants[start : start + _PORTION])
        likely = _likely(tx, buyer.territory)
        shown = _little_sold(tx, films)
        _feedback(tx, agent, buyer, films, likely, random.Random(seed))
        event_id = _event(tx, organiser, agent, buyer, films, seed)
        tx.commit()
    merges.propose_merges(uow, "company")
    fill = {
        "film_id": shown[0],
        "company_id": buyer.company_id,
        "event_id": event_id,
        "participant_id": "s0000",
        **_imports(uow, agent),
    }
    return Desks(password, emails, fill, shown, buyer.territory, likely[:3], organiser)


def browsed_as(url: str, desks: Desks, who: str) -> dict[str, str]:
    """Cookies of somebody who is signed in."""
    body = {"email": desks.emails[who], "password": desks.password}
    answer = httpx2.post(f"{url}/api/v1/sessions", json=body, timeout=60)
    answer.raise_for_status()
    return {"reelmatch_session": answer.cookies["reelmatch_session"]}


def plan_event(url: str, key: str, desks: Desks) -> Desks:
    """Have the event planned by the worker, and publish it; returns the desks with one of its meetings."""
    with httpx2.Client(
        base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=120
    ) as client:
        place = f"/events/{desks.fill['event_id']}"
        job = _told(client.post(f"{place}/plans", json={"time_limit_s": _PLAN_S}))
        done = wait_until(lambda: _final(client, job["job_id"]), "a plan", 1_800, 1.0)
        if done["state"] != "succeeded":
            raise RuntimeError(f"the event is not planned: {done['message']}")
        # The same meetings again, as a second version to compare with.
        number = _told(client.post(f"{place}/schedules/{done['result']['number']}/roll-back"))["number"]
        version = client.get(f"{place}/schedules/latest").headers["ETag"]
        _told(client.post(f"{place}/schedules/{number}/publish", headers={"If-Match": version}))
        held = _told(client.get(f"{place}/schedules/latest"))["meetings"]
    one, last = held[0], held[-1]
    pair = {"seller": one["seller_id"], "buyer": one["buyer_id"]}
    return replace(desks, meeting={**pair, "slot": last["slot_id"], "table": last["table_id"]})


def known_ids(uow: UnitOfWorkFactory, desks: Desks) -> Desks:
    """The desks with the ids that came with the bundle, the jobs and the people."""
    with uow() as tx:
        agent = tx.accounts.user_by_email(desks.emails["agent"])
        proposals = tx.merges.list(PageRequest(1)).items
        deal = next(deal for deal in tx.deals.stream() if deal.distributor_id == desks.likely[0])
        found = {
            "version": tx.bundles.current().version,
            "user_id": agent.user_id if agent else None,
            "proposal_id": proposals[0].proposal_id if proposals else None,
            "deal_id": deal.deal_id,
        }
    return replace(desks, fill={**desks.fill, **{name: value for name, value in found.items() if value}})


def _final(client: httpx2.Client, job_id: str) -> dict[str, Any] | None:
    job = _told(client.get(f"/jobs/{job_id}"))
    return job if job["state"] in ("succeeded", "failed", "cancelled") else None


def _told(answer: httpx2.Response) -> dict[str, Any]:
    if answer.is_error:
        raise RuntimeError(f"{answer.request.url.path}: {answer.text[:500]}")
    told: dict[str, Any] = answer.json()
    return told


def _busiest(tx: UnitOfWork) -> DistributorProfile:
    """The independent with the most releases."""
    profiles = {one.distributor_id: one for one in tx.distributors.stream()}
    counts = Counter(deal.distributor_id for deal in tx.deals.stream())
    return next(
        profiles[key] for key, _ in counts.most_common() if profiles[key].distributor.kind == "independent"
    )


def _newest(tx: UnitOfWork) -> list[FilmRecord]:
    described = [one for one in tx.films.stream() if one.film.synopsis]
    return sorted(described, key=lambda one: (-(one.film.year or 0), one.film_id))[:MOST_FILMS]


def _little_sold(tx: UnitOfWork, films: list[FilmRecord]) -> tuple[str, ...]:
    """Those that are still to be had nearly everywhere."""
    deals = tx.deals.of_films([film.film_id for film in films])
    places = {film_id: len({deal.territory for deal in each}) for film_id, each in deals.items()}
    return tuple(film.film_id for film in films if places.get(film.film_id, 0) < 2)[:_SHOWN]


def _likely(tx: UnitOfWork, territory: str) -> tuple[str, ...]:
    """The busiest independents of a territory."""
    counts = Counter(deal.distributor_id for deal in tx.deals.stream() if deal.territory == territory)
    known = {one.distributor_id: one for one in tx.distributors.stream()}
    return tuple(key for key, _ in counts.most_common(60) if known[key].distributor.kind == "independent")


def _company(tx: UnitOfWork, name: str, kind: CompanyKind) -> str:
    return tx.companies.add(Company(new_id("company"), name, frozenset({kind}))).company_id


def _person(tx: UnitOfWork, passwords: Passwords, password: str, name: str, company_id: str | None) -> str:
    email = f"{name}@large.example"
    user = tx.accounts.add_user(User(new_id("user"), email, name, is_administrator=company_id is None))
    if company_id is not None:
        tx.accounts.add_membership(Membership(user.user_id, company_id, Role.OWNER))
    tx.accounts.set_password(user.user_id, passwords.hash(password))
    return email


def _held(film: FilmRecord, agent: str, territories: tuple[str, ...]) -> Iterator[RightsGrant]:
    for place, territory in enumerate(territories):
        for right in _RIGHTS:
            yield RightsGrant(
                grant_id=new_id("grant"),
                direction=Direction.HELD,
                film_id=film.film_id,
                company_id=agent,
                territory=territory,
                media_right=right,
                window=Window(date(2000, 1, 1), today() + timedelta(days=3_650)),
                exclusive=True,
                status=GrantStatus.ACTIVE,
                # In one territory nobody has said lately that it is still so.
                confirmed_on=today() - timedelta(days=0 if place else 500),
            )


def _feedback(
    tx: UnitOfWork,
    agent: str,
    buyer: DistributorProfile,
    films: list[FilmRecord],
    likely: tuple[str, ...],
    rng: random.Random,
) -> None:
    """A follow-up board of the agent, a shortlist and passes of the distributor."""

    def said(kind: FeedbackKind, film: FilmRecord, distributor_id: str, company_id: str) -> FeedbackEvent:
        return FeedbackEvent(new_id("feedback"), kind, film.film_id, distributor_id, company_id, now())

    pairs = {(rng.randrange(len(films)), rng.choice(likely)) for _ in range(_CARDS)}
    for place, distributor_id in sorted(pairs):
        tx.feedback.add(said(FeedbackKind.SHORTLISTED, films[place], distributor_id, agent))
    for place in rng.sample(range(1, len(films)), min(200, len(films) - 1)):
        kind = FeedbackKind.SHORTLISTED if place % 2 else FeedbackKind.PASSED
        tx.feedback.add(said(kind, films[place], buyer.distributor_id, buyer.company_id))


def _imports(uow: UnitOfWorkFactory, agent: str) -> dict[str, str]:
    """A file and a dry run, for the worker to do."""
    rows = "".join(f"r{number},Row {number},A film about the row {number}.,2026\n" for number in range(2_000))
    actor = Actor.system("script")
    content = f"film_id,title,synopsis,year\n{rows}".encode()
    file = upload_file(uow, actor, name="films.csv", content=content, company_id=agent).file.file_id
    run = start_import(uow, actor, file, ImportKind.FILMS, mapping=None, dry_run=True).run.run_id
    return {"file_id": file, "run_id": run}


def _event(
    tx: UnitOfWork, organiser: str, agent: str, buyer: DistributorProfile, films: list[FilmRecord], seed: int
) -> str:
    made = random_event(SIZES[LARGEST], seed)
    days = sorted({slot.day for slot in made.slots})
    event = tx.events.add(
        Event(new_id("event"), organiser, "Large Market", "Europe/Berlin", days[0], days[-1])
    )
    key = event.event_id
    tx.venues.put_slots(key, made.slots)
    tx.venues.put_tables(key, [EventTable(table.table_id) for table in made.tables])
    line_up = tuple(film.film_id for film in islice(films, _LINE_UP))
    tx.participants.put(key, [_attending(one, agent, buyer, line_up) for one in made.participants])
    tx.participants.add_absences(key, made.absences)
    tx.wishes.add(key, made.wishes)
    tx.wishes.set_values(key, made.values)
    tx.events.update(replace(event, values_from="file"))
    return key


def _attending(
    one: core.Participant, agent: str, buyer: DistributorProfile, line_up: tuple[str, ...]
) -> Participant:
    """The first seller is the agent's, the first buyer the distributor's; all others are guests."""
    here = Participant(
        one.participant_id,
        one.side,
        one.name,
        max_meetings=one.max_meetings,
        min_meetings=one.min_meetings,
        max_per_day=one.max_per_day,
    )
    if one.participant_id == "s0000":
        return replace(here, company_id=agent, film_ids=line_up)
    if one.participant_id == "b0000":
        return replace(here, company_id=buyer.company_id, distributor_ids=(buyer.distributor_id,))
    return here
