"""Forgetting what is old: sessions, keys of idempotency, runs, files, and bundles nobody will go back to."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog

from recommender.errors import BundleError
from service.bundle_store import BundleStore
from service.clock import now
from service.domain.bundles import BundleRecord
from service.domain.paging import PageRequest
from service.domain.words import BundleState
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

__all__ = ["KEPT_BUNDLES", "forget_the_old"]

KEPT_BUNDLES: Final = 14
"""The latest ones, beside those in force now and before, and those that recorded runs may be replayed on."""

_ATTEMPTS: Final = timedelta(days=1)

_LOG = structlog.get_logger(__name__)


def forget_the_old(uow: UnitOfWorkFactory, store: BundleStore, settings: Settings) -> dict[str, int]:
    """Delete what the settings no longer keep; returns how many of each. Doing it twice is doing it once."""
    moment = now()
    with uow(statement_timeout_s=0) as tx:
        forgotten = {
            "sessions": tx.sessions.forget_expired(moment),
            "runs": tx.match_runs.forget_before(moment - timedelta(days=settings.runs_keep_days)),
            "imports": tx.imports.forget_before(moment - timedelta(days=settings.imports_keep_days)),
            "answers": tx.idempotency.forget_older(timedelta(hours=settings.idempotency_hours)),
            "invitations": tx.invitations.forget_expired(moment),
            "attempts": tx.attempts.forget_before(moment - _ATTEMPTS),
        }
        withdrawn = _withdraw(tx)
        forgotten["changes"] = _forget_changes(tx)
        tx.commit()
    for bundle in withdrawn:
        _delete(store, bundle)
    return forgotten | {"bundles": len(withdrawn)}


def _withdraw(tx: UnitOfWork) -> list[BundleRecord]:
    kept = {tx.bundles.current().version, tx.bundles.previous(), *tx.match_runs.bundles()}
    older = _bundles(tx)[KEPT_BUNDLES:]
    withdrawn = [bundle for bundle in older if bundle.version not in kept]
    for bundle in withdrawn:
        tx.bundles.set_state(bundle.version, BundleState.WITHDRAWN)
    return withdrawn


def _forget_changes(tx: UnitOfWork) -> int:
    """Changes that every bundle which may still come into force has learnt from."""
    revisions = [bundle.revision for bundle in _bundles(tx)]
    return tx.changes.forget_up_to(min(revisions)) if revisions else 0


def _bundles(tx: UnitOfWork) -> list[BundleRecord]:
    """Those that may come into force, the latest first."""
    stored = tx.bundles.list(PageRequest(size=10_000)).items
    return [bundle for bundle in stored if bundle.state is not BundleState.WITHDRAWN]


def _delete(store: BundleStore, bundle: BundleRecord) -> None:
    try:
        store.delete(bundle.version)
        stand_in = (bundle.comparison or {}).get("stand_in")
        if stand_in:
            store.held_out().delete(stand_in)
    except BundleError as error:
        # It is withdrawn already; its files only take up room.
        _LOG.warning("bundle_not_deleted", version=bundle.version, reason=str(error))
