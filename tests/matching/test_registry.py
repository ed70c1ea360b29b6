from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import BundleError
from recommender.matching import Manifest, current, load, promote, roll_back, versions

Publish = Callable[..., Manifest]


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


def _leftovers(bundles: Path) -> list[str]:
    return [path.name for path in bundles.iterdir() if path.name.startswith(".")]


def test_the_latest_published_bundle_is_in_force(bundles: Path, publish_year: Publish) -> None:
    old, new = publish_year(2017), publish_year(2018)
    assert versions(bundles) == (old.version, new.version)
    assert current(bundles) == new.version
    assert (bundles / "CURRENT").read_text() == f"{new.version}\n"
    assert load(bundles).manifest == new
    assert load(bundles, old.version).manifest == old
    assert _leftovers(bundles) == []


def test_a_bundle_can_be_published_without_putting_it_in_force(bundles: Path, publish_year: Publish) -> None:
    old = publish_year(2017)
    new = publish_year(2018, promote=False)
    assert current(bundles) == old.version
    promote(bundles, new.version)
    assert current(bundles) == new.version


def test_publishing_the_same_again_keeps_the_bundle_and_puts_it_in_force(
    bundles: Path, publish_year: Publish
) -> None:
    first = publish_year(2017)
    before = (bundles / first.version / "manifest.json").stat()
    publish_year(2018)
    again = publish_year(2017, now=datetime(2030, 1, 1, tzinfo=UTC))
    after = (bundles / first.version / "manifest.json").stat()
    assert again == first
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert current(bundles) == first.version
    assert _leftovers(bundles) == []


def test_training_again_mends_a_broken_bundle(bundles: Path, publish_year: Publish) -> None:
    version = publish_year().version
    (bundles / version / "films.faiss").write_bytes(b"")
    publish_year()
    assert load(bundles).manifest.version == version
    assert _leftovers(bundles) == []


def test_two_processes_may_publish_the_same_at_once(bundles: Path, publish_year: Publish) -> None:
    start = threading.Barrier(4)
    made: list[str] = []

    def work() -> None:
        start.wait()
        made.append(publish_year().version)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [current(bundles)] * 4
    assert load(bundles).manifest.version == made[0]
    assert _leftovers(bundles) == []


def test_rolling_back_goes_back_step_by_step_to_the_first(bundles: Path, publish_year: Publish) -> None:
    one, two, three = (publish_year(year).version for year in (2016, 2017, 2018))
    assert roll_back(bundles) == two == current(bundles)
    assert roll_back(bundles) == one == current(bundles)
    with pytest.raises(BundleError, match=f"before {one}: choose one with"):
        roll_back(bundles)
    assert current(bundles) == one
    promote(bundles, three)
    assert roll_back(bundles) == one


def test_rolling_back_passes_over_bundles_that_were_deleted(bundles: Path, publish_year: Publish) -> None:
    one, two, _ = (publish_year(year).version for year in (2016, 2017, 2018))
    shutil.rmtree(bundles / two)
    assert roll_back(bundles) == one


def test_rolling_back_works_when_the_bundle_in_force_is_gone(bundles: Path, publish_year: Publish) -> None:
    one, two = (publish_year(year).version for year in (2016, 2017))
    shutil.rmtree(bundles / two)
    with pytest.raises(BundleError, match=f"no bundle '{two}' is in .*there is {one}"):
        load(bundles)
    assert roll_back(bundles) == one


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(steps=st.lists(st.sampled_from([0, 1, 2, "back"]), max_size=12))
def test_rolling_back_after_any_steps_ends_at_the_first_and_never_goes_in_circles(
    bundles: Path, publish_year: Publish, steps: list[int | str]
) -> None:
    shutil.rmtree(bundles, ignore_errors=True)
    known = [publish_year(2016 + i, promote=False).version for i in range(3)]
    promote(bundles, known[0])
    for step in steps:
        before = current(bundles)
        if isinstance(step, int):
            promote(bundles, known[step])
            assert current(bundles) == known[step]
            if known[step] != before:
                assert roll_back(bundles) == before
                promote(bundles, known[step])
        else:
            _roll_back_if_possible(bundles)
    seen = [current(bundles)]
    while _roll_back_if_possible(bundles):
        seen.append(current(bundles))
    assert len(seen) == len(set(seen))


def _roll_back_if_possible(bundles: Path) -> bool:
    try:
        roll_back(bundles)
    except BundleError:
        return False
    return True


def test_a_broken_bundle_is_not_put_in_force(bundles: Path, publish_year: Publish) -> None:
    old, new = publish_year(2017).version, publish_year(2018).version
    (bundles / old / "model.json").write_text("{}")
    with pytest.raises(BundleError, match=r"model\.json that was altered"):
        promote(bundles, old)
    with pytest.raises(BundleError, match=r"model\.json that was altered"):
        roll_back(bundles)
    assert current(bundles) == new


