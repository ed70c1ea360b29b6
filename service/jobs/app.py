"""The queue's application: which tasks there are, in which queue, and when they are tried again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job

from service.clock import now
from service.errors import Unavailable
from service.jobs import tasks
from service.settings import Settings
from service.store.engine import libpq_url
from service.store.opening import database_url

__all__ = ["LONG", "MOST_ATTEMPTS", "PLANS", "QUICK", "make_app"]

QUICK: Final = "quick"
"""What takes seconds, and must not wait for a training."""

LONG: Final = "default"

PLANS: Final = "plans"
"""Meeting lists, for which somebody waits: neither a training nor an embedding is to hold them up."""

MOST_ATTEMPTS: Final = 8

_MADE_UP_FOR_S: Final = 2 * 3600.0
"""How late a planned task still begins: a clock that jumps ahead by an hour, or a restart, skips no night."""

_HOURLY: Final = "17 * * * *"
_NIGHTLY: Final = "41 1 * * *"


class _Again(BaseRetryStrategy):
    """Once more, later, when what failed was not the task: the database was away, or the worker told to stop."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, JobAborted):
            return RetryDecision(retry_at=now())
        if isinstance(exception, Unavailable) and job.attempts < MOST_ATTEMPTS:
            return RetryDecision(retry_at=now() + timedelta(seconds=2**job.attempts))
        return None


def make_app(settings: Settings) -> App:
    """The queue on the database of `settings`; open it before use."""
    connector = PsycopgConnector(
        conninfo=libpq_url(database_url(settings)),
        min_size=1,
        max_size=6,
        kwargs={"prepare_threshold": None, "connect_timeout": settings.connect_timeout_s},
    )
    app = App(connector=connector, periodic_defaults={"max_delay": _MADE_UP_FOR_S})
    again = _Again()
    for task, queue in (
        (tasks.embed, QUICK),
        (tasks.promote, QUICK),
        (tasks.train, LONG),
        (tasks.import_file, LONG),
        (tasks.match_batch, LONG),
        (tasks.plan_event, PLANS),
    ):
        app.task(name=task.__name__, queue=queue, pass_context=True, retry=again)(task)
    if settings.retrain_cron:
        planned = app.task(name="retrain", queue=QUICK, pass_context=True, retry=again)(tasks.retrain)
        app.periodic(cron=settings.retrain_cron)(planned)
    nightly = app.task(name="propose_merges", queue=LONG, pass_context=True, retry=again)(
        tasks.propose_merges
    )
    app.periodic(cron=_NIGHTLY)(nightly)
    hourly = app.task(name="housekeep", queue=QUICK, pass_context=True, retry=again)(tasks.housekeep)
    app.periodic(cron=_HOURLY)(hourly)
    return app
