"""How far a job is, and whether somebody wants it to stop."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, Final

import structlog
from procrastinate.exceptions import JobAborted

from recommender.errors import ReelmatchError
from service.clock import now
from service.domain.words import JobState
from service.errors import ServiceError, Unavailable
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

__all__ = ["Cancelled", "CannotBeDone", "Keep", "Progress", "carry_out"]

_LOG = structlog.get_logger(__name__)

_EVERY_S: Final = 0.5
"""Between two notes of the same step."""

Keep = Callable[[UnitOfWork], dict[str, Any] | None]
"""Writes what a job made, in the transaction that ends it; returns the job's result."""


class Cancelled(Exception):  # noqa: N818 - the name of what happened, which is no error
    """Somebody asked to stop the job."""


class CannotBeDone(Exception):  # noqa: N818 - as above
    """What was asked for is impossible; facts: why, for programs and pages."""

    def __init__(self, message: str, facts: dict[str, Any]) -> None:
        super().__init__(message)
        self.facts = facts


class Progress:
    """Told by a job how far it is."""

    def __init__(self, uow: UnitOfWorkFactory, job_id: str) -> None:
        self._uow = uow
        self._job_id = job_id
        self._noted_at = float("-inf")
        self._message = ""

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Note it, at most twice a second for one message. Raises Cancelled when the job is to stop."""
        if message == self._message and done < total and monotonic() - self._noted_at < _EVERY_S:
            return
        self._noted_at, self._message = monotonic(), message
        with self._uow() as tx:
            to_stop = tx.jobs.progress(self._job_id, done, total, now(), message)
            tx.commit()
        if to_stop:
            raise Cancelled

    def check(self) -> None:
        """Raises Cancelled when the job is to stop."""
        with self._uow() as tx:
            to_stop = tx.jobs.get(self._job_id).is_to_stop
        if to_stop:
            raise Cancelled


def carry_out(uow: UnitOfWorkFactory, job_id: str, work: Callable[[Progress], Keep]) -> None:
    """Do a job unless it is done, and note how it ended.

    Raises Unavailable, and JobAborted where the worker is told to stop, with the job still open: it is tried again.
    """
    with uow() as tx:
        to_do = tx.jobs.start(job_id, now())
        tx.commit()
    if not to_do:
        return
    try:
        progress = Progress(uow, job_id)
        progress.check()
        keep = work(progress)
        with uow() as tx:
            result = keep(tx)
            if tx.jobs.finish(job_id, JobState.SUCCEEDED, now(), result=result):
                tx.commit()
    except (Unavailable, JobAborted):
        raise
    except Cancelled:
        _end(uow, job_id, JobState.CANCELLED, "cancelled")
    except CannotBeDone as error:
        _end(uow, job_id, JobState.FAILED, str(error), error.facts)
    except (ServiceError, ReelmatchError) as error:
        _end(uow, job_id, JobState.FAILED, error.whole if isinstance(error, ServiceError) else str(error))
    except Exception:
        _LOG.exception("job_failed", job=job_id)
        _end(uow, job_id, JobState.FAILED, "it failed unexpectedly; the log of the worker says why")


def _end(
    uow: UnitOfWorkFactory, job_id: str, state: JobState, message: str, facts: dict[str, Any] | None = None
) -> None:
    with uow() as tx:
        tx.jobs.finish(job_id, state, now(), message, facts)
        tx.commit()
