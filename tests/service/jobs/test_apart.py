"""Work in a process of its own."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from service.errors import Conflict, ServiceError
from service.jobs.apart import LostError, run_apart
from service.settings import Settings

SETTINGS = Settings()


def add(_: Settings, one: int, other: int) -> tuple[int, int]:
    return os.getpid(), one + other


def refuse(_: Settings) -> None:
    raise Conflict("it is sold", "Choose another")


def die(_: Settings) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def sleep(_: Settings, note: str) -> None:
    Path(note).write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(600)


def never() -> None:
    """Nobody wants it to stop."""


def test_the_answer_comes_back_from_another_process() -> None:
    pid, total = run_apart(SETTINGS, add, 2, 3, check=never)
    assert total == 5
    assert pid != os.getpid()


def test_a_refusal_comes_back_in_its_words() -> None:
    with pytest.raises(ServiceError, match=r"it is sold\. Choose another"):
        run_apart(SETTINGS, refuse, check=never)


def test_a_process_that_died_is_told() -> None:
    with pytest.raises(LostError, match="status -9"):
        run_apart(SETTINGS, die, check=never)


def test_it_can_be_stopped_in_the_middle(tmp_path: Path) -> None:
    note = tmp_path / "pid"

    class StoppedError(Exception):
        pass

    def check() -> None:
        if note.exists() and note.read_text(encoding="utf-8"):
            raise StoppedError

    with pytest.raises(StoppedError):
        run_apart(SETTINGS, sleep, str(note), check=check)
    assert not psutil.pid_exists(int(note.read_text(encoding="utf-8")))
