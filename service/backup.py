"""Everything the service keeps <-> one folder.

    DIR/
        database.dump   by pg_dump, as of one moment
        bundles/        the bundle store as it is
        MANIFEST.json   size and sha256 of each file; written last, so that an interrupted backup is none

The database goes first: every bundle it names is then still to be copied. Bundles never change, so one that
comes along unnamed does no harm.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from fsspec import AbstractFileSystem

from service.bundle_store import file_system
from service.clock import now
from service.errors import Conflict, Misconfigured
from service.settings import Settings
from service.store import migrate
from service.store.dump import dump, load, require_empty
from service.store.opening import database_url

__all__ = ["Kept", "backup", "restore"]

FORMAT: Final = 1
DATABASE: Final = "database.dump"
BUNDLES: Final = "bundles"
MANIFEST: Final = "MANIFEST.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds."""

    made_at: datetime
    bundles: int
    size_bytes: int


def backup(settings: Settings, folder: Path) -> Kept:
    """Write a backup into `folder`, which must not exist; the service may go on working.

    It holds password hashes and terms of deals, so only its owner may read it.

    Raises Conflict when the folder is there, Misconfigured when it cannot be written, Unavailable without a database.
    """
    if folder.exists():
        raise Conflict(f"{folder} is there already", "Name a folder that does not exist yet")
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(mode=0o700, parents=True)
        dump(database_url(settings), part / DATABASE)
        _copy_bundles(settings, part / BUNDLES)
        manifest = {
            "format": FORMAT,
            "made_at": now().isoformat(timespec="seconds"),
            "reelmatch": version("reelmatch"),
            "revision": migrate.head(),
            "files": {name: _described(part / name) for name in _names(part)},
        }
        (part / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
        for path in part.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        part.rename(folder)
    except OSError as error:
        raise Misconfigured(
            f"{folder} cannot be written: {error.strerror or error}", "Make room, or name another place"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return _kept(manifest)


def restore(settings: Settings, folder: Path) -> Kept:
    """Put a backup into the empty database and the bundle store, then bring the database up to date.

    Everything is checked before anything is written. Raises Misconfigured when the backup is incomplete or
    altered, Conflict when the database is not empty or the store has another file of the same name.
    """
    manifest = _checked(folder)
    url = database_url(settings)
    require_empty(url)
    fs, root = file_system(settings)
    bundles = folder / BUNDLES
    for name in _names(bundles):
        _put(fs, bundles / name, f"{root}/{name}", manifest["files"][f"{BUNDLES}/{name}"]["sha256"])
    load(url, folder / DATABASE)
    migrate.upgrade(url)
    return _kept(manifest)


def _copy_bundles(settings: Settings, target: Path) -> None:
    target.mkdir()
    fs, root = file_system(settings)
    if not fs.exists(root):
        return
    for found in sorted(fs.find(root)):
        name = str(found)[len(root) :].lstrip("/")
        # What a killed process was writing; the store takes no notice of it either.
        if any(part.startswith(".") for part in name.split("/")):
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        fs.get_file(found, str(target / name))


def _put(fs: AbstractFileSystem, source: Path, target: str, sha256: str) -> None:
    if fs.exists(target):
        if hashlib.sha256(fs.cat_file(target)).hexdigest() != sha256:
            raise Conflict(
                f"the bundle store has another {target}",
                "Empty the bundle store, or name another in REELMATCH_BUNDLES_URL",
            )
        return
    fs.makedirs(target.rpartition("/")[0], exist_ok=True)
    fs.put_file(str(source), target)


def _checked(folder: Path) -> Mapping[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = dict(manifest["files"])
        known = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(
            f"{folder} is no backup: {MANIFEST} cannot be read", "Name a folder that `reelmatch backup` made"
        ) from error
    if known != FORMAT:
        raise Misconfigured(f"{folder} has the format {known!r}, not {FORMAT}", "Update Reelmatch")
    there = set(_names(folder)) - {MANIFEST}
    wrong = sorted(there ^ set(files)) or [
        name for name in sorted(files) if _described(folder / name) != files[name]
    ]
    if wrong:
        raise Misconfigured(
            f"the backup {folder} is incomplete or altered: {wrong[0]}", "Copy it again, or take another"
        )
    return manifest


def _names(folder: Path) -> Iterator[str]:
    """Files below a folder, as paths with slashes."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return iter(sorted(path.relative_to(folder).as_posix() for path in paths))


def _described(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
            "size_bytes": path.stat().st_size,
        }


def _kept(manifest: Mapping[str, Any]) -> Kept:
    files = manifest["files"]
    return Kept(
        datetime.fromisoformat(manifest["made_at"]),
        sum(name.count("/") == 2 and name.endswith("/manifest.json") for name in files),
        sum(file["size_bytes"] for file in files.values()),
    )
