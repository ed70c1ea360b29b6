"""A process that carries tasks out until it is told to stop, and takes over what dead workers left."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import structlog
from procrastinate import App
from procrastinate.jobs import Job, Status

from recommender.errors import EncoderError
from recommender.space.encoder import TextEncoder
from service import logs
from service.bundle_store import BundleStore
from service.clock import now
from service.domain.paging import PageRequest
from service.domain.words import JobState
from service.jobs.app import LONG, MOST_ATTEMPTS, PLANS, QUICK, make_app
from service.jobs.tasks import ACTOR, Workshop
from service.matchers import MatcherHolder
from service.settings import Settings
from service.store.opening import open_store
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.embedding import encoder_of
from service.usecases.importing.run import adopt_imports

__all__ = ["run_worker", "take_over"]

_LOG = structlog.get_logger(__name__)

_HEARTBEAT_S: Final = 5.0
_DEAD_AFTER_S: Final = 30.0
"""Without a heartbeat; what a busy machine may delay one is far less."""

_AT_ONCE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Due by any clock: the database compares it with its own."""

_LOOK_S: Final = 10.0
_GRACE_S: Final = 15.0


def run_worker(
    settings: Settings,
    *,
    until_idle: bool = False,
    make_encoder: Callable[[Settings], TextEncoder] = encoder_of,
) -> None:
    """Work until SIGTERM or Ctrl-C, or until nothing waits. Raises Misconfigured without a migrated database."""
    logs.configure(settings.log_level)
    with open_store(settings) as uow:
        store, encoder = BundleStore.of(settings), make_encoder(settings)
        matchers = MatcherHolder(uow, store, encoder, refresh_s=settings.refresh_s)
        shop = Workshop(settings, uow, store, encoder, make_encoder, matchers)
        asyncio.run(_work(make_app(settings), shop, until_idle=until_idle))


async def take_over(app: App, uow: UnitOfWorkFactory, *, dead_after_s: float = _DEAD_AFTER_S) -> int:
    """Put what dead workers were doing back into the queue; returns how many tasks.

    A task that kills every worker is given up after some attempts.
    """
    manager = app.job_manager
    taken = 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=dead_after_s):
        if job.attempts < MOST_ATTEMPTS:
            await manager.retry_job(job, retry_at=_AT_ONCE)
            taken += 1
        else:
            await manager.finish_job(job, Status.FAILED, delete_job=False)
    await asyncio.to_thread(
        _end_the_given_up, uow, [*await manager.list_jobs_async(status=Status.FAILED.value)]
    )
    return taken


async def _work(app: App, shop: Workshop, *, until_idle: bool) -> None:
    async with app.open_async():
        queues = {QUICK: 1, PLANS: 1, LONG: shop.settings.worker_concurrency}
        workers = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[queue],
                    name=queue,
                    concurrency=concurrency,
                    wait=not until_idle,
                    additional_context={"workshop": shop},
                    install_signal_handlers=False,
                    update_heartbeat_interval=_HEARTBEAT_S,
                    stalled_worker_timeout=_DEAD_AFTER_S,
                    shutdown_graceful_timeout=_GRACE_S,
                )
            )
            for queue, concurrency in queues.items()
        ]
        watch = asyncio.create_task(_keep_taking_over(app, shop.uow))
        ready = asyncio.create_task(_be_ready(shop.encoder, wait=not until_idle))
        loop, told = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told.set)
        enough = asyncio.ALL_COMPLETED if until_idle else asyncio.FIRST_COMPLETED
        done = asyncio.create_task(asyncio.wait(workers, return_when=enough))
        stopped = asyncio.create_task(told.wait())
        try:
            await asyncio.wait([done, stopped], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*workers, done, stopped, watch):
                task.cancel()
            ended = await asyncio.gather(*workers, watch, ready, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
    if not until_idle and not told.is_set():
        raise RuntimeError("a queue is worked on no more, though nobody stopped the worker; the log says why")


async def _be_ready(encoder: TextEncoder, *, wait: bool) -> None:
    """Load the model before somebody waits for the first film: it takes longer than a film may until it is matched."""
    if wait:
        with suppress(EncoderError):
            await asyncio.to_thread(encoder.encode, ["A film."])


async def _keep_taking_over(app: App, uow: UnitOfWorkFactory) -> None:
    while True:
        with suppress(Exception):
            taken = await take_over(app, uow) + await asyncio.to_thread(adopt_imports, uow, ACTOR)
            if taken:
                _LOG.warning("took_over", tasks=taken)
        await asyncio.sleep(_LOOK_S)


def _end_the_given_up(uow: UnitOfWorkFactory, failed: list[Job]) -> None:
    """Say of jobs whose task was given up that they failed."""
    numbers = {job.id for job in failed}
    with uow() as tx:
        for state in (JobState.QUEUED, JobState.RUNNING):
            for job in tx.jobs.list(PageRequest(size=1_000), state=state).items:
                if job.queue_id in numbers:
                    tx.jobs.finish(job.job_id, JobState.FAILED, now(), "given up: it failed again and again")
        tx.commit()
