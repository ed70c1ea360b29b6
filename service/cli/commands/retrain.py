"""reelmatch retrain: train on what is in the database, as the nightly schedule does."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import Any, Final

from service.cli.following import followed
from service.cli.opening import opened
from service.domain.words import JobState
from service.security.actor import Actor
from service.usecases.training import request_training

__all__ = ["run"]

_ACTOR: Final = Actor.system("retrain")

_BECAME: Final = {
    "first": "it is in force, or will be in a moment",
    "not_worse": "it is in force, or will be in a moment",
    "worse": "it is refused, and the one in force stays: correct the data, or raise REELMATCH_PROMOTE_TOLERANCE for "
    "the service and its workers, and retrain",
    "not_compared": "it waits for you: look at it, and put it in force with `reelmatch promote {version}`",
}
"""What follows from each verdict."""


def run(args: Namespace) -> int:
    """Put a training into the queue and print the job; with --wait follow it, and fail where it fails."""
    with opened() as (_, uow):
        job = request_training(uow, _ACTOR)
        if args.wait:
            job = followed(uow, _ACTOR, job.job_id)
    print(f"{job.job_id} {job.state.value}{f': {job.message}' if job.message else ''}")
    if job.result is not None:
        print(_told(job.result["version"], job.result["comparison"]))
    return int(job.state in (JobState.FAILED, JobState.CANCELLED))


def _told(version: str, comparison: Mapping[str, Any]) -> str:
    became = _BECAME[comparison["verdict"]].format(version=version)
    return f"bundle {version}: {comparison['reason']}; {became}"
