"""The worker that `serve` runs beside itself, in a process of its own so that training slows no answer."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess, parent_process
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

import structlog

from service.settings import Settings

__all__ = ["SideWorker"]

GRACE_S: Final = 30.0
PAUSE_S: Final = 2.0

_LOG = structlog.get_logger(__name__)


class SideWorker:
    """A worker that runs inside `with`: started again when it dies, told to stop at the end.

    It stops by itself when this process is killed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = Event()
        self._process = self._start()
        self._watch = Thread(target=self._keep_running, name="worker-watch", daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._process.terminate()
        self._watch.join(GRACE_S)
        if self._process.is_alive():
            # What it was doing stays in the queue, and is done again by the next worker.
            _LOG.warning("worker_killed", pid=self._process.pid)
            self._process.kill()
        self._process.join()

    def _start(self) -> BaseProcess:
        # Not by fork: this process has threads and open connections.
        process = multiprocessing.get_context("spawn").Process(
            target=_work, args=(self._settings,), name="reelmatch-worker"
        )
        process.start()
        return process

    def _keep_running(self) -> None:
        while True:
            self._process.join()
            if self._stopping.wait(PAUSE_S):
                return
            _LOG.error("worker_died", status=self._process.exitcode)
            self._process = self._start()


def _work(settings: Settings) -> None:
    parent = parent_process()
    assert parent is not None
    Thread(target=_stop_with, args=(parent.sentinel,), name="parent-watch", daemon=True).start()
    from service.jobs.worker import run_worker

    run_worker(settings)


def _stop_with(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
