"""Waiting for a job, with its progress on stderr."""

from __future__ import annotations

import time
from typing import Final

from recommender.cli.inputs import say
from service.domain.jobs import JobRun
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.jobs import get_job

__all__ = ["followed"]

_PAUSE_S: Final = 0.5


def followed(uow: UnitOfWorkFactory, actor: Actor, job_id: str) -> JobRun:
    """The job once it is final; it needs a worker that runs (`reelmatch worker`, or `serve`)."""
    said = ""
    while True:
        job = get_job(uow, actor, job_id)
        if job.state.is_final:
            return job
        line = f"{job.state.value}: {job.done} of {job.total} {job.message}".rstrip()
        if line != said:
            said = line
            say(line)
        time.sleep(_PAUSE_S)
