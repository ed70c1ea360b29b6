"""A folder of bundles, one of them in force.

    BUNDLES/
        CURRENT      the version in force
        HISTORY      the versions that were put in force, one a line, the latest last; for rolling back
        <version>/   a bundle, never changed

A bundle is written under another name, and CURRENT is replaced last: whatever stops a process on the way,
what was in force stays so. A folder `.new-*` or `.broken-*` is what a killed process left; delete it when no
training runs.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

from recommender.errors import BundleError, quoted
from recommender.matching.bundle import Bundle, Manifest, check_bundle, read_bundle, write_bundle
from recommender.matching.contents import BundleContents, write_file

__all__ = ["current", "load", "promote", "publish", "roll_back", "versions"]

CURRENT: Final = "CURRENT"
HISTORY: Final = "HISTORY"
PROMOTE: Final = "choose one with `reelmatch bundles --promote VERSION`"

_VERSION: Final = re.compile(r"[0-9]{8}-[0-9a-f]{10}")


def publish(
    bundles: Path,
    contents: BundleContents,
    *,
    until: date,
    seed: int,
    encoder: str,
    figures: Mapping[str, float | None],
    now: datetime | None = None,
    promote: bool = True,
) -> Manifest:
    """Write a bundle into the folder `bundles`, which is made when missing, and put it in force.

    until, seed, encoder, figures: see Manifest. promote=False leaves what is in force. A version that is
    there already is kept as it is, unless it is broken: then it is replaced.

    Raises BundleError when the folder cannot be written, ValueError or TypeError as `write_bundle`.
    """
    with _told(bundles):
        bundles.mkdir(parents=True, exist_ok=True)
        new = bundles / f".new-{secrets.token_hex(8)}"
        new.mkdir()
        try:
            manifest = write_bundle(
                new, contents, until=until, seed=seed, encoder=encoder, figures=figures, now=now
            )
            manifest = _settle(new, bundles / manifest.version, manifest)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        if promote:
            _put_in_force(bundles, manifest.version)
    return manifest


def versions(bundles: Path) -> tuple[str, ...]:
    """The versions in the folder, by training date; none when there is no folder."""
    if not bundles.is_dir():
        return ()
    return tuple(sorted(path.name for path in bundles.iterdir() if _VERSION.fullmatch(path.name)))


def current(bundles: Path) -> str:
    """The version in force. Raises BundleError when there is none."""
    try:
        version = (bundles / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        there = versions(bundles)
        remedy = f"{PROMOTE}, of {', '.join(there)}" if there else "make one with `reelmatch train`"
        raise BundleError(f"no bundle is in force in {quoted(bundles, 200)}: {remedy}") from error
    except (OSError, ValueError) as error:
        raise BundleError(f"{quoted(bundles / CURRENT, 200)} cannot be read ({error}): {PROMOTE}") from error
    if not _VERSION.fullmatch(version):
        raise BundleError(
            f"{quoted(bundles / CURRENT, 200)} names {quoted(version)}, which is no version: {PROMOTE}"
        )
    return version


def load(bundles: Path, version: str | None = None) -> Bundle:
    """Read and check a bundle, by default the one in force.

    Raises BundleError when there is none, or when it is incomplete, altered, or of another format.
    """
    return read_bundle(_folder(bundles, current(bundles) if version is None else version))


def promote(bundles: Path, version: str) -> None:
    """Put a published version in force. Raises BundleError when it is not there or broken."""
    check_bundle(_folder(bundles, version))
    with _told(bundles):
        _put_in_force(bundles, version)


def roll_back(bundles: Path) -> str:
    """Put the version in force that was so before, and return it; again and again to the first one.

    Raises BundleError when there is none before, or when it is broken.
    """
    version = current(bundles)
    earlier = [known for known in _history(bundles, version)[:-1] if (bundles / known).is_dir()]
    if not earlier:
        raise BundleError(f"nothing was in force in {quoted(bundles, 200)} before {version}: {PROMOTE}")
    check_bundle(bundles / earlier[-1])
    with _told(bundles):
        _replace(bundles / CURRENT, earlier[-1])
    return earlier[-1]


def _folder(bundles: Path, version: str) -> Path:
    folder = bundles / version
    if not _VERSION.fullmatch(version) or not folder.is_dir():
        there = ", ".join(versions(bundles)) or "none: make one with `reelmatch train`"
        raise BundleError(f"no bundle {quoted(version)} is in {quoted(bundles, 200)}; there is {there}")
    return folder


def _settle(new: Path, folder: Path, manifest: Manifest) -> Manifest:
    """Give the written bundle its name; the manifest of the bundle that has it now."""
    try:
        new.rename(folder)
    except OSError:
        # Published before, or at this moment by another process.
        if not folder.exists():
            raise
        try:
            return check_bundle(folder)
        except BundleError:
            broken = folder.with_name(f".broken-{secrets.token_hex(8)}")
            folder.rename(broken)
            new.rename(folder)
            shutil.rmtree(broken, ignore_errors=True)
    _sync_folder(folder)
    _sync_folder(folder.parent)
    return manifest


def _put_in_force(bundles: Path, version: str) -> None:
    try:
        before = _history(bundles, current(bundles))
    except BundleError:
        before = []
    history = [known for known in before if known != version] + [version]
    # First: a process stopped between the two has lost nothing, as lines after CURRENT's do not count.
    _replace(bundles / HISTORY, "\n".join(history))
    _replace(bundles / CURRENT, version)


def _history(bundles: Path, version: str) -> list[str]:
    """What was put in force up to `version`, which is the last."""
    try:
        lines = (bundles / HISTORY).read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return [version]
    known = [line for line in lines if _VERSION.fullmatch(line)]
    return known[: known.index(version) + 1] if version in known else [*known, version]


def _replace(path: Path, line: str) -> None:
    part = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        write_file(part, f"{line}\n".encode())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told(bundles: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BundleError(
            f"{quoted(bundles, 200)} cannot be written ({error.strerror or error}): make room or choose "
            "another folder; what was in force still is"
        ) from error
