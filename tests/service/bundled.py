"""The tasteful market in the database, a bundle trained on it, and whatever answers from them."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from recommender.matching import BundleContents, Manifest
from recommender.matching.packing import pack
from service.bundle_store import BundleStore
from service.clock import now
from service.matchers import MatcherHolder
from service.security.actor import Actor
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.bundles import add_bundle
from service.usecases.embedding import embed_pending
from service.usecases.market_import import load_market
from service.usecases.matching import Desk
from tests.tastes import UNTIL, WordEncoder, fitted_tastes, frames

SYSTEM = Actor.system("test")
TRAINED = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bundled:
    """Everything that answers questions about the stored market."""

    uow: UnitOfWorkFactory
    store: BundleStore
    holder: MatcherHolder
    settings: Settings

    @property
    def desk(self) -> Desk:
        return Desk(self.uow, self.holder, self.settings, lambda _: nullcontext())

    def catch_up(self) -> None:
        """Embed what is new, as the worker does, and take it up."""
        embed_pending(self.uow, WordEncoder(), lambda _done, _total: None)
        self.holder.refresh()


def make_encoder(_: Settings) -> WordEncoder:
    """What a worker's own processes encode with."""
    return WordEncoder()


@cache
def contents() -> BundleContents:
    """Trained once for all tests of a process."""
    fitted = fitted_tastes()
    return pack(fitted.market, fitted.model, fitted.films)


def publish_tastes(store: BundleStore, seed: int = 0) -> Manifest:
    """The bundle in a store; another seed gives it another version."""
    return store.publish(
        contents(),
        until=UNTIL,
        seed=seed,
        encoder=WordEncoder.fingerprint,
        figures={"ndcg_10": 0.5},
        now=TRAINED,
    )


def load_tastes(uow: UnitOfWorkFactory) -> None:
    """The market of tests/tastes.py as reference data, its texts embedded."""
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in frames().items():
            frame.to_csv(Path(folder) / f"{name}.csv", index=False)
        load_market(uow, Path(folder), SYSTEM)
    embed_pending(uow, WordEncoder(), lambda _done, _total: None)


def bundle_up(uow: UnitOfWorkFactory, settings: Settings) -> Bundled:
    """Put the bundle of the stored market in force, and take it up."""
    store = BundleStore.of(settings)
    put_in_force(uow, publish_tastes(store))
    holder = MatcherHolder(uow, store, WordEncoder(), refresh_s=0.05)
    holder.refresh()
    return Bundled(uow, store, holder, settings)


def put_in_force(uow: UnitOfWorkFactory, manifest: Manifest) -> None:
    """As if trained on what is stored now."""
    with uow() as tx:
        add_bundle(tx, manifest, tx.changes.revision())
        tx.bundles.promote(manifest.version, tx.bundles.current().counter, "test", now())
        tx.commit()
