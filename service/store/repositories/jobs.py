"""Background work: what people see of it, and putting it into the queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update

from service.domain.jobs import JobRun
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import JobState
from service.errors import NotFound
from service.store.repositories.base import Repository
from service.store.repositories.phrases import text_of, texts
from service.store.tables.accounts import COMPANIES
from service.store.tables.work import JOB_RUNS

__all__ = ["Jobs"]

_OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)
_JOBS = select(JOB_RUNS, COMPANIES.c.company_id, JOB_RUNS.c.id.label("position")).select_from(
    JOB_RUNS.outerjoin(COMPANIES, JOB_RUNS.c.company_pk == COMPANIES.c.id)
)
_DEFER = text(
    "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, :priority, :lock, :queueing_lock,"
    " CAST(:args AS jsonb), CAST(:scheduled_at AS timestamptz))::procrastinate_job_to_defer_v1]))"
)
_WAITING = text(
    "SELECT task_name, count(*) FROM procrastinate_jobs"
    " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) GROUP BY task_name"
)


class Jobs(Repository):
    """tx.jobs."""

    def add(self, job: JobRun) -> JobRun:
        """Store a new job; Conflict when an open one has the same kind and key."""
        values = {
            "job_id": job.job_id,
            "kind": job.kind,
            "key": job.key,
            "state": job.state.value,
            "queue_id": job.queue_id,
            "requested_by": job.requested_by,
            "company_pk": self._optional_pk(COMPANIES.c.company_id, job.company_id, "company_id"),
            "done": job.done,
            "total": job.total,
            **texts(message=job.message),
            "created_at": job.created_at,
        }
        self._insert(JOB_RUNS, values)
        return self.get(job.job_id)

    def get(self, job_id: str) -> JobRun:
        """Raises NotFound."""
        row = self._first(_JOBS.where(JOB_RUNS.c.job_id == job_id))
        if row is None:
            raise NotFound("job", job_id)
        return _job(row)

    def open_job(self, kind: str, key: str) -> JobRun | None:
        """The job of this kind and key that is waiting or running."""
        same = (JOB_RUNS.c.kind == kind) & (JOB_RUNS.c.key == key) & JOB_RUNS.c.state.in_(_OPEN)
        row = self._first(_JOBS.where(same).limit(1))
        return None if row is None else _job(row)

    def has_been(self, kind: str, key: str) -> bool:
        """Whether there is a job of this kind and key, over or not."""
        return self._first(_JOBS.where(JOB_RUNS.c.kind == kind, JOB_RUNS.c.key == key).limit(1)) is not None

    def list(
        self,
        page: PageRequest = FIRST,
        kind: str | None = None,
        state: JobState | None = None,
        company_id: str | None = None,
    ) -> Page[JobRun]:
        """The latest first."""
        query = _JOBS
        if kind is not None:
            query = query.where(JOB_RUNS.c.kind == kind)
        if state is not None:
            query = query.where(JOB_RUNS.c.state == state.value)
        if company_id is not None:
            query = query.where(COMPANIES.c.company_id == company_id)
        return self._page(query, JOB_RUNS.c.id, page, _job, newest_first=True)

    def count_open(self) -> dict[JobState, int]:
        """How many people's jobs wait and how many run."""
        query = select(JOB_RUNS.c.state, func.count()).group_by(JOB_RUNS.c.state)
        found = {row[0]: row[1] for row in self._connection.execute(query.where(JOB_RUNS.c.state.in_(_OPEN)))}
        return {JobState(state): found.get(state, 0) for state in _OPEN}

    def count_waiting(self) -> dict[str, int]:
        """How many tasks wait in the queue whose time has come, by name: also those that nobody asked for."""
        return {row[0]: row[1] for row in self._connection.execute(_WAITING)}

    def start(self, job_id: str, at: datetime) -> bool:
        """A worker takes it, perhaps once more after another worker died; False when it is final already."""
        running = {"state": JobState.RUNNING.value, "started_at": at, "updated_at": at}
        return self._write_open(job_id, running)

    def progress(self, job_id: str, done: int, total: int, at: datetime, message: str = "") -> bool:
        """Note how far it is; returns whether it is to stop."""
        self._write_open(job_id, {"done": done, "total": total, **texts(message=message), "updated_at": at})
        return self.get(job_id).is_to_stop

    def finish(
        self,
        job_id: str,
        state: JobState,
        at: datetime,
        message: str = "",
        result: dict[str, Any] | None = None,
    ) -> bool:
        """Make it final, with nothing left to do where it succeeded; False when it was so already."""
        final: dict[str, Any] = {
            "state": state.value,
            **texts(message=message),
            "result": result,
            "finished_at": at,
            "updated_at": at,
        }
        if state is JobState.SUCCEEDED:
            final["done"] = JOB_RUNS.c.total
        return self._write_open(job_id, final)

    def request_cancel(self, job_id: str, at: datetime) -> bool:
        """Ask the worker to stop; False when it is final already."""
        return self._write_open(job_id, {"cancel_requested": True, "updated_at": at})

    def set_queue_id(self, job_id: str, queue_id: int) -> None:
        """The queue's own number, once it has one."""
        self._connection.execute(
            update(JOB_RUNS).where(JOB_RUNS.c.job_id == job_id).values(queue_id=queue_id)
        )

    def defer(
        self,
        task: str,
        args: Mapping[str, Any],
        *,
        queue: str = "default",
        lock: str | None = None,
        queueing_lock: str | None = None,
        priority: int = 0,
        scheduled_at: datetime | None = None,
    ) -> int:
        """Put a task into the queue within this transaction: it runs if this commits, else it never was.

        Returns the queue's number. Raises Conflict when a waiting task has the same queueing_lock.
        """
        values = {
            "queue": queue,
            "task": task,
            "args": json.dumps(args),
            "lock": lock,
            "queueing_lock": queueing_lock,
            "priority": priority,
            "scheduled_at": scheduled_at,
        }
        number: int = self._connection.execute(_DEFER, values).scalar_one()
        return number

    def _write_open(self, job_id: str, values: Mapping[str, Any]) -> bool:
        changed = update(JOB_RUNS).where(JOB_RUNS.c.job_id == job_id, JOB_RUNS.c.state.in_(_OPEN))
        if self._connection.execute(changed.values(values)).rowcount:
            return True
        self.get(job_id)
        return False


def _job(row: Any) -> JobRun:
    return JobRun(
        job_id=row.job_id,
        kind=row.kind,
        state=JobState(row.state),
        requested_by=row.requested_by,
        company_id=row.company_id,
        created_at=row.created_at,
        key=row.key,
        queue_id=row.queue_id,
        done=row.done,
        total=row.total,
        message=text_of(row, "message"),
        cancel_requested=row.cancel_requested,
        result=row.result,
        started_at=row.started_at,
        finished_at=row.finished_at,
        updated_at=row.updated_at,
    )
