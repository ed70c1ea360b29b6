"""One transaction: open, read, decide, write, `commit()`. Without that word nothing is kept.

with uow() as tx:
    film = tx.films.get("f1")
    tx.films.update(replace(film, logline="..."), expected=film.version)
    tx.commit()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from types import TracebackType
from typing import Final, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service import clock
from service.errors import Conflict, Invalid, Unavailable
from service.store.repositories.accounts import Accounts
from service.store.repositories.api_keys import ApiKeys
from service.store.repositories.attempts import Attempts
from service.store.repositories.audit import Audit
from service.store.repositories.bulk import Upserted
from service.store.repositories.bundles import Bundles
from service.store.repositories.changes import Changes
from service.store.repositories.companies import Companies
from service.store.repositories.deals import Deals
from service.store.repositories.distributors import Distributors
from service.store.repositories.events import Events
from service.store.repositories.feedback import Feedback
from service.store.repositories.films import Films
from service.store.repositories.history import Histories
from service.store.repositories.idempotency import Idempotency
from service.store.repositories.imports import Imports
from service.store.repositories.invitations import Invitations
from service.store.repositories.jobs import Jobs
from service.store.repositories.match_runs import MatchRuns
from service.store.repositories.meeting_requests import MeetingRequests
from service.store.repositories.merges import Merges
from service.store.repositories.offers import Offers
from service.store.repositories.participants import Participants
from service.store.repositories.replies import Replies
from service.store.repositories.rights import Rights
from service.store.repositories.schedules import Schedules
from service.store.repositories.sessions import Sessions
from service.store.repositories.traces import Traces
from service.store.repositories.vectors import Vectors
from service.store.repositories.venues import Venues
from service.store.repositories.wishes import Wishes

__all__ = ["UnitOfWork", "UnitOfWorkFactory"]

T = TypeVar("T")

STATEMENT_TIMEOUT_S: Final = 15.0

_TIME: Final = "SELECT extract(epoch FROM clock_timestamp())::float8"

_PORTION: Final = 1_000
"""Rows written at once while bad ones are looked for: finding one costs less than with all rows at once."""

_RIGHTS_RULES: Final = ", ".join(
    (
        *("sold_inside_held", "sold_once", "held_changed", "held_deleted"),
        *("deal_beside_sold", "deal_inside_held", "deal_lost_its_agent"),
    )
)
_CHECK: Final = f"SET CONSTRAINTS {_RIGHTS_RULES} IMMEDIATE; SET CONSTRAINTS {_RIGHTS_RULES} DEFERRED"
"""Not the numbering of changes: it locks out all other commits, and so comes last."""


class UnitOfWork:
    """A transaction (READ COMMITTED) and its repositories, usable inside one `with`.

    Raises Unavailable when PostgreSQL cannot be reached or no connection is free.
    """

    companies: Companies
    accounts: Accounts
    invitations: Invitations
    sessions: Sessions
    api_keys: ApiKeys
    attempts: Attempts
    idempotency: Idempotency
    films: Films
    distributors: Distributors
    rights: Rights
    offers: Offers
    deals: Deals
    feedback: Feedback
    meeting_requests: MeetingRequests
    events: Events
    venues: Venues
    participants: Participants
    wishes: Wishes
    history: Histories
    schedules: Schedules
    replies: Replies
    match_runs: MatchRuns
    vectors: Vectors
    changes: Changes
    imports: Imports
    merges: Merges
    jobs: Jobs
    bundles: Bundles
    audit: Audit
    traces: Traces

    def __init__(self, engine: Engine, statement_timeout_s: float) -> None:
        self._engine = engine
        self._statement_timeout_s = statement_timeout_s
        self._opened: Connection | None = None

    def __enter__(self) -> Self:
        self._opened = self._connect()
        self._give_repositories(self._opened)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._opened = None

    def commit(self) -> None:
        """Keep what was written; the rules that were put off are checked first.

        Ends the unit of work. Raises RightsConflict and Conflict, and then nothing is kept.
        """
        try:
            self._connection.commit()
        except Unavailable:
            if self._connection.invalidated:
                raise Unavailable(
                    "the connection was lost at the end: look whether the change was kept"
                ) from None
            raise
        self._connection.close()

    def check(self) -> None:
        """Check the rules of rights now instead of at commit, so that an error can still be handled inside."""
        self._connection.exec_driver_sql(_CHECK)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone when an error leaves this block; the rest stays."""
        with self._connection.begin_nested():
            yield

    def write_good(
        self, rows: Sequence[T], write: Callable[[Sequence[T]], Upserted]
    ) -> tuple[Upserted, list[tuple[T, Conflict | Invalid]]]:
        """Write what can be written, such as `tx.write_good(grants, tx.rights.upsert_many)`.

        Returns the counts, and each refused row with its reason. Rows are taken in their order, so of two that
        exclude each other the first is kept, and what others rely on comes first. Good rows cost what `write`
        costs; a bad one about ten small writes, to find it.
        """
        written: list[Upserted] = []
        refused: list[tuple[T, Conflict | Invalid]] = []
        for start in range(0, len(rows), _PORTION):
            self._write_portion(rows[start : start + _PORTION], write, written, refused)
        return sum(written, Upserted()), refused

    def _write_portion(
        self,
        rows: Sequence[T],
        write: Callable[[Sequence[T]], Upserted],
        written: list[Upserted],
        refused: list[tuple[T, Conflict | Invalid]],
    ) -> None:
        try:
            with self.savepoint():
                counts = write(rows)
                self.check()
            written.append(counts)
        except (Conflict, Invalid) as error:
            if len(rows) == 1:
                refused.append((rows[0], error))
                return
            middle = len(rows) // 2
            self._write_portion(rows[:middle], write, written, refused)
            self._write_portion(rows[middle:], write, written, refused)

    @property
    def _connection(self) -> Connection:
        assert self._opened is not None, "use a unit of work inside `with`"
        return self._opened

    def _connect(self) -> Connection:
        try:
            connection = self._engine.connect()
        except PoolTimeout:
            raise Unavailable("all connections to the database are busy") from None
        milliseconds = round(self._statement_timeout_s * 1000)
        try:
            connection.exec_driver_sql(
                f"SET LOCAL statement_timeout = {milliseconds}; SET LOCAL timezone = 'UTC'"
            )
            if clock.is_due():
                asked = monotonic()
                database_s = connection.exec_driver_sql(_TIME).scalar_one()
                clock.agree(database_s, asked, monotonic())
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_repositories(self, connection: Connection) -> None:
        self.companies = Companies(connection)
        self.accounts = Accounts(connection)
        self.invitations = Invitations(connection)
        self.sessions = Sessions(connection)
        self.api_keys = ApiKeys(connection)
        self.attempts = Attempts(connection)
        self.idempotency = Idempotency(connection)
        self.films = Films(connection)
        self.distributors = Distributors(connection)
        self.rights = Rights(connection)
        self.offers = Offers(connection)
        self.deals = Deals(connection)
        self.feedback = Feedback(connection)
        self.meeting_requests = MeetingRequests(connection)
        self.events = Events(connection)
        self.venues = Venues(connection)
        self.participants = Participants(connection)
        self.wishes = Wishes(connection)
        self.history = Histories(connection)
        self.schedules = Schedules(connection)
        self.replies = Replies(connection)
        self.match_runs = MatchRuns(connection)
        self.vectors = Vectors(connection)
        self.changes = Changes(connection)
        self.imports = Imports(connection)
        self.merges = Merges(connection)
        self.jobs = Jobs(connection)
        self.bundles = Bundles(connection)
        self.audit = Audit(connection)
        self.traces = Traces(connection)


class UnitOfWorkFactory:
    """Makes units of work on one engine: `with uow() as tx:`."""

    def __init__(self, engine: Engine, statement_timeout_s: float = STATEMENT_TIMEOUT_S) -> None:
        self._engine = engine
        self._statement_timeout_s = statement_timeout_s

    def __call__(self, *, statement_timeout_s: float | None = None) -> UnitOfWork:
        """A unit of work; statement_timeout_s: for long work such as imports, 0 for no limit."""
        limit = self._statement_timeout_s if statement_timeout_s is None else statement_timeout_s
        return UnitOfWork(self._engine, limit)
