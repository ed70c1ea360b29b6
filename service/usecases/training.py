"""Training on the market as it is, and what becomes of the new bundle.

A bundle is noted and its promotion put into the queue in one transaction, so a worker that dies leaves either the
whole of it or nothing; the files it may have written are those that the next try writes again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import structlog

from recommender.errors import BundleError, QueryError, TrainingError
from recommender.market import Market
from recommender.matching import Manifest
from recommender.matching.train import train
from recommender.space.encoder import TextEncoder
from service.bundle_store import BundleStore
from service.clock import now, today
from service.domain.bundles import BundleRecord
from service.domain.jobs import JobRun
from service.domain.words import BundleState
from service.errors import Conflict
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, require_allowed
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.bundles import add_bundle
from service.usecases.embedding import embed_pending, stored_texts
from service.usecases.jobs import start_job
from service.usecases.judging import ENOUGH_QUERIES, MEASURE, SIMPLE, Window, judged
from service.usecases.market import read_market

__all__ = [
    "PROMOTE",
    "TRAIN",
    "Candidate",
    "keep_candidate",
    "request_first_bundle",
    "request_training",
    "train_candidate",
]

TRAIN: Final = "train"
PROMOTE: Final = "promote"

_FEW: Final = phrase(
    "judged by fewer than {enough} films, and figures of so few are not told", enough=ENOUGH_QUERIES
)

_LOG = structlog.get_logger(__name__)

Report = Callable[[int, int, str], None]
"""Told of each step: how many are done, of how many, and what comes now."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trained bundle in the store. revision: of the data. comparison: with the one in force, see `_compared`."""

    manifest: Manifest
    revision: int
    counter: int
    comparison: dict[str, Any]

    @property
    def is_worse(self) -> bool:
        """Than the bundle in force."""
        return bool(self.comparison["verdict"] == "worse")

    @property
    def is_to_be_promoted(self) -> bool:
        """Not worse, or the first of all. What could not be compared is for a person to decide."""
        return self.comparison["verdict"] in ("not_worse", "first")


def request_training(uow: UnitOfWorkFactory, actor: Actor) -> JobRun:
    """Put a training into the queue; the one that waits or runs already is the same."""
    require_allowed(actor, Action.WRITE, "bundle", About())
    with uow() as tx:
        job = tx.jobs.open_job(TRAIN, TRAIN)
        if job is None:
            job = start_job(tx, actor, TRAIN, {}, key=TRAIN)
            tx.commit()
    return job


def request_first_bundle(uow: UnitOfWorkFactory, actor: Actor) -> JobRun | None:
    """`request_training` where no bundle is in force, else None."""
    with uow() as tx:
        if tx.bundles.current().version is not None:
            return None
    try:
        return request_training(uow, actor)
    except Conflict:
        # Another replica was faster by a moment.
        return None


def train_candidate(
    uow: UnitOfWorkFactory, store: BundleStore, encoder: TextEncoder, settings: Settings, report: Report
) -> Candidate:
    """Train on the market before today, and compare; minutes of work.

    Raises TrainingError where there is too little to learn from, BundleError where the store fails.
    """
    steps = 5
    report(0, steps, "embedding texts")
    embed_pending(
        uow,
        encoder,
        lambda done, total: report(
            0, steps, phrase("embedding texts: {done} of {total}", done=done, total=total)
        ),
    )
    report(1, steps, "reading the market")
    with uow(statement_timeout_s=0) as tx:
        current = tx.bundles.current()
        in_force = tx.bundles.get(current.version) if current.version else None
        stored = read_market(tx, today())
        texts = stored_texts(tx, encoder)
    until = _until(stored.market)
    window = _window(stored.market, until, settings, in_force)
    report(2, steps, "training without the latest deals")
    stand_in = _stand_in(store, stored.market, window.start, texts, settings.train_seed)
    report(3, steps, "comparing with the bundle in force")
    comparison = _compared(store, texts, window, stand_in, in_force, settings)
    report(4, steps, "training")
    trained = train(stored.market, until, texts, settings.train_seed)
    manifest = store.publish(
        trained.contents,
        until=trained.until,
        seed=settings.train_seed,
        encoder=encoder.fingerprint,
        figures=_of_enough(trained.figures),
        now=now(),
    )
    return Candidate(manifest, stored.revision, current.counter, comparison)


def keep_candidate(tx: UnitOfWork, actor: Actor, candidate: Candidate) -> dict[str, Any]:
    """Note the bundle with its comparison, and have it promoted if it is to be; returns the job's result."""
    version = candidate.manifest.version
    state = BundleState.REFUSED if candidate.is_worse else BundleState.READY
    stored = add_bundle(
        tx, candidate.manifest, candidate.revision, state=state, comparison=candidate.comparison
    )
    in_force = tx.bundles.current().version == version
    # A service that starts between a training and its promotion asks for a first bundle again, which is the same one.
    is_under_way = tx.jobs.open_job(PROMOTE, version) is not None
    if candidate.is_to_be_promoted and stored.state is BundleState.READY and not (in_force or is_under_way):
        start_job(
            tx, actor, PROMOTE, {"version": version, "counter": candidate.counter}, key=version, queue="quick"
        )
    decided = {name: candidate.comparison[name] for name in ("against", "verdict", "reason")}
    record(tx, actor, "bundle.train", "bundle", version, after=decided)
    return {"version": version, "state": stored.state.value, "comparison": candidate.comparison}


