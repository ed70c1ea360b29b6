"""The matcher in force in this process: the bundle that was promoted, with every change since.

One thread follows PostgreSQL: it waits for notifications, and looks by itself every refresh_s. A new bundle, or what
changed, becomes a new matcher beside the old one and then takes its place whole: whoever has the old one keeps it.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Final

import psycopg
import structlog
from psycopg import sql

from recommender.errors import ReelmatchError
from recommender.matching import Bundle
from recommender.matching.matcher import Matcher
from recommender.space.encoder import TextEncoder
from service import clock
from service.bundle_store import BundleStore
from service.errors import Conflict, ServiceError, Unavailable
from service.known_answers import KnownAnswers
from service.overlay import Overlay, Touched
from service.store.repositories.bundles import CHANNEL as BUNDLE_CHANNEL
from service.store.repositories.changes import CHANNEL as CHANGES_CHANNEL
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.embedding import request_embedding

__all__ = ["InForce", "MatcherHolder"]

_LOG = structlog.get_logger(__name__)

_RECONNECT_S: Final = 1.0
_PIECE_S: Final = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """A matcher, and what it knows. revision: every change up to it is in it, but for what waits for a vector.

    told: what it answered before.
    """

    matcher: Matcher
    version: str
    revision: int
    trained_at: datetime
    overlay: Overlay = field(repr=False)
    told: KnownAnswers = field(default_factory=KnownAnswers, init=False, repr=False)


class MatcherHolder:
    """Gives the matcher in force. Start it once; `stop` ends its thread.

    url: of the database, to be notified; None follows by looking alone.
    """

    def __init__(
        self,
        uow: UnitOfWorkFactory,
        store: BundleStore,
        encoder: TextEncoder,
        *,
        refresh_s: float,
        url: str | None = None,
    ) -> None:
        self._uow = uow
        self._store = store
        self._encoder = encoder
        self._refresh_s = refresh_s
        self._url = url
        self._in_force: InForce | None = None
        self._refreshing = threading.Lock()
        self._stopped = threading.Event()
        self._looked = threading.Event()
        self._thread: threading.Thread | None = None
        self._told_of = ""

    @property
    def version(self) -> str | None:
        """Of the bundle in force here; None before the first."""
        return self._in_force.version if self._in_force else None

    @property
    def age_s(self) -> float | None:
        """Seconds since it was trained."""
        return (clock.now() - self._in_force.trained_at).total_seconds() if self._in_force else None

    @property
    def encoder(self) -> TextEncoder:
        """Of films that are described."""
        return self._encoder

    @property
    def revision(self) -> int | None:
        """Of the data that the matcher has taken up."""
        return self._in_force.revision if self._in_force else None

    def current(self) -> InForce:
        """What a request works with from beginning to end. Raises Unavailable before there is a bundle."""
        if self._in_force is None:
            raise Unavailable("no bundle is loaded yet", retry_after_s=5.0)
        return self._in_force

    def of_version(self, version: str) -> InForce:
        """A matcher of another bundle with today's changes, made now: it takes seconds.

        Raises NotFound or BundleError where that bundle is gone.
        """
        current = self._in_force
        if current is not None and current.version == version:
            return current
        with self._refreshing:
            return self._loaded(version)

    def start(self) -> None:
        """Begin to follow."""
        self._thread = threading.Thread(target=self._follow, name="matchers", daemon=True)
        self._thread.start()

    def wait_for_first(self, limit_s: float) -> None:
        """Until what is in force is loaded, nothing is in force, or the database cannot say; at most so long."""
        self._looked.wait(limit_s)

    def stop(self) -> None:
        """End the thread; whoever has a matcher keeps it."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=10.0)

    def refresh(self) -> None:
        """Take up what was promoted or changed, if anything was."""
        try:
            self._refresh()
        finally:
            self._looked.set()

    def _refresh(self) -> None:
        with self._refreshing:
            with self._uow() as tx:
                version, revision = tx.bundles.current().version, tx.changes.revision()
            if version is None:
                return
            if self._in_force is None or self._in_force.version != version:
                self._in_force = self._loaded(version)
                _LOG.info("bundle_in_force", version=version, revision=self._in_force.revision)
            elif self._in_force.revision != revision:
                self._in_force = self._followed(self._in_force)

    def _loaded(self, version: str) -> InForce:
        with self._uow() as tx:
            record = tx.bundles.get(version)
        bundle = self._store.load(version)
        # The encoder's own errors come when a film is described, not here.
        matcher = Matcher(bundle, lambda: self._encoder)
        fresh = InForce(matcher, version, record.revision, _trained_at(bundle), Overlay.of(bundle))
        with self._uow(statement_timeout_s=0) as tx:
            revision = tx.changes.revision()
            touched = Touched.of(tx.changes.since(record.revision)) | fresh.overlay.never_learnt(tx)
        return self._with(fresh, touched, revision)

    def _followed(self, before: InForce) -> InForce:
        with self._uow() as tx:
            revision = tx.changes.revision()
            touched = Touched.of(tx.changes.since(before.revision))
        return self._with(before, touched, revision)

    def _with(self, before: InForce, touched: Touched, revision: int) -> InForce:
        with self._uow(statement_timeout_s=0) as tx:
            taken = before.overlay.take_up(tx, touched)
        if taken.lacks_vectors:
            with suppress(Conflict), self._uow() as tx:
                request_embedding(tx)
                tx.commit()
        matcher = taken.applied_to(before.matcher)
        return replace(before, matcher=matcher, revision=revision, overlay=taken.overlay)

    def _follow(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (psycopg.Error, ServiceError, ReelmatchError) as error:
                self._tell(error)
                self._stopped.wait(_RECONNECT_S)
            except Exception:
                _LOG.exception("following_failed")
                self._stopped.wait(_RECONNECT_S)

    def _listen(self) -> None:
        self.refresh()
        if self._url is None:
            self._stopped.wait(self._refresh_s)
            return
        with psycopg.connect(self._url, autocommit=True, connect_timeout=3) as connection:
            for channel in (CHANGES_CHANNEL, BUNDLE_CHANNEL):
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            while not self._stopped.is_set():
                self.refresh()
                self._told_of = ""
                self._wait(connection)

    def _wait(self, connection: psycopg.Connection) -> None:
        """Until something is told, or it is time to look; in short pieces, to hear that it is to stop."""
        deadline = monotonic() + self._refresh_s
        while not self._stopped.is_set() and (left := deadline - monotonic()) > 0:
            if list(connection.notifies(timeout=min(left, _PIECE_S), stop_after=1)):
                return

    def _tell(self, error: Exception) -> None:
        """Once for each reason: it is tried every second."""
        if str(error) != self._told_of:
            self._told_of = str(error)
            _LOG.warning("following_waits", reason=str(error))


def _trained_at(bundle: Bundle) -> datetime:
    return datetime.fromisoformat(bundle.manifest.created_at)
