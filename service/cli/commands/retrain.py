"""reelmatch retrain: train on what is in the database, as the nightly schedule does."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from service.cli.following import followed
from service.cli.opening import opened
from service.domain.words import JobState
from service.security.actor import Actor
from service.usecases.training import request_training

__all__ = ["run"]

_ACTOR: Final = Actor.system("retrain")


def run(args: Namespace) -> int:
    """Put a training into the queue and print the job; with --wait follow it, and fail where it fails."""
    with opened() as (_, uow):
        job = request_training(uow, _ACTOR)
        if args.wait:
            job = followed(uow, _ACTOR, job.job_id)
    print(f"{job.job_id} {job.state.value}{f': {job.message}' if job.message else ''}")
    if job.result is not None:
        print(f"bundle {job.result['version']}: {job.result['comparison']['reason']}")
    return int(job.state in (JobState.FAILED, JobState.CANCELLED))