def _until(market: Market) -> date:
    """The day after the last release that everybody may know of: a market that stood still is learnt from as of then.

    Everybody reads this day, and it would tell of a deal that is not announced.
    """
    told = market.told().deals
    if told.empty:
        raise TrainingError(
            "there is no deal to learn from that everybody may know of: import deals, or enter and announce them"
        )
    last: date = told["release_date"].max().date()
    return min(last + timedelta(days=1), today())


def _window(market: Market, until: date, settings: Settings, in_force: BundleRecord | None) -> Window:
    """The latest deals, of which none was learnt from by the stand-in of the bundle in force.

    It has learnt from some after the latest ones were removed. Then both are asked about the rest, if that is enough.
    """
    start = until - timedelta(days=settings.holdout_days)
    comparison = (in_force.comparison if in_force else None) or {}
    if comparison.get("stand_in"):
        later = Window.of(market, max(start, date.fromisoformat(comparison["from"])), until)
        if later.has_enough:
            return later
    return Window.of(market, start, until)


def _of_enough(figures: Mapping[str, float | None]) -> Mapping[str, float | None]:
    """None of them where they would tell of few deals."""
    return figures if (figures.get("queries") or 0) >= ENOUGH_QUERIES else {}


def _stand_in(store: BundleStore, market: Market, start: date, encoder: TextEncoder, seed: int) -> str:
    """The version of the bundle without the deals from `start` on, "" where too little lies before them."""
    try:
        trained = train(market, start, encoder, seed)
    except TrainingError as error:
        _LOG.warning("no_stand_in", reason=str(error))
        return ""
    manifest = store.held_out().publish(
        trained.contents,
        until=trained.until,
        seed=seed,
        encoder=encoder.fingerprint,
        figures=trained.figures,
        now=now(),
    )
    return manifest.version


def _compared(
    store: BundleStore,
    encoder: TextEncoder,
    window: Window,
    stand_in: str,
    in_force: BundleRecord | None,
    settings: Settings,
) -> dict[str, Any]:
    """What is kept and shown: the window, both sides' figures, the verdict and its reason; of few deals no figure."""
    found: dict[str, Any] = {
        "from": window.start.isoformat(),
        "until": window.end.isoformat(),
        "stand_in": stand_in,
        "against": in_force and in_force.version,
        "tolerance": settings.promote_tolerance,
        "new": None,
        "in_force": None,
    }
    try:
        if stand_in:
            found["new"] = judged(store.held_out().load(stand_in), window, encoder, SIMPLE)
        if in_force is not None:
            found["in_force"] = _judged_in_force(store, encoder, window, in_force)
    except (QueryError, BundleError) as error:
        found["reason"] = str(error)
    found |= _verdict(found)
    if not window.has_enough and found["new"]:
        found |= {"new": None, "in_force": None}
        if found["verdict"] in ("worse", "not_worse"):
            found["reason"] = _FEW
    return found


def _judged_in_force(
    store: BundleStore, encoder: TextEncoder, window: Window, in_force: BundleRecord
) -> dict[str, Any]:
    stand_in = (in_force.comparison or {}).get("stand_in", "")
    is_there = stand_in and store.held_out().has(stand_in)
    bundle = store.held_out().load(stand_in) if is_there else store.load(in_force.version)
    if bundle.manifest.until > window.start:
        raise QueryError(
            phrase(
                "the bundle in force has learnt from deals up to {day}, and nothing stands in for it: "
                "look at both, and promote by hand",
                day=bundle.manifest.until,
            )
        )
    return judged(bundle, window, encoder)


def _verdict(found: dict[str, Any]) -> dict[str, Any]:
    if found["against"] is None:
        return {"verdict": "first", "reason": "no bundle was in force"}
    if found["new"] is None or found["in_force"] is None:
        return {
            "verdict": "not_compared",
            "reason": found.get("reason", "too little lies before the latest deals"),
        }
    new, old = found["new"][MEASURE], found["in_force"][MEASURE]
    if new >= old - found["tolerance"]:
        reason = phrase("{measure} {new:.4f} against {old:.4f}", measure=MEASURE, new=new, old=old)
        return {"verdict": "not_worse", "reason": reason}
    reason = phrase(
        "{measure} {new:.4f} against {old:.4f}: worse by {by:.4f}, and {tolerance:.4f} is tolerated",
        measure=MEASURE,
        new=new,
        old=old,
        by=old - new,
        tolerance=found["tolerance"],
    )
    return {"verdict": "worse", "reason": reason}
