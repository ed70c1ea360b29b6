"""Bundles: which there are, how good they are, and which one is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from recommender.errors import BundleError
from recommender.matching import Manifest
from recommender.space.encoder import TextEncoder
from service.bundle_store import BundleStore
from service.clock import now
from service.domain.bundles import BundleRecord, CurrentBundle, Promotion
from service.domain.paging import Page, PageRequest
from service.domain.words import BundleState, PromotionKind
from service.errors import Conflict
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, require_allowed, sight
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record

__all__ = [
    "Compared",
    "add_bundle",
    "compare",
    "current_bundle",
    "get_bundle",
    "list_bundles",
    "list_promotions",
    "promote",
    "roll_back",
]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two bundles side by side. figures: name -> (of the one, of the other), None where it has no such figure."""

    one: BundleRecord
    other: BundleRecord
    figures: Mapping[str, tuple[float | None, float | None]]


def list_bundles(uow: UnitOfWorkFactory, actor: Actor, page: PageRequest) -> Page[BundleRecord]:
    """The latest first."""
    sight(actor, Action.READ, "bundle")
    with uow() as tx:
        return tx.bundles.list(page)


def get_bundle(uow: UnitOfWorkFactory, actor: Actor, version: str) -> BundleRecord:
    """With its comparison. Raises NotFound."""
    sight(actor, Action.READ, "bundle")
    with uow() as tx:
        return tx.bundles.get(version)


def current_bundle(uow: UnitOfWorkFactory, actor: Actor) -> CurrentBundle:
    """What is in force, and the counter to promote by."""
    sight(actor, Action.READ, "bundle")
    with uow() as tx:
        return tx.bundles.current()


def list_promotions(uow: UnitOfWorkFactory, actor: Actor, page: PageRequest) -> Page[Promotion]:
    """What was in force when, the latest first."""
    sight(actor, Action.READ, "bundle")
    with uow() as tx:
        return tx.bundles.promotions(page)


def compare(uow: UnitOfWorkFactory, actor: Actor, version: str, other: str) -> Compared:
    """The figures of two bundles, each as measured when it was trained. Raises NotFound."""
    sight(actor, Action.READ, "bundle")
    with uow() as tx:
        one, two = tx.bundles.get(version), tx.bundles.get(other)
    names = [*one.figures, *(name for name in two.figures if name not in one.figures)]
    return Compared(one, two, {name: (one.figures.get(name), two.figures.get(name)) for name in names})


def add_bundle(
    tx: UnitOfWork,
    manifest: Manifest,
    revision: int,
    *,
    state: BundleState = BundleState.READY,
    comparison: dict[str, Any] | None = None,
) -> BundleRecord:
    """Note a bundle that lies in the store; one that is noted already is judged anew, unless it was ever in force."""
    known = tx.bundles.find(manifest.version)
    if known is not None:
        if comparison is None or known.promoted_at is not None:
            return known
        tx.bundles.set_state(manifest.version, state, comparison)
        return tx.bundles.get(manifest.version)
    described = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(manifest).items()
    }
    return tx.bundles.add(
        BundleRecord(manifest.version, described, dict(manifest.figures), revision, state, comparison)
    )


def promote(
    uow: UnitOfWorkFactory,
    actor: Actor,
    store: BundleStore,
    encoder: TextEncoder,
    version: str,
    *,
    counter: int | None = None,
    reason: str = "",
) -> CurrentBundle:
    """Put a bundle in force.

    encoder: the one in use, which the bundle must be trained with. counter: of what was in force when this was
    decided, None for now. Raises NotFound; Conflict when another was put in force meanwhile, or the bundle may not be
    promoted, cannot be read, or is of another encoder.
    """
    return _put_in_force(uow, actor, store, encoder, version, counter, PromotionKind.PROMOTE, reason)


def roll_back(
    uow: UnitOfWorkFactory,
    actor: Actor,
    store: BundleStore,
    encoder: TextEncoder,
    *,
    counter: int | None = None,
    reason: str = "",
) -> CurrentBundle:
    """Put in force again what was so before. Raises Conflict where there was nothing, and as `promote`."""
    require_allowed(actor, Action.WRITE, "bundle", About())
    with uow() as tx:
        current, version = tx.bundles.current(), tx.bundles.previous()
    if version is None:
        raise Conflict("no other bundle was in force before", "Promote one by its version")
    seen = current.counter if counter is None else counter
    return _put_in_force(uow, actor, store, encoder, version, seen, PromotionKind.ROLLBACK, reason)


def _put_in_force(
    uow: UnitOfWorkFactory,
    actor: Actor,
    store: BundleStore,
    encoder: TextEncoder,
    version: str,
    counter: int | None,
    kind: PromotionKind,
    reason: str,
) -> CurrentBundle:
    require_allowed(actor, Action.WRITE, "bundle", About())
    with uow() as tx:
        before = tx.bundles.current()
        tx.bundles.get(version)
    _require_sound(store, encoder, version)
    with uow() as tx:
        seen = before.counter if counter is None else counter
        after = tx.bundles.promote(version, seen, actor.actor_id, now(), kind, reason)
        record(tx, actor, f"bundle.{kind}", "bundle", version, before=asdict(before), after=asdict(after))
        tx.commit()
    return after


def _require_sound(store: BundleStore, encoder: TextEncoder, version: str) -> None:
    """Before it is in force everywhere and can be loaded nowhere, or knows no film that is new or described."""
    try:
        trained_with = store.fetch(version).encoder
    except BundleError as error:
        raise Conflict(
            phrase(
                "the bundle {version!r} cannot be put in force: {error}", version=version, error=error.what
            ),
            "Choose another one, or train again",
        ) from error
    if trained_with != encoder.fingerprint:
        raise Conflict(
            phrase(
                "the bundle {version!r} was trained with the encoder {one}, and {other} is in use",
                version=version,
                one=trained_with,
                other=encoder.fingerprint,
            ),
            "Train again, or set REELMATCH_ENCODER to that encoder for every replica and worker first",
        )
