"""Workers: from the queue to the result, and what happens when they die."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from procrastinate import App

from service.bundle_store import BundleStore
from service.domain.jobs import JobRun
from service.domain.words import CompanyKind, JobState
from service.jobs.app import make_app
from service.jobs.worker import run_worker, take_over
from service.security.actor import Actor
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.batches import request_batch
from service.usecases.jobs import start_job
from service.usecases.requests import MatchRequest
from service.usecases.training import request_training
from tests.service import make
from tests.service.bundled import SYSTEM, make_encoder, publish_tastes, put_in_force
from tests.tastes import TERRITORIES, WORDS, WordEncoder


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def work(settings: Settings) -> None:
    """Until nothing waits; once more for what the last task put into the queue."""
    for _ in range(2):
        run_worker(settings, until_idle=True, make_encoder=make_encoder)


def job(uow: UnitOfWorkFactory, job_id: str) -> JobRun:
    with uow() as tx:
        return tx.jobs.get(job_id)


def wait_for(happens: Callable[[], bool], limit_s: float = 90.0) -> None:
    deadline = time.monotonic() + limit_s
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def batch(uow: UnitOfWorkFactory, films: int, territories: tuple[str, ...] = ("FR",)) -> JobRun:
    with uow() as tx:
        tx.companies.add(make.company("alba", CompanyKind.SALES_AGENT))
        film_ids = [record.film_id for record in tx.films.stream()][:films]
        tx.commit()
    return request_batch(uow, Actor.system("test"), MatchRequest(territories, k=20), film_ids)


def runs(database_url: str) -> tuple[int, int]:
    """How many runs are kept, and of how many films."""
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "SELECT count(*), count(DISTINCT request->>'film_id') FROM match_runs"
        ).fetchone()
    assert found is not None
    return found[0], found[1]


def test_a_training_ends_with_its_bundle_in_force(uow: UnitOfWorkFactory, settings: Settings) -> None:
    asked = request_training(uow, SYSTEM)
    work(settings)
    done = job(uow, asked.job_id)
    assert done.state is JobState.SUCCEEDED, done.message
    assert done.result is not None
    version = done.result["version"]
    with uow() as tx:
        assert tx.bundles.current().version == version
        assert tx.bundles.get(version).comparison == done.result["comparison"]
        assert [one.state for one in tx.jobs.list(kind="promote").items] == [JobState.SUCCEEDED]
    assert BundleStore.of(settings).has(version)


def test_new_texts_are_embedded(uow: UnitOfWorkFactory, settings: Settings) -> None:
    with uow() as tx:
        tx.films.add(make.film("new", synopsis=WORDS["War"]))
        tx.jobs.defer("embed", {}, queue="quick", queueing_lock="embed")
        tx.commit()
    work(settings)
    with uow() as tx:
        assert "new" in tx.vectors.films(["new"], WordEncoder.fingerprint)


def test_a_promotion_that_was_carried_out_before_the_worker_died_is_not_repeated(
    uow: UnitOfWorkFactory, settings: Settings
) -> None:
    manifest = publish_tastes(BundleStore.of(settings))
    put_in_force(uow, manifest)
    with uow() as tx:
        args = {"version": manifest.version, "counter": 0}
        again = start_job(tx, SYSTEM, "promote", args, queue="quick")
        tx.commit()
    work(settings)
    assert job(uow, again.job_id).state is JobState.SUCCEEDED
    with uow() as tx:
        assert tx.bundles.current().counter == 1


def test_a_promotion_that_somebody_else_overtook_is_told(uow: UnitOfWorkFactory, settings: Settings) -> None:
    store = BundleStore.of(settings)
    trained, chosen = publish_tastes(store), publish_tastes(store, seed=1)
    put_in_force(uow, trained)
    put_in_force(uow, chosen)
    with uow() as tx:
        args = {"version": trained.version, "counter": 1}
        late = start_job(tx, SYSTEM, "promote", args, queue="quick")
        tx.commit()
    work(settings)
    assert job(uow, late.job_id).state is JobState.FAILED
    assert "meanwhile" in job(uow, late.job_id).message
    with uow() as tx:
        assert tx.bundles.current().version == chosen.version


def test_a_killed_worker_loses_nothing_and_its_work_is_not_repeated(
    uow: UnitOfWorkFactory, settings: Settings, database_url: str
) -> None:
    put_in_force(uow, publish_tastes(BundleStore.of(settings)))
    asked = batch(uow, films=120, territories=TERRITORIES)
    process = multiprocessing.get_context("spawn").Process(
        target=run_worker, args=(settings,), kwargs={"make_encoder": make_encoder}
    )
    process.start()
    wait_for(lambda: runs(database_url)[0] > 0)
    process.kill()
    process.join()
    assert job(uow, asked.job_id).state is JobState.RUNNING
    with psycopg.connect(database_url, autocommit=True) as connection:
        # As if it had been silent for long enough.
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    work(settings)
    app = make_app(settings)

    async def taken() -> int:
        async with app.open_async():
            return await take_over(app, uow)

    if job(uow, asked.job_id).state is JobState.RUNNING:
        assert asyncio.run(taken()) == 1
        work(settings)
    done = job(uow, asked.job_id)
    assert done.state is JobState.SUCCEEDED
    assert done.result is not None
    assert runs(database_url) == (120, 120)
    assert len(done.result["runs"]) == 120


def test_a_training_is_stopped_in_the_middle(
    uow: UnitOfWorkFactory, settings: Settings, tmp_path: Path
) -> None:
    asked = request_training(uow, SYSTEM)
    process = multiprocessing.get_context("spawn").Process(
        target=run_worker, args=(settings,), kwargs={"make_encoder": make_encoder}
    )
    process.start()
    try:
        wait_for(lambda: job(uow, asked.job_id).done >= 2)
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        with uow() as tx:
            tx.jobs.request_cancel(asked.job_id, make.NOON)
            tx.commit()
        wait_for(lambda: job(uow, asked.job_id).state is JobState.CANCELLED)
        with uow() as tx:
            assert tx.bundles.list().items == ()
        process.terminate()
        process.join(timeout=60)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()


def test_a_task_that_kills_every_worker_is_given_up(
    uow: UnitOfWorkFactory, settings: Settings, database_url: str
) -> None:
    with uow() as tx:
        deadly = start_job(tx, SYSTEM, "train", {}, key="train")
        tx.commit()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 100")
    app = make_app(settings)

    async def taken() -> int:
        async with app.open_async():
            return await take_over(app, uow)

    assert asyncio.run(taken()) == 0
    assert job(uow, deadly.job_id).state is JobState.FAILED
    assert "given up" in job(uow, deadly.job_id).message


def test_what_was_typed_in_twice_is_proposed_for_merging(uow: UnitOfWorkFactory, settings: Settings) -> None:
    with uow() as tx:
        for film_id in ("once", "twice"):
            tx.films.add(make.film(film_id, title="The Salt Ferry", directors=("Ana Ruz",)))
        tx.companies.add(make.company("alba", CompanyKind.SALES_AGENT, name="Alba Film Sales"))
        tx.companies.add(make.company("alba-2", CompanyKind.SALES_AGENT, name="Alba Film Sales Ltd"))
        tx.jobs.defer("propose_merges", {"timestamp": 0})
        tx.commit()
    work(settings)
    with uow() as tx:
        proposed = {frozenset((one.kept_id, one.other_id)) for one in tx.merges.list().items}
    assert {frozenset(("once", "twice")), frozenset(("alba", "alba-2"))} <= proposed


def test_the_night_has_its_plan(settings: Settings) -> None:
    planned = {
        task.task.name: task.cron for task in make_app(settings).periodic_registry.periodic_tasks.values()
    }
    assert planned["retrain"] == "0 3 * * *"
    assert {"housekeep", "propose_merges"} <= planned.keys()
    off = settings.model_copy(update={"retrain_cron": ""})
    assert "retrain" not in {key[0] for key in make_app(off).periodic_registry.periodic_tasks}


def test_a_queue_that_ends_by_itself_ends_the_worker_with_an_error(
    uow: UnitOfWorkFactory, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def over(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr(App, "run_worker_async", over)
    with pytest.raises(RuntimeError, match="nobody stopped the worker"):
        run_worker(settings, make_encoder=make_encoder)
