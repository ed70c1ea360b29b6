"""The small event, planned as the worker does it."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from service.bundle_store import BundleStore
from service.clock import now
from service.domain.events import Event
from service.domain.words import JobState
from service.matchers import MatcherHolder
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import planning, schedules
from tests.service.usecases.events.market import ORGANISER
from tests.tastes import WordEncoder


def plan(
    uow: UnitOfWorkFactory,
    settings: Settings,
    event: Event,
    wanted: planning.PlanRequest | None = None,
    holder: MatcherHolder | None = None,
) -> dict[str, Any]:
    """Ask for a plan, carry it out, and return the job's result; the job itself is over then."""
    job = planning.request_plan(uow, ORGANISER, event.event_id, wanted or planning.PlanRequest())
    assert settings.database_url is not None
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        query = "DELETE FROM procrastinate_jobs WHERE args->>'job_id' = %s RETURNING args::text"
        row = connection.execute(query, [job.job_id]).fetchone()
    assert row is not None
    args = json.loads(row[0])
    args.pop("job_id")
    matchers = holder or MatcherHolder(uow, BundleStore.of(settings), WordEncoder(), refresh_s=1)
    given = planning.plan_input(uow, matchers, settings, args)
    parts = (given.event, given.evenness, given.time_limit_s, given.previous, given.plan_the_rest)
    made = planning.plan_apart(settings, *parts)
    assert isinstance(made, planning.Planned)
    with uow() as tx:
        result = planning.keep_plan(tx, args, given, made)
        tx.jobs.finish(job.job_id, JobState.SUCCEEDED, now(), result=result)
        tx.commit()
    return result


def held(
    uow: UnitOfWorkFactory, event: Event, number: int | None = None
) -> dict[tuple[str, str], tuple[str, str]]:
    """Who meets whom in a version, None for the latest: slot and table."""
    found = schedules.get_schedule(uow, ORGANISER, event.event_id, number)
    return {(one.seller_id, one.buyer_id): (one.slot_id, one.table_id) for one in found.meetings}
