"""The invented event of the sample market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from recommender.meetings.columns import SLOTS
from recommender.meetings.files import read_event_tables
from service.domain.events import Event
from service.errors import Conflict
from service.phrases import phrase
from service.security.actor import Actor
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.importing import import_event_tables

__all__ = ["load_sample_event"]


def load_sample_event(
    uow: UnitOfWorkFactory,
    folder: Path,
    actor: Actor,
    organiser_id: str,
    *,
    name: str = "Sample Market",
    time_zone: str = "Europe/Berlin",
    attending: Mapping[str, str] | None = None,
) -> Event:
    """An event folder of the planner's files as an event of `organiser_id`.

    attending: company_id as in participants.csv -> company on this service, whose members then see their agenda; a
    company or distributor profile of that very id needs none. Raises Conflict where a row is refused.
    """
    tables = read_event_tables(folder)
    days = sorted(map(date.fromisoformat, set(tables[SLOTS].frame["day"])))
    with uow(statement_timeout_s=0) as tx:
        event = tx.events.add(Event(new_id("event"), organiser_id, name, time_zone, days[0], days[-1]))
        for done in import_event_tables(tx, actor, event, tables).values():
            refused = [problem for problem in done.problems if problem.refused]
            if refused:
                raise Conflict(
                    phrase("the event cannot be loaded: {problem}", problem=refused[0]), "Correct the file"
                )
        people = tx.participants.all(event.event_id)
        links = attending or {}
        linked = [replace(one, company_id=links[one.colleagues]) for one in people if one.colleagues in links]
        tx.participants.put(event.event_id, linked)
        stored = tx.events.get(event.event_id)
        record(tx, actor, "event.create", "event", event.event_id, company_id=organiser_id, after=stored)
        tx.commit()
    return stored
