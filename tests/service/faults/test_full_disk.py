"""The disk is full while a bundle is written: no half bundle appears, and what was in force still is."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# A file that may not grow fails as one on a full disk does, and needs no disk of its own to try it.
WRITING = """
import datetime, resource, sys
from pathlib import Path
import numpy as np
import pandas as pd
from recommender.errors import BundleError
from service.bundle_store import BundleStore
from recommender.matching import BundleContents
from recommender.space import VectorIndex

limit, folder = int(sys.argv[1]), sys.argv[2]
vectors = np.eye(64, dtype=np.float32)
contents = BundleContents(
    tables={name: pd.DataFrame({"x": range(5000)}) for name in ("films", "distributors", "deals")},
    arrays={"vectors": {"synopses": np.random.default_rng(0).normal(size=(400, 384))}},
    documents={"ranking": {}},
    index=VectorIndex.build(vectors),
)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    made = BundleStore(folder, Path(folder)).publish(
        contents, until=datetime.date(2026, 1, 1), seed=0, encoder="e", figures={}
    )
    print(made.version)
except BundleError as error:
    print(error)
    sys.exit(3)
"""


def _write(folder: Path, limit: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WRITING, str(limit), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("limit", [100, 20_000, 600_000])
def test_a_bundle_that_finds_no_room_leaves_nothing_and_is_written_when_there_is(
    tmp_path: Path, limit: int
) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    assert signal.getsignal(signal.SIGXFSZ) is signal.SIG_IGN
    full = _write(tmp_path / "bundles", limit)
    assert full.returncode == 3, full.stderr
    assert "make room" in full.stdout
    assert [path.name for path in (tmp_path / "bundles").iterdir()] == []
    room = _write(tmp_path / "bundles", resource.RLIM_INFINITY)
    assert room.returncode == 0, room.stderr
    assert [path.name for path in (tmp_path / "bundles").iterdir()] == [room.stdout.strip()]
