"""The tasks: each does one job, and may be carried out again from the beginning at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

import structlog
from procrastinate import JobContext
from procrastinate.exceptions import JobAborted

from recommender.space.encoder import TextEncoder
from service.bundle_store import BundleStore
from service.errors import Conflict
from service.jobs.apart import run_apart
from service.jobs.progress import CannotBeDone, Keep, Progress, carry_out
from service.matchers import MatcherHolder
from service.security.actor import Actor
from service.settings import Settings
from service.store.opening import open_store
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases import batches, bundles, housekeeping, merges, training
from service.usecases.embedding import embed_pending
from service.usecases.events import planning
from service.usecases.imports import run_import

__all__ = [
    "Workshop",
    "embed",
    "housekeep",
    "import_file",
    "match_batch",
    "plan_event",
    "promote",
    "propose_merges",
    "retrain",
    "train",
]

_LOG = structlog.get_logger(__name__)

ACTOR = Actor.system("worker")


@dataclass(slots=True)
class Workshop:
    """What a worker works with.

    make_encoder: importable, as a process of its own calls it too. embedded_to: the revision up to which this worker
    has embedded everything.
    """

    settings: Settings
    uow: UnitOfWorkFactory
    store: BundleStore
    encoder: TextEncoder
    make_encoder: Callable[[Settings], TextEncoder]
    matchers: MatcherHolder
    embedded_to: int | None = None


def embed(context: JobContext) -> None:
    """Encode what is new or edited."""
    shop = _shop(context)
    with shop.uow() as tx:
        revision = tx.changes.revision()
    done = embed_pending(
        shop.uow, shop.encoder, lambda _done, _total: _stop_if_told(context), shop.embedded_to
    )
    shop.embedded_to = revision
    if done:
        _LOG.info("embedded", texts=done)


def train(context: JobContext, job_id: str) -> None:
    """Train a bundle in a process of its own, and compare it with the one in force."""
    shop = _shop(context)

    def work(progress: Progress) -> Keep:
        def check() -> None:
            _stop_if_told(context)
            progress.check()

        candidate = run_apart(shop.settings, train_apart, shop.make_encoder, job_id, check=check)
        return lambda tx: training.keep_candidate(tx, ACTOR, candidate)

    carry_out(shop.uow, job_id, work)


def train_apart(
    settings: Settings, make_encoder: Callable[[Settings], TextEncoder], job_id: str
) -> training.Candidate:
    """The part of `train` that takes time."""
    with open_store(settings) as uow:
        progress = Progress(uow, job_id)
        return training.train_candidate(
            uow, BundleStore.of(settings), make_encoder(settings), settings, progress
        )


def promote(context: JobContext, job_id: str, version: str, counter: int) -> None:
    """Put a trained bundle in force, unless somebody decided otherwise meanwhile."""
    shop = _shop(context)

    def work(_: Progress) -> Keep:
        try:
            bundles.promote(
                shop.uow, ACTOR, shop.store, shop.encoder, version, counter=counter, reason="trained"
            )
        except Conflict:
            # Perhaps by ourselves, before we died.
            if bundles.current_bundle(shop.uow, ACTOR).version != version:
                raise
        return lambda _: {"version": version}

    carry_out(shop.uow, job_id, work)


def import_file(context: JobContext, job_id: str, run_id: str) -> None:
    """Read an uploaded file. It notes by itself how far it is and how it ended."""
    run_import(_shop(context).uow, job_id, run_id)


def match_batch(context: JobContext, job_id: str, **request: Any) -> None:
    """Answer for many films, each in a transaction of its own."""
    shop = _shop(context)

    def work(progress: Progress) -> Keep:
        def report(done: int, total: int) -> None:
            _stop_if_told(context)
            progress(done, total, "matching")

        shop.matchers.refresh()
        result = batches.run_batch(shop.uow, shop.matchers.current(), shop.settings, job_id, request, report)
        return partial(_returned, result)

    carry_out(shop.uow, job_id, work)


def plan_event(context: JobContext, job_id: str, **args: Any) -> None:
    """Plan the meetings of an event in a process of its own."""
    shop = _shop(context)

    def work(progress: Progress) -> Keep:
        progress(0, 0, "finding out what meetings are worth")
        given = planning.plan_input(shop.uow, shop.matchers, shop.settings, args)
        started = monotonic()

        def check() -> None:
            _stop_if_told(context)
            limit = round(given.time_limit_s)
            progress(min(int(monotonic() - started), limit), limit, "planning")

        parts = (given.event, given.evenness, given.time_limit_s, given.previous, given.plan_the_rest)
        planned = run_apart(shop.settings, planning.plan_apart, *parts, check=check)
        if isinstance(planned, planning.Impossible):
            raise CannotBeDone(planned.message, {"conflicts": planned.conflicts})
        return lambda tx: planning.keep_plan(tx, args, given, planned)

    carry_out(shop.uow, job_id, work)


def retrain(context: JobContext, timestamp: int) -> None:
    """Ask for the training of this night."""
    job = training.request_training(_shop(context).uow, ACTOR)
    _LOG.info("retraining", job=job.job_id, planned_for=timestamp)


def housekeep(context: JobContext, timestamp: int) -> None:
    """Forget what is old."""
    shop = _shop(context)
    forgotten = housekeeping.forget_the_old(shop.uow, shop.store, shop.settings)
    _LOG.info("housekeeping", planned_for=timestamp, **forgotten)


def propose_merges(context: JobContext, timestamp: int) -> None:
    """Look for films and companies that are there twice, also those that were typed in and not imported."""
    shop = _shop(context)
    proposed = {noun: merges.propose_merges(shop.uow, noun) for noun in merges.NOUNS.values()}
    _LOG.info("merges_proposed", planned_for=timestamp, **proposed)


def _shop(context: JobContext) -> Workshop:
    shop: Workshop = context.additional_context["workshop"]
    return shop


def _stop_if_told(context: JobContext) -> None:
    if context.should_abort():
        raise JobAborted


def _returned(result: dict[str, Any], _: UnitOfWork) -> dict[str, Any]:
    return result
