"""A small event whose best plan is plain: two sellers, two buyers, two slots, two tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from service.domain.accounts import Membership
from service.domain.events import Event
from service.domain.words import CompanyKind, Role
from service.security.actor import Actor, Seat
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events.importing import EventImport, import_table
from service.usecases.events.setup import create_event
from tests.service import make
from tests.service.furnishing import furnish

SAMPLE = Path(__file__).resolve().parents[4] / "data" / "sample" / "event"

ORGANISER = Actor("olga", "olga", (Seat("marche", Role.OWNER, frozenset({CompanyKind.ORGANISER})),))
RIVAL = Actor("rik", "rik", (Seat("rival", Role.OWNER, frozenset({CompanyKind.ORGANISER})),))
AGENT = Actor("ines", "ines", (Seat("agent", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
BUYER = Actor("bo", "bo", (Seat("buyer", Role.MEMBER, frozenset({CompanyKind.DISTRIBUTOR})),))
ADMIN = Actor("root", "root", is_administrator=True)

FILES = {
    "participants": "participant_id,side,name,company_id\n"
    "s1,seller,Alba,agent\ns2,seller,Grim,grim\nb1,buyer,Lumen,fr\nb2,buyer,Harbor,harbor\n",
    "slots": "slot_id,day,starts_at,ends_at\n"
    "a,2026-05-14,09:00,09:30\nb,2026-05-14,09:30,10:00\nc,2026-05-14,11:00,11:30\n",
    "tables": "table_id,reserved_for\nt1,\nt2,\n",
    "values": "seller_id,buyer_id,value\ns1,b1,4\ns1,b2,3\ns2,b1,2\ns2,b2,1\n",
}


def companies(uow: UnitOfWorkFactory) -> None:
    """An organiser and its rival, the agent and the buyer of `make.trade`, and one person of each."""
    with uow() as tx:
        make.trade(tx)
        for company_id in ("marche", "rival"):
            tx.companies.add(make.company(company_id, CompanyKind.ORGANISER))
        for actor in (ORGANISER, RIVAL, AGENT, BUYER):
            tx.accounts.add_user(make.user(actor.actor_id))
            for seat in actor.seats:
                tx.accounts.add_membership(Membership(actor.actor_id, seat.company_id, seat.role))
        tx.commit()


def new_event(uow: UnitOfWorkFactory) -> Event:
    """An event without anything in it, on one day in Berlin."""
    day = date(2026, 5, 14)
    return create_event(uow, ORGANISER, Event("", "", "Spring Market", "Europe/Berlin", day, day))


def imported(uow: UnitOfWorkFactory, event: Event, table: str, text: str, **options: bool) -> EventImport:
    """One table of the event from a CSV."""
    wanted = {"dry_run": False, **options}
    return import_table(uow, ORGANISER, event.event_id, table, text.encode(), **wanted)


def small_event(uow: UnitOfWorkFactory) -> Event:
    """FILES as an event; s1 is of the agent, b1 of the buyer."""
    event = new_event(uow)

    def load() -> None:
        for table, text in FILES.items():
            done = imported(uow, event, table, text)
            assert [str(one) for one in done.problems if one.refused] == []

    with uow() as tx:
        known = frozenset(tx.companies.find(["agent", "buyer"]))
    return furnish(uow, event, ("market", known), load)
