"""A small event whose best plan is plain, of the organiser `marche`, and plans carried out as the worker does it."""

from __future__ import annotations

import json
from datetime import date

import psycopg

from service.bundle_store import BundleStore
from service.clock import now
from service.domain.events import Event, Participant
from service.domain.words import CompanyKind, JobState, Role
from service.matchers import MatcherHolder
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import planning
from service.usecases.events.importing import import_table
from service.usecases.events.people import update_participant
from service.usecases.events.setup import create_event
from tests.service.furnishing import furnish
from tests.tastes import WordEncoder

__all__ = ["FILES", "ORGANISER", "carry_out_plans", "import_csv", "planned", "small_event"]

ORGANISER = Actor(
    "marche-owner", "marche-owner", (Seat("marche", Role.OWNER, frozenset({CompanyKind.ORGANISER})),)
)

FILES = {
    "participants": "participant_id,side,name,company_id\n"
    "s1,seller,Alba Films,\ns2,seller,Grim Sales,\nb1,buyer,Lumen,\nb2,buyer,Harbor Pictures,\n",
    "slots": "slot_id,day,starts_at,ends_at\n"
    "a1,2026-05-14,09:00,09:30\na2,2026-05-14,09:30,10:00\na3,2026-05-14,11:00,11:30\n",
    "tables": "table_id,reserved_for\nt1,\nt2,\n",
    "values": "seller_id,buyer_id,value\ns1,b1,4\ns1,b2,3\ns2,b1,2\ns2,b2,1\n",
}


def small_event(uow: UnitOfWorkFactory, day: date = date(2026, 5, 14)) -> Event:
    """FILES as an event on one day; s1 is of the company alba, b1 of lumen, the others are guests."""
    event = create_event(uow, ORGANISER, Event("", "", "Spring Market", "Europe/Berlin", day, day))

    def load() -> None:
        for table, text in FILES.items():
            import_csv(uow, event, table, text.replace("2026-05-14", day.isoformat()))

    furnish(uow, event, ("organising", day), load)
    for participant_id, company_id in (("s1", "alba"), ("b1", "lumen")):
        change = {"company_id": company_id}
        update_participant(uow, ORGANISER, event.event_id, participant_id, change, None)
    with uow() as tx:
        return tx.events.get(event.event_id)


def import_csv(uow: UnitOfWorkFactory, event: Event, table: str, text: str) -> None:
    """One table of the event; every row is fine."""
    done = import_table(uow, ORGANISER, event.event_id, table, text.encode(), dry_run=False)
    assert not done.refused, done.problems


def planned(
    uow: UnitOfWorkFactory,
    settings: Settings,
    event: Event,
    wanted: planning.PlanRequest | None = None,
) -> None:
    """Ask for a plan and carry it out."""
    planning.request_plan(uow, ORGANISER, event.event_id, wanted or planning.PlanRequest())
    carry_out_plans(uow, settings)


def carry_out_plans(uow: UnitOfWorkFactory, settings: Settings) -> None:
    """Do what waits in the queue of plans, as the worker does it, without a process of its own."""
    assert settings.database_url is not None
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        query = "DELETE FROM procrastinate_jobs WHERE task_name = %s RETURNING args::text"
        waiting = [json.loads(row[0]) for row in connection.execute(query, [planning.JOB]).fetchall()]
    for args in waiting:
        job_id = args.pop("job_id")
        matchers = MatcherHolder(uow, BundleStore.of(settings), WordEncoder(), refresh_s=1)
        given = planning.plan_input(uow, matchers, settings, args)
        parts = (given.event, given.evenness, given.time_limit_s, given.previous, given.plan_the_rest)
        made = planning.plan_apart(settings, *parts)
        with uow() as tx:
            if isinstance(made, planning.Impossible):
                why = {"conflicts": made.conflicts}
                tx.jobs.finish(job_id, JobState.FAILED, now(), made.message, why)
            else:
                result = planning.keep_plan(tx, args, given, made)
                tx.jobs.finish(job_id, JobState.SUCCEEDED, now(), result=result)
            tx.commit()


def attendee(uow: UnitOfWorkFactory, event: Event, participant_id: str) -> Participant:
    """Somebody of the event."""
    with uow() as tx:
        return tx.participants.get(event.event_id, participant_id)
