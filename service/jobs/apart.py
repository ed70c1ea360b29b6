"""Work in a process of its own: it can be stopped at any point, and its memory is given back."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import parent_process
from threading import Thread
from typing import Any, Final, TypeVar

import structlog

from recommender.errors import ReelmatchError
from service import logs
from service.errors import ServiceError
from service.settings import Settings

__all__ = ["LostError", "run_apart"]

_LOG = structlog.get_logger(__name__)

_LOOK_S: Final = 0.5

T = TypeVar("T")


class LostError(Exception):
    """The process ended without an answer: it was killed, or ran out of memory."""


def run_apart(settings: Settings, work: Callable[..., T], *args: Any, check: Callable[[], None]) -> T:
    """`work(settings, *args)` in another process; all of it must be importable and picklable.

    check: called twice a second; when it raises, the process is killed. Raises what `work` raised, where that is
    meant for people, and LostError where it died.
    """
    # Not by fork: this process has threads and open connections.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, settings, work, args), daemon=True)
    process.start()
    sender.close()
    try:
        while not wait([receiver], timeout=_LOOK_S):
            check()
        answer, error = receiver.recv()
    except EOFError:
        process.join()
        raise LostError(f"the process ended with status {process.exitcode}") from None
    finally:
        process.kill()
        process.join()
        receiver.close()
    if error is not None:
        raise error
    result: T = answer
    return result


def _run(sender: Connection, settings: Settings, work: Callable[..., Any], args: tuple[Any, ...]) -> None:
    Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    logs.configure(settings.log_level)
    try:
        sender.send((work(settings, *args), None))
    except (ServiceError, ReelmatchError) as error:
        sender.send((None, _portable(error)))


def _portable(error: ServiceError | ReelmatchError) -> Exception:
    """Errors with several parts cannot be pickled; whoever waits needs the words alone."""
    if isinstance(error, ReelmatchError):
        return ReelmatchError(str(error))
    return ServiceError(error.message, error.remedy)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
