from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from service.errors import Misconfigured
from service.store.embedded import start_embedded

SHARE = """
import sys
from pathlib import Path
from service.store.embedded import start_embedded
server = start_embedded(Path(sys.argv[1]))
print(server.url, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Data of a server of this module's own; each test leaves it stopped."""
    folder = tmp_path_factory.mktemp("embedded") / "not" / "there" / "postgres"
    yield folder
    assert not _postmaster(folder)


def _postmaster(folder: Path) -> psutil.Process | None:
    try:
        pid = int((folder / "postmaster.pid").read_text().split()[0])
        return psutil.Process(pid)
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None


def _user(folder: Path) -> subprocess.Popen[str]:
    """Another process that uses the server until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", SHARE, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://")
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.communicate("")


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS visits (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO visits DEFAULT VALUES")
        row = connection.execute("SELECT count(*) FROM visits").fetchone()
    assert row is not None
    return int(row[0])


def test_it_starts_in_an_empty_folder_and_keeps_its_data_over_a_restart(folder: Path) -> None:
    for visit in (1, 2):
        server = start_embedded(folder)
        assert _count(server.url) == visit
        assert (server.programs / "pg_dump").exists()
        server.stop()
        assert _postmaster(folder) is None


def test_several_processes_share_it_and_the_last_one_stops_it(folder: Path) -> None:
    users = [_user(folder), _user(folder)]
    server = start_embedded(folder)
    _count(server.url)
    server.stop()
    _end(users[0])
    assert _postmaster(folder) is not None
    _end(users[1])
    assert _postmaster(folder) is None


def test_a_killed_user_does_not_keep_it_running_for_ever(folder: Path) -> None:
    user = _user(folder)
    user.send_signal(signal.SIGKILL)
    user.communicate()
    assert _postmaster(folder) is not None
    server = start_embedded(folder)
    server.stop()
    assert _postmaster(folder) is None


def test_a_lock_left_by_a_killed_machine_is_no_obstacle(folder: Path) -> None:
    start_embedded(folder).stop()
    mine = os.getpid()
    lock = [str(mine), str(folder), "1700000000", "5432", str(folder), "", "  5432001    123456", "ready"]
    (folder / "postmaster.pid").write_text("\n".join(lock) + "\n")
    (folder / ".handle_pids.json").write_text(json.dumps([4_194_303]))
    server = start_embedded(folder)
    assert _count(server.url) > 1
    server.stop()


def test_a_folder_that_cannot_be_written_is_said_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Misconfigured, match=r"cannot be written: Not a directory\. Set REELMATCH_DATA_DIR"):
        start_embedded(tmp_path / "file" / "postgres")


def test_a_path_with_a_space_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"has a space in it\. Set REELMATCH_DATA_DIR"):
        start_embedded(tmp_path / "my data")


def test_data_that_is_no_database_is_said_with_the_place_of_the_log(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("12\n")
    with pytest.raises(Misconfigured, match=r"does not start: .*set DATABASE_URL to a server of your own"):
        start_embedded(tmp_path)