@pytest.mark.parametrize("version", ["20990101-0123456789", "../bundles", "", "CURRENT", "x" * 500])
def test_an_unknown_version_is_refused_and_the_known_ones_are_named(
    bundles: Path, publish_year: Publish, version: str
) -> None:
    known = publish_year().version
    for ask in (promote, load):
        with pytest.raises(BundleError, match=f"there is {known}"):
            ask(bundles, version)


def test_where_nothing_was_trained_the_message_says_how(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        assert versions(folder) == ()
        with pytest.raises(BundleError, match="make one with `reelmatch train`"):
            load(folder)


def test_where_nothing_is_in_force_the_message_names_what_is_there(
    bundles: Path, publish_year: Publish
) -> None:
    version = publish_year(promote=False).version
    with pytest.raises(BundleError, match=f"--promote VERSION`, of {version}"):
        load(bundles)


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"../../etc", b"nonsense\x1b[2J"])
def test_a_current_file_that_names_no_version_is_refused_and_can_be_mended(
    bundles: Path, publish_year: Publish, text: bytes
) -> None:
    version = publish_year().version
    (bundles / "CURRENT").write_bytes(text)
    with pytest.raises(BundleError, match=r"CURRENT.*promote") as caught:
        load(bundles)
    assert "\x1b" not in str(caught.value)
    promote(bundles, version)
    assert current(bundles) == version


def test_without_its_history_the_folder_still_works(bundles: Path, publish_year: Publish) -> None:
    old, new = publish_year(2017).version, publish_year(2018).version
    (bundles / "HISTORY").unlink()
    with pytest.raises(BundleError, match="nothing was in force"):
        roll_back(bundles)
    promote(bundles, old)
    assert roll_back(bundles) == new


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, publish_year: Publish) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BundleError, match=r"cannot be written.*what was in force still is"):
        publish_year(bundles=tmp_path / "file" / "bundles")


CHANGES: tuple[tuple[Any, str], ...] = (
    *((Path, "mkdir"), (Path, "write_bytes"), (Path, "rename"), (Path, "replace"), (os, "fsync")),
    *((pyarrow.parquet, "write_table"), (np, "savez")),
)
"""Every way in which `publish` changes the disk."""


def _stop(patch: pytest.MonkeyPatch, at: int, error: BaseException) -> None:
    """Let the change of number `at` fail."""
    numbers = count()

    def failing(original: Callable[..., Any]) -> Callable[..., Any]:
        def change(*args: Any, **kwargs: Any) -> Any:
            if next(numbers) == at:
                raise error
            return original(*args, **kwargs)

        return change

    for owner, name in CHANGES:
        patch.setattr(owner, name, failing(getattr(owner, name)))


@pytest.mark.parametrize("killed", [False, True], ids=["an error", "the end of the process"])
def test_a_stop_at_any_step_of_publishing_leaves_the_bundle_in_force(
    bundles: Path, publish_year: Publish, killed: bool
) -> None:
    first, second = publish_year(2016).version, publish_year(2017).version
    error: BaseException = Killed() if killed else OSError(28, "No space left on device")
    for stop_at in count():
        with pytest.MonkeyPatch.context() as patch:
            _stop(patch, stop_at, error)
            if killed:
                # A killed process cleans nothing up.
                patch.setattr(shutil, "rmtree", lambda *args, **kwargs: None)
                patch.setattr(Path, "unlink", lambda *args, **kwargs: None)
            stopped = _stopped(publish_year)
        in_force = current(bundles)
        assert load(bundles).manifest.version == in_force
        if not stopped:
            break
        if in_force == second:
            assert roll_back(bundles) == first
            promote(bundles, second)
        else:
            # CURRENT was replaced; only the wait for the disk was cut short.
            assert roll_back(bundles) == second
            shutil.rmtree(bundles / in_force)
        assert killed or _leftovers(bundles) == []
    assert stop_at > 15
    assert publish_year(2018).version == current(bundles)


def _stopped(publish_year: Publish) -> bool:
    try:
        publish_year(2018)
    except (Killed, BundleError):
        return True
    return False


def test_what_cannot_be_written_leaves_nothing_behind(bundles: Path, publish_year: Publish) -> None:
    version = publish_year(2017).version
    with pytest.raises(ValueError, match="JSON compliant"):
        publish_year(2018, figures={"ndcg@10": float("inf")})
    assert versions(bundles) == (version,)
    assert _leftovers(bundles) == []
    assert current(bundles) == version


def test_others_may_read_what_one_user_publishes(bundles: Path, publish_year: Publish) -> None:
    before = os.umask(0o022)
    try:
        version = publish_year().version
    finally:
        os.umask(before)
    assert (bundles / version).stat().st_mode & 0o777 == 0o755
    assert (bundles / version / "films.parquet").stat().st_mode & 0o777 == 0o644
