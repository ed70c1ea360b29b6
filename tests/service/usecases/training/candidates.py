"""Trainings asked for without a worker, and what came of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg

from service.bundle_store import BundleStore
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.training import (
    Candidate,
    keep_candidate,
    train_candidate,
)
from tests.service.bundled import SYSTEM
from tests.tastes import WordEncoder

LAST_DEAL = date(2018, 11, 28)


def candidate_of(uow: UnitOfWorkFactory, store: BundleStore, settings: Settings) -> Candidate:
    return train_candidate(uow, store, WordEncoder(), settings, lambda *_: None)


def kept(uow: UnitOfWorkFactory, candidate: Candidate) -> dict[str, Any]:
    with uow() as tx:
        result = keep_candidate(tx, SYSTEM, candidate)
        tx.commit()
    return result


def queued(database_url: str) -> list[tuple[str, str]]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(
            "SELECT task_name, args->>'version' FROM procrastinate_jobs ORDER BY id"
        ).fetchall()
